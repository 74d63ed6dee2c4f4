"""Text as people type and paste it: one Unicode form, no stray blanks, nothing invisible that could mislead."""

import re
import unicodedata

from renewals.core.imports.cells.cell import EMPTY, Cell, refused
from renewals.core.imports.formulas import restore_cell

TIDIED = "N-TXT-05"
_RUNS_OF_BLANKS = re.compile(r"\s{2,}|[^\S ]")
_RUNS_BESIDE_LINES = re.compile(r"[^\S\n]{2,}|[^\S \n]")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\u061c\u180e\ufeff]")
_JOINERS = re.compile("[\u200c\u200d]")


def tidy(text: str, *, keep_lines: bool = False) -> str:
    """Return NFC text without outer blanks, a byte order mark or runs of blanks; the export's apostrophe goes too."""
    if text.isascii() and text.isprintable() and "  " not in text and text[:1] not in ("", " ", "'"):
        return text.rstrip(" ")
    text = restore_cell(text.lstrip("\ufeff"))
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    text = text.replace("\r\n", "\n") if keep_lines else text
    return (_RUNS_BESIDE_LINES if keep_lines else _RUNS_OF_BLANKS).sub(" ", text).strip()


def parse_text(text: str, *, label: str, max_length: int, keep_lines: bool = False) -> Cell:
    """Return the tidied text; refuses control characters (E-TXT-01), length (E-TXT-03) and line breaks (E-TXT-04)."""
    if ("\n" in text.strip() or "\r" in text.strip()) and not keep_lines:
        return refused("E-TXT-04", f"Line breaks are not allowed in {label.lower()}.")
    tidied = tidy(text, keep_lines=keep_lines)
    if not tidied:
        return EMPTY
    if not tidied.isprintable():
        position = control_position(tidied, keep_lines=keep_lines)
        if position:
            return refused("E-TXT-01", f"{label} contains an invisible control character at position {position}.")
    if len(tidied) > max_length:
        return refused("E-TXT-03", f"{max_length:,} characters at most ({len(tidied):,} given).")
    if not tidied.isascii() and hidden_position(tidied):
        return Cell(
            value=tidied, code="W-TXT-02", text=f"{label} contains an invisible or direction-changing character."
        )
    return Cell(value=tidied, code=TIDIED, text="blanks tidied") if tidied != text else Cell(value=tidied)


def parse_identifier(text: str, *, label: str, max_length: int) -> Cell:
    """Return an external id: as text, but what is invisible in it is refused, because it would never match again."""
    cell = parse_text(text, label=label, max_length=max_length)
    if cell.code == "W-TXT-02":
        return refused("E-TXT-02", f"{label} contains an invisible character; type it again.")
    return cell


def control_position(text: str, *, keep_lines: bool = False) -> int:
    """Return the position, from 1, of the first control character, or 0."""
    allowed = "\n" if keep_lines else ""
    for position, character in enumerate(text, start=1):
        if unicodedata.category(character) in ("Cc", "Cs") and character not in allowed:
            return position
    return 0


def hidden_position(text: str) -> int:
    """Return the position, from 1, of the first zero-width or direction-changing character, or 0.

    Joiners inside words of scripts and emoji that need them are not counted.
    """
    found = _INVISIBLE.search(_JOINERS.sub("_", text))
    return found.start() + 1 if found else 0

"""Texts that people or programs hand in: tidied the same way everywhere, or refused with the place of the fault."""

import re
import unicodedata

from renewals.core.errors import InvalidInput, RequiredValueMissing, TextNotAllowed

LONGEST_EMAIL = 254
# One @, a dotted domain, no blanks: what can be delivered to, not everything that RFC 5322 can spell.
_ADDRESS = re.compile(r"[^\s@,;<>()\"]{1,64}@[^\s@.,;<>()\"]+(\.[^\s@.,;<>()\"]+)+")
# Marks that turn the reading direction or cannot be seen: a name that holds one is not what it looks like.
_HIDDEN = frozenset("\u200b\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def tidy(text: str) -> str:
    """Return the text in NFC, without blanks at the ends, runs of blanks as one; line breaks count as blanks."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def check_line(text: str, *, label: str, longest: int = 200, is_required: bool = False) -> str:
    """Return one tidy line; raises RequiredValueMissing, or TextNotAllowed for control characters and length."""
    tidied = tidy(text)
    if is_required and not tidied:
        raise RequiredValueMissing(f"{label} is required.")
    hidden = next((i for i, mark in enumerate(tidied, 1) if unicodedata.category(mark) == "Cc" or mark in _HIDDEN), 0)
    if hidden:
        raise TextNotAllowed(f"{label} contains an invisible control character at position {hidden}.")
    if len(tidied) > longest:
        raise TextNotAllowed(f"{label} has {longest} characters at most ({len(tidied)} given).")
    return tidied


def check_text(text: str, *, label: str, longest: int = 10_000) -> str:
    """Return a text that may have lines, in NFC; raises TextNotAllowed for NUL, other control characters and length."""
    tidied = unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()
    position = next(
        (i for i, mark in enumerate(tidied, 1) if unicodedata.category(mark) == "Cc" and mark not in "\n\t"), 0
    )
    if position:
        raise TextNotAllowed(f"{label} contains an invisible control character at position {position}.")
    if len(tidied) > longest:
        raise TextNotAllowed(f"{label} has {longest} characters at most ({len(tidied)} given).")
    return tidied


def check_email(address: str) -> str:
    """Return the address, domain in lower case; '' for none. Raises InvalidInput for what cannot be an address."""
    tidied = tidy(address)
    if not tidied:
        return ""
    if len(tidied) > LONGEST_EMAIL or not _ADDRESS.fullmatch(tidied):
        raise InvalidInput(f"'{tidied[:80]}' is not an address.", remedy="One address, such as jo@example.com.")
    name, _, domain = tidied.rpartition("@")
    return f"{name}@{domain.lower()}"

"""Cells that a spreadsheet would run as a formula: made harmless on the way out, restored on the way in.

`restore_cell(neutralise_cell(text)) == text` for every text. It decides nothing about numbers: those are written
as numbers by the export and never pass through here.
"""

_UNSAFE_FIRST = frozenset("=+-@\t\r\n\0|＝＋－＠")
_INVISIBLE = "﻿ \u00a0\u200b\u200c\u200d\u2060\u180e\u3000"
_GUARD = "'"


def is_unsafe(text: str) -> bool:
    """Whether a spreadsheet could take the text for a formula, or it looks like one that was made harmless before."""
    rest = text
    while True:
        rest = rest.lstrip(_INVISIBLE)
        if not rest.startswith(_GUARD):
            return bool(rest) and rest[0] in _UNSAFE_FIRST
        rest = rest[1:]


def neutralise_cell(text: str) -> str:
    """Return the text with one apostrophe before it when a spreadsheet could run it, else unchanged."""
    return _GUARD + text if is_unsafe(text) else text


def restore_cell(text: str) -> str:
    """Return the text without the one apostrophe that `neutralise_cell` put there."""
    return text[1:] if text.startswith(_GUARD) and is_unsafe(text[1:]) else text

"""Reads the name of a column, or a value, as plain words, so that lists of words can say what it stands for."""

import re
from collections.abc import Iterable

BREAKS = re.compile(
    r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9.]+|(?<=[A-Za-z])(?=[0-9])|(?<![0-9])\.|\.(?![0-9])"
)
"""A full stop stands within a number, as in 1.5, or between words, as in attribute.Contract."""
_PROOF = {
    ",": re.compile(r"-?(\d+,(\d{1,2}|\d{4,})|\d{1,3}(\.\d{3})+,\d+)"),
    ".": re.compile(r"-?(\d+\.(\d{1,2}|\d{4,})|\d{1,3}(,\d{3})+\.\d+)"),
}
"""A number that can be read with one decimal mark alone; 1,234 can be read with both."""


def words_of(text: str) -> tuple[str, ...]:
    """Return the words in lower case and in the singular: "TotalCharges" gives total, charge."""
    return tuple(_singular(word.lower().strip(".")) for word in BREAKS.split(text) if word.strip("."))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def mentions(words: tuple[str, ...], phrase: str) -> bool:
    """Answer whether every word of the phrase occurs."""
    return set(words_of(phrase)) <= set(words)


def mentions_any(words: tuple[str, ...], phrases: Iterable[str]) -> bool:
    """Answer whether one of the phrases occurs."""
    return any(mentions(words, phrase) for phrase in phrases)


def best_phrase(words: tuple[str, ...], phrases: Iterable[str]) -> int:
    """Return the number of words of the longest phrase that occurs; 0 when none does."""
    return max((len(words_of(phrase)) for phrase in phrases if mentions(words, phrase)), default=0)


def as_number(text: str, *, has_comma: bool = False) -> float | None:
    """Return the number that a text spells, marks between thousands and a trailing % allowed; None when it is none.

    `has_comma` says that a comma stands before the decimals.
    """
    plain = text.strip().removesuffix("%")
    plain = plain.replace(".", "").replace(",", ".") if has_comma else plain.replace(",", "")
    try:
        return float(plain)
    except ValueError:
        return None


def has_decimal_comma(texts: Iterable[str]) -> bool:
    """Answer whether these numbers have a comma before their decimals: one of them proves it, and none a point."""
    proven = {mark for text in texts for mark in (",", ".") if _PROOF[mark].fullmatch(text.strip().removesuffix("%"))}
    return proven == {","}

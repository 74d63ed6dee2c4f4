"""Reads the name of a column, or a value, as plain words, so that lists of words can say what it stands for."""

import re
from collections.abc import Iterable

BREAKS = re.compile(
    r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9.]+|(?<=[A-Za-z])(?=[0-9])|(?<![0-9])\.|\.(?![0-9])"
)
"""A full stop stands within a number, as in 1.5, or between words, as in attribute.Contract."""


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


def as_number(text: str) -> float | None:
    """Return the number that a text spells, commas between thousands and a trailing % allowed; None when it is none."""
    plain = text.strip().replace(",", "").removesuffix("%")
    try:
        return float(plain)
    except ValueError:
        return None

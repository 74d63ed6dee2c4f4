"""Spellings that are probably meant to be the same: near misses between the values of one column, and known words."""

import re
from collections.abc import Collection, Mapping
from difflib import SequenceMatcher, get_close_matches

from renewals.core.imports.names import plain_name

SHORTEST = 5
CLOSE = 0.86
RARE = 0.25
MOST_VALUES = 200
_DIGITS = re.compile(r"\d+")


def near_misses(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return pairs (rare spelling, usual spelling) among the values of a column.

    Values that differ in digits alone are different things; so are values where the rare one is not rare.
    """
    values = sorted(counts, key=lambda value: (-counts[value], value))
    found = []
    for place, rare in enumerate(values):
        usual = next((value for value in values[:place] if _is_near(rare, value, counts)), None)
        if usual is not None:
            found.append((rare, usual))
    return found


def run_together(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return values that are words of the column's other values without the blank between, as in GTXPro for GTX Pro."""
    words = {word for value in counts for word in value.split() if " " in value}
    found = []
    for value in counts:
        if " " in value or len(value) < SHORTEST:
            continue
        for cut in range(2, len(value) - 1):
            if value[:cut] in words and value[cut:] in words:
                found.append((value, f"{value[:cut]} {value[cut:]}"))
                break
    return found


def unknown_spellings(counts: Mapping[str, int], known: Collection[str]) -> list[tuple[str, str]]:
    """Return pairs (value, known word) for values that are no known word but look like one."""
    plain = {plain_name(word): word for word in known}
    found = []
    for value in counts:
        if len(value) < SHORTEST or plain_name(value) in plain:
            continue
        near = get_close_matches(plain_name(value), plain, n=1, cutoff=CLOSE)
        if near:
            found.append((value, plain[near[0]]))
    return found


def _is_near(rare: str, usual: str, counts: Mapping[str, int]) -> bool:
    if _DIGITS.sub("", rare) == _DIGITS.sub("", usual):
        return False
    if plain_name(rare) == plain_name(usual):
        return True
    if min(len(rare), len(usual)) < SHORTEST or counts[rare] > RARE * counts[usual]:
        return False
    return SequenceMatcher(None, plain_name(rare), plain_name(usual)).ratio() >= CLOSE

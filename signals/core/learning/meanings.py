"""Suggests what a column stands for by the words of its name, and reads its values in that meaning.

Word lists are data of the prior; no name of a data set stands here. A meaning that the mapping gave always wins. Only
names that people gave are read by their words: a column that the product made says what it means, or means nothing.
"""

from dataclasses import replace

import numpy as np

from signals.core.learning.frame import NUMBER, Array, Column
from signals.core.learning.prior import Meaning, Prior
from signals.core.learning.wording import as_number, best_phrase, mentions_any, words_of

ATTRIBUTE = "attribute"
"""The family of columns whose names people gave."""
HAPPENINGS = frozenset({"price_uplift", "discount_share", "time_to_value", "downgrades", "upgrades"})
"""Meanings of contract and account facts that tell of something that was done or happened."""
READABLE = 0.5


def suggest_meaning(column: Column, prior: Prior) -> str:
    """Return the key of the meaning whose longest phrase the name holds, if its values can be read; else ""."""
    words = words_of(column.name)
    ranked = sorted(
        (
            (best_phrase(words, meaning.words), meaning.key)
            for meaning in prior.meanings.values()
            if not mentions_any(words, meaning.never)
        ),
        key=lambda pair: -pair[0],
    )
    for strength, key in ranked:
        if strength and _is_readable(column, prior.meanings[key], prior):
            return key
    return ""


def with_meaning(column: Column, prior: Prior) -> Column:
    """Return the column with the meaning given or suggested, and the family of that meaning if it has none.

    Read by their words, thirty machine-made counts would take the weight of one measure and leave it a thirtieth.
    """
    is_of_people = column.family == ATTRIBUTE
    key = column.meaning if column.meaning in prior.meanings else ""
    key = key or (suggest_meaning(column, prior) if is_of_people else "")
    if not key:
        return replace(column, meaning="")
    family = prior.meanings[key].family if is_of_people else column.family
    return replace(column, meaning=key, family=family)


def _is_readable(column: Column, meaning: Meaning, prior: Prior) -> bool:
    known = column.is_known
    if not known.any():
        return False
    read = read_as(column.take(known), meaning, prior)
    return bool(np.isfinite(read).mean() >= READABLE and np.nanstd(read) > 0)


def read_as(column: Column, meaning: Meaning, prior: Prior) -> Array:
    """Return the values in the unit of the meaning; nan where a word is not known."""
    if column.kind == NUMBER:
        return np.where(np.isfinite(column.values), column.values, np.nan)
    read = {level: level_value(level, meaning, prior) for level in set(column.values.tolist()) if level is not None}
    return np.array([np.nan if level is None else read[level] for level in column.values], dtype=np.float64)


def level_value(level: str, meaning: Meaning, prior: Prior) -> float:
    """Return the number a word stands for: by the longest phrase, as a number, as yes or no; nan when by none."""
    words = words_of(level)
    ranked = sorted(((best_phrase(words, phrases), value) for value, phrases in meaning.levels), key=lambda p: -p[0])
    if ranked and ranked[0][0]:
        return max(value for strength, value in ranked if strength == ranked[0][0])
    number = as_number(level)
    if number is not None:
        return number
    return _yes_or_no(level.strip().lower(), prior)


def _yes_or_no(level: str, prior: Prior) -> float:
    """A longer "no ..." such as "no such service" says that the question does not apply: unknown, not 0."""
    if level in prior.yes:
        return 1.0
    return 0.0 if level in prior.no else float("nan")

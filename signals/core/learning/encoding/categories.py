"""The terms of a column of words: one for each frequent level, one for the rare ones together, one for unknown.

A level that training never saw adds nothing: it is the average row, and it is counted so that people see it.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from signals.core.learning.frame import Array

RARE = "(rare)"
UNKNOWN = "(unknown)"


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryTerms:
    """The levels with a term and their shares in training; `pooled` are the rare levels that were seen."""

    levels: tuple[str, ...]
    shares: tuple[float, ...]
    pooled: frozenset[str]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kind of each term."""
        return ("level",) * len(self.levels)

    def codes(self, values: Array) -> Array:
        """Return the place of each row's level in `levels`, -1 for a level without a term."""
        places = {level: place for place, level in enumerate(self.levels)}
        rare, unknown = places.get(RARE, -1), places.get(UNKNOWN, -1)
        codes = dict.fromkeys(self.pooled, rare)
        codes |= {level: place for level, place in places.items() if level not in (RARE, UNKNOWN)}
        return np.array([unknown if v is None else codes.get(v, -1) for v in values], dtype=np.int64)

    def matrix(self, values: Array) -> Array:
        """Return one column per level, centred on its share; nothing for a level never seen."""
        codes = self.codes(values)
        shares = np.array(self.shares)
        rows = np.where((codes >= 0)[:, None], -shares, 0.0)
        seen = np.flatnonzero(codes >= 0)
        rows[seen, codes[seen]] += 1.0
        return rows

    def unseen(self, values: Array) -> Array:
        """Answer for each row whether its level is new: neither frequent nor rare in training."""
        seen = set(self.levels) | self.pooled
        return np.array([value is not None and value not in seen for value in values], dtype=bool)


def learn_category(values: Array, *, smallest: int, most: int) -> CategoryTerms | None:
    """Return the levels of these training values; None when every row is the same."""
    counts = Counter(value for value in values if value is not None)
    missing = len(values) - sum(counts.values())
    frequent = [(level, count) for level, count in counts.most_common(most) if count >= smallest]
    frequent.sort()
    pooled = frozenset(set(counts) - {level for level, _ in frequent})
    sizes = dict(frequent)
    rare = sum(counts[level] for level in pooled)
    sizes |= {RARE: rare} if rare >= smallest else {}
    sizes |= {UNKNOWN: missing} if missing >= smallest else {}
    if len(sizes) < 2:
        return None
    shares = tuple(count / len(values) for count in sizes.values())
    return CategoryTerms(levels=tuple(sizes), shares=shares, pooled=pooled)

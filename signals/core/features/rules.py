"""The rule of one measure for every account of a chunk: a scorecard has few of them, each account names its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from signals.core.features.columns import TABLE_DAYS, Floats, Ints, halving, halvings
from signals.core.scorecard import MeasureRule


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleColumn:
    """One measure's rule: its distinct `rules`, by segment and complexity, and which is `chosen` for each account."""

    rules: tuple[MeasureRule, ...]
    chosen: Ints

    @property
    def key(self) -> str:
        """Return the key of the measure."""
        return self.rules[0].key

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds it reads, the same for every account."""
        return self.rules[0].kinds

    @property
    def settings(self) -> Mapping[str, float]:
        """Return its settings, the same for every account."""
        return self.rules[0].settings

    @property
    def windows(self) -> Ints:
        """Return the days each account is read for."""
        return np.array([rule.window_days for rule in self.rules], dtype=np.int64)[self.chosen]

    @property
    def longest_window(self) -> int:
        """Return the longest window of any account, in days."""
        return max(rule.window_days for rule in self.rules)

    def numbers(self, name: str) -> Floats:
        """Return a number of the rule for every account."""
        return np.array([getattr(rule, name) for rule in self.rules], dtype=np.float64)[self.chosen]

    def weights(self, rows: Ints, ages: Ints) -> Floats:
        """Return the weight of things so many days old, each by the half-life of its account."""
        tables = np.stack([halvings(float(rule.half_life_days)) for rule in self.rules])
        found: Floats = tables[self.chosen[rows], np.minimum(ages, TABLE_DAYS)]
        for at in np.flatnonzero(ages > TABLE_DAYS):
            found[at] = halving(float(ages[at]), self.rules[self.chosen[rows[at]]].half_life_days)
        return found


def rule_columns(rules: Sequence[tuple[MeasureRule, ...]]) -> tuple[RuleColumn, ...]:
    """Return a column per measure from the rules of each account; all have the same measures in the same order."""
    places: dict[int, int] = {}
    distinct: list[tuple[MeasureRule, ...]] = []
    chosen = np.zeros(len(rules), dtype=np.int64)
    for row, mine in enumerate(rules):
        if id(mine) not in places:
            places[id(mine)] = len(distinct)
            distinct.append(mine)
        chosen[row] = places[id(mine)]
    return tuple(RuleColumn(rules=each, chosen=chosen) for each in zip(*distinct, strict=True))

"""Which bars are wanted, and the sheet that a part of the run fills: what breaks is a bar that is not met.

A part takes several bars at once (one training serves three); it is run when any of them is wanted.
"""

import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.acceptance.bars import MEASURED, Bar, broken

ALL = frozenset(range(1, 11))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The bars to be taken, and words of which one must occur in the name of a data set; no words: all of them.

    `seeds` and `accounts` are those of the known worlds, where others are asked for than the size of the run has;
    `at_once` is how many parts are measured side by side.
    """

    bars: frozenset[int] = ALL
    sets: tuple[str, ...] = ()
    seeds: tuple[int, ...] = ()
    accounts: int = 0
    at_once: int = 2

    def takes(self, *bars: int) -> bool:
        """Answer whether any of these bars is wanted."""
        return not self.bars.isdisjoint(bars)

    def has(self, name: str) -> bool:
        """Answer whether the data set of that name is wanted."""
        return not self.sets or any(word in name.lower() for word in self.sets)


def wanted_of(environment: Mapping[str, str]) -> Wanted:
    """Return what BARS and SEEDS (numbers), SETS (parts of names), all with commas, ACCOUNTS and AT_ONCE ask for.

    Raises ValueError for a bar that is not there and for what is no number.
    """
    numbers = frozenset(int(word) for word in _words(environment.get("BARS", "")))
    unknown = sorted(numbers - ALL)
    if unknown:
        raise ValueError(f"There is no bar {unknown[0]}: BARS names bars from 1 to {max(ALL)}.")
    return Wanted(
        bars=numbers or ALL,
        sets=tuple(word.lower() for word in _words(environment.get("SETS", ""))),
        seeds=tuple(int(word) for word in _words(environment.get("SEEDS", ""))),
        accounts=int(environment.get("ACCOUNTS") or 0),
        at_once=max(1, int(environment.get("AT_ONCE") or 2)),
    )


@dataclass(slots=True)
class Sheet:
    """The figures and bars of one data set as they come."""

    wanted: Wanted
    figures: dict[str, Any] = field(default_factory=dict)
    bars: list[Bar] = field(default_factory=list)

    def part(self, numbers: tuple[int, ...], what: str, work: Callable[[], Iterable[Bar]]) -> bool:
        """Run a part when one of its bars is wanted, and keep those that are; return whether it went well.

        What breaks is told and kept as the part's first bar, not met, and the next part goes on.
        """
        if not self.wanted.takes(*numbers):
            return True
        kept: list[Bar] = []
        try:
            for bar in work():
                kept.append(bar)
        except (Exception, SystemExit) as problem:  # whatever broke is the figure
            traceback.print_exc()
            kept.append(broken(next(each for each in numbers if self.wanted.takes(each)), what, problem))
        self.bars += [bar for bar in kept if self.wanted.takes(bar.bar)]
        return all(bar.target != MEASURED for bar in kept)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]

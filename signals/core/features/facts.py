"""What a measure is computed from and what comes out. Ages are whole days before the day of the score."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


class Tally(NamedTuple):
    """Signals of one kind and source, summed up over a week, a day or a subject (see the kind's grain).

    A tuple, not a dataclass: a hundred thousand accounts have millions of them, and a tuple is made six times faster.
    """

    kind: str
    source_id: int
    subject: str
    size: int
    valued: int
    total: float
    first_age: int
    age: int

    @property
    def week(self) -> int:
        """Return how many whole weeks ago the newest signal was; 0 is the last seven days."""
        return self.age // 7

    @property
    def volume(self) -> float:
        """Return the sum of values, or the number of signals when none carried a value."""
        return self.total if self.valued else float(self.size)

    @property
    def mean(self) -> float | None:
        """Return the mean value; None when no signal carried one."""
        return self.total / self.valued if self.valued else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """Everything the scores of one account are computed from.

    `silence_days` says per "source:family" how long that feed has been silent for every account of the workspace.
    `fed_kinds` are the kinds that were ever heard for any account of the workspace, unlisted ones as "family.*"; None
    when that was not noted, and then every measure counts as fed.
    """

    account_id: int
    as_of_on: date
    segment: str
    complexity: str
    started_on: date | None = None
    seats: float | None = None
    milestones_on: tuple[date, ...] = ()
    sponsor_left_on: date | None = None
    sponsor_confirmed_on: date | None = None
    silence_days: Mapping[str, int]
    fed_kinds: frozenset[str] | None = None
    tallies: tuple[Tally, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a measure function found: the value, how much stands behind it, and which tallies it used."""

    value: float
    sample: float
    age_days: int | None
    tallies: tuple[Tally, ...]
    evidence: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A reading with its confidence. `value` None means not known, which is never read as 0.

    `is_fed` is False when nothing in the workspace could tell it: such a measure is left out of the coverage.
    """

    key: str
    value: float | None
    confidence: float
    age_days: int | None
    silent_days: int | None
    is_stale: bool
    signals_count: int
    evidence: tuple[tuple[str, float], ...] = ()
    is_fed: bool = True


@dataclass(frozen=True, slots=True)
class View:
    """The tallies of an account by kind, made once for all measures."""

    facts: AccountFacts
    by_kind: Mapping[str, tuple[Tally, ...]]

    def of(self, kind: str, window_days: int) -> tuple[Tally, ...]:
        """Return the tallies of `kind` whose newest signal is inside the window."""
        return tuple(b for b in self.by_kind.get(kind, ()) if b.age < window_days)

    def silent_days(self, tallies: tuple[Tally, ...]) -> int:
        """Return how long the liveliest feed behind `tallies` has been silent; 0 when nothing is known of it."""
        silence = self.facts.silence_days
        senders = {(tally.source_id, tally.kind) for tally in tallies}
        return min((silence.get(feed_of(*sender), 0) for sender in senders), default=0)


def feed_of(source_id: int, kind: str) -> str:
    """Return the feed "source:family" that sends signals of this kind."""
    return f"{source_id}:{kind.partition('.')[0]}"


def view_of(facts: AccountFacts) -> View:
    """Return the facts with their tallies grouped by kind."""
    grouped: dict[str, list[Tally]] = {}
    for tally in facts.tallies:
        grouped.setdefault(tally.kind, []).append(tally)
    return View(facts, {kind: tuple(tallies) for kind, tallies in grouped.items()})

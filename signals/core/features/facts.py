"""What a measure is computed from and what comes out, one account at a time. Ages are whole days before that day.

The arrays of many accounts are made from these in `chunk`; nothing is computed here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


class Tally(NamedTuple):
    """Signals of one kind and source, summed up over a week, a day or a subject (see the kind's grain)."""

    kind: str
    source_id: int
    subject: str
    size: int
    valued: int
    total: float
    first_age: int
    age: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """Everything the scores of one account are computed from.

    `silence_days` says per "source:family" how long that feed has been silent for every account of the workspace.
    `fed_kinds` are the kinds that were ever heard for any account of the workspace, unlisted ones as "family.*"; None
    when that was not noted, and then every measure counts as fed. Of a stored score it is known as `unfed` instead:
    the measures that nothing fed then. `tallies` is empty where signals come as columns (see `chunk.Chunk`).
    """

    account_id: int
    as_of_on: date
    segment: str
    complexity: str
    started_on: date | None = None
    seats: float | None = None
    employees: int | None = None
    milestones_on: tuple[date, ...] = ()
    sponsor_left_on: date | None = None
    sponsor_confirmed_on: date | None = None
    silence_days: Mapping[str, int]
    fed_kinds: frozenset[str] | None = None
    unfed: frozenset[str] = frozenset()
    tallies: tuple[Tally, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measure of one account with its confidence. `value` None means not known, which is never read as 0.

    `is_fed` is False when nothing in the workspace could tell it: such a measure is left out of the coverage.
    """

    key: str
    value: float | None
    confidence: float
    age_days: int | None
    silent_days: int | None
    is_stale: bool
    signals_count: int
    is_fed: bool = True


def feed_of(source_id: int, kind: str) -> str:
    """Return the feed "source:family" that sends signals of this kind."""
    return f"{source_id}:{kind.partition('.')[0]}"

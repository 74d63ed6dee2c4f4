"""A chunk of accounts as columns: their facts, and the tallies of all of them one below the other.

Tallies are sorted by account, then kind, and keep the order given inside; a chunk of one account is no special case.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from signals.core.features.columns import Flags, Floats, Ints, heads
from signals.core.features.facts import AccountFacts, feed_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallies:
    """Signals summed up, as columns. `row` is the place of the account in its chunk, `kind` the place in `kinds`.

    `subject` holds a number per subject, equal only for equal texts, 0 for none; `kind_subjects` gives the number that
    the name of each kind would have as a subject. `silent` is for how many days the feed has said nothing at all.
    """

    kinds: tuple[str, ...]
    kind_subjects: Ints
    row: Ints
    kind: Ints
    source_id: Ints
    subject: Ints
    size: Ints
    valued: Ints
    total: Floats
    first_age: Ints
    age: Ints
    silent: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Accounts in the order of `accounts`, a column per fact; ages in days, NaN where nothing is known.

    `told` are the distinct (fed kinds, unfed measures) of the accounts, `told_by` which of them is each account's.
    Manual measures and other dated facts come in here or as signals of their own kind (which carry author and expiry).
    `velocities` keeps what several scores read alike, by the windows it was read for.
    """

    accounts: tuple[AccountFacts, ...]
    told: tuple[tuple[frozenset[str] | None, frozenset[str]], ...]
    told_by: Ints
    tallies: Tallies
    by_kind: Mapping[str, Ints]
    started_age: Floats
    seats: Floats
    employees: Floats
    sponsor_left_age: Floats
    sponsor_confirmed_age: Floats
    milestone_row: Ints
    milestone_age: Ints
    velocities: dict[tuple[bytes, int], Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def size(self) -> int:
        """Return the number of accounts."""
        return len(self.accounts)

    def of(self, kinds: Iterable[str]) -> Ints:
        """Return the places of the tallies of these kinds, ascending."""
        found = [self.by_kind[kind] for kind in dict.fromkeys(kinds) if kind in self.by_kind]
        if not found:
            return np.zeros(0, dtype=np.int64)
        return found[0] if len(found) == 1 else np.sort(np.concatenate(found))

    def matching(self, is_wanted: Callable[[str], bool]) -> Ints:
        """Return the places of the tallies whose kind is wanted."""
        return self.of(kind for kind in self.by_kind if is_wanted(kind))

    def within(self, places: Ints, days: Ints) -> Ints:
        """Return those of `places` whose newest signal is younger than the days of their account."""
        return places[self.tallies.age[places] < days[self.tallies.row[places]]]

    def valued(self, places: Ints) -> Ints:
        """Return those of `places` that have a value."""
        return places[self.tallies.valued[places] > 0]


def chunk_of(accounts: Sequence[AccountFacts], tallies: Tallies) -> Chunk:
    """Return the chunk of these accounts with their tallies, which are sorted by account and kind."""
    order = np.argsort(tallies.kind, kind="stable")
    starts = heads(tallies.kind[order])
    parts = np.split(order, starts[1:]) if starts.size else []
    noted = [(row, (each.as_of_on - day).days) for row, each in enumerate(accounts) for day in each.milestones_on]
    told: dict[tuple[frozenset[str] | None, frozenset[str]], int] = {}
    told_by = [told.setdefault((each.fed_kinds, each.unfed), len(told)) for each in accounts]
    return Chunk(
        accounts=tuple(accounts),
        told=tuple(told),
        told_by=np.array(told_by, dtype=np.int64),
        tallies=tallies,
        by_kind={tallies.kinds[tallies.kind[part[0]]]: part for part in parts},
        started_age=_ages(accounts, [each.started_on for each in accounts]),
        seats=np.array([np.nan if each.seats is None else each.seats for each in accounts], dtype=np.float64),
        employees=np.array(
            [np.nan if each.employees is None else float(each.employees) for each in accounts], dtype=np.float64
        ),
        sponsor_left_age=_ages(accounts, [each.sponsor_left_on for each in accounts]),
        sponsor_confirmed_age=_ages(accounts, [each.sponsor_confirmed_on for each in accounts]),
        milestone_row=np.array([row for row, _ in noted], dtype=np.int64),
        milestone_age=np.array([age for _, age in noted], dtype=np.int64),
    )


def chunk_from(accounts: Sequence[AccountFacts]) -> Chunk:
    """Return the chunk of accounts that bring their tallies themselves."""
    flat = [(row, tally, each.silence_days) for row, each in enumerate(accounts) for tally in each.tallies]
    kinds = sorted({tally.kind for _, tally, _ in flat})
    code = {kind: at for at, kind in enumerate(kinds)}
    names = ["", *sorted({*kinds, *(tally.subject for _, tally, _ in flat)} - {""})]
    number = {name: at for at, name in enumerate(names)}
    flat.sort(key=lambda each: (each[0], code[each[1].kind]))

    def column(values: Iterable[float]) -> Ints:
        return np.fromiter(values, dtype=np.int64, count=len(flat))

    tallies = Tallies(
        kinds=tuple(kinds),
        kind_subjects=np.array([number[kind] for kind in kinds], dtype=np.int64),
        row=column(row for row, _, _ in flat),
        kind=column(code[tally.kind] for _, tally, _ in flat),
        source_id=column(tally.source_id for _, tally, _ in flat),
        subject=column(number[tally.subject] for _, tally, _ in flat),
        size=column(tally.size for _, tally, _ in flat),
        valued=column(tally.valued for _, tally, _ in flat),
        total=np.array([tally.total for _, tally, _ in flat], dtype=np.float64),
        first_age=column(tally.first_age for _, tally, _ in flat),
        age=column(tally.age for _, tally, _ in flat),
        silent=column(silence.get(feed_of(tally.source_id, tally.kind), 0) for _, tally, silence in flat),
    )
    return chunk_of(accounts, tallies)


def known(values: Floats) -> Flags:
    """Return where a column has a value."""
    flags: Flags = ~np.isnan(values)
    return flags


def _ages(accounts: Sequence[AccountFacts], days: Sequence[date | None]) -> Floats:
    ages = (
        np.nan if day is None else float((each.as_of_on - day).days) for each, day in zip(accounts, days, strict=True)
    )
    return np.fromiter(ages, dtype=np.float64, count=len(days))

"""What a snapshot is made of, and which of it was known: rows with their history, terms, raw volumes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from signals.core.features import AccountFacts

DELETED = "delete"


class Event(NamedTuple):
    """A row as it was from `at` on; the last event before a moment is what was known then."""

    row_id: int
    owner_id: int
    at: datetime
    label: str
    values: tuple[Any, ...]


class Volume(NamedTuple):
    """How often one kind (and feature) was seen in the last 28, 91 and 182 days, the sums of its values, and its age.

    A sum is None when no signal of that time carried a value. `age` is whole days since the newest, however old.
    """

    kind: str
    subject: str
    count_28: int
    total_28: float | None
    count_91: int
    total_91: float | None
    count_182: int
    total_182: float | None
    age: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """A line of a term version; amounts a year."""

    external_id: str
    arr: Decimal
    list_arr: Decimal | None
    quantity: Decimal
    unit: str
    is_recurring: bool
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermFacts:
    """A term version and when it was the recorded one; `key` is its row."""

    key: int
    contract_id: int
    number: int
    starts_on: date
    ends_on: date | None
    recorded_at: datetime
    superseded_at: datetime | None
    notice_days: int
    is_auto_renewing: bool
    end_action: str
    lines: tuple[LineFacts, ...] = ()

    def was_known_at(self, moment: datetime) -> bool:
        """Answer whether this version was the recorded one at that moment."""
        return self.recorded_at <= moment and (self.superseded_at is None or moment < self.superseded_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The account as it was recorded at the moment, or as it was first recorded when it was not yet."""

    industry: str = ""
    region: str = ""
    country: str = ""
    complexity: str = "standard"
    employees: int | None = None
    segment: str = ""
    started_on: date | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Touches:
    """Contacts with the account in the last 91 days, and days since the newest; None when there never was one."""

    outbound: int = 0
    inbound: int = 0
    meetings: int = 0
    age: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotFacts:
    """Everything one snapshot is made of. `terms` holds those of all contracts of the account, as known."""

    account: AccountFacts
    profile: Profile
    terms: tuple[TermFacts, ...]
    volumes: tuple[Volume, ...]
    touches: Touches
    first_value_on: date | None = None


def known_rows(events: Iterable[Event], known_at: datetime) -> tuple[Event, ...]:
    """Return of each row the last event up to `known_at`, by row; rows deleted by then are left out.

    `events` stand in the order in which they were written.
    """
    last: dict[int, Event] = {event.row_id: event for event in events if event.at <= known_at}
    return tuple(last[row_id] for row_id in sorted(last) if last[row_id].label != DELETED)


def rows_as_of(events: Iterable[Event], *, as_of: datetime, known_at: datetime) -> tuple[Event, ...]:
    """Return each row as it stood at `as_of`, by row; one recorded only later as it was first recorded.

    What a row became after `as_of` may follow from the outcome. One transaction is one moment: its last event counts.
    Rows deleted by `known_at` without ever standing at `as_of` are left out. `events` stand in the order written.
    """
    first: dict[int, Event] = {}
    latest: dict[int, Event] = {}
    last: dict[int, Event] = {}
    for event in events:
        if event.at > known_at:
            continue
        latest[event.row_id] = event
        if event.row_id not in first or first[event.row_id].at == event.at:
            first[event.row_id] = event
        if event.at <= as_of:
            last[event.row_id] = event
    found = {row_id: event for row_id, event in first.items() if latest[row_id].label != DELETED} | last
    return tuple(found[row_id] for row_id in sorted(found) if found[row_id].label != DELETED)


def versions_as_of(terms: Iterable[TermFacts], *, as_of: datetime, known_at: datetime) -> tuple[TermFacts, ...]:
    """Return of each term the version in force at `as_of`; of one recorded only later the first that was recorded.

    A later version may follow from the outcome (notice given, the end moved). A term whose versions had all been taken
    back is left out. `terms` stand by contract, number and version.
    """
    groups: dict[tuple[int, int], list[TermFacts]] = {}
    for term in terms:
        if term.recorded_at <= known_at:
            groups.setdefault((term.contract_id, term.number), []).append(term)
    found = (_version_as_of(versions, as_of, known_at) for versions in groups.values())
    return tuple(term for term in found if term is not None)


def _version_as_of(versions: list[TermFacts], as_of: datetime, known_at: datetime) -> TermFacts | None:
    if any(term.recorded_at <= as_of for term in versions):
        return next((term for term in reversed(versions) if term.was_known_at(as_of)), None)
    if not any(term.was_known_at(known_at) for term in versions):
        return None
    first_at = versions[0].recorded_at
    return [term for term in versions if term.recorded_at == first_at][-1]

"""Compare what was with what would have been: steps, work per person and week, lost renewals seen earlier."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

HUMAN_EFFECTS = frozenset({"task", "approval", "stuck"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A step of one enrolment as it came, or would have come, to pass. `account` is the account's external id."""

    enrolment_id: int
    renewal_id: int
    account: str
    step_key: str
    effect: str
    at: datetime
    owner_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One step that differs; None on a side where it does not happen."""

    account: str
    step_key: str
    recorded: Happening | None
    replayed: Happening | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Caught:
    """A renewal that was lost and the first human step towards it; `days_earlier` is None without one recorded."""

    account: str
    recorded_at: datetime | None
    replayed_at: datetime
    days_earlier: int | None


def differences(recorded: Iterable[Happening], replayed: Iterable[Happening]) -> tuple[Difference, ...]:
    """Return the steps that differ in effect or instant, by account and step; none for the same history."""
    was = {(item.enrolment_id, item.step_key): item for item in recorded}
    would = {(item.enrolment_id, item.step_key): item for item in replayed}
    found = []
    for key in was.keys() | would.keys():
        old, new = was.get(key), would.get(key)
        told = old or new
        if told is not None and (old is None or new is None or (old.effect, old.at) != (new.effect, new.at)):
            found.append(Difference(account=told.account, step_key=key[1], recorded=old, replayed=new))
    return tuple(sorted(found, key=lambda item: (item.account, item.step_key)))


def work_by_week(happenings: Iterable[Happening]) -> Mapping[tuple[int, date], int]:
    """Return how many human steps each person has in the week that begins on a Monday (UTC)."""
    counted = Counter(
        (item.owner_id, item.at.date() - timedelta(days=item.at.weekday()))
        for item in happenings
        if item.owner_id is not None and item.effect in HUMAN_EFFECTS
    )
    return dict(sorted(counted.items()))


def caught_earlier(
    lost_renewals: Iterable[int], recorded: Iterable[Happening], replayed: Iterable[Happening]
) -> tuple[Caught, ...]:
    """Return the lost renewals whose first human step would have come at all, or earlier than it did, by account."""
    first, would = _first_human(recorded), _first_human(replayed)
    found = []
    for renewal in lost_renewals:
        old, new = first.get(renewal), would.get(renewal)
        if new is None or (old is not None and old.at <= new.at):
            continue
        earlier = None if old is None else (old.at - new.at).days
        found.append(
            Caught(
                account=new.account,
                recorded_at=old.at if old else None,
                replayed_at=new.at,
                days_earlier=earlier,
            )
        )
    return tuple(sorted(found, key=lambda item: item.account))


def _first_human(happenings: Iterable[Happening]) -> dict[int, Happening]:
    found: dict[int, Happening] = {}
    for item in sorted(happenings, key=lambda each: each.at):
        if item.effect in HUMAN_EFFECTS:
            found.setdefault(item.renewal_id, item)
    return found

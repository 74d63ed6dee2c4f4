"""Put together what each moment knew: signals, terms, people, milestones, touches, and the account itself."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from renewals.core.dates import term_months
from renewals.core.errors import RateMissing
from renewals.core.money import Money, convert
from renewals.core.segments import SegmentFacts, decide_segment
from renewals.queries.library import segment_book
from signals.core.features import AccountFacts, Tally
from signals.core.snapshots.contracts import arr_of, seats_of
from signals.core.snapshots.facts import (
    Event,
    LineFacts,
    Profile,
    SnapshotFacts,
    TermFacts,
    Touches,
    Volume,
    known_rows,
    rows_as_of,
    versions_as_of,
)
from signals.core.snapshots.moments import SnapshotMoment
from signals.queries.facts import SEAT_UNITS
from signals.queries.snapshots.records import Records, records_of
from signals.queries.snapshots.signals import tallies_of, volumes_of
from signals.queries.snapshots.world import SnapshotWorld

TOUCH_DAYS = 91


def snapshot_facts(
    workspace_id: int, moments: Sequence[SnapshotMoment], world: SnapshotWorld
) -> Iterator[tuple[SnapshotMoment, SnapshotFacts]]:
    """Yield each moment with what was known of it. A fixed number of statements, however many moments."""
    if not moments:
        return
    records = records_of(sorted({each.account_id for each in moments}), until=max(each.as_of for each in moments))
    tallies, volumes = tallies_of(workspace_id, moments), volumes_of(workspace_id, moments)
    for position, moment in enumerate(moments):
        yield moment, _facts(moment, records, world, tallies.get(position, ()), volumes.get(position, ()))


def _facts(
    moment: SnapshotMoment,
    records: Records,
    world: SnapshotWorld,
    tallies: tuple[Tally, ...],
    volumes: tuple[Volume, ...],
) -> SnapshotFacts:
    profile = _profile(records.accounts.get(moment.account_id, ()), moment)
    terms, currencies = _terms(records, moment)
    milestones = _milestones(records, moment)
    left_on, confirmed_on = _sponsors(records, moment)
    account = AccountFacts(
        account_id=moment.account_id,
        as_of_on=moment.day,
        segment=_segment(profile, terms, currencies, moment, world),
        complexity=profile.complexity,
        started_on=profile.started_on,
        seats=seats_of(terms, units=SEAT_UNITS, day=moment.day),
        milestones_on=milestones,
        sponsor_left_on=left_on,
        sponsor_confirmed_on=confirmed_on,
        silence_days=world.silence_at(moment),
        fed_kinds=world.fed_at(moment),
        tallies=tallies,
    )
    return SnapshotFacts(
        account=account,
        profile=profile,
        terms=terms,
        volumes=volumes,
        touches=_touches(records, moment),
        first_value_on=min([*milestones, *_milestone_signals(tallies, moment)], default=None),
    )


def _profile(events: tuple[Event, ...], moment: SnapshotMoment) -> Profile:
    known = rows_as_of(events, as_of=moment.as_of, known_at=moment.known_at)
    if not known:
        return Profile()
    industry, region, country, complexity, employees, segment, started_on, attributes = known[0].values
    return Profile(
        industry=industry,
        region=region,
        country=country,
        complexity=complexity,
        employees=employees,
        segment=segment,
        started_on=started_on if started_on is None or started_on <= moment.day else None,
        attributes=json.loads(attributes),
    )


def _terms(records: Records, moment: SnapshotMoment) -> tuple[tuple[TermFacts, ...], Mapping[int, str]]:
    """Return the term versions in force at the moment, and the currency of each contract."""
    rows = records.terms.get(moment.account_id, ())
    found = versions_as_of(map(_term, rows), as_of=moment.as_of, known_at=moment.known_at)
    return tuple(replace(term, lines=_lines(records, term, moment)) for term in found), {row[1]: row[3] for row in rows}


def _term(row: tuple[Any, ...]) -> TermFacts:
    key, contract_id, _, _, number, starts_on, ends_on, recorded_at, superseded_at, notice, auto, action = row
    return TermFacts(
        key=key,
        contract_id=contract_id,
        number=number,
        starts_on=starts_on,
        ends_on=ends_on,
        recorded_at=recorded_at,
        superseded_at=superseded_at,
        notice_days=round(notice),
        is_auto_renewing=auto,
        end_action=action,
    )


def _lines(records: Records, term: TermFacts, moment: SnapshotMoment) -> tuple[LineFacts, ...]:
    events = records.lines.get(term.key, ())
    return tuple(_line(event) for event in rows_as_of(events, as_of=moment.as_of, known_at=moment.known_at))


def _line(event: Event) -> LineFacts:
    external_id, arr, list_arr, quantity, unit, is_recurring, starts_on, ends_on = event.values
    return LineFacts(
        external_id=external_id,
        arr=arr,
        list_arr=list_arr,
        quantity=quantity,
        unit=unit,
        is_recurring=is_recurring,
        starts_on=starts_on,
        ends_on=ends_on,
    )


def _milestones(records: Records, moment: SnapshotMoment) -> tuple[date, ...]:
    known = known_rows(records.milestones.get(moment.account_id, ()), moment.known_at)
    days = (event.values[0] for event in known)
    return tuple(sorted(day for day in days if day is not None and day <= moment.day))


def _milestone_signals(tallies: tuple[Tally, ...], moment: SnapshotMoment) -> list[date]:
    ages = (tally.first_age for tally in tallies if tally.kind == "usage.milestone")
    return [moment.day - timedelta(days=age) for age in ages]


def _sponsors(records: Records, moment: SnapshotMoment) -> tuple[date | None, date | None]:
    """Return when a sponsor last left (the role ended, or the person went) and when one was last confirmed."""
    leavers = {
        event.row_id: event.values[0]
        for event in known_rows(records.leavers.get(moment.account_id, ()), moment.known_at)
    }
    left, confirmed = [], []
    for event in known_rows(records.sponsors.get(moment.account_id, ()), moment.known_at):
        _, from_on, until_on, contact_id = event.values
        if from_on > moment.day:
            continue
        confirmed.append(from_on)
        ends = [day for day in (until_on, leavers.get(contact_id)) if day is not None and day <= moment.day]
        left += [min(ends)] if ends else []
    return max(left, default=None), max(confirmed, default=None)


def _touches(records: Records, moment: SnapshotMoment) -> Touches:
    known = [
        (at, channel, direction)
        for _, at, recorded_at, channel, direction in records.touches.get(moment.account_id, ())
        if at <= moment.as_of and recorded_at <= moment.known_at
    ]
    recent = [each for each in known if (moment.day - _day(each[0])).days < TOUCH_DAYS]
    return Touches(
        outbound=sum(direction == "outbound" for _, _, direction in recent),
        inbound=sum(direction == "inbound" for _, _, direction in recent),
        meetings=sum(channel == "meeting" for _, channel, _ in recent),
        age=min(((moment.day - _day(at)).days for at, _, _ in known), default=None),
    )


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()


def _segment(
    profile: Profile,
    terms: tuple[TermFacts, ...],
    currencies: Mapping[int, str],
    moment: SnapshotMoment,
    world: SnapshotWorld,
) -> str:
    """Return the segment as recorded; in a back-fill it is decided again, for today's may follow from the outcome."""
    if not moment.is_backfilled and profile.segment:
        return profile.segment
    day = moment.day
    running = [t for t in terms if t.starts_on <= day and (t.ends_on is None or day <= t.ends_on)]
    ends = [term.ends_on for term in running if term.ends_on is not None]
    facts = SegmentFacts(
        arr_amount=_arr(running, currencies, day, world) if running else None,
        term_months=max((term_months(t.starts_on, t.ends_on) if t.ends_on else 12 for t in running), default=None),
        days_to_renewal=min(((end - day).days for end in ends), default=None),
        employees=profile.employees,
        industry=profile.industry,
        region=profile.region,
        country=profile.country,
        product_complexity=profile.complexity,
        attributes={key: value for key, value in profile.attributes.items() if isinstance(value, (str, int, bool))},
    )
    return decide_segment(segment_book(), facts).segment


def _arr(
    running: Sequence[TermFacts], currencies: Mapping[int, str], day: date, world: SnapshotWorld
) -> Decimal | None:
    total = Decimal(0)
    for term in running:
        amount = Money(arr_of(term, day) or Decimal(0), currencies[term.contract_id])
        try:
            total += convert(amount, to=world.currency, on=day, rates=world.rates).money.amount
        except RateMissing:
            return None
    return total

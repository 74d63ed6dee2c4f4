"""Random contracts through the planner of notices: nothing served outside its window, nothing missed in silence.

`python -m benchmarks.notices 1000000` prints one JSON line; it needs no database. The same seed gives the same book.
"""

import json
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock

from playbooks.core.notice_tasks import NoticeFacts as TaskFacts
from playbooks.core.notice_tasks import notice_work
from renewals.core.dates import BusinessCalendar, NoticeUnit, local_instant, term_end
from renewals.core.notices.escalation import Ladder, level_on
from renewals.core.notices.plan import NoticeFacts, PlannedNotice, plan_notices
from renewals.core.notices.rules import (
    JurisdictionPack,
    NoticeAnchor,
    NoticeChannel,
    NoticeCounts,
    NoticeKind,
    NoticeRule,
    NoticeSide,
    Offset,
)
from renewals.core.notices.states import NoticeState, Standing, standing_on
from renewals.core.notices.windows import window_instants
from renewals.core.terms import EndAction, Term
from renewals.queries.calendars import country_calendar
from renewals.queries.library import jurisdiction_packs, notice_ladder

ZONES = (
    "America/New_York",
    "America/Santiago",
    "America/Los_Angeles",
    "Europe/Paris",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Kiritimati",
)
COUNTRIES = ("US", "FR", "DE", "AE", "EG", "NP", "")
REGIONS = ("US-NY", "US-WI", "US-IL", "US-GA", "US-NC", "", "US-CA")
RECORDED_AT = datetime(2026, 1, 1, tzinfo=UTC)
FIRST_DAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a run saw: contracts, duties of ours, and what must be zero."""

    contracts: int
    duties: int
    sends: int
    outside_window: int
    missed_without_escalation: int
    seconds: float


def judge_contracts(contracts: int, *, seed: int = 20261122) -> Tally:
    """Plan, serve, forget and move so many random contracts, and count what went wrong."""
    chance, ladder = random.Random(seed), notice_ladder()
    packs = tuple(jurisdiction_packs().values())
    counts: Counter[str] = Counter()
    began = time.perf_counter()
    for _ in range(contracts):
        facts = random_contract(chance, packs)
        zone = chance.choice(ZONES)
        moved = replace(facts, term=replace(facts.term, ends_on=_end(chance, facts.term.starts_on)))
        ours = (item for each in (facts, moved) for item in plan_notices(each) if item.rule.side is NoticeSide.OURS)
        for item in ours:
            judge(item, facts.calendar, zone, ladder, counts)
    return Tally(
        contracts=contracts,
        duties=counts["duties"],
        sends=counts["sends"],
        outside_window=counts["outside"],
        missed_without_escalation=counts["silent"],
        seconds=round(time.perf_counter() - began, 1),
    )


def random_contract(chance: random.Random, packs: tuple[JurisdictionPack, ...]) -> NoticeFacts:
    """Return a contract somewhere, of some length, with some notice clause, as it may stand in a book."""
    starts_on = FIRST_DAY + timedelta(days=chance.randrange(40 * 365))
    country = chance.choice(COUNTRIES)
    unit = chance.choice(list(NoticeUnit))
    longest = {NoticeUnit.DAYS: 120, NoticeUnit.BUSINESS_DAYS: 60, NoticeUnit.WEEKS: 12, NoticeUnit.MONTHS: 3}[unit]
    term = Term(
        number=1,
        version=1,
        starts_on=starts_on,
        ends_on=_end(chance, starts_on),
        recorded_at=RECORDED_AT,
        notice_period=chance.randint(0, longest),
        notice_unit=unit,
        end_action=chance.choice([EndAction.RENEW, EndAction.MANUAL]),
        is_auto_renewing=chance.random() < 0.7,
        renewal_months=chance.choice([None, 1, 12, 24]),
    )
    return NoticeFacts(
        term=term,
        country=country,
        region_code=chance.choice(REGIONS),
        calendar=country_calendar(country, starts_on.year + 1) if country else BusinessCalendar(),
        clauses=(_clause(chance),) if chance.random() < 0.4 else (),
        packs=packs,
        wants_non_renewal=chance.random() < 0.2,
    )


def judge(item: PlannedNotice, calendar: BusinessCalendar, zone: str, ladder: Ladder, counts: Counter[str]) -> None:
    """Count what a prompt and what a forgetful owner make of one duty."""
    window = item.window
    instants = window_instants(window, zone=zone)
    counts["duties"] += 1
    for day in (window.planned_on, window.safe_latest_on):
        served_at = local_instant(day, clock(17, 0), zone)
        counts["sends"] += 1
        counts["outside"] += not instants.opens_at <= served_at < instants.closes_at
    level = level_on(ladder, window, calendar=calendar, today=window.closes_on)
    state, _ = standing_on(
        Standing(state=NoticeState.DUE),
        window,
        side=item.rule.side,
        channels=item.rule.channels,
        today=window.closes_on + timedelta(days=1),
    )
    after = level_on(ladder, window, calendar=calendar, today=window.closes_on + timedelta(days=1))
    work = notice_work(_task_facts(item, level), ladder, today=window.closes_on)
    roles = {task.role for task in work.make}
    is_escalated = {"owner", "cs_manager", "renewal_manager", "admin"} <= roles
    counts["silent"] += not (is_escalated and state is NoticeState.MISSED and after == ladder.missed.level)


def _task_facts(item: PlannedNotice, level: int) -> TaskFacts:
    window = item.window
    return TaskFacts(
        notice_id=1,
        state=NoticeState.DUE,
        opens_on=window.opens_on,
        planned_on=window.planned_on,
        safe_latest_on=window.safe_latest_on,
        closes_on=window.closes_on,
        sent_on=None,
        level=level,
        channels=tuple(channel.value for channel in item.rule.channels),
        source=item.rule.source,
    )


def _end(chance: random.Random, starts_on: date) -> date:
    return term_end(starts_on, chance.choice([1, 3, 6, 12, 13, 24, 36])) + timedelta(days=chance.randint(0, 20))


def _clause(chance: random.Random) -> NoticeRule:
    unit = chance.choice(list(NoticeUnit))
    first, last = sorted((chance.randint(0, 30), chance.randint(0, 30)), reverse=True)
    return NoticeRule(
        key="contract",
        version=1,
        kind=NoticeKind.REMINDER,
        anchor=chance.choice(list(NoticeAnchor)),
        opens=Offset(count=first, unit=unit) if chance.random() < 0.9 else None,
        closes=Offset(count=last, unit=unit),
        is_inclusive=chance.random() < 0.3,
        counts=chance.choice(list(NoticeCounts)),
        channels=(NoticeChannel.REGISTERED_LETTER,),
        delivery_days=chance.randint(0, 10),
        source="Section 12",
    )


def main() -> None:
    """Read the size from the command line, 20,000 if none is given."""
    tally = judge_contracts(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
    sys.stdout.write(json.dumps({name: getattr(tally, name) for name in Tally.__slots__}) + "\n")


if __name__ == "__main__":
    main()

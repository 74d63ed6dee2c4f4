"""Two years of a cadence simulated for thousands of accounts by the engine's own decisions: seconds, and exact totals.

`python -m benchmarks years`; SCALE=full for 10,080 accounts. The totals of 168 accounts are golden in the tests.
"""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from benchmarks.book import PASSWORD, analyse
from benchmarks.harness import Ratio, Scale, within
from benchmarks.tick import PEOPLE
from playbooks.actions.bulk import insert_rows
from playbooks.actions.enrol import start_enrolments
from playbooks.actions.foresight.project import project_renewals
from playbooks.actions.publish import publish_playbook
from playbooks.models import Enrolment, PlaybookVersion
from renewals.actions.scope import in_workspace
from renewals.actions.workspaces import NewMember, WorkspaceSettings, add_member, create_workspace
from renewals.core.actors import Actor, system_actor
from renewals.core.roles import Role
from renewals.models import Renewal
from renewals.queries.clock import database_now

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
    "Africa/Cairo",
)
DUE_DAYS = 28
BLOCK = len(ZONES) * DUE_DAYS
"""So many accounts are one of each zone and day on which it is due; larger worlds are whole numbers of it."""
START = datetime(2026, 3, 2, 12, tzinfo=UTC)
NINE, SATURDAY = clock(9), 5
MONTHS = 24
STEP_DAYS = 29
CHUNK = 168
BLOCKS = {"small": 6, "full": 60}
LIMIT_ACCOUNTS = 10_000

ACCOUNTS = (
    """
INSERT INTO renewals_account (workspace_id, external_id, name, owner_id, industry, region, country, timezone, currency,
    product_complexity, segment, segment_reason, tier, tier_reason, is_human_only, attributes, source, created_at,
    updated_at)
SELECT %(workspace)s, 'J-' || n, 'Account ' || n, %(user)s, '', '', '', (%(zones)s::text[])[1 + n %% 6], 'USD',
    'standard', 'small', '{}', 'basic', '{}', false, '{}', '', %(now)s, %(now)s
FROM generate_series(0, %(rows)s - 1) AS n
""",
    """
INSERT INTO renewals_contract (workspace_id, account_id, external_id, name, currency, timezone, source, created_at,
    updated_at)
SELECT workspace_id, id, 'C' || external_id, 'Platform', 'USD', '', '', %(now)s, %(now)s FROM renewals_account
""",
    """
INSERT INTO renewals_renewal (workspace_id, account_id, contract_id, term_number, due_on, notice_on, opened_on, stage,
    forecast_category, currency, target_amount, owner_id, initiator_id, negotiator_id, finaliser_id, created_at,
    updated_at)
SELECT c.workspace_id, c.account_id, c.id, 1, due.due_on, due.due_on - 30, %(now)s::date, 'upcoming', 'pipeline', 'USD',
    24000, %(user)s, %(user)s, %(user)s, %(user)s, %(now)s, %(now)s
FROM renewals_contract AS c JOIN renewals_account AS a ON a.id = c.account_id
CROSS JOIN LATERAL (SELECT %(due)s::date + (substr(a.external_id, 3)::int / 6 %% 28) AS due_on) AS due
""",
    """
INSERT INTO renewals_termversion (workspace_id, contract_id, number, version, starts_on, ends_on, notice_period,
    notice_unit, is_auto_renewing, end_action, renewal_months, change_reason, recorded_at, recorded_by)
SELECT workspace_id, contract_id, 1, 1, due_on - 730, due_on - 1, 30, 'days', true, 'renew', 24, '', %(now)s, ''
FROM renewals_renewal
""",
)

LETTER = {
    "key": "letter",
    "name": "Letter",
    "message_class": "relationship",
    "subject": "About {{ account.name }}",
    "body": "{{ contract.name }} renews at {{ renewal.amount }}; please decide by {{ renewal.decide_by }}.\n\n"
    "[Stop these messages]({{ unsubscribe.url }})",
}


@dataclass(slots=True, kw_only=True)
class Totals:
    """What two years brought: touches by effect, and messages by zone and hour of UTC."""

    effects: Counter[str] = field(default_factory=Counter)
    hours: Counter[tuple[str, str]] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadences:
    """A workspace whose accounts are all at the beginning of their cadence."""

    workspace_id: int
    by: Actor
    renewals: tuple[int, ...]


def run(scale: Scale) -> Iterator[Ratio]:
    """Yield the seconds that 24 months of 10,000 accounts take."""
    made = make_cadences(BLOCKS[scale])
    analyse()
    began = time.process_time()  # of this process alone, so that a busy machine gives the same figure
    totals = simulate(made)
    seconds = time.process_time() - began
    accounts = len(made.renewals)
    if totals != expected(BLOCKS[scale]):
        raise AssertionError(f"The totals are not those of the calendar: {totals}")
    yield within(
        "years",
        seconds * LIMIT_ACCOUNTS / accounts,
        at_most=60,
        unit="s",
        note=f"24 months of {LIMIT_ACCOUNTS:,} accounts in 6 zones, processor's clock, measured with {accounts:,}",
    )


def make_cadences(blocks: int) -> Cadences:
    """Return a workspace of so many blocks of accounts, each in the playbook of 24 months at its first step."""
    slug = f"years-{database_now():%H%M%S%f}"
    workspace = create_workspace(settings=WorkspaceSettings(slug=slug, name=slug), now=START)
    by = system_actor(workspace.id, "benchmarks")
    with in_workspace(workspace.id, by=by, why="two years ahead", now=START):
        member = NewMember(email=f"{slug}@bench.example", role=Role.CSM, password=PASSWORD)
        user = add_member(member=member, by=by, now=START).user
        values = {"workspace": workspace.id, "user": user.id, "now": START, "rows": blocks * BLOCK}
        with connection.cursor() as cursor:
            for statement in ACCOUNTS:
                cursor.execute(statement, values | {"zones": list(ZONES), "due": due_on(0)})
            cursor.execute(PEOPLE, {"now": START})
        publish_playbook(definition=playbook(), templates=[LETTER], by=by, now=START)
    with in_workspace(workspace.id, by=by, why="they enter", now=START):
        enrol(by)
        renewals = tuple(Renewal.objects.order_by("id").values_list("id", flat=True))
    return Cadences(workspace_id=workspace.id, by=by, renewals=renewals)


def enrol(by: Actor) -> None:
    """Enter every renewal, as the sweep would."""
    version = PlaybookVersion.objects.get()
    rows = [
        {
            "workspace_id": by.workspace_id,
            "playbook_id": version.playbook_id,
            "version_id": version.id,
            "account_id": account,
            "renewal_id": renewal,
            "occurrence": due,
            "state": "active",
            "trigger": {"reasons": [], "rule_version": "years v1"},
            "started_at": START,
            "updated_at": START,
        }
        for renewal, account, due in Renewal.objects.order_by("id").values_list("id", "account_id", "due_on")
    ]
    start_enrolments(insert_rows(Enrolment, rows), now=START)


def playbook() -> dict[str, Any]:
    """A letter or a person's task each 29 days, at nine in the morning of the account; a weekend moves to Monday."""
    return {
        "key": "years",
        "name": "Two years",
        "tier": "basic",
        "segments": ["small"],
        "purpose": "Two years of a cadence.",
        "owner_role": "csm",
        "window_days": 730,
        "re_enrolment": "once_per_renewal",
        "guardrails": {
            "max_touches": 4,
            "per_days": 14,
            "min_gap_days": 1,
            "send_from": "08:00",
            "send_until": "18:00",
            "stop_on_reply": True,
            "rules": ["Be brief."],
        },
        "decision_rights": [{"decision": "Anything", "role": "csm", "limit": "None."}],
        "escalation": [{"trigger": "Stuck", "after_business_days": 1, "role": "csm", "response": "Take over."}],
        "success": [{"metric": "renewal_rate_by_count", "target": 0.9, "unit": "share", "measured": "Yearly."}],
        "exits": [
            {
                "key": "closed",
                "reason": "renewal_closed",
                "when": {"field": "renewal.outcome", "op": "known", "value": True},
            }
        ],
        "phases": [{"key": "all", "name": "All", "purpose": "value", "opens_days": -730, "closes_days": 30}],
        "steps": [letter(month) if month % 2 == 0 else task(month) for month in range(MONTHS, 0, -1)],
    }


def step(month: int) -> dict[str, Any]:
    """What letters and tasks share."""
    return {
        "key": f"month_{month}",
        "name": f"Month {month}",
        "phase": "all",
        "intended_outcome": "They know.",
        "anchor": {"from": "renewal_date", "days": -STEP_DAYS * month, "roll": "next_business_day"},
        "at": "09:00",
        "late": {"policy": "send_late", "max_days": 10},
    }


def letter(month: int) -> dict[str, Any]:
    """An automatic e-mail."""
    own = {"kind": "email", "operator": "system", "automation": "automatic", "message_class": "relationship"}
    return step(month) | own | {"to": ["champion"], "template": "letter"}


def task(month: int) -> dict[str, Any]:
    """A person's task."""
    outcomes = [{"key": "done", "label": "Done", "effect": "continue"}]
    own = {"kind": "task", "operator": "csm", "automation": "human_only", "instructions": "Call.", "task_days": 3}
    return step(month) | own | {"outcomes": outcomes}


def due_on(day: int) -> date:
    """Return the day a renewal is due, two years ahead."""
    return START.date() + timedelta(days=730 + day)


def expected(blocks: int) -> Totals:
    """Return the totals by the calendar alone: nine in the morning of each zone, on the step's day or the Monday."""
    totals = Totals()
    for zone, day, month in product(ZONES, range(DUE_DAYS), range(1, MONTHS + 1)):
        on = due_on(day) - timedelta(days=STEP_DAYS * month)
        on += timedelta(days=7 - on.weekday() if on.weekday() >= SATURDAY else 0)
        at = datetime.combine(on, NINE, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        totals.effects["task" if month % 2 else "message"] += blocks
        if month % 2 == 0:
            totals.hours[zone, f"{at:%H:%M}"] += blocks
    return totals


def simulate(made: Cadences) -> Totals:
    """Return the totals of all cadences from their first day to the day after they are due."""
    totals = Totals()
    until = START + timedelta(days=800)
    for place in range(0, len(made.renewals), CHUNK):
        with in_workspace(made.workspace_id, by=made.by, now=START):
            for each in project_renewals(made.renewals[place : place + CHUNK], now=START, until=until):
                totals.effects.update(touch.effect.value for touch in each.touches)
                totals.hours.update(
                    (touch.zone, f"{touch.at:%H:%M}") for touch in each.touches if touch.effect.value == "message"
                )
    return totals

"""Due steps claimed, judged, rendered, logged, followed up, against one bare statement; growth; a look at nothing."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from statistics import median

from django.db import connection

from benchmarks.book import Book, Shape, analyse, make_book
from benchmarks.harness import Ratio, Scale, cheaper, slope, within
from playbooks.actions.claim import claim_steps
from playbooks.actions.execute import execute_steps
from playbooks.actions.limits import EngineLimits
from playbooks.actions.publish import publish_playbook
from playbooks.actions.pump import Pump, pump
from playbooks.channels.console import ConsoleChannel
from playbooks.models import Message
from playbooks.queries.library import shipped_playbooks
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.queries.clock import database_now

ENROLMENTS = {"small": 6_000, "full": 200_000}
DUE = {"small": 500, "full": 10_000}
GROWTH = {"small": (2_000, 20_000), "full": (20_000, 200_000)}
GROWTH_DUE, GROWTH_ROUNDS = 100, 5
EMPTY_LOOKS = 20
AHEAD = Shape(ahead=200)
"""So far ahead that a step done now is followed by one that is not due yet."""
LIMITS = EngineLimits(steps_per_claim=1000, statement_timeout_ms=600_000)

PEOPLE = """
INSERT INTO renewals_contact (workspace_id, account_id, external_id, name, email, phone, title, language, timezone,
    source, created_at, updated_at)
SELECT workspace_id, id, 'P' || external_id, 'Ada Vogel', 'ada' || id || '@bench.example', '', '', '', '', '', %(now)s,
    %(now)s FROM renewals_account;
INSERT INTO renewals_contactrole (workspace_id, contact_id, account_id, role, from_on)
SELECT c.workspace_id, c.id, c.account_id, r.role, '2020-01-01' FROM renewals_contact AS c
CROSS JOIN (VALUES ('champion'), ('economic_buyer'), ('user')) AS r(role)
"""

TERMS = """
INSERT INTO renewals_termversion (workspace_id, contract_id, number, version, starts_on, ends_on, notice_period,
    notice_unit, is_auto_renewing, end_action, renewal_months, change_reason, recorded_at, recorded_by)
SELECT workspace_id, contract_id, 1, 1, due_on - 364, due_on, 30, 'days', true, 'renew', 12, '', %(now)s, ''
FROM renewals_renewal
"""

# Accounts that were written to lately stay out: their steps would wait.
ENROL = """
INSERT INTO playbooks_enrolment (workspace_id, playbook_id, version_id, account_id, renewal_id, occurrence, round,
    planned_for, advanced, arms, released_by, release_reason, goal_version, state, ended_reason, trigger, started_at,
    updated_at)
SELECT workspace_id, %(playbook)s, %(version)s, account_id, id, due_on, 1, jsonb_build_object('renewal_on', due_on,
    'notice_on', notice_on, 'term_starts_on', due_on - 364, 'zone', 'Europe/Berlin'), '{}', '[]', '', '', '',
    'active', '', '{}', %(now)s, %(now)s FROM renewals_renewal AS r
WHERE NOT EXISTS (SELECT FROM renewals_touchpoint AS t WHERE t.account_id = r.account_id) ORDER BY id;
INSERT INTO playbooks_steprun (workspace_id, enrolment_id, version_id, step_key, occurrence, kind, chosen, state,
    due_at, planned_at, due_local_on, due_local_at, due_zone, lease_owner, fence, claims, failures, reasons, created_at)
SELECT workspace_id, id, version_id, %(step)s, occurrence, %(kind)s, '', 'scheduled', %(now)s + interval '300 days',
    %(now)s + interval '300 days', %(now)s::date, '09:00', 'Europe/Berlin', '', 0, 0, 0, '[]', %(now)s
FROM playbooks_enrolment ORDER BY id
"""

MAKE_DUE = """
UPDATE playbooks_steprun SET due_at = %s, planned_at = %s WHERE id IN (
    SELECT id FROM playbooks_steprun WHERE state = 'scheduled' AND step_key = %s AND due_at > %s ORDER BY id LIMIT %s)
"""

BARE = """
WITH due AS (
    SELECT id FROM playbooks_steprun WHERE workspace_id = %(workspace)s AND state IN ('scheduled', 'claimed')
        AND due_at <= %(now)s ORDER BY due_at LIMIT %(due)s FOR UPDATE SKIP LOCKED
), done AS (
    UPDATE playbooks_steprun AS s SET state = 'done', done_at = %(now)s, fence = fence + 1 FROM due
    WHERE s.id = due.id RETURNING s.*
)
INSERT INTO playbooks_steprun (workspace_id, enrolment_id, version_id, step_key, occurrence, kind, chosen, state,
    due_at, planned_at, due_local_on, due_local_at, due_zone, lease_owner, fence, claims, failures, reasons, created_at)
SELECT workspace_id, enrolment_id, version_id, 'after', occurrence, kind, '', 'scheduled',
    due_at + interval '400 days', planned_at, due_local_on, due_local_at, due_zone, '', 0, 0, 0, '[]', %(now)s FROM done
"""


def run(scale: Scale) -> Iterator[Ratio]:
    """Yield the ratios of tick_due and tick_empty."""
    now = open_hour(database_now())
    book = make_book("tick", renewals=ENROLMENTS[scale], now=now, has_queue=False, shape=AHEAD)
    step = fill(book, now)
    tick(book, step, now, GROWTH_DUE)
    analyse()  # an engine that runs has messages and decisions behind it
    minutes = count(1)
    yield cheaper(
        "tick_due",
        ours=lambda: tick(book, step, now + timedelta(minutes=next(minutes)), DUE[scale]),
        peer=lambda: bare(book, step, now + timedelta(minutes=next(minutes)), DUE[scale]),
        at_most=6,
        note=f"{DUE[scale]} e-mail steps due among {ENROLMENTS[scale]}, against one claim-advance-insert statement",
    )
    yield within(
        "tick_empty",
        look_at_nothing(book, now),
        at_most=5,
        unit="ms",
        note="the whole look, nothing due",
    )
    yield within(
        "tick_growth",
        slope([(size, tick_of_few(size, now)) for size in GROWTH[scale]]),
        at_most=0.1,
        unit="slope",
        note=f"log-log, {GROWTH_DUE} due among {GROWTH[scale][0]} and {GROWTH[scale][1]} enrolments",
    )


def open_hour(now: datetime) -> datetime:
    """Return ten in the morning of a Wednesday ahead, when messages may leave."""
    ahead = now + timedelta(days=(2 - now.weekday()) % 7 + 7)
    return ahead.replace(hour=10, minute=0, second=0, microsecond=0)


def fill(book: Book, now: datetime) -> str:
    """Publish the shipped mid-market playbook and put every renewal before its first e-mail; returns that step."""
    by = system_actor(book.workspace_id, "benchmarks")
    shipped = next(item for item in shipped_playbooks() if item.key == "mid_market")
    step = next(item for item in shipped.table["steps"] if item["kind"] == "email")
    with in_workspace(book.workspace_id, by=by, why="tick"):
        version = publish_playbook(definition=shipped.table, templates=shipped.templates, by=by, now=now)
        values = {"now": now, "playbook": version.playbook_id, "version": version.version_id}
        with connection.cursor() as cursor:
            cursor.execute(PEOPLE, values)
            cursor.execute(TERMS, values)
            cursor.execute(ENROL, values | {"step": step["key"], "kind": step["kind"]})
    analyse()
    return str(step["key"])


def tick_of_few(size: int, now: datetime) -> float:
    """Return the seconds of a tick of a few steps among so many enrolments, the median of some."""
    book = make_book(f"tick-{size}", renewals=size, now=now, has_queue=False, shape=AHEAD)
    step = fill(book, now)
    times = [tick(book, step, now + timedelta(minutes=turn), GROWTH_DUE) for turn in range(1, GROWTH_ROUNDS + 2)]
    return median(times[1:])


def make_due(book: Book, step: str, at: datetime, due: int) -> None:
    """Let so many untouched steps be due at an instant."""
    by = system_actor(book.workspace_id, "benchmarks")
    with in_workspace(book.workspace_id, by=by), connection.cursor() as cursor:
        cursor.execute(MAKE_DUE, [at, at, step, at + timedelta(days=1), due])


def tick(book: Book, step: str, at: datetime, due: int) -> float:
    """Claim and execute what is due as the engine does, chunk by chunk; return the seconds."""
    make_due(book, step, at, due)
    began = time.perf_counter()
    done = drain(book.workspace_id, at)
    seconds = time.perf_counter() - began
    check_written(book, at, done=done, due=due)
    return seconds


def drain(workspace_id: int, at: datetime, limits: EngineLimits = LIMITS) -> int:
    """Claim and execute chunks until nothing is due; return how many steps were ended."""
    by, done = system_actor(workspace_id, "cadence"), 0
    while True:
        with in_workspace(workspace_id, by=by, why="claim", now=at):
            claimed = claim_steps(workspace_id=workspace_id, worker="bench", limits=limits)
        if not claimed:
            return done
        with in_workspace(workspace_id, by=by, why="step due", now=at):
            done += execute_steps(claimed, limits=limits).ended


def check_written(book: Book, at: datetime, *, done: int, due: int) -> None:
    """Raise unless every due step was done once and wrote its message: else the measure would flatter."""
    with in_workspace(book.workspace_id, by=system_actor(book.workspace_id, "benchmarks")):
        messages = Message.objects.filter(created_at=at).count()
    if (done, messages) != (due, due):
        raise RuntimeError(f"{done} steps were done and {messages} messages written where {due} of each were due.")


def bare(book: Book, step: str, at: datetime, due: int) -> float:
    """Advance as many rows by one statement that decides nothing, and commit it; return the seconds."""
    make_due(book, step, at, due)
    by = system_actor(book.workspace_id, "benchmarks")
    began = time.perf_counter()
    with in_workspace(book.workspace_id, by=by), connection.cursor() as cursor:
        cursor.execute(BARE, {"workspace": book.workspace_id, "now": at, "due": due})
    return time.perf_counter() - began


def look_at_nothing(book: Book, now: datetime) -> float:
    """Return the milliseconds of one pump that finds nothing, the median of many."""
    machine = Pump(clock=now - timedelta(days=400), channel=ConsoleChannel(), only=book.workspace_id)
    times = []
    for _ in range(EMPTY_LOOKS):
        began = time.perf_counter()
        pump(machine)
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times)[EMPTY_LOOKS // 2]

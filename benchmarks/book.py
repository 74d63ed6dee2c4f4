"""A book of renewals of any size, written by a few SQL statements: for measuring, never for showing."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.db import connection, connections

from benchmarks.past import add_up, write_past
from playbooks.actions.queue import refresh_queue
from renewals.actions.scope import in_workspace
from renewals.actions.workspaces import NewMember, WorkspaceSettings, add_member, create_workspace
from renewals.core.actors import Actor, system_actor
from renewals.core.roles import Role
from renewals.models import User
from renewals.queries.clock import database_now

ROLES = (Role.CSM, Role.CS_MANAGER, Role.FINANCE, Role.EXECUTIVE)
PASSWORD = "only for measuring"  # noqa: S105 - of a person in a throw-away database

STATEMENTS = (
    """
INSERT INTO renewals_account (workspace_id, external_id, name, owner_id, industry, region, country, timezone, currency,
    product_complexity, segment, segment_reason, tier, tier_reason, is_human_only, attributes, source, created_at,
    updated_at)
SELECT %(workspace)s, 'A-' || n, 'Account ' || n, %(user)s, 'Logistics', 'EMEA', 'DE', 'Europe/Berlin', 'USD',
    'standard', (ARRAY['small', 'mid_market', 'strategic'])[1 + n %% 3], '{}',
    (ARRAY['basic', 'growth', 'strategic'])[1 + n %% 3], '{}', false, '{}', '', %(now)s, %(now)s
FROM generate_series(1, %(rows)s) AS n
""",
    """
INSERT INTO renewals_contract (workspace_id, account_id, external_id, name, currency, timezone, source, created_at,
    updated_at)
SELECT workspace_id, id, 'C' || external_id || coalesce('-' || nullif(n, 1), ''), 'Platform', 'USD', '', '', %(now)s,
    %(now)s
FROM renewals_account CROSS JOIN generate_series(1, %(each)s) AS n ORDER BY n, id
""",
    """
INSERT INTO renewals_renewal (workspace_id, account_id, contract_id, term_number, due_on, notice_on, opened_on, stage,
    forecast_category, currency, target_amount, owner_id, initiator_id, negotiator_id, finaliser_id, created_at,
    updated_at)
SELECT workspace_id, account_id, id, %(past)s + 1, %(now)s::date + (id %% 360)::int + %(ahead)s,
    %(now)s::date + (id %% 360)::int - 30 + %(ahead)s, %(now)s::date - 60, 'upcoming', 'pipeline', 'USD',
    1000 + id * 7919 %% 200000, %(user)s, %(user)s, %(user)s,
    %(user)s, %(now)s, %(now)s
FROM renewals_contract
""",
    """
INSERT INTO playbooks_task (workspace_id, origin_key, kind, account_id, renewal_id, assignee_id, title, instructions,
    why, outcomes, form, due_on, state, snooze_reason, outcome_code, note, ended_reason, created_at, updated_at)
SELECT workspace_id, 'bench:' || id, 'task', account_id, id, %(user)s, 'Call about the renewal', '', '[]', '[]', '[]',
    %(now)s::date - 2 + (id %% 4)::int, 'open', '', '', '', '', %(now)s, %(now)s
FROM renewals_renewal WHERE id %% 20 = 0
""",
    # The first account has more work and talk behind it than any page may show at once.
    """
INSERT INTO playbooks_task (workspace_id, origin_key, kind, account_id, assignee_id, title, instructions, why, outcomes,
    form, due_on, state, snooze_reason, outcome_code, note, ended_reason, created_at, updated_at)
SELECT %(workspace)s, 'bench:much:' || n, 'task', (SELECT min(id) FROM renewals_account), %(user)s, 'Call again', '',
    '[]', '[]', '[]', %(now)s::date + n, 'open', '', '', '', '', %(now)s, %(now)s
FROM generate_series(1, 200) AS n
""",
    """
INSERT INTO renewals_touchpoint (workspace_id, account_id, occurred_at, recorded_at, channel, direction, is_automated,
    subject, summary, by_label, outcome_code, origin, origin_key)
SELECT %(workspace)s, (SELECT min(id) FROM renewals_account), %(now)s - n * interval '7 hours', %(now)s, 'call',
    'outbound', false, 'Call ' || n, 'They asked about the export.', 'Benchmarks', '', 'person', 'bench:much:' || n
FROM generate_series(1, 1000) AS n
""",
    """
INSERT INTO signals_currentscore (workspace_id, account_id, score_id, state, band, value, previous_value, coverage,
    known_count, measures_count, stale_count, oldest_input_days, as_of, scored_at, reasons, input_hash)
SELECT workspace_id, id, id, 'scored', (ARRAY['red', 'amber', 'green'])[1 + id / 3 %% 3], 20 + id %% 70, 21 + id %% 70,
    0.8, 9, 12, 1, 5, %(now)s, %(now)s, '[]', md5(id::text)::uuid
FROM renewals_account
""",
    """
INSERT INTO signals_currentrisk (workspace_id, account_id, renewal_id, score_id, state, band, value, previous_value,
    coverage, known_count, measures_count, stale_count, oldest_input_days, as_of, scored_at, reasons, input_hash,
    renew_probability)
SELECT workspace_id, account_id, id, id, 'scored', (ARRAY['low', 'elevated', 'high'])[1 + id / 3 %% 3], id %% 90,
    id %% 89, 0.8, 6, 7, 0, 5, %(now)s, %(now)s, '[]', md5(id::text)::uuid, 1 - (id %% 90) / 100.0
FROM renewals_renewal
""",
)


NOTED = (
    "renewals_account",
    "renewals_contract",
    "renewals_renewal",
    "renewals_contact",
    "renewals_contactrole",
    "renewals_termversion",
    "playbooks_enrolment",
    "signals_currentrisk",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A workspace with `renewals` open renewals and the renewal manager who sees them all."""

    workspace_id: int
    user: User
    renewals: int
    people: Mapping[Role, User] = field(default_factory=dict)
    """Somebody of some other roles, where years lie behind the book; a CSM has an account in three hundred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A book's form: contracts of each account, days that are added to every due date, years behind every contract."""

    each: int = 1
    ahead: int = 0
    past: int = 0


PLAIN = Shape()


def make_book(slug: str, *, renewals: int, now: datetime, has_queue: bool = True, shape: Shape = PLAIN) -> Book:
    """Return a new book; every twentieth renewal has a task, and the queue is as the product writes it, or empty.

    What the product keeps of the years behind the contracts is written with them.
    """
    slug = f"{slug}-{database_now():%H%M%S%f}"  # so that a second run on the same database finds a free one
    workspace = create_workspace(settings=WorkspaceSettings(slug=slug, name=slug), now=now)
    by = system_actor(workspace.id, "benchmarks")
    with in_workspace(workspace.id, by=by, why="a book to measure on"):
        user, people = _member(slug, Role.RENEWAL_MANAGER, by, now), {}
        values = {"workspace": workspace.id, "user": user.id, "rows": renewals // shape.each, "now": now} | asdict(
            shape
        )
        with connection.cursor() as cursor:
            for statement in STATEMENTS:
                cursor.execute(statement, values)
        if shape.past:
            people = {role: _member(slug, role, by, now) for role in ROLES}
            write_past(workspace_id=workspace.id, user_id=user.id, csm_id=people[Role.CSM].id, past=shape.past, now=now)
    analyse()  # else the sums below are made as if the book were empty
    with in_workspace(workspace.id, by=by, why="what is kept of a book"):
        if has_queue:
            refresh_queue(workspace_id=workspace.id, now=now)
        if shape.past:
            add_up(workspace_id=workspace.id, now=now)
    analyse()
    return Book(workspace_id=workspace.id, user=user, renewals=renewals, people=people)


@contextmanager
def without_history() -> Iterator[None]:
    """Write no history and no notes of change meanwhile: half of the time it takes to write a million renewals.

    Only for the database of a measurement: whatever else is written there meanwhile has no history either.
    """
    _switch("DISABLE")
    try:
        yield
    finally:
        _switch("ENABLE")


def _switch(word: str) -> None:
    with connections["owner"].cursor() as cursor:
        for table in NOTED:
            cursor.execute(f"ALTER TABLE {table} {word} TRIGGER USER")


def _member(slug: str, role: Role, by: Actor, now: datetime) -> User:
    member = NewMember(email=f"{role}-{slug}@bench.example", role=role, password=PASSWORD)
    return add_member(member=member, by=by, now=now).user


def analyse() -> None:
    """Tell PostgreSQL what the tables hold, as its own housekeeping does within minutes."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")

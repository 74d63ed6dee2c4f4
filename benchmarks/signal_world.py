"""A workspace with accounts and signals of any number, for the benchmarks of intake and scoring."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from django.db import connection

from renewals.actions.scope import in_workspace
from renewals.actions.workspaces import WorkspaceSettings, create_workspace
from renewals.core.actors import Actor, system_actor
from renewals.queries.clock import database_now
from signals.actions.intake import ensure_source
from signals.core.intake import Candidate

ACCOUNTS = """
INSERT INTO renewals_account (workspace_id, external_id, name, industry, region, country, timezone, currency,
    product_complexity, segment, segment_reason, tier, tier_reason, is_human_only, attributes, source, started_on,
    created_at, updated_at)
SELECT %(workspace)s, 'A-' || n, 'Account ' || n, '', '', '', '', 'USD', 'standard',
    (ARRAY['small', 'mid_market', 'strategic'])[1 + n %% 3], '{}', '', '{}', false, '{}', '',
    %(now)s::date - 500, %(now)s, %(now)s
FROM generate_series(1, %(rows)s) AS n
"""
# A hundred signals an account over 180 days: two flows, features, seats, tickets, tones, invoices, meetings, surveys.
HISTORY = """
INSERT INTO signals_signal (workspace_id, account_id, source_id, occurred_at, received_at, value, kind, external_id,
    subject, text, author)
SELECT a.workspace_id, a.id, %(source)s, %(now)s - make_interval(hours => 43 * n + (a.id %% 40)::int), %(now)s,
    CASE n %% 20 WHEN 16 THEN 0.3 WHEN 17 THEN 8 WHEN 18 THEN 2 ELSE 5 + (a.id * n) %% 40 END,
    (ARRAY['usage.events', 'usage.active_users', 'usage.events', 'usage.feature_used', 'usage.events',
           'usage.active_users', 'usage.events', 'usage.feature_used', 'usage.events', 'usage.active_users',
           'usage.events', 'usage.feature_used', 'usage.logins', 'usage.seats', 'usage.logins', 'usage.logins',
           'support.message', 'relationship.nps', 'support.ticket_opened', 'relationship.meeting'])[1 + n %% 20],
    '', 'thing ' || (a.id + n) %% 9, '', ''
FROM renewals_account a, generate_series(0, 99) AS n WHERE a.workspace_id = %(workspace)s
"""
MONTHS = "SELECT count(signals_ensure_partition(%(now)s - make_interval(days => 28 * n))) FROM generate_series(0, 9) n"
FEEDS = """
INSERT INTO signals_sourcefeed
  (workspace_id, source_id, family, kinds, signals_count, last_occurred_at, last_received_at)
SELECT %(workspace)s, %(source)s, unnest(ARRAY['usage', 'support', 'relationship']), '{}', 1, %(now)s, %(now)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalWorld:
    """A workspace for measuring. `fresh` numbers signals that were never sent before."""

    workspace_id: int
    source_id: int
    accounts: int
    now: datetime
    by: Actor
    fresh: Iterator[int] = field(default_factory=count)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Work inside the workspace, in one transaction."""
        with in_workspace(self.workspace_id, by=self.by, why="measuring"):
            yield

    def candidates(self, rows: int) -> list[Candidate]:
        """Return so many new signals, spread over the accounts and the last ninety days."""
        numbers = [next(self.fresh) for _ in range(rows)]
        return [self._candidate(position, number) for position, number in enumerate(numbers)]

    def _candidate(self, position: int, number: int) -> Candidate:
        moment = self.now - timedelta(minutes=number * 7 % 129_600)
        account = f"A-{1 + number * 31 % self.accounts}"
        return Candidate(
            position=position,
            account=account,
            kind="usage.events",
            occurred_at=moment,
            value=float(number % 50),
            external_id=f"n{number}",
        )


def make_world(slug: str, *, accounts: int, with_history: bool) -> SignalWorld:
    """Return a new world; with a history every account has a hundred signals already."""
    now = database_now()
    slug = f"{slug}-{now:%H%M%S%f}"
    workspace = create_workspace(settings=WorkspaceSettings(slug=slug, name=slug), now=now)
    by = system_actor(workspace.id, "benchmarks")
    with in_workspace(workspace.id, by=by, why="measuring"), connection.cursor() as cursor:
        source = ensure_source(workspace_id=workspace.id, key="bench", kind="api", by=by, now=now)
        values = {"workspace": workspace.id, "source": source.id, "rows": accounts, "now": now}
        for statement in (ACCOUNTS, MONTHS, FEEDS, *((HISTORY,) if with_history else ())):
            cursor.execute(statement, values)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE renewals_account")
    return SignalWorld(workspace_id=workspace.id, source_id=source.id, accounts=accounts, now=now, by=by)

"""A year of recorded history replayed under a changed playbook: seconds for 10,000 accounts, and if it is linear."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.db import connection

from benchmarks.book import Book, make_book
from benchmarks.harness import Ratio, Scale, within
from benchmarks.tick import PEOPLE
from playbooks.actions.foresight.replay import Rules, Span, replay_accounts
from playbooks.actions.publish import publish_library
from playbooks.queries.assignees import assignees
from playbooks.queries.library import shipped_playbooks
from playbooks.queries.replay.configuration import changed_version, configuration_of_the_time, with_playbook
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.queries.accounts import accounts
from renewals.queries.clock import database_now

ACCOUNTS = {"small": 300, "full": 10_000}
CHUNK = 100
YEAR = timedelta(days=365)
EXTRAPOLATED = 10_000

# A score a week and a dozen decisions a renewal, as a year of the engine leaves them.
HISTORY = """
INSERT INTO signals_score (workspace_id, account_id, renewal_id, scorecard_id, kind, state, as_of, recorded_at, value,
    coverage, input_hash, inputs, details)
SELECT workspace_id, id, NULL, 1, 'health', 'scored', %(now)s + n * interval '7 days', %(now)s + n * interval '7 days',
    (id * 7 + n * 13) %% 100, 0.8, md5(id || 'h' || n)::uuid, '{}', '{"band": "amber", "keys": []}'
FROM renewals_account CROSS JOIN generate_series(0, 51) AS n;
INSERT INTO signals_score (workspace_id, account_id, renewal_id, scorecard_id, kind, state, as_of, recorded_at, value,
    renew_probability, coverage, input_hash, inputs, details)
SELECT workspace_id, account_id, id, 1, 'risk', 'scored', %(now)s + n * interval '7 days',
    %(now)s + n * interval '7 days', (id * 11 + n * 17) %% 100, 0.7, 0.8, md5(id || 'r' || n)::uuid, '{}',
    '{"band": "low", "keys": []}'
FROM renewals_renewal CROSS JOIN generate_series(0, 51) AS n;
INSERT INTO playbooks_decision (workspace_id, key, kind, verdict, account_id, renewal_id, step_key, rule_version,
    reasons, inputs, decided_at)
SELECT r.workspace_id, 'bench:' || r.id || ':' || n, 'step', 'do', r.account_id, r.id, 's', 'bench', '[]',
    jsonb_build_object('facts', jsonb_build_object('account.segment', a.segment, 'account.tier', a.tier,
        'renewal.stage', 'upcoming', 'risk.score', (r.id * 11) %% 100, 'health.score', 50,
        'renewal.days_to_due', r.due_on - (r.due_on - 10 * n), 'renewal.owner_known', true)),
    (r.due_on - 10 * n)::timestamptz
FROM renewals_renewal AS r JOIN renewals_account AS a ON a.id = r.account_id CROSS JOIN generate_series(1, 12) AS n;
ANALYZE
"""


def run(scale: Scale) -> Iterator[Ratio]:
    """Yield seconds for 10,000 accounts, and the time of all accounts against twice that of half of them."""
    then = (database_now() - YEAR).astimezone(UTC)
    book = make_book("replay", renewals=ACCOUNTS[scale], now=then)
    fill(book, then)
    half, whole = measure(book, then, ACCOUNTS[scale] // 2), measure(book, then, ACCOUNTS[scale])
    yield within(
        "replay",
        whole * EXTRAPOLATED / ACCOUNTS[scale],
        at_most=60,
        unit="s",
        note=f"for {EXTRAPOLATED:,} accounts, measured with {ACCOUNTS[scale]:,}: a year, unchanged and changed",
    )
    yield within(
        "replay_slope", whole / (2 * half), at_most=1.3, unit="x", note="all accounts against twice half of them"
    )


def fill(book: Book, then: datetime) -> None:
    """Publish the shipped playbooks and lay a year of scores and decisions behind the book."""
    by = system_actor(book.workspace_id, "benchmarks")
    with in_workspace(book.workspace_id, by=by, why="a year to replay", now=then):
        publish_library(by=by, now=then)
        with connection.cursor() as cursor:
            cursor.execute(PEOPLE, {"now": then})
            for statement in HISTORY.split(";\n"):
                cursor.execute(statement, {"now": then})


def measure(book: Book, then: datetime, size: int) -> float:
    """Replay so many accounts in chunks, as the worker does; return the seconds."""
    by, now = system_actor(book.workspace_id, "benchmarks"), then + YEAR
    shipped = next(item for item in shipped_playbooks() if item.key == "mid_market")
    began = time.perf_counter()
    with in_workspace(book.workspace_id, by=by, why="replay", now=now):
        unchanged = configuration_of_the_time()
        table = {**shipped.table, "window_days": 150}
        changed = with_playbook(unchanged, "mid_market", changed_version("mid_market", table))
        rules = Rules(unchanged=unchanged, changed=changed, people=assignees())
        ids = list(accounts().order_by("id").values_list("id", flat=True)[:size])
        acts = 0
        for place in range(0, size, CHUNK):
            span = Span(first=then, last=now)
            for each in replay_accounts(ids[place : place + CHUNK], rules, span, now=now):
                acts += len(each.after.acts)
    if acts < size:
        raise RuntimeError(f"{acts} acts of {size} accounts: the measure would flatter.")
    return time.perf_counter() - began

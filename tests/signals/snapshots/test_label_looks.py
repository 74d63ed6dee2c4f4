"""Looking for labels costs what is due: outcomes recorded since the last look, and accounts whose day has come."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction

from renewals.models import Renewal, Workspace
from signals.actions.snapshots import fix_all_labels, fix_labels
from signals.models import LabelLook, LabelWait, RenewalLabel
from signals.queries.snapshots import labels
from signals.queries.snapshots.labels import TO_LABEL
from tests.plugins.database import make_workspace
from tests.signals.snapshots.test_frames import close
from tests.signals.snapshots.world import DUE, LOOK, at, book

DAY = timedelta(days=1)
RENEWALS = 3_000
# As many ended renewals as asked for, with outcomes and labels, a year ago; history triggers write along.
STORED = """
WITH first AS (SELECT * FROM renewals_renewal WHERE workspace_id = %(workspace)s ORDER BY id LIMIT 1),
contracts AS (
  INSERT INTO renewals_contract (workspace_id, account_id, external_id, name, currency, timezone, source, created_at,
    updated_at)
  SELECT f.workspace_id, f.account_id, 'old-' || n, '', f.currency, '', '', %(then)s, %(then)s
  FROM first f, generate_series(1, %(count)s) n RETURNING id
), closed AS (
  INSERT INTO renewals_renewal (workspace_id, account_id, contract_id, term_number, due_on, opened_on, closed_on, stage,
    forecast_category, currency, target_amount, final_amount, owner_id, initiator_id, negotiator_id, finaliser_id,
    created_at, updated_at)
  SELECT f.workspace_id, f.account_id, c.id, 1, %(day)s, %(day)s, %(day)s, 'closed', 'closed', f.currency, 1, 1,
    f.owner_id, f.owner_id, f.owner_id, f.owner_id, %(then)s, %(then)s FROM first f, contracts c RETURNING *
), outcomes AS (
  INSERT INTO renewals_outcome (workspace_id, renewal_id, kind, primary_reason, contributing_reasons, comment,
    decided_on, recorded_at, recorded_by)
  SELECT workspace_id, id, 'flat', 'habit', '{}', '', %(day)s, %(then)s, 't' FROM closed
)
INSERT INTO signals_renewallabel (workspace_id, account_id, renewal_id, version, group_key, is_lead, kind, manner,
  ratio, due_on, decided_on, labelled_at, matures_on, rules_version, recorded_at)
SELECT workspace_id, account_id, id, 1, id::text, true, 'flat', 'signed', 1, %(day)s, %(day)s, %(then)s, %(day)s, 1,
  %(then)s FROM closed
"""


def look(workspace: Workspace, now: datetime) -> int:
    with at(workspace, now) as by:
        return fix_all_labels(workspace_id=workspace.id, by=by, now=now)


def waits(workspace: Workspace) -> list[date]:
    with at(workspace, LOOK):
        return list(LabelWait.objects.order_by("look_on").values_list("look_on", flat=True))


def store(workspace: Workspace, count: int) -> None:
    """Add ended renewals that were labelled a year ago."""
    then = LOOK - timedelta(days=365)
    with at(workspace, LOOK), connection.cursor() as cursor:
        cursor.execute(STORED, {"workspace": workspace.id, "count": count, "then": then, "day": then.date()})


def test_look_costs_what_is_due_and_not_what_is_stored(committed: None) -> None:
    """Committed, since only the owner of the tables can tell the planner what is in them."""
    workspace = make_workspace("acme")
    with transaction.atomic():
        _, *renewals = book(workspace, accounts=6)  # those stored belong to the first account
        store(workspace, RENEWALS)
        look(workspace, LOOK)  # the first look is at everything
        for renewal in renewals:
            close(workspace, renewal, final=12_000, decided_on=LOOK.date())
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE renewals_outcome, renewals_renewal, signals_renewallabel")
    with at(workspace, LOOK), connection.cursor() as cursor:
        parameters = {"workspace": workspace.id, "since": LOOK - DAY, "today": LOOK.date(), "version": 1}
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {TO_LABEL}", parameters | {"after": 0, "limit": 1_000})
        plan = cursor.fetchone()[0]
    plan = json.loads(plan) if isinstance(plan, str) else plan
    assert touched(plan[0]["Plan"]) <= 8 * len(renewals)
    assert look(workspace, LOOK) == 5


def touched(node: dict[str, Any]) -> float:
    """Return how many rows the nodes of a plan read from tables, those thrown away included."""
    own = node["Actual Rows"] * node["Actual Loops"] if "Relation Name" in node else 0
    thrown = sum(node.get(name, 0) * node["Actual Loops"] for name in node if name.startswith("Rows Removed"))
    return float(own + thrown + sum(touched(child) for child in node.get("Plans", ())))


def test_lost_renewal_waits_for_the_end_of_its_grace_and_is_fixed_on_that_day(workspace: Workspace) -> None:
    first, second = book(workspace, accounts=2)
    close(workspace, first, final=0, decided_on=LOOK.date())
    close(workspace, second, final=12_000, decided_on=LOOK.date())
    assert look(workspace, LOOK) == 1
    assert waits(workspace) == [DUE + timedelta(days=30)]
    grace = datetime.combine(DUE, LOOK.timetz()) + timedelta(days=30)
    assert [look(workspace, grace - DAY), look(workspace, grace), look(workspace, grace)] == [0, 1, 0]
    assert waits(workspace) == []
    with at(workspace, LOOK):
        assert set(RenewalLabel.objects.values_list("renewal_id", "kind")) == {
            (first.id, "churned"),
            (second.id, "flat"),
        }


def test_disputed_end_is_looked_at_again_each_day_until_records_agree(workspace: Workspace) -> None:
    (renewal,) = book(workspace)
    close(workspace, renewal, final=12_000, decided_on=LOOK.date())
    with at(workspace, LOOK):
        renewal.refresh_from_db()
        renewal.contract.cancelled_on = renewal.due_on
        renewal.contract.save()
    assert look(workspace, LOOK) == 0
    assert waits(workspace) == [LOOK.date() + DAY]
    assert look(workspace, LOOK + timedelta(days=3)) == 0
    with at(workspace, LOOK):
        renewal.contract.cancelled_on = None
        renewal.contract.save()
    assert look(workspace, LOOK + timedelta(days=3)) == 0
    assert look(workspace, LOOK + timedelta(days=4)) == 1
    assert waits(workspace) == []


def test_outcome_recorded_on_a_clock_set_back_is_not_missed(workspace: Workspace) -> None:
    (renewal,) = book(workspace)
    assert look(workspace, LOOK + timedelta(days=300)) == 0
    close(workspace, renewal, final=12_000, decided_on=LOOK.date())
    assert look(workspace, LOOK + timedelta(hours=1)) == 1


def test_look_in_chunks_notes_the_look_after_the_last_one(workspace: Workspace) -> None:
    for renewal in book(workspace, accounts=3):
        close(workspace, renewal, final=12_000, decided_on=LOOK.date())
    done = []
    after: int | None = 0
    while after is not None:
        with at(workspace, LOOK) as by:
            result = fix_labels(workspace_id=workspace.id, by=by, now=LOOK, after=after, limit=2)
            done.append((result.fixed, LabelLook.objects.count()))
        after = result.last_account_id
    assert done == [(2, 0), (1, 1)]


def test_other_rules_of_labels_look_through_everything(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    (renewal,) = book(workspace)
    close(workspace, renewal, final=12_000, decided_on=LOOK.date())
    look(workspace, LOOK)
    later = LOOK + timedelta(days=100)
    with at(workspace, later):
        assert labels.accounts_to_label(workspace.id, now=later, version=1, after=0, limit=9) == []
        assert labels.accounts_to_label(workspace.id, now=later, version=2, after=0, limit=9) == [renewal.account_id]
        assert Renewal.objects.count() == 1

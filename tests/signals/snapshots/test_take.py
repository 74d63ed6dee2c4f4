"""Snapshots in PostgreSQL: what is due is taken once, at its moment, under the same number of statements."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from renewals.actions.outcomes import record_outcome
from renewals.core.records import OutcomeRow
from renewals.models import Renewal, Workspace
from signals.actions.snapshots import TakenSnapshots, take_due_snapshots
from signals.core.snapshots.document import sha256_of
from signals.models import Snapshot
from signals.queries.facts import load_chunk
from signals.queries.snapshots.due import open_moments
from signals.queries.snapshots.signals import tallies_of
from signals.queries.tallies import Moment
from tests.signals.snapshots.world import BEGAN, LOOK, at, backfill, book, send, signal, take, usual_signals


def test_snapshot_at_its_horizon_is_live_and_says_what_was_known(workspace: Workspace) -> None:
    book(workspace)
    send(workspace, *usual_signals("A1", LOOK), now=LOOK - timedelta(hours=1))
    (found,) = take(workspace)
    document = json.loads(found.features)
    assert (found.horizon_days, found.is_backfilled, found.is_mid_term) == (30, False, False)
    assert found.as_of == found.known_at == LOOK - timedelta(minutes=10)
    assert found.sha256 == sha256_of(found.features)
    assert document["contract"] == {
        "account_amount": 12000.0,
        "amount_change": None,
        "annual_amount": 12000.0,
        "discount": 0.2,
        "end_action": "manual",
        "is_auto_renewing": 0.0,
        "lines": 1.0,
        "months_into_term": 11.01,
        "notice_days": 60.0,
        "other_contracts": 0.0,
        "quantity": 20.0,
        "renewals_before": 0.0,
        "tenure_months": 23.03,
        "term_months": 12.0,
        "unit_price_change": None,
    }
    assert document["attributes"] == {"plan": "gold", "sites": 4}
    assert document["days_to_renewal"] == 30
    assert document["volumes"]["relationship.unlisted_kind"] == [1, 1.0, 1, 1.0, 1, 1.0, 4]
    assert document["volumes"]["usage.active_users"][4] == 26
    assert (document["account"]["seats"], document["account"]["sponsor_confirmed_days"]) == (20.0, 670)
    assert document["measures"]["usage_depth"][0] == pytest.approx(12 / 20)
    assert document["measures"]["support_sentiment"][0] > 0
    assert document["measures"]["time_to_value"] == [None, 0.0]
    assert 0 < document["health"][0] <= 100


def test_snapshots_taken_twice_are_taken_once(workspace: Workspace) -> None:
    book(workspace, accounts=3)
    first = [(each.id, each.sha256) for each in take(workspace)]
    again = [(each.id, each.sha256) for each in take(workspace, LOOK + timedelta(hours=1))]
    assert (len(first), again) == (3, first)


def test_looking_when_nothing_is_due_is_one_statement(workspace: Workspace) -> None:
    book(workspace, accounts=3)
    take(workspace)
    with at(workspace, LOOK) as by, CaptureQueriesContext(connection) as queries:
        done = take_due_snapshots(workspace_id=workspace.id, by=by, now=LOOK)
    statements = [each["sql"] for each in queries if "SAVEPOINT" not in each["sql"]]
    assert (done, len(statements)) == (TakenSnapshots(due=0, kept=0, accounts=0), 1)


def test_what_is_taken_grows_with_what_is_due_not_with_what_is_stored(workspace: Workspace) -> None:
    counts = []
    book(workspace, accounts=4)
    for days in (120, 90, 60, 30):
        now = LOOK + timedelta(days=30 - days)
        with at(workspace, now) as by, CaptureQueriesContext(connection) as queries:
            done = take_due_snapshots(workspace_id=workspace.id, by=by, now=now)
        counts.append((done.due, done.kept, len(queries)))
    assert len(set(counts[1:])) == 1
    assert counts[1][:2] == (4, 4)


@pytest.mark.parametrize("accounts", [1, 5])
def test_taking_uses_the_same_number_of_statements_for_any_number(workspace: Workspace, accounts: int) -> None:
    book(workspace, accounts=accounts)
    take(workspace, LOOK - timedelta(days=30))  # the rules of the workspace are made with the first
    with at(workspace, LOOK) as by, CaptureQueriesContext(connection) as queries:
        take_due_snapshots(workspace_id=workspace.id, by=by, now=LOOK)
    statements = [each["sql"] for each in queries if "SAVEPOINT" not in each["sql"]]
    assert len(statements) == 18


def test_a_look_that_comes_days_late_is_left_to_the_backfill(workspace: Workspace) -> None:
    book(workspace)
    assert take(workspace, LOOK + timedelta(days=4)) == []
    found = backfill(workspace, LOOK + timedelta(days=4))
    assert [(each.horizon_days, each.is_backfilled) for each in found if each.horizon_days == 30] == [(30, True)]


def test_backfill_covers_each_horizon_inside_the_term_and_before_the_decision(workspace: Workspace) -> None:
    (renewal,) = book(workspace)
    with at(workspace, LOOK) as by:
        row = OutcomeRow(
            renewal_id=renewal.id,
            final_amount=Decimal(12_000),
            primary_reason="habit",
            decided_on=date(2025, 12, 5),
        )
        record_outcome(row=row, by=by, now=LOOK + timedelta(days=3))
    found = backfill(workspace, LOOK + timedelta(days=60))
    horizons = sorted(each.horizon_days for each in found)
    assert horizons == [30, 60, 90, 120, 180, 210, 240, 270, 300, 330, 360]
    assert {each.horizon_days for each in found if each.is_mid_term} == {210, 240, 270, 300, 330, 360}


def test_backfill_again_takes_nothing_and_changes_nothing(workspace: Workspace) -> None:
    book(workspace)
    send(workspace, *usual_signals("A1", LOOK), now=LOOK)
    first = [(each.id, each.sha256, each.features) for each in backfill(workspace, LOOK)]
    send(workspace, *usual_signals("A1", LOOK - timedelta(days=170)), now=LOOK + timedelta(days=1))
    assert [(each.id, each.sha256, each.features) for each in backfill(workspace, LOOK + timedelta(days=1))] == first


def test_backfill_uses_the_time_of_the_event_of_a_history_that_came_late(workspace: Workspace) -> None:
    book(workspace, now=LOOK)
    send(workspace, *usual_signals("A1", LOOK), now=LOOK)
    by_horizon = {each.horizon_days: json.loads(each.features) for each in backfill(workspace, LOOK)}
    assert by_horizon[90]["volumes"]["usage.events"][0] == 28
    assert by_horizon[180]["volumes"]["usage.events"][0] == 28
    assert "usage.events" not in by_horizon[210]["volumes"]
    assert by_horizon[90]["is_backfilled"] is True


@pytest.mark.parametrize("statement", ["UPDATE signals_snapshot SET features = ''", "DELETE FROM signals_snapshot"])
def test_snapshots_cannot_be_changed_by_the_application(workspace: Workspace, statement: str) -> None:
    book(workspace)
    take(workspace)
    refusal = pytest.raises(DatabaseError, match=r"permission denied|append")
    with at(workspace, LOOK), refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_snapshots_of_one_workspace_are_not_seen_by_another(workspace: Workspace, other_workspace: Workspace) -> None:
    book(workspace)
    take(workspace)
    with at(other_workspace, LOOK):
        assert Snapshot.objects.count() == 0


def test_tallies_of_a_moment_are_those_the_scores_are_made_of(workspace: Workspace) -> None:
    book(workspace)
    ahead = signal("A1", "usage.events", LOOK + timedelta(minutes=9), value=3)
    send(workspace, ahead, *usual_signals("A1", LOOK), *usual_signals("A1", LOOK - timedelta(days=370)), now=LOOK)
    with at(workspace, LOOK):
        moment = open_moments(workspace.id, [Renewal.objects.get().id], now=LOOK)[0]
        mine = tallies_of(workspace.id, [moment])[0]
        theirs = load_chunk(workspace.id, [moment.account_id], Moment(as_of=LOOK, known_at=LOOK)).tallies
    columns = (theirs.source_id, theirs.size, theirs.valued, theirs.total, theirs.first_age, theirs.age)
    kinds = [theirs.kinds[code] for code in theirs.kind.tolist()]
    expected = sorted(zip(kinds, *(column.tolist() for column in columns), strict=True))
    assert sorted((t.kind, t.source_id, t.size, t.valued, t.total, t.first_age, t.age) for t in mine) == expected


def test_clock_ahead_counts_only_for_what_was_received_by_the_moment(workspace: Workspace) -> None:
    book(workspace)
    before, after = LOOK - timedelta(days=40), LOOK - timedelta(days=40) + timedelta(minutes=5)
    send(workspace, signal("A1", "usage.events", after, value=1), now=before)
    send(workspace, signal("A1", "usage.logins", after, value=1), now=LOOK)
    with at(workspace, LOOK):
        moment = replace(open_moments(workspace.id, [Renewal.objects.get().id], now=LOOK)[0], as_of=before)
        mine = tallies_of(workspace.id, [moment])[0]
        theirs = load_chunk(workspace.id, [moment.account_id], Moment(as_of=before, known_at=LOOK)).tallies
    assert [each.kind for each in mine] == ["usage.events"]
    assert [theirs.kinds[code] for code in theirs.kind.tolist()] == ["usage.events"]


def test_backfill_leaves_out_what_arrived_late_of_a_kind_that_was_received_already(workspace: Workspace) -> None:
    book(workspace)
    day = LOOK - timedelta(days=100)
    send(workspace, signal("A1", "usage.events", day - timedelta(days=3), value=1), now=day - timedelta(days=2))
    late = [signal("A1", kind, day - timedelta(days=1), value=1) for kind in ("usage.events", "usage.logins")]
    send(workspace, *late, now=LOOK)
    by_horizon = {each.horizon_days: json.loads(each.features)["volumes"] for each in backfill(workspace, LOOK)}
    assert (by_horizon[120]["usage.events"][0], by_horizon[120]["usage.logins"][0]) == (1, 1)


def test_book_is_recorded_before_it_is_looked_at(workspace: Workspace) -> None:
    assert book(workspace)[0].created_at == BEGAN

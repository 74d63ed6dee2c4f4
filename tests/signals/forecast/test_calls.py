"""Calls are kept for good, frozen once as of their day, settled against each other, and judged by what came."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from renewals.actions.outcomes import record_outcome
from renewals.core.actors import Actor, person_actor
from renewals.core.errors import InvalidInput
from renewals.core.records import OutcomeRow
from renewals.core.renewal_states import ForecastCategory
from renewals.models import Renewal, User, Workspace
from signals.actions.forecast.calls import NewCall, confirm_calls, make_call
from signals.actions.forecast.freeze import freeze_calls
from signals.actions.forecast.tallies import tally_calls
from signals.models import CurrentCall, ForecastCall, ForecastDisagreement, ForecastFreeze, ForecastRun, ForecastTally
from signals.queries.forecast.calls import submissions
from signals.queries.forecast.disagreements import forecast_disagreements
from signals.queries.library import forecast_rules
from tests.signals.factories import NOW, make_account, make_renewal

F = ForecastCategory


@pytest.fixture
def renewal(inside: Workspace) -> Renewal:
    row = make_renewal(make_account(inside.id, currency=inside.currency), days=95)
    row.currency = inside.currency
    row.save()
    return row


def call(renewal: Renewal, category: F = F.COMMIT, amount: int = 900, **fields: object) -> NewCall:
    return NewCall(renewal_id=renewal.id, category=category, amount=Decimal(amount), **fields)


def owner(renewal: Renewal) -> Actor:
    return person_actor(renewal.workspace_id, renewal.owner_id, "Owner")


def leader(renewal: Renewal) -> Actor:
    person = User.objects.create(email="leader@example.com", name="Leader")
    return person_actor(renewal.workspace_id, person.id, "Leader")


def test_call_of_the_owner_moves_the_renewal_and_an_adjustment_does_not(renewal: Renewal) -> None:
    make_call(new=call(renewal), by=owner(renewal), now=NOW)
    with pytest.raises(InvalidInput):
        make_call(new=call(renewal, F.PIPELINE, 300), by=leader(renewal), now=NOW)
    by = person_actor(renewal.workspace_id, User.objects.get(email="leader@example.com").id, "Leader")
    make_call(new=call(renewal, F.PIPELINE, 300, reason="Budget is frozen"), by=by, now=NOW)
    renewal.refresh_from_db()
    assert (renewal.forecast_category, renewal.forecast_amount) == ("commit", 900)
    assert dict(CurrentCall.objects.values_list("caller", "amount")) == {"csm": 900, "leader": 300}
    assert list(ForecastCall.objects.order_by("id").values_list("caller", "reason")) == [
        ("csm", ""),
        ("leader", "Budget is frozen"),
    ]


@pytest.mark.requirement("X8")
@pytest.mark.parametrize("statement", ["UPDATE {} SET category = 'omitted'", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["signals_forecastcall", "signals_forecastfreeze", "signals_forecastsnapshot"])
def test_call_and_frozen_call_cannot_be_altered(renewal: Renewal, statement: str, table: str) -> None:
    make_call(new=call(renewal), by=owner(renewal), now=NOW)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table).replace("category", "segment" if "snapshot" in table else "category"))


@pytest.mark.requirement("X8")
def test_checkpoint_freezes_once_what_stood_when_its_day_ended(renewal: Renewal, actor: Actor) -> None:
    checkpoint = datetime.combine(renewal.due_on - timedelta(days=90), datetime.min.time(), tzinfo=UTC)
    make_call(new=call(renewal, amount=900), by=owner(renewal), now=checkpoint - timedelta(days=2))
    make_call(new=call(renewal, amount=800), by=owner(renewal), now=checkpoint + timedelta(hours=23))
    make_call(new=call(renewal, amount=100), by=owner(renewal), now=checkpoint + timedelta(hours=25))
    assert freeze_calls(by=actor, now=checkpoint + timedelta(hours=20)) == 0
    # The sweep was down for ten days: it finds the checkpoint and what stood then.
    assert freeze_calls(by=actor, now=checkpoint + timedelta(days=10)) == 2
    assert list(ForecastFreeze.objects.order_by("caller").values_list("caller", "checkpoint_days", "amount")) == [
        ("csm", 90, Decimal(800)),
        ("model", 90, None),
    ]
    ForecastRun.objects.update(frozen_on=None)
    assert freeze_calls(by=actor, now=checkpoint + timedelta(days=10)) == 0
    assert ForecastFreeze.objects.count() == 2


@pytest.mark.requirement("X8")
def test_disagreement_opens_for_a_review_once_and_closes_when_they_meet(renewal: Renewal) -> None:
    make_call(new=call(renewal), by=owner(renewal), now=NOW)
    by = leader(renewal)
    make_call(new=call(renewal, F.OMITTED, 0, reason="They told me"), by=by, now=NOW)
    make_call(new=call(renewal, F.OMITTED, 0, reason="They told me again"), by=by, now=NOW + timedelta(days=1))
    (found,) = forecast_disagreements()
    assert (found.renewal_id, found.first, found.second, found.kind, found.opened_at) == (
        renewal.id,
        "csm",
        "leader",
        "category",
        NOW,
    )
    make_call(new=call(renewal, F.OMITTED, 0, reason="It is true"), by=owner(renewal), now=NOW + timedelta(days=2))
    assert forecast_disagreements() == []
    assert ForecastDisagreement.objects.get().closed_at == NOW + timedelta(days=2)


@pytest.mark.requirement(35)
def test_calls_are_owed_by_the_calendar_and_a_confirmation_gives_them(renewal: Renewal) -> None:
    rules, today = forecast_rules(), date(2026, 3, 5)  # due on 3 and 17 March
    make_call(new=call(renewal, expansion_amount=Decimal(50), demand="SSO"), by=owner(renewal), now=NOW)

    def owed(day: date) -> list[tuple[int, int, int]]:
        return [(each.in_time, each.late, each.missing) for _, owed in submissions(rules, today=day) for each in owed]

    assert owed(today) == [(1, 0, 0), (0, 0, 1)]
    assert confirm_calls(renewal_ids=[renewal.id], by=owner(renewal), now=NOW + timedelta(days=17)) == 1
    assert owed(date(2026, 3, 20)) == [(0, 1, 0), (1, 0, 0)]
    newest = ForecastCall.objects.order_by("-id")[0]
    assert (newest.amount, newest.expansion_amount, newest.demand) == (900, 50, "SSO")


@pytest.mark.requirement("X8")
def test_ledger_adds_up_what_was_frozen_and_what_came(renewal: Renewal, actor: Actor) -> None:
    make_call(new=call(renewal, amount=900, likelihood=0.8), by=owner(renewal), now=NOW)
    freeze_calls(by=actor, now=NOW + timedelta(days=70))
    row = OutcomeRow(
        renewal_id=renewal.id,
        final_amount=Decimal(600),
        primary_reason="budget_cut",
        decided_on=(NOW + timedelta(days=80)).date(),
    )
    record_outcome(row=row, by=actor, now=NOW + timedelta(days=80))
    assert tally_calls(by=actor, now=NOW + timedelta(days=130)) == tally_calls(by=actor, now=NOW + timedelta(days=130))
    found = ForecastTally.objects.filter(caller="csm").order_by("checkpoint_days")
    fields = ("checkpoint_days", "person_id", "calls", "called", "actual", "missed", "chances")
    assert list(found.values_list(*fields)) == [
        (30, renewal.owner_id, 1, 900, 600, 300, 1),
        (90, renewal.owner_id, 1, 900, 600, 300, 1),
    ]
    assert [each.squares for each in found] == pytest.approx([0.04, 0.04])
    assert set(ForecastTally.objects.filter(caller="model").values_list("calls", "missing")) == {(0, 1)}

"""Renewal cycles opened once, people and forecast named, outcomes recorded once, also by two at a time."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connections

from renewals.actions.contracts import amend_term
from renewals.actions.outcomes import record_outcome, record_outcomes
from renewals.actions.renewals import (
    ForecastChange,
    open_renewal_cycles,
    open_renewals_of_terms,
    set_renewal_roles,
    update_forecast,
)
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.core.errors import (
    AlreadyClosed,
    Conflict,
    InvalidInput,
    NegativeAmount,
    StateNotAllowed,
    UnknownReference,
)
from renewals.core.money import Money
from renewals.core.records import OutcomeRow
from renewals.core.renewal_states import ForecastCategory, RenewalStage
from renewals.core.roles import Role
from renewals.models import Outcome, Renewal
from renewals.queries.people import RoleTriad
from renewals.queries.renewals import amounts, due_between, has_lapsed, open_renewals, outcome_of, renewals_of
from tests.plugins.database import make_workspace
from tests.renewals.build import NOW, TERM, account, contract, member, renewal

TODAY = NOW.date()
LATER = NOW + timedelta(hours=1)


def won(renewal_id: int, amount: str = "1000", **changes: object) -> OutcomeRow:
    """Return a flat outcome."""
    row = OutcomeRow(
        renewal_id=renewal_id,
        final_amount=Decimal(amount),
        primary_reason="proven_value",
        decided_on=date(2026, 11, 1),
    )
    return replace(row, **changes)


def test_cycle_is_opened_once_with_dates_target_and_people(inside, actor) -> None:
    manager = member(actor, "Mia", Role.RENEWAL_MANAGER)
    finaliser = member(actor, "Fritz", Role.CS_MANAGER)
    row = renewal(actor)
    assert (row.due_on, row.notice_on, row.opened_on) == (date(2027, 1, 1), date(2026, 11, 1), TODAY)
    assert (row.target_amount, row.currency, row.stage) == (Decimal(1000), "EUR", "upcoming")
    assert (row.owner_id, row.initiator_id) == (row.account.owner_id, row.account.owner_id)
    assert (row.negotiator_id, row.finaliser_id) == (manager.user_id, finaliser.user_id)
    assert open_renewal_cycles(by=actor, now=LATER).renewal_ids == ()
    assert list(open_renewals()) == list(renewals_of(row.account_id)) == [row]


def test_contract_that_nobody_can_own_waits_and_is_named(inside, actor) -> None:
    account(actor)
    made = contract(actor)
    opened = open_renewal_cycles(by=actor, now=NOW)
    assert (opened.renewal_ids, opened.without_owner) == ((), (made.id,))
    admin = member(actor, "Ada", Role.ADMIN)
    (renewal_id,) = open_renewal_cycles(by=actor, now=NOW).renewal_ids
    assert Renewal.objects.get(id=renewal_id).owner_id == admin.user_id


def test_next_term_opens_the_next_cycle_after_the_first_was_closed(inside, actor) -> None:
    row = renewal(actor)
    record_outcome(row=won(row.id), by=actor, now=NOW)
    assert open_renewal_cycles(by=actor, now=NOW).renewal_ids == ()
    following = replace(TERM, number=2, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))
    amend_term(contract_id=row.contract_id, term=following, reason="Renewed", by=actor, now=LATER)
    (renewal_id,) = open_renewal_cycles(by=actor, now=LATER, account_ids=[row.account_id]).renewal_ids
    assert Renewal.objects.get(id=renewal_id).due_on == date(2028, 1, 1)
    assert [r.id for r in due_between(date(2028, 1, 1), date(2028, 1, 1))] == [renewal_id]


def test_past_terms_open_only_when_named(inside, actor) -> None:
    member(actor, "Ada", Role.ADMIN)
    account(actor)
    made = contract(actor, starts_on=date(2023, 1, 1), ends_on=date(2023, 12, 31))
    assert open_renewal_cycles(by=actor, now=NOW).renewal_ids == ()
    first = open_renewals_of_terms(terms=[(made.id, 1), (made.id, 9)], by=actor, now=NOW)
    again = open_renewals_of_terms(terms=[(made.id, 1)], by=actor, now=NOW)
    assert (len(first.renewal_ids), again.renewal_ids) == (1, ())
    assert has_lapsed(Renewal.objects.get(), today=TODAY)


@pytest.mark.requirement(105)
def test_roles_of_a_renewal_are_three_members_and_one_owner(inside, actor) -> None:
    row = renewal(actor)
    ada, bob = member(actor, "Ada").user_id, member(actor, "Bob").user_id
    roles = RoleTriad(owner_id=ada, initiator_id=ada, negotiator_id=bob, finaliser_id=row.owner_id)
    changed = set_renewal_roles(renewal_id=row.id, roles=roles, by=actor, now=LATER)
    assert (changed.owner_id, changed.negotiator_id, changed.updated_at) == (ada, bob, LATER)
    with pytest.raises(UnknownReference):
        set_renewal_roles(renewal_id=row.id, roles=replace(roles, finaliser_id=10**9), by=actor, now=LATER)


def test_forecast_changes_what_is_said_and_refuses_a_stale_view(inside, actor) -> None:
    row = renewal(actor)
    change = ForecastChange(
        amount=Decimal(900), category=ForecastCategory.COMMIT, stage=RenewalStage.VERBAL, seen_at=NOW
    )
    changed = update_forecast(renewal_id=row.id, change=change, by=actor, now=LATER)
    target, forecast, final, open_change = amounts(changed)
    assert (target, forecast, final) == (Money(Decimal(1000), "EUR"), Money(Decimal(900), "EUR"), None)
    assert open_change == Money(Decimal(-100), "EUR")
    with pytest.raises(Conflict):
        update_forecast(renewal_id=row.id, change=change, by=actor, now=LATER)
    same = ForecastChange(category=ForecastCategory.COMMIT)
    assert update_forecast(renewal_id=row.id, change=same, by=actor, now=LATER + timedelta(hours=1)).updated_at == LATER


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (ForecastChange(amount=Decimal(-1)), NegativeAmount),
        (ForecastChange(stage=RenewalStage.CLOSED), InvalidInput),
        (ForecastChange(category=ForecastCategory.CLOSED), InvalidInput),
    ],
)
def test_forecast_that_cannot_be_is_refused(inside, actor, change: ForecastChange, error) -> None:
    row = renewal(actor)
    with pytest.raises(error):
        update_forecast(renewal_id=row.id, change=change, by=actor, now=LATER)


def test_stage_outside_the_table_is_refused(inside, actor) -> None:
    row = renewal(actor)
    update_forecast(renewal_id=row.id, change=ForecastChange(stage=RenewalStage.VERBAL), by=actor, now=LATER)
    with pytest.raises(StateNotAllowed):
        update_forecast(renewal_id=row.id, change=ForecastChange(stage=RenewalStage.UPCOMING), by=actor, now=LATER)


@pytest.mark.parametrize(
    ("changes", "kind", "change"),
    [
        ({}, "flat", "0"),
        ({"final_amount": Decimal(1200), "primary_reason": "more_seats"}, "expanded", "200"),
        ({"final_amount": Decimal(500), "primary_reason": "fewer_seats"}, "contracted", "-500"),
        ({"final_amount": Decimal(0), "primary_reason": "low_use", "is_lost": True}, "churned", "-1000"),
    ],
)
def test_outcome_closes_the_renewal_with_its_kind(inside, actor, changes, kind: str, change: str) -> None:
    row = renewal(actor)
    outcome = record_outcome(row=won(row.id, **changes), by=actor, now=LATER)
    row.refresh_from_db()
    assert (outcome.kind, outcome.recorded_by, outcome_of(row.id)) == (kind, "tests", outcome)
    assert (row.stage, row.forecast_category, row.closed_on) == ("closed", "closed", date(2026, 11, 1))
    assert amounts(row)[3] == Money(Decimal(change), "EUR")
    assert list(open_renewals()) == []


def test_same_outcome_again_is_the_first_and_another_is_refused(inside, actor) -> None:
    row = renewal(actor)
    first = record_outcome(row=won(row.id), by=actor, now=NOW)
    assert record_outcome(row=won(row.id), by=actor, now=LATER) == first
    with pytest.raises(AlreadyClosed) as refusal:
        record_outcome(row=won(row.id, "1010"), by=actor, now=LATER)
    assert refusal.value.what == "This renewal was closed on 2026-11-01 as flat by tests."
    for closed in (
        lambda: update_forecast(renewal_id=row.id, change=ForecastChange(amount=Decimal(1)), by=actor, now=LATER),
        lambda: set_renewal_roles(
            renewal_id=row.id, roles=RoleTriad(**dict.fromkeys(ROLE_IDS, 1)), by=actor, now=LATER
        ),
    ):
        with pytest.raises(AlreadyClosed):
            closed()


ROLE_IDS = ("owner_id", "initiator_id", "negotiator_id", "finaliser_id")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"primary_reason": "whim"}, InvalidInput),
        ({"primary_reason": "low_use"}, InvalidInput),
        ({"contributing_reasons": ("proven_value",)}, InvalidInput),
        ({"final_amount": Decimal(-1)}, NegativeAmount),
        ({"is_lost": True}, InvalidInput),
        ({"renewal_id": 10**9}, UnknownReference),
    ],
)
def test_outcome_that_cannot_stand_is_refused_and_closes_none(inside, actor, changes, error) -> None:
    first, second = renewal(actor, "1"), renewal(actor, "2")
    with pytest.raises(error):
        record_outcomes(rows=[won(first.id), replace(won(second.id), **changes)], by=actor, now=NOW)
    assert (Outcome.objects.count(), Renewal.objects.filter(closed_on__isnull=False).count()) == (0, 0)


def test_two_different_outcomes_at_once_leave_exactly_one(committed) -> None:
    workspace = make_workspace("acme")
    actor = system_actor(workspace.id, "tests")
    with in_workspace(workspace.id, by=actor):
        row = renewal(actor)
    barrier, results = threading.Barrier(2), []

    def close(amount: str) -> None:
        barrier.wait()
        try:
            with in_workspace(workspace.id, by=actor):
                record_outcome(row=won(row.id, amount), by=actor, now=NOW)
            results.append(amount)
        except AlreadyClosed:
            results.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=close, args=(amount,)) for amount in ("1000", "1010")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(results)[1:] == ["refused"]
    with in_workspace(workspace.id, by=actor):
        assert Renewal.objects.get().final_amount == Decimal(sorted(results)[0])
        assert Outcome.objects.count() == 1

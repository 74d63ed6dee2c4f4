"""No leak: facts whose event or arrival lies after a snapshot change no byte of it, whatever kind they are."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renewals.actions.accounts import record_account
from renewals.actions.contacts import record_contacts
from renewals.actions.contracts import record_contract
from renewals.actions.milestones import record_milestones
from renewals.actions.outcomes import record_outcome
from renewals.actions.touchpoints import record_touchpoints
from renewals.core.records import AccountRow, ContactRow, OutcomeRow, TouchpointRow
from renewals.core.terms import EndAction
from renewals.models import Contact, ContactRole, ContractLine, Renewal, Workspace
from signals.models import Snapshot
from signals.queries.snapshots.rebuild import rebuilt
from tests.signals.snapshots.world import (
    BEGAN,
    LOOK,
    account_id,
    at,
    backfill,
    book,
    contract,
    milestone,
    reach,
    send,
    signal,
    take,
    usual_signals,
)

KINDS = (
    "usage.events",
    "usage.active_users",
    "usage.never_seen",
    "usage.feature_used",
    "usage.milestone",
    "usage.seats",
    "billing.invoice_overdue",
    "support.message",
    "relationship.sponsor_left",
    "relationship.nps",
    "marketing.email_clicked",
    "health.outside",
)
Injection = Callable[[Workspace, int, int], None]


def later(arrived: int) -> Any:
    return LOOK + timedelta(days=1 + arrived)


def signals_injected(workspace: Workspace, occurred: int, arrived: int) -> None:
    """Signals of the past that came later, and of the future."""
    moment = LOOK + timedelta(days=min(occurred, arrived), hours=1)
    items = [
        signal("A1", kind, moment, value=1, subject="x", **({"text": "Bad."} if kind == "support.message" else {}))
        for kind in KINDS
    ]
    send(workspace, *items, now=later(arrived))


def milestone_injected(workspace: Workspace, occurred: int, arrived: int) -> None:
    with at(workspace, later(arrived)) as by:
        row = milestone("A1", (LOOK + timedelta(days=min(occurred, arrived))).date())
        record_milestones(rows=[row], by=by, now=later(arrived))


def sponsor_injected(workspace: Workspace, occurred: int, arrived: int) -> None:
    with at(workspace, later(arrived)) as by:
        row = ContactRow(
            external_id="A1-P9",
            account_external_id="A1",
            name="New",
            email="n@example.com",
            roles=("executive_sponsor",),
            roles_on=(LOOK + timedelta(days=occurred)).date(),
        )
        record_contacts(rows=[row], by=by, now=later(arrived))


def sponsor_gone(workspace: Workspace, occurred: int, arrived: int) -> None:
    with at(workspace, later(arrived)):
        day = max((LOOK + timedelta(days=occurred)).date(), date(2024, 2, 2))
        Contact.objects.update(left_on=day)
        ContactRole.objects.update(until_on=day)


def touch_injected(workspace: Workspace, occurred: int, arrived: int) -> None:
    with at(workspace, later(arrived)) as by:
        row = TouchpointRow(
            account_id=account_id("A1"),
            occurred_at=LOOK + timedelta(days=min(occurred, arrived)),
            channel="meeting",
            direction="inbound",
            subject="We talked",
            origin="person",
            origin_key=f"t{occurred}:{arrived}",
        )
        record_touchpoints(rows=[row], by=by, now=later(arrived))


def contract_amended(workspace: Workspace, occurred: int, arrived: int) -> None:
    with at(workspace, later(arrived)) as by:
        record_contract(row=contract("A1", arr=1 + abs(occurred)), by=by, now=later(arrived))


def contract_signed(workspace: Workspace, occurred: int, arrived: int) -> None:
    from_other = contract("A1", arr=500)
    with at(workspace, later(arrived)) as by:
        other = type(from_other)(
            external_id="C-other", account_external_id="A1", currency="USD", terms=from_other.terms
        )
        record_contract(row=other, by=by, now=later(arrived))


def line_changed_in_place(workspace: Workspace, occurred: int, arrived: int) -> None:
    with at(workspace, later(arrived)):
        ContractLine.objects.update(arr_amount=Decimal(7), quantity=Decimal(1 + abs(occurred)))


def account_changed(workspace: Workspace, occurred: int, arrived: int) -> None:
    with at(workspace, later(arrived)) as by:
        row = AccountRow(external_id="A1", industry="Retail", employees=9, attributes={"plan": "none", "new": occurred})
        record_account(row=row, by=by, now=later(arrived))


def outcome_recorded(workspace: Workspace, occurred: int, arrived: int) -> None:
    with at(workspace, later(arrived)) as by:
        renewal = Renewal.objects.get()
        row = OutcomeRow(
            renewal_id=renewal.id,
            final_amount=Decimal(0),
            primary_reason="price",
            decided_on=later(arrived).date(),
            is_lost=True,
        )
        record_outcome(row=row, by=by, now=later(arrived))


INJECTIONS: tuple[Injection, ...] = (
    signals_injected,
    milestone_injected,
    sponsor_injected,
    sponsor_gone,
    touch_injected,
    contract_amended,
    contract_signed,
    line_changed_in_place,
    account_changed,
    outcome_recorded,
)


def stored(workspace: Workspace) -> list[tuple[int, str, str]]:
    with at(workspace, LOOK):
        return list(Snapshot.objects.order_by("id").values_list("id", "features", "sha256"))


def differing(workspace: Workspace) -> list[str]:
    """Return the texts that come out differently when every snapshot is made again."""
    with at(workspace, LOOK + timedelta(days=400)):
        ids = list(Snapshot.objects.values_list("id", flat=True))
        assert ids
        return [each.text for each in rebuilt(ids) if not each.is_same]


@pytest.fixture
def looked_at(workspace: Workspace) -> Workspace:
    """A renewal with a rich past, looked at live at D-30 and by back-fill at all earlier horizons."""
    book(workspace)
    send(workspace, *usual_signals("A1", LOOK), now=LOOK - timedelta(hours=1))
    reach(workspace, "A1", date(2025, 3, 1), now=LOOK - timedelta(days=200))
    take(workspace)
    backfill(workspace, LOOK)
    return workspace


def test_snapshots_made_again_from_the_same_facts_are_the_same_bytes(looked_at: Workspace) -> None:
    assert len(stored(looked_at)) == 11
    assert differing(looked_at) == []


@pytest.mark.parametrize("inject", INJECTIONS, ids=lambda each: each.__name__)
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(occurred=st.integers(-150, 200), arrived=st.integers(0, 200))
def test_later_facts_change_no_byte(looked_at: Workspace, inject: Injection, occurred: int, arrived: int) -> None:
    before = stored(looked_at)
    with transaction.atomic():
        inject(looked_at, occurred, arrived)
        assert differing(looked_at) == []
        assert stored(looked_at) == before
        transaction.set_rollback(True)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.lists(st.integers(0, 100), min_size=1, max_size=6))
def test_backfill_of_a_truncated_history_is_that_of_the_whole(workspace: Workspace, days: list[int]) -> None:
    """What occurs after the moments is not in them, even when it is there before they are taken."""
    with transaction.atomic():
        book(workspace, now=LOOK)
        send(workspace, *usual_signals("A1", LOOK - timedelta(days=60)), now=LOOK)
        with transaction.atomic():
            alone = {each.horizon_days: each.features for each in backfill(workspace, LOOK) if each.horizon_days >= 90}
            transaction.set_rollback(True)
        future = [LOOK - timedelta(days=59) + timedelta(days=n / 2) for n in days]
        send(workspace, *(signal("A1", "usage.events", day, value=1) for day in sorted(set(future))), now=LOOK)
        whole = {each.horizon_days: each.features for each in backfill(workspace, LOOK) if each.horizon_days >= 90}
        assert whole == alone
        transaction.set_rollback(True)


def notice_given(workspace: Workspace, occurred: int, arrived: int) -> None:
    """What a notice leaves behind in the terms."""
    known = contract("A1")
    (term,) = known.terms
    ended = replace(term, is_auto_renewing=True, end_action=EndAction.END, notice_period=1)
    with at(workspace, later(arrived)) as by:
        record_contract(row=replace(known, terms=(ended,)), by=by, now=later(arrived))


def before_the_amendment(taken: list[Snapshot]) -> dict[int, str]:
    return {each.horizon_days: each.features for each in taken if each.as_of < later(10)}


@pytest.mark.parametrize("recorded", ["as it came", "loaded late"])
@pytest.mark.parametrize("amend", [notice_given, contract_amended, line_changed_in_place, account_changed])
def test_amendments_made_after_the_moments_are_not_in_their_backfill(
    workspace: Workspace, amend: Injection, recorded: str
) -> None:
    """However late it is taken: terms, lines and the account are read as recorded then, or as first recorded."""
    book(workspace, now=BEGAN if recorded == "as it came" else LOOK)
    look = LOOK + timedelta(days=100)
    with transaction.atomic():
        alone = before_the_amendment(backfill(workspace, look))
        transaction.set_rollback(True)
    amend(workspace, 5, 10)
    assert len(alone) >= 10
    assert before_the_amendment(backfill(workspace, look)) == alone


def test_an_end_moved_after_the_moments_leaves_the_length_of_the_term_in_their_backfill(workspace: Workspace) -> None:
    book(workspace)
    with at(workspace, later(10)) as by:
        record_contract(row=contract("A1", ends_on=date(2026, 2, 28)), by=by, now=later(10))
    found = [each for each in backfill(workspace, LOOK + timedelta(days=100)) if each.as_of < later(10)]
    assert len(found) >= 10
    assert {json.loads(each.features)["contract"]["term_months"] for each in found} == {12.0}


def test_a_changed_past_is_found(looked_at: Workspace) -> None:
    """The proof can fail: what is pushed under a snapshot's own time makes it another one."""
    send(
        looked_at,
        signal("A1", "usage.events", LOOK - timedelta(days=5, hours=1), value=500),
        now=LOOK - timedelta(hours=2),
    )
    assert len(differing(looked_at)) == 1

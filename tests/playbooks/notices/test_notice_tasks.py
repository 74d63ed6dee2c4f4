"""Tasks of our notices: there before the window opens, raised on silence, back until proven, ended by proof (I22)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from playbooks.actions.notices import (
    drop_notice,
    end_contract,
    prove_notice,
    resume_notice,
    serve_notice,
    tend_notice_tasks,
    tend_workspace_notices,
)
from playbooks.actions.sweeps import sweep_notices
from playbooks.actions.tasks import complete_task
from playbooks.models import Task
from playbooks.queries.invariants import broken_invariants
from renewals.actions.contracts import amend_term
from renewals.actions.notices.rules import switch_pack
from renewals.actions.notices.serve import ProofRow
from renewals.actions.outcomes import record_outcome
from renewals.actions.scope import in_workspace
from renewals.actions.touchpoints import record_touchpoint
from renewals.core.actors import Actor
from renewals.core.notices.rules import NoticeChannel
from renewals.core.notices.states import Service
from renewals.core.records import OutcomeRow, TermRow, TouchpointRow
from renewals.models import Account, Notice, Renewal
from tests.playbooks.factories import make_person, make_world

KEY = "us-ny-gol-5-903"
LETTER = NoticeChannel.REGISTERED_LETTER


def at(month: int, day: int) -> datetime:
    """An afternoon of 2026, UTC."""
    return datetime(2026, month, day, 15, tzinfo=UTC)


@pytest.fixture
def duty(inside, actor) -> Notice:
    """Our notice of a contract in New York that ends on 31 August 2026 with 60 days: 2 to 17 June, deadline 2 July."""
    world = make_world(inside, due_on=date(2026, 9, 1))
    for role in ("cs_manager", "renewal_manager", "admin"):
        make_person(inside, f"{role}@example.com", role)
    Account.objects.filter(id=world.account.id).update(country="US", region="NY", timezone="America/New_York")
    world.contract.terms.update(is_auto_renewing=True, renewal_months=12)
    switch_pack(key=KEY, is_on=True, by=actor, now=at(3, 2))
    tend_workspace_notices(by=actor, now=at(3, 2))
    return Notice.objects.get(side="ours")


def open_tasks() -> list[tuple[str, str]]:
    """Title and assignee's role of the open tasks of notices."""
    rows = Task.objects.filter(origin_key__startswith="notice:", state__in=["open", "snoozed"]).order_by("id")
    return [(row.title, row.assignee.email.split("@")[0]) for row in rows]


def broken(by: Actor, now: datetime) -> list[str]:
    """The broken invariants about notices and owners, as of a moment."""
    with in_workspace(by.workspace_id, by=by, now=now):
        return [item.detail for item in broken_invariants() if item.number in ("I22", "owner")]


@pytest.mark.requirement(91)
def test_task_is_there_before_the_window_opens_and_silence_climbs_to_an_admin(duty: Notice, actor: Actor) -> None:
    assert (duty.opens_on, duty.closes_on) == (date(2026, 6, 2), date(2026, 6, 17))
    seen = {}
    for month, day in ((5, 18), (5, 19), (6, 2), (6, 9), (6, 10), (6, 18)):
        tend_workspace_notices(by=actor, now=at(month, day))
        seen[month, day] = [who for _, who in open_tasks()]
    assert seen == {
        (5, 18): [],
        (5, 19): ["csm"],
        (6, 2): ["csm"],
        (6, 9): ["csm", "cs_manager"],
        (6, 10): ["csm", "cs_manager", "renewal_manager", "admin"],
        (6, 18): ["cs_manager", "renewal_manager", "admin", "csm", "admin"],
    }
    assert open_tasks()[-2:] == [
        ("Our notice was not served in time: settle what follows", "csm"),
        ("A notice of ours was missed: decide with counsel", "admin"),
    ]


def test_second_sweep_changes_nothing(duty: Notice, actor: Actor) -> None:
    for day in (1, 8, 12, 19):
        tend_workspace_notices(by=actor, now=at(6, day))
        assert tend_workspace_notices(by=actor, now=at(6, day)) == 0


def test_task_closed_without_a_proof_comes_back(duty: Notice, actor: Actor) -> None:
    tend_workspace_notices(by=actor, now=at(6, 2))
    task = Task.objects.get(origin_key__startswith="notice:")
    complete_task(task_id=task.id, outcome_code="done", note="Done, I think", by=actor, now=at(6, 3))
    tend_notice_tasks(by=actor, now=at(6, 3))
    assert open_tasks() == [("Serve our notice", "csm")]


@pytest.mark.requirement(91)
def test_served_notice_asks_for_its_proof_and_the_proof_ends_every_task(duty: Notice, actor: Actor) -> None:
    tend_workspace_notices(by=actor, now=at(6, 11))
    service = Service(served_on=date(2026, 6, 11), channel=LETTER)
    serve_notice(notice_id=duty.id, service=service, by=actor, now=at(6, 11))
    assert open_tasks()[-1] == ("Record the proof that our notice was served", "csm")
    proof = ProofRow(kind="delivery_receipt", channel=LETTER, served_on=date(2026, 6, 12), reference="RR 1")
    prove_notice(notice_id=duty.id, proof=proof, by=actor, now=at(6, 15))
    assert open_tasks() == []
    mine = Task.objects.filter(origin_key__startswith="notice:")
    assert set(mine.values_list("state", "ended_reason")) == {
        ("cancelled", "notice_proven"),
        ("cancelled", "notice_moved_on"),
    }
    tend_workspace_notices(by=actor, now=at(7, 30))
    assert (open_tasks(), broken(actor, at(7, 30))) == ([], [])


def test_dropped_notice_ends_its_tasks_and_brings_them_back_when_resumed(duty: Notice, actor: Actor) -> None:
    tend_workspace_notices(by=actor, now=at(6, 2))
    drop_notice(notice_id=duty.id, reason="Counsel: outside the statute.", by=actor, now=at(6, 3))
    assert open_tasks() == []
    resume_notice(notice_id=duty.id, by=actor, now=at(6, 4))
    assert open_tasks() == [("Serve our notice", "csm")]


def test_our_own_non_renewal_has_its_task_at_once_when_it_is_near(duty: Notice, actor: Actor) -> None:
    row = end_contract(renewal_id=duty.renewal_id, by=actor, now=at(6, 1))
    assert (row.state, [title for title, _ in open_tasks()]) == ("due", ["Serve our notice", "Serve our notice"])


def test_closed_renewal_ends_the_tasks_of_its_notices(duty: Notice, actor: Actor) -> None:
    tend_workspace_notices(by=actor, now=at(6, 19))
    row = OutcomeRow(
        renewal_id=duty.renewal_id,
        final_amount=Decimal(120000),
        primary_reason="proven_value",
        decided_on=date(2026, 6, 19),
    )
    record_outcome(row=row, by=actor, now=at(6, 19))
    tend_notice_tasks(by=actor, now=at(6, 19))
    assert (open_tasks(), Notice.objects.get(id=duty.id).state) == ([], "missed")


@pytest.mark.requirement(87)
def test_moved_contract_ends_the_tasks_of_the_old_window(duty: Notice, actor: Actor) -> None:
    tend_workspace_notices(by=actor, now=at(6, 2))
    contract_id = Renewal.objects.get(id=duty.renewal_id).contract_id
    term = TermRow(
        number=1,
        starts_on=date(2025, 9, 1),
        ends_on=date(2027, 2, 28),
        notice_period=60,
        is_auto_renewing=True,
        renewal_months=12,
    )
    amend_term(contract_id=contract_id, term=term, reason="Extended", by=actor, now=at(6, 3))
    tend_notice_tasks(by=actor, now=at(6, 3))
    assert open_tasks() == []
    tend_workspace_notices(by=actor, now=at(11, 25))
    assert open_tasks() == [("Serve our notice", "csm")]


def test_owner_who_left_is_stood_in_for(duty: Notice, actor: Actor) -> None:
    duty.owner.memberships.update(is_active=False)
    tend_workspace_notices(by=actor, now=at(6, 2))
    assert open_tasks() == [("Serve our notice", "cs_manager")]


@pytest.mark.requirement(91)
def test_invariant_holds_on_every_day_of_a_forgotten_notice(duty: Notice, workspace, actor: Actor) -> None:
    """From long before the window until after the miss, swept once a day."""
    for number in range(40):
        moment = at(5, 15) + timedelta(days=number)
        sweep_notices(now=moment, clock=moment, only=workspace.id)
        assert broken(actor, moment) == []
    assert Notice.objects.get(id=duty.id).state == "missed"


def deadline_tasks(by: Actor, now: datetime) -> list[tuple[str, str]]:
    """The open tasks about their deadline after a sweep: which rung, whose."""
    tend_workspace_notices(by=by, now=now)
    rows = Task.objects.filter(origin_key__startswith="deadline:", state__in=["open", "snoozed"]).order_by("id")
    return [(row.origin_key.rpartition(":")[2], row.assignee.email.split("@")[0]) for row in rows]


def test_their_deadline_in_silence_climbs_passes_and_ends_with_their_word(duty: Notice, actor: Actor) -> None:
    near, raised, passed = ("1", "csm"), ("2", "cs_manager"), ("passed", "csm")
    assert deadline_tasks(actor, at(6, 1)) == []
    assert deadline_tasks(actor, at(6, 2)) == [near]
    assert deadline_tasks(actor, at(6, 25)) == [near, raised]
    assert deadline_tasks(actor, at(6, 25)) == [near, raised]
    assert deadline_tasks(actor, at(7, 3)) == [passed]
    touch = TouchpointRow(
        account_id=duty.account_id,
        occurred_at=at(7, 3),
        channel="email",
        direction="inbound",
        subject="We stay",
        origin="test",
        origin_key="test:1",
    )
    record_touchpoint(row=touch, by=actor, now=at(7, 4))
    assert deadline_tasks(actor, at(7, 4)) == []
    Task.objects.filter(origin_key__startswith="deadline:").delete()
    assert deadline_tasks(actor, at(7, 5)) == []


def test_deadline_of_a_contract_that_does_not_renew_by_itself_makes_no_task(duty: Notice, actor: Actor) -> None:
    duty.renewal.contract.terms.update(is_auto_renewing=False)
    assert deadline_tasks(actor, at(6, 25)) == []

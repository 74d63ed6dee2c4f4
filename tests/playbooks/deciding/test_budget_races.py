"""Two connections want the same account at once: no order of theirs passes the budget, not even without our checks."""

import itertools
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connections

from playbooks.actions.bulk import insert_rows
from playbooks.actions.claim import claim_steps
from playbooks.actions.enrol import enrol_renewal
from playbooks.actions.execute import execute_steps
from playbooks.actions.limits import EngineLimits
from playbooks.actions.send import Sender, send_messages
from playbooks.models import AccountTouch, Message, TouchBudget
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, system_actor
from tests.playbooks.factories import World, make_renewal
from tests.playbooks.stories import KeptChannel, email_step, enrol_account
from tests.plugins.database import make_workspace

MOST, DAYS, GAP = 3, 7, 1
ROUNDS = 1000


@pytest.fixture
def world(committed: None, now: datetime) -> Iterator[tuple[World, Actor]]:
    """A committed account whose workspace allows three touches a week, a day apart."""
    workspace = make_workspace("budget")
    by = system_actor(workspace.id, "race")
    late = {"policy": "send_late", "max_days": 90}
    made, _ = enrol_account(workspace, by, now, email_step("hello", -90, late=late))
    with in_workspace(workspace.id, by=by):
        TouchBudget.objects.update(max_touches=MOST, per_days=DAYS, min_gap_days=GAP)
    yield made, by


def both(work: Callable[[int], None]) -> None:
    """Do the same on two connections at once."""

    def _alone(number: int) -> None:
        try:
            work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(_alone, range(2)))


def violations(at: list[datetime]) -> int:
    """How many touches came too soon after the one before, or as one too many within the span."""
    gap, span = timedelta(days=GAP), timedelta(days=DAYS)
    soon = sum(b - a < gap for a, b in itertools.pairwise(at))
    return soon + sum(sum(a <= b < a + span for b in at) > MOST for a in at)


@pytest.mark.requirement("X10")
@pytest.mark.requirement(73)
def test_thousand_attempts_without_any_check_of_ours_break_nothing(world: tuple[World, Actor], now: datetime) -> None:
    """The ledger alone: two connections write touches at random instants, into random slots, and ask nobody."""
    made, by = world

    def attempts(number: int) -> None:
        dice = random.Random(number)
        for _ in range(ROUNDS // 2):
            at = now + timedelta(minutes=dice.randrange(60 * 24 * 60))
            row = {
                "workspace_id": by.workspace_id,
                "account_id": made.account.id,
                "message_class": "relationship",
                "slot": dice.randint(1, MOST),
                "slots": MOST,
                "occurred_at": at,
                "frees_at": at + timedelta(days=DAYS),
                "rests_until_at": at + timedelta(days=GAP),
            }
            with in_workspace(by.workspace_id, by=by):
                insert_rows(AccountTouch, [row], ignore_conflicts=True)

    both(attempts)
    with in_workspace(by.workspace_id, by=by):
        at = list(AccountTouch.objects.order_by("occurred_at").values_list("occurred_at", flat=True))
    assert len(at) > 10
    assert violations(at) == 0


@pytest.mark.requirement("X10")
@pytest.mark.requirement(73)
def test_two_senders_keep_the_budget_of_an_account_with_twelve_renewals(
    world: tuple[World, Actor], now: datetime
) -> None:
    """The whole way: twelve playbooks want to write to one account; both senders look at it hour after hour."""
    made, by = world
    start = now + timedelta(days=11)
    with in_workspace(by.workspace_id, by=by, now=now):
        for number in range(11):
            account = made.account
            account.external_id = f"A-1-{number}"
            renewal = make_renewal(account, made.owner, due_on=made.renewal.due_on - timedelta(days=number + 1))
            enrol_renewal(renewal_id=renewal.id, playbook_key="simple", by=by, now=now)
        TouchBudget.objects.update(max_touches=50, min_gap_days=0)
    with in_workspace(by.workspace_id, by=by, now=start):
        limits = EngineLimits()
        execute_steps(claim_steps(workspace_id=by.workspace_id, worker="w", limits=limits), limits=limits)
        assert Message.objects.filter(state="queued").count() == 12
        TouchBudget.objects.update(max_touches=MOST, min_gap_days=GAP, per_days=DAYS)
    channels = [KeptChannel(), KeptChannel()]

    def senders(number: int) -> None:
        for hour in range(0, 24 * 14, 8):
            clock = start + timedelta(hours=hour)
            sender = Sender(worker=f"w{number}", channel=channels[number], limits=EngineLimits(), by=by, clock=clock)
            send_messages(sender)

    both(senders)
    with in_workspace(by.workspace_id, by=by):
        at = list(AccountTouch.objects.order_by("occurred_at").values_list("occurred_at", flat=True))
        assert (
            len(at) == sum(len(channel.calls) for channel in channels) == Message.objects.filter(state="sent").count()
        )
    assert len(at) >= 2
    assert violations(at) == 0

"""Any order of what people, workers and customers do: a machine of rules against the engine, and a small reference.

The reference knows no more than the promise: when a message may still leave, and that it leaves once.
"""

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from playbooks.actions.claim import ClaimedStep, claim_steps
from playbooks.actions.execute import execute_steps
from playbooks.actions.limits import EngineLimits
from playbooks.actions.pump import Pump, pump
from playbooks.actions.queue import refresh_queue
from playbooks.actions.replan import replan_moved
from playbooks.actions.stop import stop_closed, stop_enrolment
from playbooks.actions.tasks import complete_task
from playbooks.actions.unsubscribe import unsubscribe
from playbooks.channels.base import Receipt, SendResult
from playbooks.models import Message, StepRun, Task
from playbooks.queries.invariants import broken_invariants
from renewals.actions.contracts import amend_term
from renewals.actions.outcomes import record_outcome
from renewals.actions.renewals import follow_terms
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.core.records import OutcomeRow, TermRow
from renewals.models import Renewal, TermVersion, Workspace
from tests.playbooks.factories import World
from tests.playbooks.stories import KeptChannel, email_step, enrol_account, task_step

LIMITS = EngineLimits()
STORIES = int(os.environ.get("STORIES", "4"))
A_PART = int(os.environ.get("STORIES_A_PART", "10"))
"""Stories of one test. A story is taken back, yet its dead rows slow the next ones down until the test ends."""
FIRST_SEED = int(os.environ.get("STORIES_SEED", "0"))
ACCOUNTS = 2
WHICH = st.integers(0, ACCOUNTS - 1)
AFTER = {"from": "after_previous", "days": 2, "roll": "next_business_day"}
STEPS = (
    email_step("first", -90),
    task_step("call", -75),
    email_step("second", 0, anchor=AFTER),
    email_step("third", -20),
)


@dataclass
class Promise:
    """What was promised about one account: it is over once they unsubscribed, closed, or the playbook was stopped."""

    is_over: bool = False
    sent_when_over: int = 0
    keys: list[str] = field(default_factory=list)


class Orders(RuleBasedStateMachine):
    """Rules in any order over moved time; the workspace is rolled back after each story."""

    workspace: Workspace
    by: Actor
    start: datetime

    def __init__(self) -> None:
        """Enrol two accounts and begin with a channel that accepts."""
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.now, self.channel = self.start, KeptChannel()
        made = [enrol_account(self.workspace, self.by, self.now, *STEPS, key=f"A-{n}") for n in range(ACCOUNTS)]
        self.worlds = [world for world, _ in made]
        self.enrolments = [enrolment.id for _, enrolment in made]
        self.promises = [Promise() for _ in made]
        self.held: list[tuple[ClaimedStep, ...]] = []

    def teardown(self) -> None:
        """Forget the story."""
        transaction.savepoint_rollback(self.savepoint)

    @rule(hours=st.integers(1, 24 * 21))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def worker_looks(self) -> None:
        pump(Pump(clock=self.now, channel=self.channel))

    @rule(receipt=st.sampled_from([Receipt.UNKNOWN, Receipt.TRY_LATER, Receipt.REFUSED]))
    def provider_misbehaves_once(self, receipt: Receipt) -> None:
        self.channel.answers.append(SendResult(receipt=receipt, reason="as told"))

    @rule()
    def worker_claims_and_freezes(self) -> None:
        with in_workspace(self.workspace.id, by=self.by, now=self.now):
            held = claim_steps(workspace_id=self.workspace.id, worker="frozen", limits=LIMITS)
            StepRun.objects.filter(state="claimed").update(lease_until=self.start - timedelta(days=400))
        if held:
            self.held.append(held)

    @precondition(lambda self: self.held)
    @rule()
    def frozen_worker_wakes(self) -> None:
        with in_workspace(self.workspace.id, by=self.by, now=self.now):
            execute_steps(self.held.pop(), limits=LIMITS)

    @rule()
    def sender_dies_after_the_mark(self) -> None:
        with in_workspace(self.workspace.id, by=self.by, now=self.now):
            Message.objects.filter(state="queued", attempts=0).update(
                state="sending", fence=1, attempts=1, sending_at=self.now, first_sending_at=self.now,
                lease_until=self.start - timedelta(days=400),
            )  # fmt: skip

    @rule(which=WHICH)
    def customer_unsubscribes(self, which: int) -> None:
        with in_workspace(self.workspace.id, by=self.by, now=self.now):
            unsubscribe(contact_id=self.worlds[which].contact.id, by=self.by, now=self.now)
        self._over(which)

    @rule(which=WHICH)
    def person_stops_the_playbook(self, which: int) -> None:
        with in_workspace(self.workspace.id, by=self.by, now=self.now):
            stop_enrolment(enrolment_id=self.enrolments[which], reason="owner_asked", by=self.by, now=self.now)
        self._over(which)

    @rule(which=WHICH)
    def customer_signs(self, which: int) -> None:
        renewal = self.worlds[which].renewal
        with in_workspace(self.workspace.id, by=self.by, now=self.now):
            if Renewal.objects.get(id=renewal.id).closed_on is None:
                row = OutcomeRow(
                    renewal_id=renewal.id,
                    final_amount=Decimal(120000),
                    decided_on=self.now.date(),
                    primary_reason="proven_value",
                )
                record_outcome(row=row, by=self.by, now=self.now)
            stop_closed(by=self.by, now=self.now)
            refresh_queue(workspace_id=self.workspace.id, now=self.now)
        self._over(which)

    @rule(which=WHICH, days=st.integers(-30, 60))
    def contract_moves(self, which: int, days: int) -> None:
        world: World = self.worlds[which]
        with in_workspace(self.workspace.id, by=self.by, now=self.now):
            old = TermVersion.objects.filter(contract=world.contract, superseded_at__isnull=True).get()
            term = TermRow(
                number=1, starts_on=old.starts_on, ends_on=old.ends_on + timedelta(days=days), notice_period=60
            )
            amend_term(contract_id=world.contract.id, term=term, reason="Moved", by=self.by, now=self.now)
            follow_terms(contract_ids=[world.contract.id], by=self.by, now=self.now)
            replan_moved(by=self.by, now=self.now)

    @rule(outcome=st.sampled_from(["done", "stuck"]), twice=st.booleans())
    def person_completes_a_task(self, outcome: str, twice: bool) -> None:
        with in_workspace(self.workspace.id, by=self.by, now=self.now):
            task = Task.objects.filter(state="open", outcomes__0__key="done").order_by("id").first()
            for _ in range(1 + twice if task else 0):
                complete_task(task_id=task.id, outcome_code=outcome, by=self.by, now=self.now)

    @invariant()
    def books_balance(self) -> None:
        with in_workspace(self.workspace.id, by=self.by, now=self.now):
            assert broken_invariants() == ()

    @invariant()
    def nothing_leaves_once_it_is_over(self) -> None:
        for which, promise in enumerate(self.promises):
            if promise.is_over:
                assert self._asked(which) == promise.sent_when_over

    @invariant()
    def what_was_accepted_is_accepted_once(self) -> None:
        with in_workspace(self.workspace.id, by=self.by, now=self.now):
            accepted = list(Message.objects.filter(state="sent").values_list("step_run__step_key", "enrolment_id"))
        assert len(set(accepted)) == len(accepted)

    def _over(self, which: int) -> None:
        promise = self.promises[which]
        promise.is_over, promise.sent_when_over = True, self._asked(which)

    def _asked(self, which: int) -> int:
        """How often the channel was asked for this account."""
        address = self.worlds[which].contact.email
        return sum(call.to_address == address for call in self.channel.calls)


@pytest.mark.timeout(900)
@pytest.mark.requirement(18)
@pytest.mark.parametrize("part", range(-(-STORIES // A_PART)))
def test_any_order_of_events_keeps_every_promise(workspace: Workspace, actor: Actor, now: datetime, part: int) -> None:
    """A few stories of up to 30 events; STORIES=300 asks for more, STORIES_SEED=1 for others."""
    Orders.workspace, Orders.by, Orders.start = workspace, actor, now
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    stories = min(A_PART, STORIES - part * A_PART)
    run_state_machine_as_test(
        seed(FIRST_SEED * 1_000_000 + part)(Orders),
        settings=settings(max_examples=stories, stateful_step_count=30, deadline=None, suppress_health_check=slow),
    )

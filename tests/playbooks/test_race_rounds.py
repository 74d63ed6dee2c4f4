"""Two at once, again and again: who is first is left to chance, what may come of it is not. `RACES=1000` asks for more.

Order is judged by what the rows say in the end, never by time stamps.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import OperationalError, connections

from playbooks.actions.claim import ClaimedStep, claim_steps
from playbooks.actions.execute import execute_steps
from playbooks.actions.inflight import treat_enrolled
from playbooks.actions.limits import EngineLimits
from playbooks.actions.publish import publish_playbook
from playbooks.actions.pump import Pump, pump_safely
from playbooks.actions.stop import stop_enrolment
from playbooks.actions.unsubscribe import unsubscribe
from playbooks.core.inflight import Treatment
from playbooks.models import AccountTouch, Decision, Enrolment, Message, StepRun, Task
from renewals.actions.scope import in_workspace
from renewals.actions.sending import pause_sending, resume_sending
from renewals.core.actors import Actor, system_actor
from renewals.models import Workspace
from tests.playbooks.factories import World
from tests.playbooks.stories import (
    HELLO,
    KeptChannel,
    broken_in,
    email_step,
    enrol_account,
    simple_playbook,
    task_step,
)
from tests.plugins.database import make_workspace

ROUNDS = int(os.environ.get("RACES", "3"))
LIMITS = EngineLimits()
STEPS = (email_step("hello", -90), task_step("call", -60))
OTHERS = (email_step("hello", -90), task_step("look", -70), task_step("call", -60))


@dataclass
class Race:
    """A committed workspace, a channel that keeps what it gets, and two runners with connections of their own."""

    workspace: Workspace
    by: Actor
    now: datetime
    pool: ThreadPoolExecutor
    channel: KeptChannel = field(default_factory=KeptChannel)
    rounds: int = 0

    @property
    def later(self) -> datetime:
        """When the first step is due."""
        return self.now + timedelta(days=11)

    def enrol(self) -> tuple[World, Enrolment]:
        """Another account whose first message is about to be written."""
        self.rounds += 1
        return enrol_account(self.workspace, self.by, self.now, *STEPS, key=f"A-{self.rounds}")

    def write_message(self) -> None:
        """Execute what is due, so that its message waits."""
        with in_workspace(self.workspace.id, by=self.by, now=self.later):
            claimed = claim_steps(workspace_id=self.workspace.id, worker="w", limits=LIMITS)
            execute_steps(claimed, limits=LIMITS)

    def pump(self) -> object:
        """A worker looks."""
        return pump_safely(Pump(clock=self.later, channel=self.channel))

    def inside(self, act: Callable[[], object]) -> Callable[[], object]:
        """The same within the workspace, once more if PostgreSQL ended it to resolve a deadlock."""

        def once() -> object:
            with in_workspace(self.workspace.id, by=self.by, now=self.later):
                return act()

        def patiently() -> object:
            with suppress(OperationalError):
                return once()
            return once()

        return patiently

    def at_once(self, *acts: Callable[[], object]) -> list[Any]:
        """Let them begin together, each on a connection of its own; returns what they returned."""
        gate = Barrier(len(acts))

        def start(act: Callable[[], object]) -> object:
            gate.wait(timeout=30)
            return act()

        running: list[Future[Any]] = [self.pool.submit(start, act) for act in acts]
        return [each.result(timeout=60) for each in running]


@pytest.fixture
def race(committed: None, now: datetime) -> Iterator[Race]:
    """Two runners are ready."""
    workspace = make_workspace("race")
    with ThreadPoolExecutor(max_workers=2) as pool:
        yield Race(workspace=workspace, by=system_actor(workspace.id, "race"), now=now, pool=pool)
        gate = Barrier(2)
        for each in [pool.submit(lambda: (gate.wait(timeout=30), connections.close_all())) for _ in range(2)]:
            each.result(timeout=60)


@pytest.mark.parametrize("name", ["unsubscribe", "pause", "stop"])
def test_send_and_what_forbids_it_end_in_one_order_or_the_other(race: Race, name: str) -> None:
    """It left once and stays sent, or it never left and never will."""
    for _ in range(ROUNDS):
        world, enrolment = race.enrol()
        race.write_message()
        acts = {
            "unsubscribe": lambda contact=world.contact.id: unsubscribe(contact_id=contact, by=race.by, now=race.later),
            "pause": lambda: pause_sending(reason="asked", by=race.by, now=race.later),
            "stop": lambda which=enrolment.id: stop_enrolment(
                enrolment_id=which, reason="asked", by=race.by, now=race.later
            ),
        }
        before = len(race.channel.calls)
        race.at_once(race.pump, race.inside(acts[name]))
        race.pump()
        left = len(race.channel.calls) - before
        with in_workspace(race.workspace.id, by=race.by):
            state = Message.objects.get(enrolment=enrolment).state
        never = "queued" if name == "pause" else "cancelled"
        assert (state, left) in (("sent", 1), (never, 0))
        if name == "pause":
            race.inside(lambda: resume_sending(by=race.by, now=race.later))()
            race.pump()
            assert len(race.channel.calls) == before + 1
    assert broken_in(race.workspace) == ()


def test_steps_claimed_by_two_are_held_by_one_and_executed_once(race: Race) -> None:
    """Claims never overlap; a chunk that two execute at once has one effect per step."""

    def claim() -> tuple[ClaimedStep, ...]:
        return claim_steps(workspace_id=race.workspace.id, worker="w", limits=EngineLimits(steps_per_claim=2))

    for _ in range(ROUNDS):
        enrolments = [race.enrol()[1].id for _ in range(3)]
        first, second = race.at_once(race.inside(claim), race.inside(claim))
        held = [step.step_run_id for step in (*first, *second)]
        assert len(held) == len(set(held)) <= 3
        again = race.inside(lambda chunk=first: execute_steps(chunk, limits=LIMITS))
        done = race.at_once(again, again)
        assert sum(each.ended for each in done) == len(first)
        with in_workspace(race.workspace.id, by=race.by):
            StepRun.objects.filter(state="claimed").update(lease_until=race.now - timedelta(days=400))
        race.pump()
        with in_workspace(race.workspace.id, by=race.by):
            assert Message.objects.filter(enrolment_id__in=enrolments, state="sent").count() == 3
    assert broken_in(race.workspace) == ()


def sent_to(account_id: int) -> list[int]:
    """How many messages left to an account, by its rounds, first to last."""
    rounds = Enrolment.objects.filter(account_id=account_id).order_by("id")
    return [Message.objects.filter(enrolment=each, state="sent").count() for each in rounds]


def told(account_id: int) -> list[tuple[Any, ...]]:
    """What the rows say of an account, for the words of a failure."""
    messages = Message.objects.filter(account_id=account_id).order_by("id")
    touches = AccountTouch.objects.filter(account_id=account_id).order_by("id")
    decisions = Decision.objects.filter(account_id=account_id).order_by("id")
    return [
        *messages.values_list("id", "enrolment_id", "state", "sent_at", "first_sending_at", "reasons"),
        *touches.values_list("message_id", "slot", "occurred_at", "released_at", "is_exempt"),
        *decisions.values_list("enrolment_id", "step_key", "kind", "verdict", "decided_at", "reasons"),
    ]


# What had left before somebody began again leaves again with the new round (decision 27): then each round has one.
@pytest.mark.parametrize(
    ("treatment", "expected"), [(Treatment.MIGRATE, ([1],)), (Treatment.RESTART, ([0, 1], [1, 1]))]
)
def test_publishing_over_a_step_that_is_being_executed_repeats_nothing(
    race: Race, treatment: Treatment, expected: tuple[list[int], ...]
) -> None:
    """The step ends under the old version, or begins again under the new one; a round has one message."""
    for number in range(ROUNDS):
        _, enrolment = race.enrol()
        steps = OTHERS if number % 2 == 0 else STEPS
        playbook = simple_playbook(*steps, purpose=f"Round {number}.")
        with in_workspace(race.workspace.id, by=race.by, now=race.later):
            version = publish_playbook(definition=playbook, templates=[HELLO], by=race.by, now=race.later).version_id

        def treat(version: int = version) -> object:
            return treat_enrolled(version_id=version, treatment=treatment, by=race.by, now=race.later)

        race.at_once(race.pump, race.inside(treat))
        race.pump()
        with in_workspace(race.workspace.id, by=race.by):
            assert sent_to(enrolment.account_id) in expected, told(enrolment.account_id)
            assert Task.objects.filter(account_id=enrolment.account_id, state="open").count() <= 1
    keys = [call.idem_key for call in race.channel.calls]
    assert len(keys) == len(set(keys))
    assert broken_in(race.workspace) == ()


def test_beginning_again_over_what_has_left_sends_once_per_round(race: Race) -> None:
    """Decision 27: the first message is not taken back, the new round has its own, and no more than that leaves."""
    _, enrolment = race.enrol()
    playbook = simple_playbook(*OTHERS, purpose="Another.")
    with in_workspace(race.workspace.id, by=race.by, now=race.later):
        version = publish_playbook(definition=playbook, templates=[HELLO], by=race.by, now=race.later).version_id
    race.pump()
    restart = race.inside(
        lambda: treat_enrolled(version_id=version, treatment=Treatment.RESTART, by=race.by, now=race.later)
    )
    restart()
    race.pump()
    race.pump()
    with in_workspace(race.workspace.id, by=race.by):
        assert sent_to(enrolment.account_id) == [1, 1]
    assert len({call.idem_key for call in race.channel.calls}) == len(race.channel.calls) == 2
    assert broken_in(race.workspace) == ()

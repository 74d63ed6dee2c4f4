"""Every pair of what may meet at one account, both ways round: one is held in the middle while the other begins.

`RACES=100` repeats each interleaving as often.
"""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, connections

from playbooks.actions.claim import claim_steps
from playbooks.actions.edits import edit_message
from playbooks.actions.execute import execute_steps
from playbooks.actions.limits import EngineLimits
from playbooks.actions.pump import Pump, pump
from playbooks.actions.replan import replan_moved
from playbooks.actions.send import Sender, send_messages
from playbooks.actions.step_approvals import decide_approval
from playbooks.actions.stop import stop_enrolment
from playbooks.actions.unsubscribe import unsubscribe
from playbooks.models import Decision, Enrolment, Message, StepAnswer, StepApproval, StepRun
from renewals.actions.contacts import record_contact
from renewals.actions.contracts import amend_term
from renewals.actions.renewals import follow_terms
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, person_actor, system_actor
from renewals.core.errors import NamedError
from renewals.core.records import ContactRow, TermRow
from renewals.models import TermVersion, Workspace
from tests.playbooks.factories import World, make_person
from tests.playbooks.stories import KeptChannel, broken_in, email_step, enrol_account, task_step
from tests.plugins.database import make_workspace

ROUNDS = int(os.environ.get("RACES", "1"))
LIMITS = EngineLimits()
ASK = {
    "kind": "approval",
    "outcomes": [],
    "approvers": {"roles": ["cs_manager"], "within_hours": 24, "unanswered": "reject"},
}
STEPS = (
    email_step("hello", -97, operator="csm", automation="veto_window", veto_hours=72),
    task_step("ask", -96, **ASK),
    task_step("after", -60, condition={"field": "answer.ask.decision", "op": "eq", "value": "approved"}),
)
ENDS = ("stop", "unsubscribe", "leave")
"""After these, committed before a message was marked, it never leaves."""


@dataclass
class Meeting:
    """One account whose message may leave by now, and whose question nobody has answered in time."""

    workspace: Workspace
    by: Actor
    boss: Actor
    now: datetime
    world: World
    enrolment: Enrolment
    channel: KeptChannel
    message_id: int = 0
    approval_id: int = 0

    def prepare(self) -> None:
        """Write the message and ask the question; the weekend after that, both their times are over."""
        for days in (3, 4):
            pump(Pump(clock=self.now + timedelta(days=days, hours=1), channel=self.channel, only=self.workspace.id))
        with in_workspace(self.workspace.id, by=self.by, now=self.late):
            mine = {"enrolment_id": self.enrolment.id}
            self.message_id = Message.objects.get(**mine, state="queued").id
            self.approval_id = StepApproval.objects.get(**mine, state="pending").id

    @property
    def late(self) -> datetime:
        """The Monday on which they meet."""
        return self.now + timedelta(days=7, hours=2)

    def at(self, name: str) -> datetime:
        """When one of them happens: words are changed while a person may still object, which may commit later."""
        return self.now + timedelta(days=5) if name == "edit" else self.late

    def act(self, name: str) -> object:
        """Do one of them inside the transaction of the caller."""
        match name:
            case "stop":
                return stop_enrolment(enrolment_id=self.enrolment.id, reason="asked", by=self.by, now=self.late)
            case "unsubscribe":
                return unsubscribe(contact_id=self.world.contact.id, by=self.by, now=self.late)
            case "leave":
                own, account = self.world.contact.external_id, self.world.account.external_id
                row = ContactRow(external_id=own, account_external_id=account, left_on=self.late.date())
                return record_contact(row=row, by=self.by, now=self.late)
            case "approve":
                return decide_approval(approval_id=self.approval_id, is_approved=True, by=self.boss, now=self.late)
            case "time_out":
                claimed = claim_steps(workspace_id=self.workspace.id, worker="w", limits=LIMITS)
                return execute_steps(claimed, limits=LIMITS) if claimed else None
            case "edit":
                text = f"{Message.objects.get(id=self.message_id).text_body}\nYours."
                return edit_message(
                    message_id=self.message_id, subject="Edited", text=text, by=self.boss, now=self.at(name)
                )
            case _:
                return self._move()

    def _move(self) -> int:
        old = TermVersion.objects.filter(contract=self.world.contract, superseded_at__isnull=True).get()
        ends_on = (old.ends_on or self.late.date()) + timedelta(days=14)
        term = TermRow(number=1, starts_on=old.starts_on, ends_on=ends_on, notice_period=60)
        amend_term(contract_id=self.world.contract.id, term=term, reason="Moved", by=self.by, now=self.late)
        follow_terms(contract_ids=[self.world.contract.id], by=self.by, now=self.late)
        return replan_moved(by=self.by, now=self.late)

    def send(self) -> object:
        """A sender looks once."""
        sender = Sender(worker="w", channel=self.channel, limits=LIMITS, by=self.by, clock=self.late)
        return send_messages(sender)

    def held(self, name: str, meanwhile: Callable[[], None]) -> None:
        """Do one of them, and let the other begin before it is noted: before the commit, or while a message is out."""
        if name == "send":
            self.channel.before_answer = lambda _message: meanwhile()
            self.send()
            self.channel.before_answer = None
            return
        with in_workspace(self.workspace.id, by=self.by, now=self.at(name)):
            self.act(name)
            meanwhile()

    def beside(self, name: str) -> object:
        """Do the other one on a connection of its own; refused is an answer, a deadlock is tried once more."""
        if name == "send":
            return self.send()
        with suppress(OperationalError):
            return self._refusable(name)
        return self._refusable(name)

    def _refusable(self, name: str) -> object:
        try:
            with in_workspace(self.workspace.id, by=self.by, now=self.at(name)):
                return self.act(name)
        except NamedError as refused:
            return refused

    def left(self) -> int:
        """How often its message was handed over."""
        return sum(call.to_address == self.world.contact.email for call in self.channel.calls)


@pytest.fixture
def meet(committed: None, now: datetime) -> Iterator[Callable[[int], Meeting]]:
    """Makes an account where two things are about to meet."""
    workspace = make_workspace("pairs")
    by = system_actor(workspace.id, "race")
    with in_workspace(workspace.id, by=by):
        person = make_person(workspace, "boss@example.com", "cs_manager")
    boss = person_actor(workspace.id, person.id, "Boss")

    def make(number: int) -> Meeting:
        world, enrolment = enrol_account(workspace, by, now, *STEPS, key=f"A-{number}")
        meeting = Meeting(workspace, by, boss, now, world, enrolment, KeptChannel())
        meeting.prepare()
        return meeting

    yield make
    assert broken_in(workspace) == ()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """One more connection."""
    with ThreadPoolExecutor(max_workers=1) as threads:
        yield threads
        threads.submit(connections.close_all).result(timeout=30)


def begun(future: Future[Any]) -> None:
    """Wait until the other is done, or stands at a row that somebody holds."""
    until = time.monotonic() + 10
    while not future.done() and time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.005)


def settle(meeting: Meeting) -> None:
    """Let everything that is still due happen."""
    for minutes in (1, 2):
        clock = meeting.late + timedelta(minutes=minutes)
        pump(Pump(clock=clock, channel=meeting.channel, only=meeting.workspace.id))


ACTS = ("send", "stop", "unsubscribe", "leave", "approve", "time_out", "edit", "move")


@pytest.mark.timeout(1800)
@pytest.mark.requirement(5, 12)
@pytest.mark.parametrize("first", ACTS)
def test_two_that_meet_end_in_one_order_or_the_other(
    meet: Callable[[int], Meeting], pool: ThreadPoolExecutor, first: str
) -> None:
    """One message at most, none after an end that came first; one answer to a question; books that balance."""
    for number, second in enumerate(ACTS * ROUNDS):
        meeting = meet(number)
        started: list[Future[Any]] = []

        def start(other: str = second, here: Meeting = meeting, waiting: list[Future[Any]] = started) -> None:
            if not waiting:
                waiting.append(pool.submit(here.beside, other))
                begun(waiting[0])

        meeting.held(first, start)
        start()
        started[0].result(timeout=60)
        settle(meeting)
        about = (first, second)
        assert meeting.left() <= 1, about
        if first in ENDS and second == "send":
            assert meeting.left() == 0, about
        with in_workspace(meeting.workspace.id, by=meeting.by):
            message = Message.objects.get(id=meeting.message_id)
            assert (message.state == "sent") == (meeting.left() == 1), about
            asked = StepApproval.objects.get(id=meeting.approval_id)
            decided = Decision.objects.filter(kind="approval", enrolment=meeting.enrolment).count()
            assert (asked.state != "pending", decided) in ((True, 1), (True, 0), (False, 0)), about
            assert StepAnswer.objects.filter(enrolment=meeting.enrolment).count() <= 1, about
            assert not StepRun.objects.filter(enrolment=meeting.enrolment, state="claimed").exists(), about
        if first in ENDS or second in ENDS:
            assert broken_in(meeting.workspace) == (), about

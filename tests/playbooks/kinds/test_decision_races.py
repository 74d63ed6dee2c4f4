"""An approval against its own time-out, and an objection against the send: exactly one wins, and it is written once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connections

from playbooks.actions.messages import object_to_message
from playbooks.actions.pump import Pump, pump
from playbooks.actions.step_approvals import decide_approval
from playbooks.core.errors import ApprovalDecided, MessageGone
from playbooks.models import Decision, Message, StepAnswer, StepApproval
from renewals.actions.scope import in_workspace
from renewals.core.actors import person_actor, system_actor
from tests.playbooks.factories import make_person
from tests.playbooks.stories import KeptChannel, broken_in, email_step, enrol_account, task_step
from tests.plugins.database import make_workspace

ROUNDS = 5
ASK = {
    "kind": "approval",
    "outcomes": [],
    "approvers": {"roles": ["cs_manager"], "within_hours": 24, "unanswered": "reject"},
}
YES = {"field": "answer.ask.decision", "op": "eq", "value": "approved"}


def together(*works: Callable[[], object]) -> list[object]:
    """Do all of it at the same moment, each on its own connection; returns what each gave or raised."""
    barrier = Barrier(len(works))

    def _alone(work: Callable[[], object]) -> object:
        try:
            barrier.wait(10)
            return work()
        except (ApprovalDecided, MessageGone) as lost:
            return lost
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(works)) as pool:
        return [item.result(timeout=60) for item in [pool.submit(_alone, work) for work in works]]


@pytest.mark.requirement(12)
@pytest.mark.parametrize("turn", range(ROUNDS))
def test_approval_and_its_time_out_together_decide_once(committed: None, now: datetime, turn: int) -> None:
    """I15, F28: approve, reject and silence at the same moment; one state, one entry, one answer."""
    workspace = make_workspace(f"approval-race-{turn}")
    by = system_actor(workspace.id, "race")
    enrol_account(workspace, by, now, task_step("ask", -95, **ASK), task_step("after", -60, condition=YES))
    with in_workspace(workspace.id, by=by):
        boss, other = (make_person(workspace, f"{name}{turn}@example.com", "cs_manager") for name in ("boss", "other"))
    start = now + timedelta(days=7)
    pump(Pump(clock=start, channel=KeptChannel(), only=workspace.id))
    late = start + timedelta(hours=25)

    def decide(user_id: int, is_approved: bool) -> object:
        actor = person_actor(workspace.id, user_id, f"Person {user_id}")
        with in_workspace(workspace.id, by=actor, now=late):
            row = StepApproval.objects.get()
            return decide_approval(approval_id=row.id, is_approved=is_approved, by=actor, now=late).state

    together(
        lambda: decide(boss.id, True),
        lambda: decide(other.id, False),
        lambda: pump(Pump(clock=late, channel=KeptChannel(), only=workspace.id)),
    )
    pump(Pump(clock=late + timedelta(minutes=1), channel=KeptChannel(), only=workspace.id))
    with in_workspace(workspace.id, by=by):
        state = StepApproval.objects.get().state
        assert state in ("approved", "rejected", "timed_out")
        assert list(Decision.objects.filter(kind="approval").values_list("verdict", flat=True)) == [state]
        assert list(StepAnswer.objects.values_list("value", flat=True)) == [state]
    assert broken_in(workspace) == ()


@pytest.mark.requirement(12)
@pytest.mark.parametrize("turn", range(ROUNDS))
def test_objection_and_send_together_end_in_one_of_both(committed: None, now: datetime, turn: int) -> None:
    workspace = make_workspace(f"veto-race-{turn}")
    by = system_actor(workspace.id, "race")
    step = email_step("hello", -95, operator="csm", automation="veto_window", veto_hours=24)
    enrol_account(workspace, by, now, step)
    start, channel = now + timedelta(days=7), KeptChannel()
    pump(Pump(clock=start, channel=channel, only=workspace.id))
    late = start + timedelta(hours=25)

    def stop() -> object:
        with in_workspace(workspace.id, by=by, now=late):
            message = Message.objects.get()
            return object_to_message(message_id=message.id, why="No", by=by, now=late)

    together(stop, lambda: pump(Pump(clock=late, channel=channel, only=workspace.id)))
    pump(Pump(clock=late, channel=channel, only=workspace.id))
    with in_workspace(workspace.id, by=by):
        state = Message.objects.get().state
    assert (state, len(channel.calls)) in {("cancelled", 0), ("sent", 1)}

"""A completed task is taken back: open again, both facts in the ledgers, and no second time by mistake."""

from datetime import datetime, timedelta

import pytest

from playbooks.actions.many_tasks import TaskChange, change_tasks
from playbooks.actions.pump import Pump, pump
from playbooks.actions.reopen import reopen_task
from playbooks.actions.tasks import complete_task
from playbooks.core.errors import TaskNotReopened
from playbooks.models import Decision, QueueEntry, Task
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, person_actor
from renewals.core.errors import InvalidInput
from renewals.models import Touchpoint, Workspace
from tests.playbooks.conftest import Enrol
from tests.playbooks.stories import KeptChannel, broken_in, task_step


@pytest.fixture
def later(enrol: Enrol, now: datetime, channel: KeptChannel) -> datetime:
    """The moment at which one task of a playbook is open."""
    enrol(task_step("call", -90), task_step("again", -60))
    moment = now + timedelta(days=11)
    pump(Pump(clock=moment, channel=channel))
    return moment


def ledger() -> list[tuple[str, str]]:
    return list(Touchpoint.objects.order_by("id").values_list("subject", "outcome_code"))


def test_task_reopened_is_open_and_both_facts_stay(workspace: Workspace, actor: Actor, later: datetime) -> None:
    with in_workspace(workspace.id, by=actor, now=later):
        task = Task.objects.get()
        complete_task(task_id=task.id, outcome_code="done", note="Agreed.", by=actor, now=later)
        for _ in range(2):
            back = reopen_task(task_id=task.id, by=actor, now=later + timedelta(minutes=5))
        assert (back.state, back.outcome_code, back.note, back.completed_at) == ("open", "", "", None)
        assert QueueEntry.objects.get().next_task_id == task.id
        assert ledger() == [(task.title, "done"), (f"Taken back: {task.title}", "done")]
        assert list(Decision.objects.filter(kind="task").order_by("id").values_list("verdict", flat=True)) == [
            "done",
            "reopened",
        ]
    assert broken_in(workspace) == ()


def test_task_completed_again_after_reopening_is_in_the_ledger_again(
    workspace: Workspace, actor: Actor, later: datetime
) -> None:
    with in_workspace(workspace.id, by=actor, now=later):
        task = Task.objects.get()
        complete_task(task_id=task.id, outcome_code="done", by=actor, now=later)
        reopen_task(task_id=task.id, by=actor, now=later)
        complete_task(task_id=task.id, outcome_code="stuck", by=actor, now=later)
        assert [code for _, code in ledger()] == ["done", "done", "stuck"]
        assert Decision.objects.filter(kind="task", verdict="done").count() == 2


def test_task_reopened_cancels_the_escalation_it_raised_and_may_raise_it_again(
    workspace: Workspace, actor: Actor, later: datetime
) -> None:
    with in_workspace(workspace.id, by=actor, now=later):
        task = Task.objects.get()
        complete_task(task_id=task.id, outcome_code="stuck", by=actor, now=later)
        reopen_task(task_id=task.id, by=actor, now=later)
        assert sorted(Task.objects.values_list("state", "ended_reason")) == [
            ("cancelled", "completion_taken_back"),
            ("open", ""),
        ]
        complete_task(task_id=task.id, outcome_code="stuck", by=actor, now=later)
        assert sorted(Task.objects.values_list("state", flat=True)) == ["cancelled", "done", "open"]


def test_task_reopened_too_late_by_another_or_after_an_exit_is_refused(
    workspace: Workspace, actor: Actor, later: datetime
) -> None:
    with in_workspace(workspace.id, by=actor, now=later):
        task = Task.objects.get()
        me = person_actor(workspace.id, task.assignee_id, "Me")
        complete_task(task_id=task.id, outcome_code="done", by=me, now=later)
        with pytest.raises(TaskNotReopened, match="15 minutes"):
            reopen_task(task_id=task.id, by=me, now=later + timedelta(minutes=16))
        with pytest.raises(TaskNotReopened, match="Somebody else"):
            reopen_task(task_id=task.id, by=actor, now=later)
        reopen_task(task_id=task.id, by=me, now=later)
        complete_task(task_id=task.id, outcome_code="lost", by=me, now=later)
        with pytest.raises(TaskNotReopened, match="stopped the playbook"):
            reopen_task(task_id=task.id, by=me, now=later)


def test_change_of_many_tasks_refuses_one_and_does_the_others(
    enrol: Enrol, workspace: Workspace, actor: Actor, later: datetime
) -> None:
    with in_workspace(workspace.id, by=actor, now=later):
        first = Task.objects.get()
        second = Task.objects.get()
        second.pk, second.origin_key, second.step_run, second.outcomes = None, "other", None, []
        second.save()
        change = TaskChange(verb="complete", outcome_code="stuck")
        done = change_tasks(tasks=[first, second], change=change, by=actor, now=later)
        assert [each.refusal for each in done] == [None, None]
        again = change_tasks(
            tasks=[first, second],
            change=TaskChange(verb="snooze", note="x", until_on=later.date()),
            by=actor,
            now=later,
        )
        assert [each.refusal.code for each in again if each.refusal] == ["E-GEN-02", "E-GEN-02"]
        with pytest.raises(InvalidInput, match="missing"):
            change_tasks(tasks=[first], change=TaskChange(verb="assign"), by=actor, now=later)
        with pytest.raises(InvalidInput, match="too many"):
            change_tasks(tasks=[first] * 101, change=change, by=actor, now=later)

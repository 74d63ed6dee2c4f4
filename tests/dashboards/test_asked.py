"""Forms and decisions in the queue: a refused form keeps what was typed, who asks withdraws, who may decides."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from playbooks.models import StepAnswer, StepApproval, StepRun, Task
from renewals.actions.scope import in_workspace
from renewals.models import Workspace
from tests.dashboards.outbox import make_messages
from tests.dashboards.world import World, make_world

HTMX = {"HX-Request": "true"}
FORM = [
    {"key": "intends", "label": "Intends to", "kind": "choice", "choices": ["renew", "leave"], "required": True},
    {"key": "words", "label": "In their words", "kind": "long_text", "choices": [], "required": False},
    {"key": "seats", "label": "Seats", "kind": "number", "choices": [], "required": False},
    {"key": "agreed", "label": "Agreed", "kind": "yes_no", "choices": [], "required": False},
]


@pytest.fixture(scope="module")
def world(workspace: Workspace, clock: datetime) -> World:
    return make_world(workspace, now=clock, accounts=1, roles=("cs_manager",))


@pytest.fixture
def task(world: World) -> Task:
    """The only task, on a step of a playbook."""
    make_messages(world, ("draft",))
    with in_workspace(world.workspace.id, by=world.actor):
        run = StepRun.objects.get()
        Task.objects.update(step_run_id=run.id, enrolment_id=run.enrolment_id)
        return Task.objects.get()


def changed(world: World, task: Task, **values: object) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        Task.objects.filter(id=task.id).update(**values)


@pytest.fixture
def asked(world: World, task: Task) -> StepApproval:
    """The task asks for a decision; the CSM has asked."""
    changed(world, task, kind="approval", outcomes=[])
    with in_workspace(world.workspace.id, by=world.actor):
        return StepApproval.objects.create(
            workspace=world.workspace,
            step_run_id=task.step_run_id,
            enrolment_id=task.enrolment_id,
            account_id=task.account_id,
            renewal_id=task.renewal_id,
            step_key="step_0",
            title="Discount",
            roles=["cs_manager"],
            requested_by=world.people["csm"],
            due_at=world.now + timedelta(days=2),
            created_at=world.now,
        )


def logged_in(world: World, role: str) -> Client:
    client = Client()
    client.force_login(world.people[role])
    return client


def test_refused_form_keeps_what_was_typed(world: World, task: Task) -> None:
    changed(world, task, kind="information_request", form=FORM, outcomes=[])
    csm = logged_in(world, "csm")
    typed = {"answer-intends": "", "answer-words": "Maybe <later>", "answer-seats": "12", "answer-agreed": "no"}
    answer = csm.post(f"/tasks/{task.id}/completion/", {**typed, "outcome": "done", "note": "Rang them"}, headers=HTMX)
    html = answer.content.decode()
    assert answer.status_code == 422
    for kept in ("Maybe &lt;later&gt;", 'value="12"', '<option value="no" selected>', "Rang them", 'role="alert"'):
        assert kept in html
    assert 'id="complete" name="task-form" open' in html
    done = csm.post(f"/tasks/{task.id}/completion/", {**typed, "answer-intends": "leave", "outcome": "done"})
    assert done.status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        kept_answers = dict(StepAnswer.objects.values_list("field_key", "value"))
    assert kept_answers == {"intends": "leave", "words": "Maybe <later>", "seats": "12", "agreed": "false"}


@pytest.mark.requirement(12)
def test_who_asks_may_only_withdraw(world: World, task: Task, asked: StepApproval) -> None:
    csm = logged_in(world, "csm")
    html = csm.get(f"/queue/?open={task.renewal_id}").content.decode()
    assert ('value="withdraw"' in html, 'value="approve"' in html) == (True, False)
    assert csm.post(f"/tasks/{task.id}/decision/", {"decision": "approve"}, headers=HTMX).status_code == 422
    said = csm.post(f"/tasks/{task.id}/decision/", {"decision": "withdraw", "note": "Settled"}, headers=HTMX)
    assert "Withdrawn: " in said.content.decode()
    with in_workspace(world.workspace.id, by=world.actor):
        asked.refresh_from_db()
    assert (asked.state, asked.note) == ("withdrawn", "Settled")


@pytest.mark.requirement(12)
def test_who_may_decides_and_cannot_withdraw(world: World, task: Task, asked: StepApproval) -> None:
    changed(world, task, assignee=world.people["cs_manager"])
    boss = logged_in(world, "cs_manager")
    for decision in ("withdraw", "perhaps"):
        assert boss.post(f"/tasks/{task.id}/decision/", {"decision": decision}, headers=HTMX).status_code == 422
    assert boss.post(f"/tasks/{task.id}/decision/", {"decision": "reject"}, headers=HTMX).status_code == 200
    with in_workspace(world.workspace.id, by=world.actor):
        asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("rejected", world.people["cs_manager"].name)

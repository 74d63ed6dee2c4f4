"""The page of a task's meeting: who may open it, what it keeps, what it refuses, and where the versions are shown."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from playbooks.actions.pump import Pump, pump
from playbooks.models import Meeting, Message, Task
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.models import User, Workspace
from renewals.queries.clock import database_now
from tests.dashboards.test_screens import words_of
from tests.playbooks.factories import World, make_person
from tests.playbooks.stories import KeptChannel, enrol_account, task_step

GIVEN = {"at": "10:30", "minutes": "45", "place": "https://meet.example/1"}


@pytest.fixture(scope="module")
def world(workspace: Workspace, actor: Actor) -> Iterator[World]:
    """An open meeting task of csm@example.com, and a colleague who may see nothing of it."""
    now = database_now()
    step = task_step("review", -100, kind="meeting", meeting={"minutes": 45, "agenda": ["Outcomes"]})
    made, _ = enrol_account(workspace, actor, now - timedelta(days=1), step, task_step("call", -10), due_in=100)
    with in_workspace(workspace.id, by=actor):
        make_person(workspace, "other@example.com", "csm")
    pump(Pump(clock=now + timedelta(days=4), channel=KeptChannel()))
    yield made


def task_of(world: World, actor: Actor) -> Task:
    with in_workspace(world.workspace.id, by=actor):
        return Task.objects.get(kind="meeting")


@pytest.mark.requirement(79)
def test_meeting_is_arranged_from_its_task_shown_and_called_off(world: World, actor: Actor, client: Client) -> None:
    client.force_login(User.objects.get(email="csm@example.com"))
    path = f"/tasks/{task_of(world, actor).id}/meeting/"
    empty = client.get(path).content.decode()
    assert 'value="45"' in empty
    day = (database_now() + timedelta(days=10)).date().isoformat()
    given = GIVEN | {"contact": str(world.contact.id), "on": day}
    refused = client.post(path, given | {"on": "2020-01-01"})
    assert refused.status_code == 422
    assert "The meeting would begin in the past" in words_of(refused.content.decode())
    assert client.post(path, given).status_code == 302
    assert client.post(path, given).status_code == 302
    with in_workspace(world.workspace.id, by=actor):
        message = Message.objects.get()
        assert Meeting.objects.get().place == "https://meet.example/1"
    words = words_of(client.get(path).content.decode())
    assert "Ada Vogel is invited" in words
    assert "Invitation 1: Invitation: Review, Account A-1" in words
    shown = client.get(f"/messages/{message.id}/").content.decode()
    assert "METHOD:REQUEST" in shown
    assert f'href="{path}"' in client.get(f"/queue/?open={world.renewal.id}").content.decode()
    assert client.post(f"{path}cancellation/").status_code == 302
    assert "was called off" in words_of(client.get(path).content.decode())


def test_meeting_of_a_task_out_of_reach_or_of_another_kind_is_not_there(
    world: World, actor: Actor, client: Client
) -> None:
    task = task_of(world, actor)
    client.force_login(User.objects.get(email="other@example.com"))
    assert client.get(f"/tasks/{task.id}/meeting/").status_code == 404
    assert client.post(f"/tasks/{task.id}/meeting/cancellation/").status_code == 404
    client.force_login(User.objects.get(email="csm@example.com"))
    with in_workspace(world.workspace.id, by=actor):
        Task.objects.update(kind="task")
    assert client.get(f"/tasks/{task.id}/meeting/").status_code == 404

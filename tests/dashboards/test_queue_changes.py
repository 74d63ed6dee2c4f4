"""One change to many tasks of the queue: each line has its own result, and there is a way back."""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.test import Client

from playbooks.models import QueueEntry, Task
from renewals.actions.scope import in_workspace
from renewals.models import Workspace
from tests.dashboards.world import World, make_world

HTMX = {"HX-Request": "true"}


@pytest.fixture(scope="module")
def world(workspace: Workspace, clock: datetime) -> World:
    return make_world(workspace, now=clock, accounts=4, roles=("cs_manager", "finance"))


@pytest.fixture
def csm(world: World, client: Client) -> Client:
    client.force_login(world.people["csm"])
    return client


def task_ids(world: World) -> list[int]:
    with in_workspace(world.workspace.id, by=world.actor):
        return list(Task.objects.order_by("id").values_list("id", flat=True))


def states(world: World) -> list[str]:
    with in_workspace(world.workspace.id, by=world.actor):
        return list(Task.objects.order_by("id").values_list("state", flat=True))


def undo_of(html: str) -> str:
    return unescape(re.search(r'hx-post="(/queue/changes/undo/[^"]+)"', html).group(1))


def test_many_tasks_are_completed_and_taken_back(csm: Client, world: World) -> None:
    first, second, *_ = task_ids(world)
    chosen = {"task": [first, second], "verb": "complete", "outcome": "no_answer", "note": "Away this week"}
    html = csm.post("/queue/changes/", chosen, headers=HTMX).content.decode()
    assert "2 tasks completed" in html
    assert states(world) == ["done", "done", "open", "open"]
    back = csm.post(undo_of(html), headers=HTMX).content.decode()
    assert "2 changes taken back" in back
    assert states(world) == ["open"] * 4


def test_many_tasks_one_refused_says_which_and_why(csm: Client, world: World) -> None:
    first, second, *_ = task_ids(world)
    with in_workspace(world.workspace.id, by=world.actor):
        Task.objects.filter(id=second).update(outcomes=[{"key": "other", "label": "Other", "effect": "continue"}])
    chosen = {"task": [first, second], "verb": "complete", "outcome": "no_answer", "note": ""}
    html = csm.post("/queue/changes/", chosen, headers=HTMX).content.decode()
    assert "1 task completed, 1 refused" in html
    assert "is not an outcome of this task" in unescape(html)
    assert states(world) == ["done", "open", "open", "open"]


@pytest.mark.parametrize("verb", ["reopen", "wake", "", "x"])
def test_verb_that_is_not_offered_is_refused_and_changes_nothing(csm: Client, world: World, verb: str) -> None:
    answer = csm.post("/queue/changes/", {"task": task_ids(world), "verb": verb}, headers=HTMX)
    assert answer.status_code == 422
    assert "cannot be done to many tasks" in unescape(answer.content.decode())
    assert states(world) == ["open"] * 4


def test_many_tasks_are_snoozed_with_a_reason_and_woken(csm: Client, world: World, clock: datetime) -> None:
    until = (clock.date() + timedelta(days=3)).isoformat()
    chosen = {"task": task_ids(world), "verb": "snooze", "until": until, "snooze_reason": "Fair in town"}
    html = csm.post("/queue/changes/", chosen, headers=HTMX).content.decode()
    assert "4 tasks snoozed" in html
    assert states(world) == ["snoozed"] * 4
    csm.post(undo_of(html), headers=HTMX)
    assert states(world) == ["open"] * 4


def test_many_tasks_are_handed_over_and_back(csm: Client, world: World) -> None:
    manager = world.people["cs_manager"]
    chosen = {"task": task_ids(world)[:2], "verb": "assign", "assignee": manager.id}
    html = csm.post("/queue/changes/", chosen, headers=HTMX).content.decode()
    assert "2 tasks handed over" in html
    with in_workspace(world.workspace.id, by=world.actor):
        assert Task.objects.filter(assignee=manager).count() == 2
    csm.post(undo_of(html), headers=HTMX)
    with in_workspace(world.workspace.id, by=world.actor):
        assert Task.objects.filter(assignee=manager).count() == 0


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"verb": "complete"}, "Choose at least one task"),
        ({"verb": "snooze", "until": "never"}, "missing"),
        ({"verb": "explode"}, "missing"),
        ({"verb": "assign", "assignee": "x"}, "missing"),
    ],
)
def test_many_tasks_without_what_it_takes_change_nothing(
    csm: Client, world: World, chosen: dict[str, str], words: str
) -> None:
    tasks = [] if words.startswith("Choose") else task_ids(world)
    answer = csm.post("/queue/changes/", {**chosen, "task": tasks}, headers=HTMX)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert states(world) == ["open"] * 4


def test_many_tasks_of_others_are_not_there(world: World, client: Client) -> None:
    client.force_login(world.people["finance"])
    chosen = {"task": task_ids(world), "verb": "complete", "outcome": "no_answer"}
    html = client.post("/queue/changes/", chosen, headers=HTMX).content.decode()
    assert "0 tasks completed, 4 refused" in html
    assert states(world) == ["open"] * 4


def test_completion_offers_the_way_back(csm: Client, world: World) -> None:
    task = task_ids(world)[0]
    html = csm.post(f"/tasks/{task}/completion/", {"outcome": "no_answer"}, headers=HTMX).content.decode()
    assert f'hx-post="/tasks/{task}/reopening/"' in html
    assert "Open again" in csm.post(f"/tasks/{task}/reopening/", headers=HTMX).content.decode()
    assert states(world)[0] == "open"


def test_filter_is_opened_with_counts_and_without_script_as_a_page(csm: Client) -> None:
    part = csm.get("/queue/filters/segment/?tier=basic", headers=HTMX).content.decode()
    assert "<html" not in part
    assert 'href="/queue/?tier=basic&amp;segment=strategic"' in part
    assert "<html" in csm.get("/queue/filters/risk/").content.decode()
    assert csm.get("/queue/filters/nonsense/").status_code == 404


def test_group_alone_goes_on_by_pages(csm: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboards.queries.queue.ROWS_A_PAGE", 1)
    with in_workspace(world.workspace.id, by=world.actor):
        QueueEntry.objects.update(group="waiting")
    seen, address = [], "/queue/?group=waiting"
    for _ in range(4):
        html = csm.get(address).content.decode()
        seen += re.findall(r'id="item-(\d+)"', html)
        found = re.search(r'href="([^"]+)">Show the next ones', html)
        address = unescape(found.group(1)) if found else ""
    assert len(set(seen)) == 4

"""Comments on pages, and what is new since one was here."""

from datetime import timedelta

import pytest
from django.test import Client

from playbooks.actions.tasks import complete_task
from playbooks.models import Task
from renewals.actions.scope import in_workspace
from renewals.core.actors import person_actor
from renewals.models import Account, Comment, Renewal, Visit, Workspace
from renewals.queries.clock import database_now
from signals.actions.intake import record_signals
from tests.dashboards.test_screens import words_of
from tests.dashboards.whole import whole_page
from tests.dashboards.world import World, make_world

HTMX = {"HX-Request": "true"}


@pytest.fixture(scope="module")
def world(workspace: Workspace) -> World:
    return make_world(workspace, now=database_now(), accounts=2, roles=("cs_manager", "executive", "renewal_manager"))


@pytest.fixture
def csm(world: World, client: Client) -> Client:
    client.force_login(world.people["csm"])
    return client


def first(world: World) -> Renewal:
    with in_workspace(world.workspace.id, by=world.actor):
        return Renewal.objects.select_related("account").order_by("id").first()


def leave(world: World) -> None:
    """Let an hour pass since every visit."""
    with in_workspace(world.workspace.id, by=world.actor):
        Visit.objects.update(last_at=world.now - timedelta(hours=1))


@pytest.mark.requirement(4)
def test_comment_shows_on_account_renewal_and_queue(csm: Client, world: World) -> None:
    renewal = first(world)
    path = f"/accounts/{renewal.account_id}/comments/"
    kept = csm.post(path, {"body": "They like <b>us</b>", "renewal": renewal.id, "about": "Call"}, follow=True)
    assert "Comment kept." in kept.content.decode()
    for page in (f"/accounts/{renewal.account_id}/", f"/renewals/{renewal.id}/", f"/queue/?open={renewal.id}"):
        html = whole_page(csm, page)
        assert "They like &lt;b&gt;us&lt;/b&gt;" in html
        assert "Ana Ruiz on “Call”" in html
    assert "They like" not in csm.get(f"/accounts/{renewal.account_id}/?kind=signals").content.decode()


def test_comment_from_the_queue_answers_with_the_queue(csm: Client, world: World) -> None:
    renewal = first(world)
    path = f"/accounts/{renewal.account_id}/comments/"
    html = csm.post(path, {"body": "From the queue", "renewal": renewal.id}, headers=HTMX).content.decode()
    assert "Comment kept." in html
    assert f'data-item="{renewal.id}"' in html
    refused = csm.post(path, {"body": " ", "renewal": renewal.id}, headers=HTMX)
    assert (refused.status_code, "says nothing" in refused.content.decode()) == (422, True)


def test_comment_needs_the_right_for_this_account(world: World, client: Client) -> None:
    renewal = first(world)
    for role, status in (("executive", 403), ("cs_manager", 404), ("renewal_manager", 302)):
        client.force_login(world.people[role])
        assert client.post(f"/accounts/{renewal.account_id}/comments/", {"body": role}).status_code == status
    with in_workspace(world.workspace.id, by=world.actor):
        assert list(Comment.objects.values_list("body", flat=True)) == ["renewal_manager"]


def test_queue_says_what_changed_since_one_was_here(csm: Client, world: World, client: Client) -> None:
    assert "Since you were here" not in csm.get("/queue/").content.decode()
    leave(world)
    assert "2 new tasks for you" in words_of(csm.get("/queue/").content.decode())
    with in_workspace(world.workspace.id, by=world.actor):
        Task.objects.update(created_at=world.now - timedelta(days=1))
    assert "nothing has changed" in words_of(csm.get("/queue/").content.decode())
    leave(world)
    manager = world.people["renewal_manager"]
    by = person_actor(world.workspace.id, manager.id, "M")
    with in_workspace(world.workspace.id, by=by):
        task = Task.objects.order_by("id").first()
        complete_task(task_id=task.id, outcome_code="no_answer", by=by, now=world.now)
        account = Account.objects.order_by("id").first()
        Comment.objects.create(
            workspace=world.workspace,
            account=account,
            body="@Ana",
            author=manager,
            mentioned=[world.people["csm"].id],
            created_at=world.now,
        )
    said = words_of(csm.get("/queue/").content.decode())
    for part in ("Since you were here", "mentions you at Northwind Freight", "1 task done by others", "1 comment by"):
        assert part in said


def test_account_says_what_changed_since_one_was_here(csm: Client, world: World) -> None:
    renewal = first(world)
    page = f"/accounts/{renewal.account_id}/"
    csm.get(page)
    leave(world)
    item = {"account": "A-000", "kind": "support.escalation", "occurred_at": world.now.isoformat(), "external_id": "n"}
    with in_workspace(world.workspace.id, by=world.actor):
        record_signals(
            workspace_id=world.workspace.id, source_key="product", items=[item], by=world.actor, now=world.now
        )
    said = words_of(csm.get(page).content.decode())
    assert "Since you were here" in said
    assert "signals" in said

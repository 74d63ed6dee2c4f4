"""Decision trees on their pages: walked and answered again on a renewal, changed by who may."""

import pytest
from django.test import Client

from offers.actions.shipped import publish_shipped_if_none
from offers.models import TreeVersion, TreeWalk
from offers.queries.trees import tree_in_force
from renewals.actions.scope import in_workspace
from renewals.core.written import as_toml
from renewals.models import Renewal, Workspace
from renewals.queries.clock import database_now
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_world


@pytest.fixture
def world(workspace: Workspace, db: None) -> World:
    made = make_world(workspace, now=database_now(), accounts=1, roles=("admin", "finance", "sales"))
    with in_workspace(workspace.id, by=made.actor):
        publish_shipped_if_none(by=made.actor, now=made.now)
    return made


@pytest.fixture
def path(world: World) -> str:
    with in_workspace(world.workspace.id, by=world.actor):
        return f"/renewals/{Renewal.objects.get().id}/proposal/objections/"


@pytest.mark.requirement(41)
@pytest.mark.requirement(82)
def test_tree_is_walked_answered_again_and_leads_to_an_offer(world: World, client: Client, path: str) -> None:
    client.force_login(world.people["csm"])
    assert client.post(path, {"tree": "which_shape"}).status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        walk = TreeWalk.objects.get()
    own = f"{path}{walk.id}/"
    client.post(own, {"question": "use_trend", "answer": "up", "seen": "0", "note": "Doubled since May."})
    stale = client.post(own, {"question": "use_trend", "answer": "down", "seen": "0"})
    assert (stale.status_code, "E-NEG-06" in stale.content.decode()) == (409, True)
    client.post(own, {"question": "use_trend", "answer": "flat", "seen": "1"})
    client.post(own, {"question": "new_need", "answer": "no", "seen": "2"})
    found = words_of(client.get(path).content.decode())
    assert "before: Up, near what they bought or above (Ana Ruiz)" in found
    assert "Level Offer the same again at the policy price, early and simple." in found
    assert "Make “" in found
    client.force_login(world.people["finance"])
    assert client.post(own, {"question": "new_need", "answer": "yes", "seen": "3"}).status_code == 403
    client.force_login(world.people["sales"])
    assert client.get(path).status_code == 404


def test_tree_is_changed_by_two_people_who_see_every_walk_while_it_is_written(world: World, client: Client) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        written = as_toml(tree_in_force("budget_cut").definition)
    start = {"kind": "tree", "key": "budget_cut", "reason": "Our words."}
    client.force_login(world.people["csm"])
    assert client.get("/offers/trees/").status_code == 200
    assert client.post("/offers/drafts/", start).status_code == 403
    assert client.post("/offers/trees/budget_cut/retirement/", {"reason": "x"}).status_code == 403
    client.force_login(world.people["admin"])
    href = client.post("/offers/drafts/", start).headers["Location"]
    assert "Every walk through it" in client.get(href).content.decode()
    assert "Our words." in client.get("/offers/trees/budget_cut/").content.decode()
    assert client.post("/offers/drafts/", start).headers["Location"] == "/offers/trees/"

    def read(text: str) -> str:
        return words_of(client.post(f"{href}reading/", {"written": text}).content.decode())

    assert "It cannot be read" in read("key = [")
    assert "stays &#x27;budget_cut&#x27;" in read(written.replace("budget_cut", "mine"))
    assert "→" in read(written)
    unreadable = client.post(f"{href}written/", {"written": "key = [", "revision": "1"})
    assert (unreadable.status_code, "key = [" in unreadable.content.decode()) == (422, True)
    changed = written.replace("The budget was cut", "No money")
    assert client.post(f"{href}written/", {"written": changed, "revision": "1"}).status_code == 302
    assert client.post(f"{href}submission/", {"revision": "2"}).status_code == 302
    client.force_login(world.people["finance"])
    assert client.post(f"{href}publication/").status_code == 302
    assert "No money" in words_of(client.get("/offers/trees/budget_cut/").content.decode())
    client.force_login(world.people["admin"])
    retired = {"is_active": "0", "reason": "Nobody asks."}
    assert client.post("/offers/trees/budget_cut/retirement/", {"is_active": "0"}).status_code == 422
    assert client.post("/offers/trees/budget_cut/retirement/", retired).status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        newest = TreeVersion.objects.order_by("-number").first()
        assert (newest.number, newest.definition["name"], newest.is_active) == (2, "No money", False)
    assert client.get("/offers/trees/nothing/").status_code == 404

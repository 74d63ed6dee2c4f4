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


def test_tree_is_changed_by_who_may_and_problems_keep_what_was_typed(world: World, client: Client) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        written = as_toml(tree_in_force("budget_cut").definition)
    form = {"written": written, "seen": "0", "is_active": "on", "reason": "Our words."}
    client.force_login(world.people["csm"])
    assert client.get("/offers/trees/").status_code == 200
    assert client.post("/offers/trees/budget_cut/", form).status_code == 403
    client.force_login(world.people["admin"])
    same = client.post("/offers/trees/budget_cut/", form)
    assert (same.status_code, "E-OFF-03" in same.content.decode()) == (422, True)
    unreadable = client.post("/offers/trees/budget_cut/", form | {"written": "key = ["})
    assert (unreadable.status_code, "key = [" in unreadable.content.decode()) == (422, True)
    other = client.post("/offers/trees/budget_cut/", form | {"written": written.replace("budget_cut", "mine")})
    assert (other.status_code, "stays" in other.content.decode()) == (422, True)
    changed = form | {"written": written.replace("The budget was cut", "No money")}
    assert client.post("/offers/trees/budget_cut/", changed).status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        assert TreeVersion.objects.get().definition["name"] == "No money"
    assert "No money" in words_of(client.get("/offers/trees/budget_cut/").content.decode())
    assert client.get("/offers/trees/nothing/").status_code == 404

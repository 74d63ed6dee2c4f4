"""Decision trees on their pages: walked and answered again on a renewal, changed by who may."""

import pytest
from django.test import Client

from offers.actions.shipped import publish_shipped_if_none
from offers.models import RuleDraft, TreeVersion, TreeWalk
from offers.queries.drafts import plain_document
from offers.queries.trees import tree_in_force
from renewals.actions.scope import in_workspace
from renewals.core.written import as_toml
from renewals.models import Renewal, Workspace
from renewals.queries.clock import database_now
from tests.dashboards.core.test_tree_form import posted
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


@pytest.mark.requirement(41)
@pytest.mark.requirement(82)
def test_tree_is_edited_in_a_form_with_every_problem_at_its_input_and_a_picture(world: World, client: Client) -> None:
    client.force_login(world.people["admin"])
    start = {"kind": "tree", "key": "which_shape", "reason": "Our words."}
    href = client.post("/offers/drafts/", start).headers["Location"]
    with in_workspace(world.workspace.id, by=world.actor):
        post = posted(dict(tree_in_force("which_shape").definition))
    shown = client.get(href).content.decode()
    assert words_of(shown).count("Nothing is missing") == 1
    assert 'aria-label="4 questions and 5 outcomes"' in shown
    broken = post | {"questions:0:text": "", "questions:1:answers:0:leads_to": "", "revision": "1"}
    checked = client.post(f"{href}tree/check/", broken).content.decode()
    assert "3 problems left" in checked
    for slot in ("problem-questions-0-text", "problem-questions-1-answers-0-leads_to", "problem-outcomes-0-text"):
        assert "field-error" in checked.split(f'id="{slot}"')[1].split('id="problem-')[0], slot
    assert 'class="port port-loose"' in checked
    unchosen = client.post(f"{href}tree/check/", post | {"outcomes:3:play": ""}).content.decode()
    assert (unchosen.count("Outcome 4 · Not chosen yet"), checked.count("Not chosen yet")) == (1, 0)
    with_row = client.post(f"{href}tree/", broken | {"more": "questions:1:answers"}).content.decode()
    assert 'name="questions:1:answers:3:text"' in with_row
    dropped = client.post(f"{href}tree/", post | {"drop": "outcomes:0"}).content.decode()
    assert "which is not there" in dropped
    lifted = client.post(f"{href}tree/", post | {"lift": "questions:1"}).content.decode()
    assert 'value="budget_open"' in lifted.split('id="questions:0"')[1].split("editor-fields")[0]
    assert client.post(f"{href}tree/", broken).status_code == 302
    assert client.post(f"{href}submission/", {"revision": "2"}).status_code == 422
    late = client.post(f"{href}tree/", post | {"name": "Mine", "revision": "1"})
    assert (late.status_code, "What differs from what you typed" in late.content.decode()) == (409, True)
    mended = post | {"name": "Which shape?", "revision": "2", "outcomes:4:play": "case_study"}
    assert client.post(f"{href}tree/", mended).status_code == 302
    assert client.post(f"{href}submission/", {"revision": "3"}).status_code == 302
    client.force_login(world.people["finance"])
    waiting = words_of(client.get(href).content.decode())
    assert "What to do Adjust the terms → Use a case study" in waiting
    assert client.post(f"{href}publication/").status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        tree = tree_in_force("which_shape").tree
    assert (tree.name, tree.outcomes[4].play, tree.outcomes[:4]) == ("Which shape?", "case_study", tree.outcomes[:4])


def test_draft_is_handed_out_as_it_is_written(world: World, client: Client) -> None:
    client.force_login(world.people["admin"])
    href = client.post("/offers/drafts/", {"kind": "tree", "key": "which_shape", "reason": "Clearer."})["Location"]
    file = client.get(f"{href}draft.toml")
    with in_workspace(world.workspace.id, by=world.actor):
        kept = RuleDraft.objects.get().content
    assert (plain_document(file.content.decode()), file["Content-Disposition"]) == (
        kept,
        'attachment; filename="which_shape.toml"',
    )


@pytest.mark.requirement(41)
def test_new_tree_begins_as_a_draft_and_is_nobodys_before_a_second_person(world: World, client: Client) -> None:
    client.force_login(world.people["csm"])
    start = {"kind": "tree", "name": "They merge", "reason": "Two of them did."}
    assert client.post("/offers/drafts/", start).status_code == 403
    client.force_login(world.people["admin"])
    href = client.post("/offers/drafts/", start).headers["Location"]
    assert "There is no question yet." in client.get(href).content.decode()
    assert "They merge: draft" in words_of(client.get("/offers/trees/").content.decode())
    assert client.get("/offers/trees/they_merge/").status_code == 404
    again = client.post("/offers/drafts/", start)
    assert "There is an open draft already." in client.get(again.headers["Location"]).content.decode()
    known = client.post("/offers/drafts/", {"kind": "tree", "name": "Which shape", "reason": "x"})
    assert "There is a tree of this name already." in client.get(known.headers["Location"]).content.decode()
    nameless = client.post("/offers/drafts/", {"kind": "tree", "name": "  ", "reason": "x"})
    assert nameless.headers["Location"] == "/offers/trees/"
    assert client.post("/offers/drafts/999999/tree/", {}).status_code == 404


PAGES = ("", "policy/", "policy/simulations/", "assignment/", "assignment/rules/", "revisions/", "trees/",
         "trees/budget_cut/", "negotiations/", "leakage/")  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_every_page_of_offers_leads_to_all_that_a_person_may_see(world: World, client: Client, address: str) -> None:
    client.force_login(world.people["admin"])
    page = client.get(f"/offers/{address}").content.decode()
    tabs = page.split('aria-label="Offers and prices"')[1].split("</nav>")[0]
    assert tabs.count('class="tab"') == 8
    assert tabs.count('aria-current="page"') == 1

"""Who fits, what people can do, broken chains and contributions on their pages: who sees them, and one click each."""

from datetime import timedelta

import pytest
from django.test import Client

from offers.models import ProposalPart
from renewals.actions.scope import in_workspace
from renewals.models import Account, Contract, OwnerChoice, PersonSkills, Renewal, TermVersion, Workspace
from renewals.queries.clock import database_now
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_world

ROLES = ("renewal_manager", "finance", "product_viewer", "sales", "admin")


@pytest.fixture(scope="module")
def world(workspace: Workspace) -> World:
    return make_world(workspace, now=database_now(), accounts=2, roles=ROLES)


def words(world: World, client: Client, role: str, path: str) -> str:
    client.force_login(world.people[role])
    return words_of(client.get(path).content.decode())


@pytest.mark.requirement(104)
def test_renewals_without_a_chosen_owner_are_given_by_one_click_or_many(world: World, client: Client) -> None:
    rita = world.people["renewal_manager"]
    assert "Every open renewal has an owner somebody chose" in words(
        world, client, "renewal_manager", "/ownership/fit/"
    )
    with in_workspace(world.workspace.id, by=world.actor):
        Account.objects.update(owner=None, segment="strategic")
        first, second = Renewal.objects.order_by("due_on", "id")
    given = {"person": str(rita.id), "segments": ["strategic"], "languages": "en, de", "skills": "", "most_open": "9"}
    assert client.post("/ownership/skills/", given).status_code == 302
    assert client.post("/ownership/skills/", given | {"languages": "german"}).status_code == 422
    assert "Strategic" in words(world, client, "renewal_manager", f"/ownership/skills/?person={rita.id}")
    page = words(world, client, "renewal_manager", "/ownership/fit/")
    assert "2 open renewals wait for an owner" in page
    assert "fits best. Works with strategic accounts (+4)" in page
    sent = {f"owner_{row.id}": str(rita.id) for row in (first, second)}
    sent |= {f"seen_{row.id}": str(row.owner_id) for row in (first, second)}
    answer = client.post("/ownership/fit/owners/", sent | {"only": str(first.id)}, follow=True)
    assert "1 renewal has its owner." in words_of(answer.content.decode())
    both = sent | {"renewal": [str(first.id), str(second.id)]}
    said = words_of(client.post("/ownership/fit/owners/", both, follow=True).content.decode())
    assert "1 renewal has its owner." in said
    assert "1 renewal waits for nobody any more; nothing was changed there." in said
    with in_workspace(world.workspace.id, by=world.actor):
        assert set(Renewal.objects.values_list("owner_id", flat=True)) == {rita.id}
        assert OwnerChoice.objects.filter(was_proposed=True).count() == 2
        assert PersonSkills.objects.get().languages == ["en", "de"]
    client.force_login(world.people["product_viewer"])
    assert client.get("/ownership/fit/").status_code == 403


@pytest.mark.requirement(104)
def test_product_writes_its_part_without_seeing_a_price(world: World, client: Client) -> None:
    noor = world.people["product_viewer"]
    with in_workspace(world.workspace.id, by=world.actor):
        row = Renewal.objects.order_by("id").first()
    path = f"/renewals/{row.id}/proposal/contributions/"
    asked = {"person": str(noor.id), "function": "product", "title": "What is new"}
    client.force_login(noor)
    assert client.post(path, asked).status_code == 403
    client.force_login(world.people["renewal_manager"])
    assert client.post(path, asked).status_code == 302
    assert "What is new" in words(world, client, "renewal_manager", f"/renewals/{row.id}/proposal/")
    with in_workspace(world.workspace.id, by=world.actor):
        part = ProposalPart.objects.get()
    own = {"text": "Search is faster.", "is_ready": "on", "revision": "1"}
    assert client.post(f"{path}{part.id}/", own).status_code == 403
    page = words(world, client, "product_viewer", path)
    assert "Keep my part" in page
    assert "$" not in page
    assert client.post(f"{path}{part.id}/", own).status_code == 302
    assert client.post(f"{path}{part.id}/", own | {"text": "Slower", "revision": "1"}).status_code == 409
    assert client.post(f"{path}{part.id}/remarks/", {"words": "See the notes."}).status_code == 302
    assert "1 part, all ready" in words(world, client, "renewal_manager", path)
    assert client.post(f"{path}{part.id}/removal/").status_code == 302
    assert "nobody contributes yet" in words(world, client, "renewal_manager", path)


@pytest.mark.requirement(90)
def test_broken_chains_are_listed_with_where_to_mend_them(world: World, client: Client) -> None:
    path = "/contracts/chains/"
    before = words(world, client, "admin", path)
    assert "terms follow each other" in before
    with in_workspace(world.workspace.id, by=world.actor):
        contract = Contract.objects.order_by("id").first()
        Renewal.objects.filter(contract=contract).update(due_on=world.now.date() + timedelta(days=700))
        assert TermVersion.objects.filter(contract=contract).exists()
    page = words(world, client, "admin", path)
    assert "1 contract has a broken chain" in page
    assert "end: the open renewal follows it." in page

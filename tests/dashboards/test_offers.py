"""The pages of offers and of the policy: the library, one offer, drafts by numbers and as written, a try."""

import pytest
from django.test import Client

from offers.actions.shipped import publish_shipped_if_none
from offers.models import Offer, PolicyVersion, RuleDraft
from offers.queries.library import shipped_offers
from renewals.actions.scope import in_workspace
from renewals.core.written import as_toml
from renewals.models import Workspace
from renewals.queries.clock import database_now
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_world

ROLES = ("renewal_manager", "finance", "product_viewer")
TRIAL = {"prior": "10000", "term_months": "12", "payment_days": "30", "tier": "growth", "region": "North America"}


@pytest.fixture(scope="module")
def world(workspace: Workspace) -> World:
    made = make_world(workspace, now=database_now(), accounts=1, roles=ROLES)
    with in_workspace(workspace.id, by=made.actor):
        publish_shipped_if_none(by=made.actor, now=made.now)
    return made


def draft_path(world: World, client: Client, **fields: str) -> str:
    client.force_login(world.people["renewal_manager"])
    answer = client.post("/offers/drafts/", {"kind": "policy", "reason": "Costs rise."} | fields)
    assert answer.status_code == 302
    return answer["Location"]


def words(client: Client, path: str) -> str:
    return words_of(client.get(path).content.decode())


@pytest.mark.requirement(30)
@pytest.mark.requirement(44)
def test_library_lists_every_offer_and_one_says_for_whom(world: World, client: Client) -> None:
    client.force_login(world.people["csm"])
    listed = words(client, "/offers/")
    assert f"{len(shipped_offers())} offers may be made" in listed
    assert [table["name"] for table in shipped_offers() if table["name"] not in listed] == []
    with in_workspace(world.workspace.id, by=world.actor):
        offer = Offer.objects.get(key="multi_year")
    one = words(client, f"/offers/{offer.id}/")
    for part in ("Price uplift of 3 %", "36 months, 30 days to pay", "One decision instead of three", "Version 1"):
        assert part in one
    assert "Start a draft" not in one
    assert client.get("/offers/987654/").status_code == 404


def test_policy_says_every_limit_and_tries_a_price(world: World, client: Client) -> None:
    client.force_login(world.people["csm"])
    own = words(client, "/offers/policy/")
    assert "free up to 3 %; Renewal lead up to 10 %; Finance up to 25 %" in own
    for discount, verdict in (("1", "Inside the policy"), ("20", "Asked of: Finance"), ("90", "Refused by the policy")):
        assert verdict in words_of(
            client.post("/offers/policy/price/", TRIAL | {"discount_percent": discount}).content.decode()
        )


@pytest.mark.requirement(30)
def test_policy_goes_from_numbers_to_force_by_two_people(world: World, client: Client) -> None:
    path = draft_path(world, client)
    client.post(f"{path}numbers/", {"revision": "1", "defaults:uplift_percent": "5.5", "limits:0:free": "2"})
    draft = words(client, path)
    assert "defaults › uplift_percent 4 → 5.5" in draft
    client.post(f"{path}submission/", {"revision": "2"})
    assert "Put it in force" not in words(client, path)
    refused = client.post(f"{path}publication/")
    assert (refused.status_code, "E-OFF-07" in refused.content.decode()) == (422, True)
    client.force_login(world.people["finance"])
    assert "Put it in force" in words(client, path)
    client.post(f"{path}publication/")
    with in_workspace(world.workspace.id, by=world.actor):
        newest = PolicyVersion.objects.order_by("-number").first()
    assert (newest.number, newest.definition["defaults"]["uplift_percent"]) == (2, 5.5)
    assert "Pricing policy 2" in words(client, "/offers/policy/")


def test_wrong_number_is_kept_and_told(world: World, client: Client) -> None:
    path = draft_path(world, client)
    client.post(f"{path}numbers/", {"revision": "1", "limits:0:free": "a lot"})
    found = words(client, path)
    assert "is not a number" in found
    assert "Hand it in" not in found


def test_what_cannot_be_read_stays_in_the_form(world: World, client: Client) -> None:
    path = draft_path(world, client)
    answer = client.post(f"{path}written/", {"revision": "1", "written": "key = "})
    assert (answer.status_code, "key = </textarea>" in answer.content.decode()) == (422, True)


def test_written_policy_reads_back_to_the_same(world: World, client: Client) -> None:
    path = draft_path(world, client)
    with in_workspace(world.workspace.id, by=world.actor):
        before = RuleDraft.objects.get()
    text = client.get(path).context["page"].written
    client.post(f"{path}written/", {"revision": "1", "written": text})
    with in_workspace(world.workspace.id, by=world.actor):
        after = RuleDraft.objects.get()
    assert (after.content, after.revision) == (before.content, 1)


def test_new_offer_starts_with_its_gaps_told(world: World, client: Client) -> None:
    path = draft_path(world, client, kind="offer", name="Two years, half the seats")
    found = words(client, path)
    assert "Two years, half the seats" in found
    assert "offer, value_proposition" in found


def test_offer_is_retired_and_comes_back(world: World, client: Client) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        offer = Offer.objects.first()
    client.force_login(world.people["renewal_manager"])
    for state in ("Retired", "May be made"):
        client.post(f"/offers/{offer.id}/retirement/")
        assert state in words(client, f"/offers/{offer.id}/")


@pytest.mark.parametrize(
    ("role", "path", "status"),
    [
        ("product_viewer", "/offers/", 403),
        ("product_viewer", "/approvals/", 403),
        ("csm", "/offers/policy/", 200),
        ("finance", "/approvals/", 200),
    ],
)
def test_pages_are_shown_by_role(world: World, client: Client, role: str, path: str, status: int) -> None:
    client.force_login(world.people[role])
    assert client.get(path).status_code == status


def test_draft_is_started_by_who_may_change_alone(world: World, client: Client) -> None:
    client.force_login(world.people["csm"])
    assert client.post("/offers/drafts/", {"kind": "policy", "reason": "x"}).status_code == 403


@pytest.mark.requirement(44)
def test_offer_is_edited_by_its_form_checked_as_it_is_typed_and_never_overwritten(world: World, client: Client) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        offer = Offer.objects.get(key="list_again")
    path = draft_path(world, client, kind="offer", offer=str(offer.id))
    html = client.get(path).content.decode()
    assert ('name="value_proposition"' in html, "For experts: the whole in TOML" in html) == (True, True)
    typed = {"revision": "1", "name": "List price again", "term_months": "a year", "price.method": "usage"}
    told = client.post(f"{path}checking/", typed).content.decode()
    assert told.count('hx-swap-oob="true"') > 10
    assert ("whole number" in told, "The price of a unit is missing." in told) == (True, True)
    assert 'name="price.unit_price"' in client.post(f"{path}figures/", typed).content.decode()
    assert client.post(f"{path}form/", typed | {"more": "1"}).status_code == 200
    assert client.post(f"{path}form/", typed).status_code == 302
    assert "whole number" in client.get(path).content.decode()
    mine = {"revision": "1", "name": "List, but kinder", "term_months": "12", "price.method": "list"}
    late = client.post(f"{path}form/", mine)
    shown = words_of(late.content.decode())
    assert (late.status_code, "What differs from what you typed" in shown) == (409, True)
    assert ("yours: List, but kinder" in shown, 'value="2"' in late.content.decode()) == (True, True)
    assert client.post(f"{path}form/", mine | {"revision": "2"}).status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        draft = RuleDraft.objects.get(offer=offer)
        assert (draft.revision, draft.content["name"], draft.content["term_months"]) == (3, "List, but kinder", 12)
        RuleDraft.objects.filter(id=draft.id).delete()
    policy = draft_path(world, client)
    assert client.post(f"{policy}form/", mine).status_code == 404
    client.post(f"{policy}rejection/", {"reason": "Only tried."})


@pytest.mark.requirement(30)
def test_edit_in_toml_that_was_overtaken_is_shown_beside_the_other_and_goes_on(world: World, client: Client) -> None:
    path = draft_path(world, client)
    with in_workspace(world.workspace.id, by=world.actor):
        draft = RuleDraft.objects.order_by("-id").first()
    client.post(f"{path}numbers/", {"revision": "1", "defaults:uplift_percent": "7"})
    mine = as_toml(draft.content).replace("cpi_percent = 2.5", "cpi_percent = 3")
    late = client.post(f"{path}written/", {"revision": "1", "written": mine})
    assert late.status_code == 409
    said = words_of(late.content.decode())
    assert "What differs from what you typed" in said
    assert "kept now: 7; yours: 4" in said
    assert 'name="revision" value="2"' in late.content.decode()
    with in_workspace(world.workspace.id, by=world.actor):
        PolicyVersion.objects.create(
            workspace=world.workspace,
            number=draft.based_on_number + 1,
            definition=draft.content | {"defaults": draft.content["defaults"] | {"cpi_percent": 9}},
            published_at=world.now,
            published_by="Fay",
            reason="Meanwhile.",
        )
    page = words(client, path)
    assert f"Version {draft.based_on_number + 1} was published meanwhile by Fay" in page
    assert "Nothing of it touches what you changed." in page
    assert client.post(f"{path}catching-up/", {"revision": "2"}).status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        draft.refresh_from_db()
        assert draft.content["defaults"] == {"method": "uplift", "uplift_percent": 7, "cpi_percent": 9}
    assert "was published meanwhile" not in words(client, path)

"""The pages of ownership: who answers and why, gaps with clocks, hand-overs of both sides, to whom they are shown."""

from datetime import timedelta

import pytest
from django.test import Client

from playbooks.actions.ownership import take_access_away, tend_ownership
from playbooks.models import Handover, OwnershipGap
from renewals.actions.scope import in_workspace
from renewals.models import Account, Membership, Renewal, Team, Workspace
from renewals.queries.clock import database_now
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_world

ROLES = ("admin", "cs_manager", "product_viewer", "sales", "renewal_manager")


@pytest.fixture(scope="module")
def world(workspace: Workspace) -> World:
    return make_world(workspace, now=database_now(), accounts=2, roles=ROLES)


def page(world: World, client: Client, role: str, path: str = "/ownership/") -> str:
    client.force_login(world.people[role])
    return words_of(client.get(path).content.decode())


@pytest.mark.requirement(7)
def test_renewal_says_who_answers_now_and_a_removal_opens_gaps_with_clocks(world: World, client: Client) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        renewal = Renewal.objects.order_by("id").first()
        membership = Membership.objects.get(user=world.people["csm"])
    assert "Nothing is unclear" in page(world, client, "renewal_manager")
    own = page(world, client, "renewal_manager", f"/renewals/{renewal.id}/about/")
    assert "Who answers now" in own
    assert "Ana Ruiz No step is open; at the stage upcoming it is the move of the initiator." in own
    client.force_login(world.people["admin"])
    client.post(f"/settings/people/{membership.id}/removal/")
    words = page(world, client, "renewal_manager")
    assert "4 gaps in who answers" in words
    assert "Ana Ruiz is no active member any more and was named for the step." in words
    assert "Nobody there" in words
    gone = page(world, client, "renewal_manager", f"/renewals/{renewal.id}/about/")
    assert "Nobody there: Ana Ruiz is no active member" in gone
    assert "Somebody answers for every open renewal" in page(world, client, "renewal_manager", "/ownership/?whose=mine")


@pytest.mark.requirement(8)
def test_handover_is_seen_by_both_sides_and_taken_by_the_receiver_alone(world: World, client: Client) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        renewal = Renewal.objects.order_by("id").first()
    sales = world.people["sales"]
    client.force_login(world.people["csm"])
    offer = {"receiver": str(sales.id), "note": "Short <b>calls</b>."}
    answer = client.post(f"/renewals/{renewal.id}/handover/", offer, follow=True)
    assert "Offered. Until it is accepted nothing changes hands." in words_of(answer.content.decode())
    with in_workspace(world.workspace.id, by=world.actor):
        row = Handover.objects.get()
    for role in ("csm", "sales"):
        words = page(world, client, role)
        assert "Northwind Freight: Ana Ruiz to Sales" in words
        assert "Ask for the renewal meeting, due" in words
    html = client.get("/ownership/").content.decode()
    assert "&lt;b&gt;calls" in html
    client.force_login(world.people["csm"])
    assert client.post(f"/ownership/handovers/{row.id}/acceptance/").status_code == 403
    client.force_login(sales)
    client.post(f"/ownership/handovers/{row.id}/refusal/", {"why": ""})
    client.post(f"/ownership/handovers/{row.id}/acceptance/")
    with in_workspace(world.workspace.id, by=world.actor):
        assert (Handover.objects.get().state, Renewal.objects.get(id=renewal.id).owner_id) == ("accepted", sales.id)
        assert not OwnershipGap.objects.filter(closed_at__isnull=True).exists()


@pytest.mark.requirement(8)
def test_offer_is_withdrawn_by_its_sender_and_hidden_from_strangers(world: World, client: Client) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        renewal = Renewal.objects.order_by("id").first()
    client.force_login(world.people["csm"])
    client.post(f"/renewals/{renewal.id}/handover/", {"receiver": str(world.people["cs_manager"].id)})
    with in_workspace(world.workspace.id, by=world.actor):
        row = Handover.objects.get()
    client.force_login(world.people["sales"])
    assert client.post(f"/ownership/handovers/{row.id}/withdrawal/").status_code == 404
    client.force_login(world.people["csm"])
    client.post(f"/ownership/handovers/{row.id}/withdrawal/")
    with in_workspace(world.workspace.id, by=world.actor):
        assert Handover.objects.get().state == "withdrawn"


def test_gaps_within_reach_alone_are_shown(world: World, client: Client) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        membership = Membership.objects.get(user=world.people["csm"])
        take_access_away(membership_id=membership.id, by=world.actor, now=world.now)
        tend_ownership(by=world.actor, now=world.now + timedelta(days=5))
    assert "Nothing is unclear" in page(world, client, "sales")


@pytest.mark.requirement(7)
def test_page_shows_one_team_by_its_accounts_and_its_people(world: World, client: Client) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        east, west = (Team.objects.create(workspace=world.workspace, name=name) for name in ("East", "West"))
        first, second = Account.objects.order_by("id")
        Account.objects.filter(id=first.id).update(team=east)
        Account.objects.filter(id=second.id).update(team=west)
        membership = Membership.objects.get(user=world.people["csm"])
    client.force_login(world.people["admin"])
    client.post(f"/settings/people/{membership.id}/removal/")
    everything = page(world, client, "renewal_manager")
    assert (first.name in everything, second.name in everything) == (True, True)
    of_east = page(world, client, "renewal_manager", f"/ownership/?team={east.id}")
    assert (first.name in of_east, second.name in of_east) == (True, False)
    empty = page(world, client, "renewal_manager", f"/ownership/?team={east.id}&whose=mine")
    assert "No gap is open" in empty
    unknown = page(world, client, "renewal_manager", "/ownership/?team=999999")
    assert (first.name in unknown, second.name in unknown) == (True, True)

"""Options of a renewal on their page: every cell is weighed anew, one is adopted, and who may not is not shown it."""

import pytest
from django.test import Client

from offers.actions.shipped import publish_shipped_if_none
from offers.models import Proposal, Scenario
from renewals.actions.scope import in_workspace
from renewals.models import Account, Renewal, Workspace
from renewals.queries.clock import database_now
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_world

ROLES = ("renewal_manager", "finance", "product_viewer", "sales")
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def world(workspace: Workspace, db: None) -> World:
    made = make_world(workspace, now=database_now(), accounts=1, roles=ROLES)
    with in_workspace(workspace.id, by=made.actor):
        publish_shipped_if_none(by=made.actor, now=made.now)
        Account.objects.update(tier="growth", region="North America")
    return made


@pytest.fixture
def path(world: World) -> str:
    with in_workspace(world.workspace.id, by=world.actor):
        return f"/renewals/{Renewal.objects.get().id}/proposal/options/"


def rows(world: World) -> list[Scenario]:
    with in_workspace(world.workspace.id, by=world.actor):
        return list(Scenario.objects.filter(removed_at__isnull=True).order_by("letter"))


def cells(option: Scenario, **more: str) -> dict[str, str]:
    base = {"name": option.name, "offer": "", "term_months": "12", "payment_days": "30", "discount_percent": "0"}
    return {f"option-{option.id}-{name}": value for name, value in (base | more).items()} | {
        "revision": str(option.revision)
    }


@pytest.mark.requirement(23)
@pytest.mark.requirement(45)
def test_two_options_are_compared_changed_and_one_is_adopted(world: World, client: Client, path: str) -> None:
    client.force_login(world.people["csm"])
    client.post(path, {"start": "", "name": "As the policy says"})
    first = rows(world)[0]
    client.post(f"{path}{first.id}/copy/")
    first, second = rows(world)
    found = client.post(f"{path}{second.id}/", cells(second, discount_percent="15", term_months="24"), **HTMX)
    shown = words_of(found.content.decode())
    assert (found.status_code, "Asked of: Finance" in shown, "Inside the policy" in shown) == (200, True, True)
    assert "15 %" in shown
    stale = client.post(f"{path}{second.id}/", cells(second, discount_percent="16"), **HTMX)
    assert (stale.status_code, "E-NEG-01" in stale.content.decode()) == (200, True)
    absurd = client.post(f"{path}{first.id}/", cells(first, discount_percent="-4"), **HTMX)
    assert (absurd.status_code, "Not kept. Discount in %" in words_of(absurd.content.decode())) == (200, True)
    client.post(f"{path}{first.id}/line/", {"name": "Analytics", "quantity": "2", "list_amount": "5000"})
    first, second = rows(world)
    assert (first.wish["added"][0]["name"], second.wish["discount_percent"]) == ("Analytics", "15")
    page = words_of(client.get(path).content.decode())
    assert "Analytics, 2, list 5000 a year" in page
    adopted = client.post(f"{path}{second.id}/adoption/", {"revision": str(second.revision), "seen": "0"})
    assert (adopted.status_code, adopted["Location"]) == (302, path.removesuffix("options/"))
    again = client.post(f"{path}{first.id}/adoption/", {"revision": str(first.revision), "seen": "0"})
    assert (again.status_code, "E-APPR-02" in again.content.decode()) == (409, True)
    with in_workspace(world.workspace.id, by=world.actor):
        version = Proposal.objects.select_related("version").get().version
    assert (version.number, version.wish["term_months"], version.note) == (1, 24, "Option B: As the policy says (copy)")


def test_form_of_the_proposal_keeps_what_it_does_not_ask(world: World, client: Client, path: str) -> None:
    client.force_login(world.people["csm"])
    client.post(path, {"name": "More"})
    option = rows(world)[0]
    client.post(f"{path}{option.id}/line/", {"name": "Analytics", "quantity": "2", "list_amount": "5000"})
    option = rows(world)[0]
    client.post(f"{path}{option.id}/adoption/", {"revision": str(option.revision), "seen": "0"})
    form = {"offer": "", "discount_percent": "1", "term_months": "12", "payment_days": "30", "seen": "1"}
    client.post(path.removesuffix("options/"), form)
    with in_workspace(world.workspace.id, by=world.actor):
        version = Proposal.objects.select_related("version").get().version
    assert (version.number, version.wish["added"][0]["name"]) == (2, "Analytics")


@pytest.mark.parametrize(
    ("role", "seen", "changed"),
    [("finance", 200, 403), ("product_viewer", 403, 403), ("sales", 404, 404), ("renewal_manager", 200, 302)],
)
def test_options_are_shown_by_role_and_reach(
    world: World, client: Client, path: str, role: str, seen: int, changed: int
) -> None:
    client.force_login(world.people[role])
    assert client.get(path).status_code == seen
    assert client.post(path, {"name": "X"}).status_code == changed


@pytest.mark.parametrize("count", [1, 3])
def test_options_take_the_same_queries_for_one_and_three(
    world: World, client: Client, path: str, count: int, django_assert_max_num_queries: object
) -> None:
    client.force_login(world.people["renewal_manager"])
    for number in range(count):
        client.post(path, {"name": f"Option {number}"})
    client.get(path)
    with django_assert_max_num_queries(34):
        client.get(path)

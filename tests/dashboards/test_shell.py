"""The frame of the pages: counts in the navigation, the change of the workspace, no database."""

import re

import pytest
from django.db import OperationalError, transaction
from django.test import Client, RequestFactory

from dashboards.queries import nav_counts
from dashboards.views.errors import server_error
from renewals.actions.scope import in_workspace
from renewals.models import Membership, Workspace
from renewals.queries.clock import database_now
from tests.dashboards.world import World, make_world


@pytest.fixture(scope="module")
def world(workspace: Workspace) -> World:
    return make_world(workspace, now=database_now(), accounts=4, roles=("cs_manager", "product_viewer"))


def counts(client: Client, page: str = "/accounts/") -> dict[str, str]:
    html = client.get(page).content.decode()
    nav = html[html.index('<nav class="nav"') : html.index("</nav>")]
    return dict(re.findall(r'href="/([a-z]+)/"(?:(?!</a>).)*?class="nav-count">(\d+\+?)<', nav, re.DOTALL))


def test_navigation_counts_what_is_due_for_the_person_alone(world: World, client: Client) -> None:
    client.force_login(world.people["csm"])
    assert counts(client) == {"queue": "3"}
    client.force_login(world.people["cs_manager"])
    assert counts(client) == {}


def test_navigation_count_is_told_no_further_than_its_limit(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nav_counts, "MOST", 2)
    client.force_login(world.people["csm"])
    assert counts(client) == {"queue": "2+"}


def test_workspace_is_changed_by_who_belongs_to_both(world: World, other_workspace: Workspace, client: Client) -> None:
    csm = world.people["csm"]
    client.force_login(csm)
    assert "Change the workspace" not in client.get("/accounts/").content.decode()
    with in_workspace(other_workspace.id, by=world.actor):
        Membership.objects.create(workspace=other_workspace, user=csm, role="finance")
    page = client.get("/workspaces/", headers={"HX-Request": "true"}).content.decode()
    assert other_workspace.name in page
    assert "Finance" in page
    client.post(f"/workspaces/{other_workspace.id}/entry/")
    html = client.get("/accounts/").content.decode()
    assert "Northwind Freight" not in html
    assert other_workspace.name in html
    client.post(f"/workspaces/{world.workspace.id}/entry/")
    assert "Northwind Freight" in client.get("/accounts/").content.decode()


def test_workspace_of_others_cannot_be_entered(world: World, other_workspace: Workspace, client: Client) -> None:
    client.force_login(world.people["csm"])
    assert client.post(f"/workspaces/{other_workspace.id}/entry/").status_code == 404
    assert "Northwind Freight" in client.get("/accounts/").content.decode()


def test_database_that_is_away_is_answered_with_503_and_words() -> None:
    request = RequestFactory().get("/queue/")
    try:
        raise OperationalError("server closed the connection")
    except OperationalError:
        answer = server_error(request)
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "Perennial is not ready yet" in answer.content.decode()
    assert "Incident" in answer.content.decode()


def test_page_answers_503_when_the_database_goes_away(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(world.people["csm"])
    client.raise_request_exception = False

    def away(*_: object) -> None:
        raise OperationalError("the database system is shutting down")

    monkeypatch.setattr("dashboards.screen.current_membership", away)
    with transaction.atomic():
        answer = client.get("/queue/")
    assert answer.status_code == 503

"""Whose book is looked at goes along from page to page in the address, is said there, and is dropped by one click."""

import re
from datetime import datetime

import pytest
from django.test import Client

from playbooks.models import QueueEntry
from renewals.actions.scope import in_workspace
from renewals.models import Account, Membership, Renewal, Team, Workspace
from signals.models import ForecastDisagreement
from tests.dashboards.test_forecast import draw
from tests.dashboards.test_pipeline import rows_of
from tests.dashboards.world import NAMES, World, make_world

PAGES = ("pipeline", "at-risk", "forecast", "retention", "indicators")
PATHS = ("/pipeline/", "/at-risk/", "/forecast/", "/forecast/calls/", "/retention/", "/indicators/")


@pytest.fixture(scope="module")
def world(workspace: Workspace, clock: datetime) -> World:
    """Six renewals: two of the manager, who is team North alone, four of the CSM."""
    world = make_world(workspace, now=clock, accounts=6, roles=("cs_manager", "executive"))
    with in_workspace(workspace.id, by=world.actor, why="a team with two accounts"):
        team = Team.objects.create(workspace=workspace, name="North")
        manager = world.people["cs_manager"]
        Membership.objects.filter(user=manager).update(team=team)
        ids = list(Account.objects.order_by("id").values_list("id", flat=True)[:2])
        Account.objects.filter(id__in=ids).update(owner=manager)
        Renewal.objects.filter(account_id__in=ids).update(owner=manager)
        QueueEntry.objects.filter(account_id__in=ids).update(owner=manager)
    draw(world)
    return world


@pytest.fixture
def executive(world: World, client: Client) -> Client:
    client.force_login(world.people["executive"])
    return client


def choice_of(world: World, name: str) -> str:
    with in_workspace(world.workspace.id, by=world.actor):
        team = Team.objects.get(name="North")
    return {"segment": "small", "owner": str(world.people["cs_manager"].id), "team": str(team.id)}[name]


def navigation(html: str) -> dict[str, str]:
    """Return where each page of the navigation leads, by its path."""
    nav = html[html.index('<nav class="nav"') : html.index("</nav>")]
    return {href.partition("?")[0].strip("/"): href for href in re.findall(r'href="([^"]+)"', nav)}


@pytest.mark.requirement(77)
@pytest.mark.parametrize("name", ["segment", "owner", "team"])
@pytest.mark.parametrize("page", PAGES)
def test_chosen_filter_goes_along_to_every_page_that_knows_it(
    page: str, name: str, world: World, executive: Client
) -> None:
    value = choice_of(world, name)
    links = navigation(executive.get(f"/{page}/?{name}={value}&stage=closed").content.decode())
    assert {slug: links[slug] for slug in PAGES} == {slug: f"/{slug}/?{name}={value}" for slug in PAGES}
    assert links["accounts"] == ("/accounts/" if name == "team" else f"/accounts/?{name}={value}")
    assert {links[slug] for slug in ("playbooks", "reviews")} == {"/playbooks/", "/reviews/"}


@pytest.mark.requirement(77)
@pytest.mark.parametrize("name", ["segment", "owner", "team"])
@pytest.mark.parametrize("path", PATHS)
def test_filter_is_said_and_dropped_by_one_click(path: str, name: str, world: World, executive: Client) -> None:
    words = {"segment": "Small", "owner": "Mo Idris", "team": "North"}[name]
    html = executive.get(f"{path}?{name}={choice_of(world, name)}").content.decode()
    assert f"{name.title()}: {words}" in html
    drop = re.search(rf'href="([^"]*)" aria-label="Drop {name.title()}: {words}"', html)
    assert drop is not None
    assert drop[1] == path
    bare = executive.get(drop[1]).content.decode()
    assert "Drop " not in bare
    assert all("?" not in href for href in navigation(bare).values())


@pytest.mark.requirement(77)
@pytest.mark.parametrize("path", ["/pipeline/", "/at-risk/", "/forecast/calls/"])
def test_team_is_the_renewals_of_its_people(path: str, world: World, executive: Client) -> None:
    for name in ("team", "owner"):
        html = executive.get(f"{path}?{name}={choice_of(world, name)}").content.decode()
        assert [each for each in NAMES[:6] if each in html] == ["Northwind Freight", "Halcyon Diagnostics"]
    opened = executive.get(f"{path}filters/team/").content.decode()
    assert re.search(r"North\s*<span[^>]*>2<", opened)


def test_callers_who_disagree_are_those_of_the_part(world: World, executive: Client) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        for renewal in Renewal.objects.select_related("account").order_by("account_id")[1:3]:
            ForecastDisagreement.objects.create(
                workspace=world.workspace, renewal=renewal, first="csm", second="model", kind="category", gap=2,
                opened_at=world.now,
            )  # fmt: skip
    caption = "Callers who disagree"
    everything = rows_of(executive.get("/forecast/").content.decode(), caption)
    assert {row[0] for row in everything} == {"Halcyon Diagnostics", "Tidewater Utilities"}
    for name in ("owner", "team"):
        rows = rows_of(executive.get(f"/forecast/?{name}={choice_of(world, name)}").content.decode(), caption)
        assert [row[0] for row in rows] == ["Halcyon Diagnostics"]


@pytest.mark.parametrize("path", ["/indicators/", "/indicators/quality/"])
def test_indicators_of_an_owner_count_their_accounts(path: str, world: World, executive: Client) -> None:
    for name in ("owner", "team"):
        answer = executive.get(f"{path}?{name}={choice_of(world, name)}")
        assert answer.status_code == 200
        assert re.search(r"(North|Mo Idris)\s*<span[^>]*>2<", executive.get(f"{path}filters/{name}/").content.decode())
    assert "of 2 accounts" in answer.content.decode() or path == "/indicators/quality/"


def test_person_within_a_team_goes_along_alone(world: World, executive: Client) -> None:
    owner, team = (choice_of(world, name) for name in ("owner", "team"))
    links = navigation(executive.get(f"/pipeline/?owner={owner}&team={team}").content.decode())
    assert links["at-risk"] == f"/at-risk/?owner={owner}"


def test_quarter_of_the_picture_keeps_what_was_chosen(executive: Client) -> None:
    html = executive.get("/pipeline/?segment=small").content.decode()
    first = rows_of(html, "Renewals by due quarter")[0][0]
    assert re.search(rf'href="/pipeline/\?segment=small&amp;quarter=[^"]+">{first}<', html)


@pytest.mark.parametrize("query", ["owner=²", "team=x", f"team={'9' * 40}", "segment=%00", f"segment={'s' * 3000}"])
@pytest.mark.parametrize("path", PATHS)
def test_address_that_makes_no_sense_shows_a_page(path: str, query: str, executive: Client) -> None:
    assert executive.get(f"{path}?{query}").status_code == 200

"""The audit trail: who changed what and why, one's own for most, everything for who may."""

from datetime import datetime

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from dashboards.queries.audit import NOUNS
from renewals.actions.scope import in_workspace
from renewals.core.actors import person_actor
from renewals.models import Account, Workspace
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_world

ROLES = ("admin", "auditor", "product_viewer", "finance")


@pytest.fixture(scope="module")
def world(workspace: Workspace, clock: datetime) -> World:
    return make_world(workspace, now=clock, accounts=1, roles=ROLES)


def rename(world: World, name: str, *, role: str, why: str) -> None:
    user = world.people[role]
    with in_workspace(world.workspace.id, by=person_actor(world.workspace.id, user.id, str(user)), why=why):
        account = Account.objects.get()
        account.name = name
        account.save()


@pytest.mark.parametrize("noun", list(NOUNS))
def test_every_noun_has_its_part(noun: str, world: World, client: Client) -> None:
    client.force_login(world.people["auditor"])
    html = client.get(f"/audit/?noun={noun}").content.decode()
    assert f'href="/audit/?noun={noun}" aria-current="page"' in html


def test_change_is_shown_with_who_what_and_why(world: World, client: Client) -> None:
    rename(world, "Renamed Ltd", role="admin", why="the customer asked")
    client.force_login(world.people["auditor"])
    said = words_of(client.get("/audit/?noun=accounts").content.decode())
    for part in ("Admin", "changed account Renamed Ltd", "Northwind Freight", "the customer asked"):
        assert part in said


def test_person_with_the_own_right_sees_own_changes_alone(world: World, client: Client) -> None:
    rename(world, "By the admin", role="admin", why="one")
    rename(world, "By the CSM", role="csm", why="two")
    client.force_login(world.people["csm"])
    said = words_of(client.get("/audit/?noun=accounts").content.decode())
    assert "What you changed yourself" in said
    assert ("two" in said, "one" in said.split("What you changed yourself")[1].split()) == (True, False)


def test_nothing_changed_yet_is_said(world: World, client: Client) -> None:
    client.force_login(world.people["auditor"])
    assert "Nothing has been changed yet." in client.get("/audit/?noun=keys").content.decode()


def test_role_without_the_right_is_refused(world: World, client: Client) -> None:
    client.force_login(world.people["product_viewer"])
    assert client.get("/audit/").status_code == 403


def test_stranger_is_asked_to_log_in(client: Client, db: None) -> None:
    assert client.get("/audit/")["Location"].startswith("/accounts/login/")


def test_changes_of_another_workspace_do_not_exist(
    world: World, other_workspace: Workspace, clock: datetime, client: Client
) -> None:
    rename(world, "Canary Ltd", role="admin", why="canary")
    other = make_world(other_workspace, now=clock, accounts=0, roles=("admin",))
    client.force_login(other.people["admin"])
    for noun in NOUNS:
        html = client.get(f"/audit/?noun={noun}").content.decode().lower()
        assert "canary" not in html
        assert "northwind" not in html


@pytest.mark.parametrize("number", [1, 3])
def test_page_asks_the_same_number_of_queries_for_one_and_three(
    number: int, world: World, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for turn in range(number):
        rename(world, f"Name {turn}", role="admin", why="again")
    client.force_login(world.people["auditor"])
    client.get("/audit/?noun=accounts")
    with django_assert_num_queries(12):
        client.get("/audit/?noun=accounts")

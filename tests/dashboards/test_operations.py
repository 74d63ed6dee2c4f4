"""Operations: every check is shown; sending stops and goes on once, by who may."""

import re

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from playbooks.models import EnginePulse
from playbooks.queries.invariants import INVARIANTS
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, system_actor
from renewals.models import SealProgress, User, Workspace
from renewals.queries.clock import database_now
from tests.dashboards.outbox import make_messages
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import make_member, make_world

LOOKERS = ("auditor", "renewal_manager")
REFUSED = ("csm", "sales", "finance", "executive", "product_viewer", "cs_manager")
CHECKS = [
    "Database", "Workspaces kept apart", "Migrations", "Broker", "Cadence", "Due steps", "Sending", "Channels",
    "Steps set aside",
    "Messages in doubt", "Scores", "Risk model", "Signals", "Sources", "History",
]  # fmt: skip


@pytest.fixture
def people(workspace: Workspace, actor: Actor) -> dict[str, User]:
    now = database_now()
    EnginePulse.objects.create(name="tests", finished_at=now)
    with in_workspace(workspace.id, by=actor):
        SealProgress.objects.create(workspace=workspace, looked_at=now, verified_at=now)
        return {role: make_member(workspace, role) for role in ("admin", *LOOKERS, *REFUSED)}


@pytest.fixture
def admin(people: dict[str, User], client: Client) -> Client:
    client.force_login(people["admin"])
    return client


def paused(workspace: Workspace, actor: Actor) -> tuple[bool, str]:
    with in_workspace(workspace.id, by=actor):
        row = Workspace.objects.get()
        return row.sending_paused_at is not None, row.sending_pause_reason


def test_every_check_is_shown_with_its_state(admin: Client) -> None:
    html = admin.get("/operations/").content.decode()
    found = re.findall(r'<li class="check-(\w+)">.*?<span class="strong">([^<]+)</span>', html, re.DOTALL)
    assert [name for _, name in found] == CHECKS
    assert {state for state, _ in found} == {"good"}
    assert "Everything runs" in html


def test_sending_is_paused_once_with_its_reason_and_goes_on(admin: Client, workspace: Workspace, actor: Actor) -> None:
    admin.post("/operations/sending-pause/", {"reason": "Bounces"})
    admin.post("/operations/sending-pause/", {"reason": "Another reason"})
    assert paused(workspace, actor) == (True, "Bounces")
    said = words_of(admin.get("/operations/").content.decode())
    assert "Needs you: Sending" in said
    assert "paused: Bounces" in said
    for _ in range(2):
        admin.post("/operations/sending-resumption/")
    assert paused(workspace, actor) == (False, "")


def test_pause_without_a_reason_says_by_hand(admin: Client, workspace: Workspace, actor: Actor) -> None:
    admin.post("/operations/sending-pause/", {"reason": "  "})
    assert paused(workspace, actor) == (True, "paused by hand")


def test_invariants_are_asked_on_demand_and_counted(admin: Client) -> None:
    assert "Check them now" in admin.get("/operations/").content.decode()
    said = words_of(admin.get("/operations/?invariants=1").content.decode())
    assert f"All {len(INVARIANTS)} hold." in said


@pytest.mark.parametrize("role", LOOKERS)
def test_role_that_may_look_stops_nothing(
    role: str, people: dict[str, User], client: Client, workspace: Workspace, actor: Actor
) -> None:
    client.force_login(people[role])
    assert "Pause all sending" not in client.get("/operations/").content.decode()
    assert client.post("/operations/sending-pause/", {"reason": "x"}).status_code == 403
    assert client.post("/operations/sending-resumption/").status_code == 403
    assert paused(workspace, actor) == (False, "")


@pytest.mark.parametrize("role", REFUSED)
def test_role_without_the_right_is_refused(role: str, people: dict[str, User], client: Client) -> None:
    client.force_login(people[role])
    assert client.get("/operations/").status_code == 403


def test_stranger_is_asked_to_log_in(client: Client, db: None) -> None:
    assert client.get("/operations/")["Location"].startswith("/accounts/login/")


def test_pause_of_one_workspace_leaves_the_other_alone(
    admin: Client, workspace: Workspace, other_workspace: Workspace, actor: Actor
) -> None:
    admin.post("/operations/sending-pause/", {"reason": "canary"})
    with in_workspace(other_workspace.id, by=system_actor(other_workspace.id, "tests")):
        admin.force_login(make_member(other_workspace, "admin"))
    html = admin.get("/operations/").content.decode()
    assert "canary" not in html
    assert "Pause all sending" in html


@pytest.mark.parametrize("number", [1, 3])
def test_page_asks_the_same_number_of_queries_for_one_and_three(
    number: int, workspace: Workspace, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    world = make_world(workspace, now=database_now(), accounts=number, roles=("admin",))
    make_messages(world, ("in_doubt", "parked", "draft")[:number])
    client.force_login(world.people["admin"])
    client.get("/operations/")
    with django_assert_num_queries(30):
        client.get("/operations/")

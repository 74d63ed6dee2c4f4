"""The pages of risk models: the evidence is there, a person decides, nobody without the right does."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from renewals.actions.scope import in_workspace
from renewals.core.actors import person_actor
from renewals.models import Workspace
from signals.actions.learned.propose import propose_model
from signals.models import RiskTraining
from signals.queries.learned.versions import versions
from tests.dashboards.world import World, make_world
from tests.signals.learned.factories import proposal
from tests.signals.learned.reports import full_report

PATH = "/scores/models/"
ROLES = ("renewal_manager", "admin", "sales", "auditor")


@pytest.fixture(scope="module")
def world(workspace: Workspace, clock: datetime) -> World:
    return make_world(workspace, now=clock, accounts=2, roles=ROLES)


def keep(world: World, frame_hash: str = "a" * 64, **fields: Any) -> int:
    by = person_actor(world.workspace.id, world.people["admin"].id, "Ada")
    report = full_report(fields.get("verdict", "learned"))
    with in_workspace(world.workspace.id, by=by, why="test"):
        return propose_model(proposal=proposal(frame_hash, report=report, **fields), by=by, now=world.now).number


def states(world: World) -> dict[int, str]:
    with in_workspace(world.workspace.id, by=world.actor, why="test"):
        return {each.number: each.state for each in versions()}


def client_of(world: World, client: Client, role: str) -> Client:
    client.force_login(world.people[role])
    return client


def test_list_without_models_says_what_comes(world: World, client: Client) -> None:
    html = client_of(world, client, "admin").get(PATH).content.decode()
    assert "The scorecard alone says the risk" in html
    assert "No model has been trained yet" in html


def test_list_names_the_model_that_waits(world: World, client: Client) -> None:
    keep(world)
    html = client_of(world, client, "admin").get(PATH).content.decode()
    assert "Risk model 1 waits for a decision" in html
    assert f'href="{PATH}1/"' in html


@pytest.mark.requirement(16)
def test_promotion_stands_beside_its_evidence_and_puts_in_force(world: World, client: Client) -> None:
    keep(world)
    browser = client_of(world, client, "renewal_manager")
    html = browser.get(f"{PATH}1/").content.decode()
    assert "Put model 1 in force" in html
    assert "expert judgement alone has 0.744" in html
    assert html.count("<svg") > 3
    answer = browser.post(f"{PATH}1/promotion/", {"reason": "It is better"})
    assert (answer.status_code, states(world)) == (302, {1: "in_force"})
    assert "Risk model 1 is in force" in browser.get(PATH).content.decode()


@pytest.mark.requirement(16)
def test_model_without_signal_has_no_button_and_is_refused(world: World, client: Client) -> None:
    keep(world, verdict="no_usable_signal")
    browser = client_of(world, client, "admin")
    assert "Put model 1 in force" not in browser.get(f"{PATH}1/").content.decode()
    answer = browser.post(f"{PATH}1/promotion/", {"reason": "I want it"})
    assert answer.status_code == 422
    assert "E-MODEL-06" in answer.content.decode()
    assert states(world) == {1: "proposed"}


def test_decision_without_reason_is_refused_and_nothing_is_lost(world: World, client: Client) -> None:
    keep(world)
    answer = client_of(world, client, "admin").post(f"{PATH}1/promotion/", {"reason": ""})
    assert (answer.status_code, states(world)) == (422, {1: "proposed"})


def test_roll_back_and_rejection_are_a_click_with_a_reason(world: World, client: Client) -> None:
    keep(world)
    keep(world, "b" * 64)
    browser = client_of(world, client, "admin")
    for number in (1, 2):
        browser.post(f"{PATH}{number}/promotion/", {"reason": "Better"})
    assert "Roll back to model 1" in browser.get(f"{PATH}2/").content.decode()
    browser.post(f"{PATH}2/rollback/", {"reason": "Worse"})
    assert states(world) == {1: "in_force", 2: "retired"}
    keep(world, "c" * 64)
    browser.post(f"{PATH}3/rejection/", {"reason": "No"})
    assert states(world) == {1: "in_force", 2: "retired", 3: "rejected"}


@pytest.mark.parametrize(("role", "sees", "decides"), [("auditor", 200, 403), ("csm", 200, 403), ("sales", 403, 403)])
def test_role_without_the_right_sees_or_is_refused(
    world: World, client: Client, role: str, sees: int, decides: int
) -> None:
    keep(world)
    browser = client_of(world, client, role)
    assert browser.get(f"{PATH}1/").status_code == sees
    assert browser.post(f"{PATH}1/promotion/", {"reason": "x"}).status_code == decides
    assert browser.post(f"{PATH}training/").status_code == decides
    assert states(world) == {1: "proposed"}


def test_model_that_is_not_there_is_not_found(world: World, client: Client) -> None:
    assert client_of(world, client, "admin").get(f"{PATH}7/").status_code == 404


def test_training_is_ordered_once(world: World, client: Client) -> None:
    browser = client_of(world, client, "admin")
    for _ in range(2):
        assert browser.post(f"{PATH}training/")["Location"] == PATH
    with in_workspace(world.workspace.id, by=world.actor, why="test"):
        assert RiskTraining.objects.count() == 1
    assert "A model is being trained" in browser.get(PATH).content.decode()

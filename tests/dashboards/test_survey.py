"""The survey's address: GET asks, POST answers; a changed mind is a newer signal; forged or old links do not exist."""

from datetime import timedelta

import pytest
from django.test import Client

from playbooks.actions.pump import Pump, pump
from playbooks.models import StepRun
from playbooks.queries.survey_links import survey_url
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.models import Workspace
from renewals.queries.clock import database_now
from signals.models import Signal
from tests.playbooks.stories import KeptChannel, email_step, enrol_account

ASKED = {"kind": "survey", "survey": {"question": "Would you recommend us?", "scale": "nps"}}


@pytest.fixture
def address(workspace: Workspace, actor: Actor) -> str:
    """The path of the link in a survey that was sent some days from now."""
    now = database_now()
    world, _ = enrol_account(workspace, actor, now - timedelta(days=7), email_step("ask", -95, **ASKED))
    pump(Pump(clock=now + timedelta(days=3), channel=KeptChannel()))
    with in_workspace(workspace.id, by=actor):
        run = StepRun.objects.get(step_key="ask")
    assert run.state == "done"
    url = survey_url(workspace_id=workspace.id, contact_id=world.contact.id, step_run_id=run.id)
    return url[url.index("/survey/") :]


def answers(workspace: Workspace, actor: Actor) -> list[tuple[str, float | None, str]]:
    with in_workspace(workspace.id, by=actor):
        return list(Signal.objects.order_by("id").values_list("kind", "value", "text"))


def test_survey_get_asks_and_records_nothing(address: str, workspace: Workspace, actor: Actor) -> None:
    answer = Client(enforce_csrf_checks=True).get(address)
    assert (answer.status_code, "Would you recommend us?" in answer.content.decode()) == (200, True)
    assert answer.content.decode().count('name="value"') == 11
    assert answers(workspace, actor) == []


@pytest.mark.requirement(39)
def test_survey_answered_twice_is_one_signal_and_a_changed_mind_a_newer_one(
    address: str, workspace: Workspace, actor: Actor
) -> None:
    contact = Client(enforce_csrf_checks=True)
    assert contact.post(address, {"value": "4", "comment": "Slow"}).status_code == 200
    assert contact.post(address, {"value": "4", "comment": "Slow"}).status_code == 200
    assert answers(workspace, actor) == [("relationship.nps", 4.0, "Slow")]
    assert contact.post(address, {"value": "9", "comment": "Mended"}).status_code == 200
    assert answers(workspace, actor) == [("relationship.nps", 4.0, "Slow"), ("relationship.nps", 9.0, "Mended")]


@pytest.mark.parametrize("value", ["", "11", "-1", "nine", "99999"])
def test_survey_answer_off_the_scale_is_refused_in_words(
    address: str, workspace: Workspace, actor: Actor, value: str
) -> None:
    answer = Client().post(address, {"value": value, "comment": "I wrote much"})
    html = answer.content.decode()
    assert (answer.status_code, "Choose a number from 0 to 10." in html, "I wrote much" in html) == (422, True, True)
    assert answers(workspace, actor) == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_survey_forged_link_does_not_exist(address: str, method: str) -> None:
    forged = address.replace(address.split(":")[0].split("/")[2], "1.1.1")
    for path in (forged, address[:-3] + "xx/", "/survey/x/"):
        assert getattr(Client(), method)(path, {"value": "9"}).status_code == 404


def test_survey_link_ends_after_ninety_days(address: str, workspace: Workspace, actor: Actor) -> None:
    with in_workspace(workspace.id, by=actor):
        old = database_now() - timedelta(days=91)
        StepRun.objects.update(done_at=old, due_at=old)
    assert Client().get(address).status_code == 404
    assert Client().post(address, {"value": "9"}).status_code == 404
    assert answers(workspace, actor) == []

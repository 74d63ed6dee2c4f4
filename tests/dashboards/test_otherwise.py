"""Steps and prices that people decided otherwise, beside what the machine had expected: by rows made by hand."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from playbooks.actions.publish import publish_playbook
from playbooks.models import Deviation, Enrolment, PlaybookVersion
from renewals.actions.scope import in_workspace
from renewals.models import Workspace
from signals.models import Score
from tests.dashboards.test_honesty import end
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_world
from tests.playbooks.stories import HELLO, email_step, simple_playbook

KEPT, LOST = 9, 3


@pytest.fixture(scope="module")
def world(workspace: Workspace, clock: datetime) -> World:
    """Twelve renewals in which a step was skipped: nine kept, and each had a chance of one half."""
    world = make_world(workspace, now=clock, accounts=1, roles=("cs_manager", "auditor"))
    with in_workspace(workspace.id, by=world.actor, why="test"):
        publish_playbook(
            definition=simple_playbook(email_step("hello", -90)), templates=[HELLO], by=world.actor, now=clock
        )
        for number in range(KEPT + LOST):
            skip_a_step(world, end(world, number, risk=50, is_lost=number >= KEPT))
        for number in range(2):
            end(world, 50 + number, risk=20, is_lost=False)
    return world


def skip_a_step(world: World, score: Score) -> None:
    """Say that a day after this score a person skipped a step of the renewal; a later score must not count."""
    version = PlaybookVersion.objects.select_related("playbook").order_by("id").first()
    at = score.as_of + timedelta(days=1)
    enrolment = Enrolment.objects.create(
        workspace=world.workspace,
        playbook=version.playbook,
        version=version,
        account=score.account,
        renewal=score.renewal,
        occurrence=score.renewal.due_on,
        state="exited",
        ended_reason="asked",
        started_at=at,
        ended_at=at,
        updated_at=at,
    )
    Deviation.objects.create(
        workspace=world.workspace,
        enrolment=enrolment,
        version=version,
        step_key="hello",
        kind="skip",
        reason="They know it",
        by=world.people["cs_manager"],
        by_name="H",
        created_at=at,
    )
    later = Score.objects.get(id=score.id)
    later.pk, later.as_of, later.renew_probability = None, at + timedelta(days=1), 0.01
    later.save(force_insert=True)


def table(world: World, role: str = "cs_manager") -> dict[str, list[str]]:
    client = Client()
    client.force_login(world.people[role])
    answer = client.get("/scores/overrides/")
    rows = answer.context["page"].otherwise.rows
    assert "How it ended where people decided otherwise" in words_of(answer.content.decode())
    return {row[0].text: [cell.text for cell in row[1:]] for row in rows}


@pytest.mark.requirement("X20")
def test_kept_is_compared_with_the_chance_of_the_moment_of_the_decision(world: World) -> None:
    shown = table(world, "auditor")
    assert shown["A step was skipped"] == ["12", "9", "6.0", "+25 points"]


def test_below_ten_nothing_is_said_and_where_there_is_none_nothing_is_zero(world: World) -> None:
    shown = table(world, "auditor")
    assert shown["None of these"] == ["2", "2", "1.6", "too few to say"]
    assert shown["A price beyond the limits was allowed"] == ["0", "–", "–", "none closed"]

"""What is kept of projections: exactly what is ahead, made anew when the plan changes, and told by the command."""

import json
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from playbooks.actions.foresight import keep
from playbooks.actions.foresight.keep import refresh_projections
from playbooks.actions.pump import Pump, pump
from playbooks.actions.stop import stop_enrolment
from playbooks.models import ProjectedTouch, Projection
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.models import Renewal, Workspace
from tests.playbooks.conftest import Enrol
from tests.playbooks.factories import make_world
from tests.playbooks.stories import KeptChannel, email_step, publish_simple, task_step

FOLLOW = {"anchor": {"from": "after_previous", "days": 7, "roll": "next_business_day"}}


def kept(workspace: Workspace, actor: Actor) -> list[tuple[str, str, str, bool, list[str]]]:
    """Day, step, effect, firmness and what is not firm about it, in the order of time; milestones by their kind."""
    with in_workspace(workspace.id, by=actor):
        rows = ProjectedTouch.objects.order_by("at", "id")
        return [
            (str(row.local_on), row.step_key or row.kind, row.effect, row.is_firm, [item["code"] for item in row.loose])
            for row in rows
        ]


def refresh(workspace: Workspace, actor: Actor, now: datetime) -> int:
    """One sweep."""
    with in_workspace(workspace.id, by=actor, now=now):
        return refresh_projections(workspace_id=workspace.id, now=now)


@pytest.mark.requirement(110)
def test_projection_is_kept_with_milestones_owners_and_firmness(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime
) -> None:
    world, _ = enrol(email_step("hello", -90), task_step("call", 0, **FOLLOW), task_step("talk", -30))
    assert refresh(workspace, actor, now) == 1
    assert kept(workspace, actor) == [
        ("2026-03-12", "hello", "message", True, []),
        ("2026-03-19", "call", "task", False, ["loose_follows"]),
        ("2026-04-11", "notice", "milestone", True, []),
        ("2026-05-11", "talk", "task", True, []),
        ("2026-06-10", "due", "milestone", True, []),
    ]
    with in_workspace(workspace.id, by=actor):
        talk = ProjectedTouch.objects.get(step_key="talk")
        assert (talk.owner_id, talk.zone, talk.zone_of) == (world.owner.id, "Europe/Berlin", "account")
        assert talk.intended_outcome == "It is settled."


def test_projection_is_made_anew_only_when_its_plan_changed_or_a_day_is_over(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel
) -> None:
    """Twice changes nothing; a step that acted, a moved contract and an old projection each count as one."""
    world, _ = enrol(email_step("hello", -90), task_step("talk", -30))
    assert [refresh(workspace, actor, now), refresh(workspace, actor, now)] == [1, 0]
    later = now + timedelta(days=11)
    pump(Pump(clock=later, channel=channel))
    assert [refresh(workspace, actor, later), refresh(workspace, actor, later)] == [1, 0]
    with in_workspace(workspace.id, by=actor):
        Renewal.objects.update(due_on=world.renewal.due_on + timedelta(days=10))
    assert [refresh(workspace, actor, later), refresh(workspace, actor, later)] == [1, 0]
    assert [row[:2] for row in kept(workspace, actor)][-2:] == [("2026-05-21", "talk"), ("2026-06-20", "due")]
    assert refresh(workspace, actor, later + timedelta(days=1, seconds=1)) == 1


def moves_told(workspace: Workspace, actor: Actor) -> dict[str, tuple[str, int]]:
    """Effect and number of moves of each step and milestone."""
    with in_workspace(workspace.id, by=actor):
        return {row.step_key or row.kind: (row.effect, row.moves) for row in ProjectedTouch.objects.all()}


@pytest.mark.requirement(110)
def test_touch_that_moved_or_vanished_is_told_with_a_higher_moves(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime
) -> None:
    """A feed needs it: the same identity, one number up for a move, cancelled once when it is ahead no more."""
    world, enrolment = enrol(task_step("talk", -30))
    refresh(workspace, actor, now)
    with in_workspace(workspace.id, by=actor):
        Renewal.objects.update(due_on=world.renewal.due_on + timedelta(days=10))
    refresh(workspace, actor, now)
    assert moves_told(workspace, actor) == {"talk": ("task", 1), "notice": ("milestone", 0), "due": ("milestone", 1)}
    with in_workspace(workspace.id, by=actor):
        stop_enrolment(enrolment_id=enrolment.id, reason="asked", by=actor, now=now)
    refresh(workspace, actor, now)
    refresh(workspace, actor, now + timedelta(days=1, seconds=1))
    assert moves_told(workspace, actor)["talk"] == ("cancelled", 2)


def test_closed_renewal_leaves_the_calendar(enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime) -> None:
    enrol(task_step("talk", -30))
    refresh(workspace, actor, now)
    with in_workspace(workspace.id, by=actor):
        Renewal.objects.update(closed_on=now.date(), stage="closed", forecast_category="closed", final_amount=0)
    refresh(workspace, actor, now)
    with in_workspace(workspace.id, by=actor):
        assert set(ProjectedTouch.objects.values_list("effect", flat=True)) == {"cancelled"}
        assert Projection.objects.count() == 0


def test_account_that_cannot_be_projected_hides_nobody_else(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(task_step("talk", -30))
    broken, _ = enrol(task_step("talk", -30), key="A-2")
    real = keep.project_renewals

    def fail(ids: tuple[int, ...], **times: datetime) -> object:
        if broken.renewal.id in ids:
            raise LookupError("no owner")
        return real(ids, **times)

    monkeypatch.setattr(keep, "project_renewals", fail)
    assert [refresh(workspace, actor, now), refresh(workspace, actor, now)] == [2, 0]
    with in_workspace(workspace.id, by=actor):
        assert set(ProjectedTouch.objects.values_list("account__external_id", flat=True)) == {"A-1"}


def test_command_tells_the_days_of_one_account(enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime) -> None:
    enrol(task_step("talk", -30), due_in=5000)
    out = StringIO()
    call_command("project_calendar", "A-1", "--workspace", workspace.slug, "--days", "30", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"account": "A-1", "days": []}


def test_renewal_that_is_yet_to_enter_is_projected_anew_once_something_is_published(
    workspace: Workspace, actor: Actor, now: datetime
) -> None:
    """It hangs on what it could enter; one that is in a playbook keeps its version and its projection."""
    with in_workspace(workspace.id, by=actor, now=now):
        publish_simple(actor, now, task_step("call", -20), key="strategic", window_days=60)
        make_world(workspace, due_on=(now + timedelta(days=100)).date())
    assert [refresh(workspace, actor, now), refresh(workspace, actor, now)] == [1, 0]
    with in_workspace(workspace.id, by=actor, now=now):
        publish_simple(actor, now, task_step("call", -30), key="strategic", window_days=60)
    assert [refresh(workspace, actor, now), refresh(workspace, actor, now)] == [1, 0]
    days = {on for on, step, effect, _, _ in kept(workspace, actor) if step == "call" and effect == "task"}
    assert len(days) == 1

"""Runs: ordered by a person, worked on in parts, killed and gone on with, cancelled, forgotten; nothing ever leaves."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError

from playbooks.actions.foresight import runs
from playbooks.actions.foresight.replay import read_only
from playbooks.actions.foresight.runs import cancel_replay, forget_old_replays, order_replay, work_replay
from playbooks.actions.sweeps import sweep_replays
from playbooks.core.replay.asked import Asked, Whose
from playbooks.models import Decision, Message, ReplayedAct, ReplayedRenewal, ReplayRun, StepRun, Task
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, person_actor, system_actor
from renewals.core.errors import InvalidInput
from renewals.core.roles import Member, Role
from renewals.models import Workspace
from tests.playbooks.factories import make_person
from tests.playbooks.replay.lives import live

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def workspace(kept_workspace: Workspace) -> Workspace:
    """One for all tests of this file."""
    return kept_workspace


@pytest.fixture(scope="module")
def actor(workspace: Workspace) -> Actor:
    return system_actor(workspace.id, "tests")


@pytest.fixture(scope="module")
def until(workspace: Workspace, actor: Actor, now: datetime) -> datetime:
    """Two accounts have gone through a playbook."""
    return live(workspace, actor, now)


def order(workspace: Workspace, now: datetime, until: datetime, **changes: Any) -> ReplayRun:
    with in_workspace(workspace.id, by=person_actor(workspace.id, 0, "x"), now=until):
        person = make_person(workspace, "boss@example.com", role="cs_manager")
    member = Member(role=Role.ADMIN, user_id=person.id)
    asked = replace(Asked(first_on=now.date(), last_on=until.date()), **changes)
    by = person_actor(workspace.id, person.id, "Boss")
    with in_workspace(workspace.id, by=by, now=until):
        person.memberships.update(role="admin")
        return order_replay(asked=asked, member=member, by=by, now=until)


def rows(workspace: Workspace, by: Actor, run: ReplayRun) -> tuple[Rows, Rows]:
    with in_workspace(workspace.id, by=by):
        found = []
        for model in (ReplayedRenewal, ReplayedAct):
            each = list(model.objects.filter(run=run).order_by("id").values())
            found.append([{name: value for name, value in row.items() if name not in ("id", "run_id")} for row in each])
        return found[0], found[1]


def state(workspace: Workspace, by: Actor, run: ReplayRun) -> ReplayRun:
    with in_workspace(workspace.id, by=by):
        return ReplayRun.objects.get(id=run.id)


@pytest.mark.requirement("X2")
@pytest.mark.requirement(19)
def test_unchanged_replay_by_a_worker_reproduces_every_decision_and_writes_only_its_rows(
    workspace: Workspace, actor: Actor, now: datetime, until: datetime
) -> None:
    with in_workspace(workspace.id, by=actor):
        before = [model.objects.count() for model in (Message, Task, StepRun, Decision)]
    run = order(workspace, now, until)
    assert sweep_replays(now=until, only=workspace.id) == 2
    found, acts = rows(workspace, actor, run)
    assert state(workspace, actor, run).state == "done"
    assert [(row["decisions"], row["equal_decisions"]) for row in found] == [(8, 8), (8, 8)]
    assert {row["change"] for row in acts} == {"same", "quiet"}
    with in_workspace(workspace.id, by=actor):
        assert [model.objects.count() for model in (Message, Task, StepRun, Decision)] == before


def test_killed_worker_goes_on_where_it_was_and_twice_gives_the_same_rows(
    workspace: Workspace, actor: Actor, now: datetime, until: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = order(workspace, now, until), order(workspace, now, until)
    with in_workspace(workspace.id, by=actor, now=until):
        work_replay(by=actor, now=until, limit=1)
    assert (state(workspace, actor, first).done, len(rows(workspace, actor, first)[0])) == (1, 1)

    def killed(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(runs, "insert_rows", killed)
        with in_workspace(workspace.id, by=actor, now=until):
            work_replay(by=actor, now=until, limit=1)
    assert (state(workspace, actor, first).done, len(rows(workspace, actor, first)[0])) == (1, 1)
    sweep_replays(now=until, only=workspace.id)
    assert rows(workspace, actor, first) == rows(workspace, actor, second)
    assert [state(workspace, actor, run).state for run in (first, second)] == ["done", "done"]


def test_failure_is_said_and_cancelling_stops(
    workspace: Workspace, actor: Actor, now: datetime, until: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, other = order(workspace, now, until), order(workspace, now, until)

    def broken(*args: object, **kwargs: object) -> None:
        raise ValueError("out of luck")

    with monkeypatch.context() as patch:
        patch.setattr(runs, "replay_accounts", broken)
        with in_workspace(workspace.id, by=actor, now=until):
            work_replay(by=actor, now=until)
    assert (state(workspace, actor, run).state, state(workspace, actor, run).error) == (
        "failed",
        "ValueError: out of luck",
    )
    for _ in range(2):
        with in_workspace(workspace.id, by=actor, now=until):
            cancel_replay(run_id=other.id, by=actor, now=until)
    assert sweep_replays(now=until, only=workspace.id) == 0
    assert state(workspace, actor, other).ended_by == actor.label


def test_old_runs_are_forgotten_with_their_rows(
    workspace: Workspace, actor: Actor, now: datetime, until: datetime
) -> None:
    run = order(workspace, now, until)
    sweep_replays(now=until, only=workspace.id)
    with in_workspace(workspace.id, by=actor):
        assert forget_old_replays(now=until + timedelta(days=89)) == 0
        assert forget_old_replays(now=until + timedelta(days=91)) == 1
    assert rows(workspace, actor, run) == ([], [])


@pytest.mark.parametrize(
    "changes",
    [
        {"whose": Whose.SEGMENT},
        {"whose": Whose.SEGMENT, "chosen": ("nobody",)},
        {"first_on": date(2030, 1, 1)},
    ],
)
def test_order_that_makes_no_sense_is_refused(
    workspace: Workspace, now: datetime, changes: dict[str, Any], actor: Actor
) -> None:
    with pytest.raises(InvalidInput):
        order(workspace, now, now + timedelta(days=1), **changes)


def test_replay_cannot_write_anything(workspace: Workspace, actor: Actor) -> None:
    """PostgreSQL itself refuses: no message could be queued, so no channel could ever be reached."""
    with in_workspace(workspace.id, by=actor), pytest.raises(DatabaseError, match="read-only"), read_only():
        Message.objects.update(state="sent")

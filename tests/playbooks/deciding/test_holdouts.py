"""Holdouts through the real engine: who is held out gets no message, all else goes on, and all is written down."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from playbooks.actions.enrol import enrol_due, enrol_renewal
from playbooks.actions.holdouts import release_account, set_workspace_holdout
from playbooks.actions.inflight import treat_enrolled
from playbooks.actions.pump import Pump, pump
from playbooks.core.inflight import Treatment
from playbooks.models import Decision, Enrolment, Message, PlaybookVersion, StepRun, Task, WorkspaceHoldout
from playbooks.queries.holdouts import workspace_holdouts
from playbooks.queries.lift import compared
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, person_actor
from renewals.core.assignment import lot_of
from renewals.core.errors import InvalidInput, RequiredValueMissing
from renewals.models import Account, Workspace
from tests.playbooks.factories import make_world
from tests.playbooks.replay.lives import replayed, run_on
from tests.playbooks.stories import KeptChannel, broken_in, email_step, publish_simple, task_step

NOTICE = email_step("notice", -80, message_class="contractual_notice", template="notice", late={"policy": "task"})
STEPS = (email_step("hello", -90), task_step("look", -85), NOTICE)
ACCOUNTS = 12


def settle(workspace: Workspace, now: datetime, count: int = ACCOUNTS) -> None:
    """Accounts whose renewals come up alike."""
    for number in range(count):
        make_world(workspace, key=f"A-{number}", due_on=(now + timedelta(days=100)).date())


def live(workspace: Workspace, actor: Actor, now: datetime, *steps: dict[str, Any], **changes: Any) -> datetime:
    """Let all of them enter a playbook by the rules and go through it; returns the end."""
    until = now + timedelta(days=40)
    with in_workspace(workspace.id, by=actor, now=now):
        publish_simple(actor, now, *steps, key="strategic", **changes)
        settle(workspace, now)
        assert enrol_due(by=actor, now=now).enrolled == ACCOUNTS
    run_on(workspace, actor, now, until=until)
    return until


def written() -> Mapping[str, set[int]]:
    """The accounts that got each message, by the template's class."""
    rows = Message.objects.values_list("message_class", "account_id")
    return {
        name: {account for each, account in rows if each == name} for name in ("relationship", "contractual_notice")
    }


@pytest.mark.requirement("X1")
def test_held_out_accounts_get_no_message_but_every_notice_and_task(
    workspace: Workspace, actor: Actor, now: datetime
) -> None:
    """Both arms enter at the same moment; the log has layer, salt, lot, share and chance of both."""
    live(workspace, actor, now, *STEPS, holdout_percent=50)
    with in_workspace(workspace.id, by=actor):
        everybody = set(Account.objects.values_list("id", flat=True))
        held = {each for each in everybody if lot_of("playbook:strategic", each) < 5_000}
        assert 0 < len(held) < ACCOUNTS
        assert written() == {"relationship": everybody - held, "contractual_notice": everybody}
        assert set(Task.objects.values_list("account_id", flat=True)) == everybody
        assert set(Enrolment.objects.values_list("started_at", flat=True)) == {now}
        runs = StepRun.objects.filter(step_key="hello").values_list("enrolment__account_id", "state")
        assert dict(runs) == {each: "skipped" if each in held else "done" for each in everybody}
        for account in everybody:
            drawn = Decision.objects.get(kind="holdout", account_id=account)
            asked = Decision.objects.get(kind="step", step_key="hello", account_id=account)
            (arm,) = drawn.inputs["holdouts"]
            assert asked.inputs["holdouts"] == [arm] and "account.segment" in drawn.inputs["facts"]
            assert (arm["layer"], arm["percent"], arm["probability"]) == ("playbook", 50, 0.5)
            assert arm["lot"] == lot_of(arm["salt"], account) and arm["held_out"] == (account in held)
            assert drawn.verdict == ("held_out" if account in held else "treated")
            assert asked.verdict == ("skip" if account in held else "do")
            assert ("held_out" in {each["code"] for each in asked.reasons}) == (account in held)
        # A notice is decided as if there were no holdout at all.
        assert not any("holdouts" in each.inputs for each in Decision.objects.filter(step_key="notice"))
    assert broken_in(workspace) == ()


@pytest.mark.requirement("X1")
def test_step_of_its_own_and_the_whole_workspace_hold_out_alike(
    workspace: Workspace, actor: Actor, now: datetime
) -> None:
    """The workspace's holdout reaches every playbook; a step's only that step."""
    with in_workspace(workspace.id, by=actor, now=now):
        WorkspaceHoldout.objects.create(
            workspace=workspace, number=1, percent=40, salt="all", reason="To know", set_by="Ada", set_at=now
        )
    live(workspace, actor, now, email_step("hello", -90), email_step("again", -70, holdout_percent=50), NOTICE)
    with in_workspace(workspace.id, by=actor):
        everybody = set(Account.objects.values_list("id", flat=True))
        outside = {each for each in everybody if lot_of("all", each) < 4_000}
        step = {each for each in everybody if lot_of("step:strategic.again", each) < 5_000}
        got = {
            key: set(Message.objects.filter(step_run__step_key=key).values_list("account_id", flat=True))
            for key in ("hello", "again", "notice")
        }
    assert got == {"hello": everybody - outside, "again": everybody - outside - step, "notice": everybody}


@pytest.mark.requirement("X1")
@pytest.mark.parametrize("replaced", [False, True])
def test_replay_of_the_unchanged_configuration_holds_out_the_same(
    workspace: Workspace, actor: Actor, now: datetime, replaced: bool
) -> None:
    """Recorded history comes again step by step, also after a version with another share was published."""
    until = live(workspace, actor, now, *STEPS, holdout_percent=50)
    if replaced:
        with in_workspace(workspace.id, by=actor, now=until):
            publish_simple(actor, until, *STEPS, key="strategic", holdout_percent=10)
    found = replayed(workspace, actor, now, until)
    assert [each.unequal for each in found] == [()] * ACCOUNTS
    assert {act.why for each in found for act in each.before.acts if act.effect == "skip"} == {"held_out"}


@pytest.mark.requirement("X1")
def test_arms_stay_when_another_share_is_published_over_them(workspace: Workspace, actor: Actor, now: datetime) -> None:
    """Who goes on under the new version keeps his arm; nobody who was treated is silenced half-way."""
    with in_workspace(workspace.id, by=actor, now=now):
        publish_simple(actor, now, *STEPS, key="strategic", holdout_percent=10)
        settle(workspace, now)
        enrol_due(by=actor, now=now)
        before = dict(Enrolment.objects.values_list("id", "arms"))
        publish_simple(actor, now, *STEPS, key="strategic", holdout_percent=50)
        newest = PlaybookVersion.objects.order_by("-number")[0]
        treat_enrolled(version_id=newest.id, treatment=Treatment.MIGRATE, by=actor, now=now)
        assert dict(Enrolment.objects.values_list("id", "arms")) == before
        treat_enrolled(version_id=newest.id, treatment=Treatment.RESTART, by=actor, now=now)
        assert {arm["percent"] for row in Enrolment.objects.all() for arm in row.arms} == {10}


@pytest.mark.requirement("X1")
def test_account_that_a_person_puts_in_is_no_part_of_it(workspace: Workspace, actor: Actor, now: datetime) -> None:
    channel = KeptChannel()
    with in_workspace(workspace.id, by=actor, now=now):
        publish_simple(actor, now, email_step("hello", -90), key="strategic", holdout_percent=50)
        settle(workspace, now)
        for account in Account.objects.order_by("id"):
            renewal = account.renewals.get()
            by = person_actor(workspace.id, renewal.owner_id, "Csm")
            enrol_renewal(renewal_id=renewal.id, playbook_key="strategic", by=by, now=now)
        assert {str(row.arms) for row in Enrolment.objects.all()} == {"[]"}
    pump(Pump(clock=now + timedelta(days=11), channel=channel))
    with in_workspace(workspace.id, by=actor):
        assert Message.objects.count() == ACCOUNTS


def test_without_a_share_nothing_is_drawn_or_logged(workspace: Workspace, actor: Actor, now: datetime) -> None:
    live(workspace, actor, now, *STEPS)
    with in_workspace(workspace.id, by=actor):
        assert not Decision.objects.filter(kind="holdout").exists()
        assert not any("holdouts" in inputs for inputs in Decision.objects.values_list("inputs", flat=True))
        assert Message.objects.count() == 2 * ACCOUNTS


@pytest.mark.requirement("X1")
def test_released_account_gets_what_is_ahead_and_stays_in_the_arm_it_drew(
    workspace: Workspace, actor: Actor, now: datetime
) -> None:
    """Who and why are kept and logged; a second release finds nothing; replay holds out until that moment only."""
    steps = (email_step("hello", -90), email_step("again", -80))
    with in_workspace(workspace.id, by=actor, now=now):
        publish_simple(actor, now, *steps, key="strategic", holdout_percent=50)
        settle(workspace, now)
        enrol_due(by=actor, now=now)
        held = list(Enrolment.objects.filter(arms__contains=[{"held_out": True}]).order_by("id"))
    half = now + timedelta(days=15)
    run_on(workspace, actor, now, until=half)
    with in_workspace(workspace.id, by=actor, now=half):
        account = held[0].account_id
        assert release_account(account_id=account, reason="They asked for more", by=actor, now=half) == 1
        assert release_account(account_id=account, reason="Once more", by=actor, now=half) == 0
        with pytest.raises(RequiredValueMissing):
            release_account(account_id=held[1].account_id, reason=" ", by=actor, now=half)
    until = now + timedelta(days=40)
    run_on(workspace, actor, half, until=until)
    with in_workspace(workspace.id, by=actor):
        row = Enrolment.objects.get(id=held[0].id)
        assert (row.released_at, row.released_by, row.release_reason) == (half, actor.label, "They asked for more")
        assert row.arms == held[0].arms
        got = Message.objects.filter(account_id__in=[each.account_id for each in held])
        assert list(got.values_list("account_id", "step_run__step_key")) == [(account, "again")]
        told = Decision.objects.get(kind="holdout", verdict="released")
        assert (told.enrolment_id, told.reasons[0]["because"]) == (row.id, "They asked for more")
        (counted,) = compared(since=now, accounts=[account])
        assert (counted.strata[50][1].drawn, counted.strata[50][0].drawn, counted.released) == (1, 0, 1)
    assert [each.unequal for each in replayed(workspace, actor, now, until)] == [()] * ACCOUNTS
    assert broken_in(workspace) == ()


@pytest.mark.requirement("X1")
def test_holdout_of_the_workspace_is_a_version_with_its_reason_and_draws_the_same_accounts(
    workspace: Workspace, actor: Actor, now: datetime
) -> None:
    with in_workspace(workspace.id, by=actor, now=now):
        first = set_workspace_holdout(percent=5, reason="To know what we do", by=actor, now=now)
        assert set_workspace_holdout(percent=5, reason="Again", by=actor, now=now) == first
        second = set_workspace_holdout(percent=20, reason="Sooner", by=actor, now=now + timedelta(hours=1))
        assert (second.number, second.salt) == (2, first.salt)
        for percent in (-1, 51):
            with pytest.raises(InvalidInput):
                set_workspace_holdout(percent=percent, reason="x", by=actor, now=now)
        holdouts = workspace_holdouts()
        found = [holdouts.at(now + timedelta(hours=hours)) for hours in (-1, 0, 1)]
        assert [each and each.percent for each in found] == [None, 5, 20]
        set_workspace_holdout(percent=0, reason="We know", by=actor, now=now + timedelta(hours=2))
        assert workspace_holdouts().at(now + timedelta(hours=2)) is None

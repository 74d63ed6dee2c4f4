"""The same configuration gives recorded history again; a changed one its difference."""

from datetime import datetime, timedelta

import pytest

from playbooks.actions.account_rules import set_human_only
from playbooks.actions.reactions import record_reaction
from playbooks.core.replay.acts import ENTER
from playbooks.core.replay.compare import Change
from playbooks.queries.replay.configuration import (
    changed_version,
    configuration_of_the_time,
    drafted_selection,
    with_playbook,
    with_selection,
)
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput
from renewals.models import Account, Contact, Renewal, Workspace
from tests.playbooks.replay.lives import GUARDRAILS, STEPS, live, replayed, settle
from tests.playbooks.stories import simple_playbook, task_step


@pytest.mark.requirement(19)
def test_unchanged_configuration_gives_recorded_history_again(
    workspace: Workspace, actor: Actor, now: datetime
) -> None:
    """Every entry, step, effect and instant, though today's facts are others and nobody there may be written to now."""
    until = live(workspace, actor, now)
    with in_workspace(workspace.id, by=actor):
        Renewal.objects.update(target_amount=1)
        Account.objects.update(is_human_only=True)
        for contact in Contact.objects.all():
            record_reaction(
                by=actor, now=until, account_id=contact.account_id, contact_id=contact.id, kind="complaint",
                occurred_at=until, evidence={"key": f"late-{contact.id}"},
            )  # fmt: skip
            set_human_only(account_id=contact.account_id, reason="They asked", by=actor, now=until)
    found = replayed(workspace, actor, now, until)
    assert [each.unequal for each in found] == [(), ()]
    assert [len(each.recorded) for each in found] == [8, 8]
    assert {act.effect for each in found for act in each.recorded} == {ENTER, "message", "task", "skip"}


def test_engine_that_comes_some_minutes_late_is_reproduced_and_an_hour_in_a_draft_is_not_hidden(
    workspace: Workspace, actor: Actor, now: datetime
) -> None:
    """An engine takes seconds or minutes to come to what is due: that is no difference. Another time of day is one."""
    until = live(workspace, actor, now, late=timedelta(minutes=3))
    with in_workspace(workspace.id, by=actor):
        steps = [step | {"at": "08:00"} if step["key"] == "call" else step for step in STEPS]
        table = simple_playbook(*steps, key="strategic", guardrails=GUARDRAILS)
        changed = with_playbook(configuration_of_the_time(), "strategic", changed_version("strategic", table))
    found = replayed(workspace, actor, now, until, changed)
    assert [each.unequal for each in found] == [(), ()]
    moved = [item.told.step_key for each in found for item in each.compared if item.change is Change.MOVED]
    assert moved == ["", "call", "", "call"]  # as if it always had been: it also enters before the engine began


def test_longer_window_enrols_earlier_and_a_renewal_that_never_was(
    workspace: Workspace, actor: Actor, now: datetime
) -> None:
    """One renewal was too far away to enter; under a longer window it had entered before these days began."""
    with in_workspace(workspace.id, by=actor, now=now):
        settle(workspace, now, number=9, due_in=220, zone="Europe/Berlin")
    until = live(workspace, actor, now, days=30)
    with in_workspace(workspace.id, by=actor):
        table = simple_playbook(*STEPS, task_step("early", -215), key="strategic", guardrails=GUARDRAILS)
        version = changed_version("strategic", table | {"window_days": 230})
        changed = with_playbook(configuration_of_the_time(), "strategic", version)
    found = {each.renewal.account_key: each for each in replayed(workspace, actor, now, until, changed)}
    never = found["A-9"]
    assert (never.recorded, never.before.acts, never.unequal) == ((), (), ())
    assert [(act.step_key, act.effect) for act in never.after.acts] == [("early", "task")]
    assert {item.change for item in never.compared} == {Change.ADDED}


def test_shorter_window_leaves_a_renewal_out(workspace: Workspace, actor: Actor, now: datetime) -> None:
    until = live(workspace, actor, now, days=30)
    with in_workspace(workspace.id, by=actor):
        table = simple_playbook(task_step("call", -20), key="strategic", guardrails=GUARDRAILS, window_days=30)
        changed = with_playbook(configuration_of_the_time(), "strategic", changed_version("strategic", table))
    found = replayed(workspace, actor, now, until, changed)
    assert [each.after.acts for each in found] == [(), ()]
    assert {item.change for each in found for item in each.compared} == {Change.GONE, Change.QUIET}


def test_another_order_of_playbooks_lets_nobody_enter(workspace: Workspace, actor: Actor, now: datetime) -> None:
    """A draft of the selection order is replayed as if it always had been; one with a mistake is refused by name."""
    until = live(workspace, actor, now, days=12)
    with in_workspace(workspace.id, by=actor):
        changed = with_selection(
            configuration_of_the_time(), drafted_selection({"cases": [], "default_playbook": "small"})
        )
        with pytest.raises(InvalidInput, match="default_playbook"):
            drafted_selection({"cases": []})
    found = replayed(workspace, actor, now, until, changed)
    assert [each.unequal for each in found] == [(), ()]
    assert [(len(each.before.acts) > 0, each.after.acts) for each in found] == [(True, ())] * 2


def test_engine_that_comes_after_the_hours_and_waits_for_the_next_day_is_reproduced(
    workspace: Workspace, actor: Actor, now: datetime
) -> None:
    """Its looks that only put a step off are looks as well: without them a replay would act on the day before."""
    until = live(workspace, actor, now, days=18, late=timedelta(hours=9))
    found = replayed(workspace, actor, now, until)
    assert [each.unequal for each in found] == [(), ()]
    assert {act.effect for each in found for act in each.recorded} == {ENTER, "message"}

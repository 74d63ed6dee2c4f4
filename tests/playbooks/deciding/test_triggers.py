"""Trigger rules: a signal or a crossing makes exactly one piece of work, at once, and carries what set it off."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from playbooks.actions.triggers import publish_trigger, publish_triggers_if_none, retire_trigger, sweep_triggers
from playbooks.core.triggers import firings_of, has_crossed, parse_trigger
from playbooks.models import Decision, Enrolment, Task, TriggerFiring, TriggerMark, TriggerRule
from playbooks.queries.triggers import noise_report, shipped_triggers, would_have_fired
from renewals.core.actors import Actor
from renewals.core.conditions import Op, Predicate
from renewals.core.errors import InvalidInput, RequiredValueMissing
from renewals.models import Workspace
from signals.actions.intake import ensure_source, record_signals
from signals.models import Signal
from tests.playbooks.factories import World, make_person, make_risk, make_world
from tests.playbooks.stories import publish_simple, task_step

AT_60 = Predicate(field="risk.score", op=Op.GE, value=60)
LEFT = {
    "key": "left",
    "name": "Sponsor left",
    "type": "relationship",
    "reason": "sponsor_left",
    "signal": "relationship.sponsor_left",
    "do": "task",
    "task": {"title": "Find the new sponsor", "instructions": "Ask."},
    "rearm_days": 10,
}
ROSE = {
    "key": "rose",
    "name": "Risk rose",
    "type": "risk",
    "reason": "risk_rose",
    "crossing": {"field": "risk.score", "op": "ge", "value": 60},
    "do": "task",
    "task": {"title": "Recap", "instructions": "General.", "by_industry": {"Software": "For software."}},
}


@pytest.fixture
def world(inside: Any, actor: Actor, now: datetime) -> Iterator[World]:
    """An account with an open renewal in a workspace without rules, whose sweep has set its mark."""
    made = make_world(inside)
    ensure_source(workspace_id=inside.id, key="crm", kind="api", by=actor, now=now)
    publish_trigger(definition=LEFT | {"key": "never", "signal": "support.csat"}, by=actor, now=now)
    assert sweep_triggers(by=actor, now=now) == 0
    yield made


def hear(
    world: World, actor: Actor, at: datetime, key: str = "s-1", kind: str = "relationship.sponsor_left", **more: Any
) -> None:
    """Receive one signal of the account."""
    item = {"account": world.account.external_id, "kind": kind, "occurred_at": at.isoformat(), "external_id": key}
    item |= more
    record_signals(workspace_id=world.workspace.id, source_key="crm", items=[item], by=actor, now=at)


@pytest.mark.requirement(39)
@pytest.mark.parametrize(("tier", "role"), [("strategic", "renewal_manager"), ("growth", "csm"), ("basic", "csm")])
def test_request_to_renew_goes_to_whom_the_rule_names_for_its_segment_once(
    inside: Workspace, actor: Actor, now: datetime, tier: str, role: str
) -> None:
    """The shipped rules: a strategic account's is answered by its renewal manager, any other by its CSM."""
    world = make_world(inside, tier=tier)
    manager = make_person(inside, "manager@example.com", "renewal_manager")
    ensure_source(workspace_id=inside.id, key="crm", kind="api", by=actor, now=now)
    assert publish_triggers_if_none(by=actor, now=now) > 0
    assert sweep_triggers(by=actor, now=now) == 0
    later = now + timedelta(minutes=10)
    hear(world, actor, later, kind="relationship.renewal_requested")
    assert [sweep_triggers(by=actor, now=later + timedelta(seconds=10 * turn)) for turn in range(2)] == [1, 0]
    task = Task.objects.get()
    answers = {"renewal_manager": manager.id, "csm": world.owner.id}[role]
    assert (task.title, task.assignee_id) == ("They ask to renew: answer with terms", answers)
    assert task.why[0]["signal"] == Signal.objects.get().id


@pytest.mark.requirement(3)
def test_signal_makes_one_task_within_one_sweep_and_carries_its_id(world: World, actor: Actor, now: datetime) -> None:
    publish_trigger(definition=LEFT, by=actor, now=now)
    later = now + timedelta(minutes=10)
    hear(world, actor, later)
    assert [sweep_triggers(by=actor, now=later + timedelta(seconds=10 * turn)) for turn in range(3)] == [1, 0, 0]
    firing, task = TriggerFiring.objects.get(), Task.objects.get()
    assert (firing.signal_id, firing.task_id) == (Signal.objects.get().id, task.id)
    assert task.why[0]["signal"] == firing.signal_id
    decision = Decision.objects.get(kind="trigger")
    assert (decision.rule_version, decision.verdict) == ("left v1", "task")


@pytest.mark.requirement(3)
def test_second_signal_is_counted_on_the_open_task(world: World, actor: Actor, now: datetime) -> None:
    publish_trigger(definition=LEFT, by=actor, now=now)
    for number in range(3):
        at = now + timedelta(hours=number + 1)
        hear(world, actor, at, key=f"s-{number}")
        sweep_triggers(by=actor, now=at)
    assert (Task.objects.count(), TriggerFiring.objects.get().times) == (1, 3)


def test_rule_is_armed_again_when_its_work_is_over_and_its_days_have_passed(
    world: World, actor: Actor, now: datetime
) -> None:
    publish_trigger(definition=LEFT, by=actor, now=now)
    fired = []
    for number, days in enumerate((1, 5, 12, 13)):
        at = now + timedelta(days=days)
        if days == 12:
            Task.objects.update(state="cancelled", ended_reason="test")
        hear(world, actor, at, key=f"s-{number}")
        fired.append(sweep_triggers(by=actor, now=at))
    assert fired == [1, 0, 1, 0]
    assert TriggerFiring.objects.filter(rearmed_at__isnull=False).count() == 1


@pytest.mark.requirement(79)
def test_rising_risk_makes_a_recap_in_the_words_of_the_industry(world: World, actor: Actor, now: datetime) -> None:
    world.account.industry = "Software"
    world.account.save()
    publish_trigger(definition=ROSE, by=actor, now=now)
    later = now + timedelta(minutes=10)
    make_risk(world, later, 66.0, before=40.0)
    assert [sweep_triggers(by=actor, now=later) for _ in range(2)] == [1, 0]
    task = Task.objects.get()
    assert (task.instructions, task.why[0]["before"], task.why[0]["value"]) == ("For software.", 40.0, 66.0)


@pytest.mark.parametrize(("before", "value"), [(None, 80.0), (65.0, 80.0), (80.0, 50.0)])
def test_score_that_crossed_nothing_fires_nothing(
    world: World, actor: Actor, now: datetime, before: float | None, value: float
) -> None:
    publish_trigger(definition=ROSE, by=actor, now=now)
    make_risk(world, now + timedelta(minutes=10), value, before=before)
    assert sweep_triggers(by=actor, now=now + timedelta(minutes=10)) == 0


def test_two_rules_of_one_type_and_reason_make_one_task_the_first_ones(
    world: World, actor: Actor, now: datetime
) -> None:
    strategic = {"field": "account.segment", "op": "eq", "value": "strategic"}
    call = ROSE | {"key": "call", "when": strategic, "task": {"title": "Call", "instructions": "Now."}}
    publish_trigger(definition=call, by=actor, now=now)
    publish_trigger(definition=ROSE, by=actor, now=now)
    make_risk(world, now + timedelta(minutes=10), 66.0, before=40.0)
    sweep_triggers(by=actor, now=now + timedelta(minutes=10))
    assert list(Task.objects.values_list("title", flat=True)) == ["Call"]


@pytest.mark.requirement(3)
def test_trigger_enrols_once_and_says_which_signal(world: World, actor: Actor, now: datetime) -> None:
    publish_simple(actor, now, task_step("call", -20))
    enrols = {name: value for name, value in LEFT.items() if name != "task"} | {"do": "enrol", "playbook": "simple"}
    publish_trigger(definition=enrols, by=actor, now=now)
    later = now + timedelta(minutes=10)
    hear(world, actor, later)
    sweep_triggers(by=actor, now=later)
    assert Enrolment.objects.get().trigger["signal"] == Signal.objects.get().id
    assert TriggerFiring.objects.get().verdict == "enrolled"


@pytest.mark.requirement(76)
@pytest.mark.parametrize("do", ["enrol", "task"])
@pytest.mark.parametrize("kind", ["usage.active_users", "usage.milestone", "relationship.sponsor_left"])
def test_usage_milestones_and_sponsors_feed_automation_and_prompts_for_people(
    world: World, actor: Actor, now: datetime, kind: str, do: str
) -> None:
    publish_simple(actor, now, task_step("call", -20))
    enrols = {name: value for name, value in LEFT.items() if name != "task"} | {"do": "enrol", "playbook": "simple"}
    publish_trigger(definition=(enrols if do == "enrol" else LEFT) | {"signal": kind}, by=actor, now=now)
    later = now + timedelta(minutes=10)
    hear(world, actor, later, kind=kind, **{"usage.active_users": {"value": 7}}.get(kind, {"subject": "live"}))
    sweep_triggers(by=actor, now=later)
    signal_id = Signal.objects.get().id
    made = [each.trigger["signal"] for each in Enrolment.objects.all()]
    asked = [each.why[0]["signal"] for each in Task.objects.all()]
    assert (made, asked) == (([signal_id], []) if do == "enrol" else ([], [signal_id]))
    assert TriggerFiring.objects.get().signal_id == signal_id


def test_retired_rule_fires_no_more_and_an_edit_is_the_next_version(world: World, actor: Actor, now: datetime) -> None:
    first = publish_trigger(definition=LEFT, by=actor, now=now)
    assert publish_trigger(definition=LEFT, by=actor, now=now) == first
    second = publish_trigger(definition=LEFT | {"rearm_days": 20}, by=actor, now=now)
    assert (second.number, TriggerRule.objects.get(id=first.id).retired_reason) == (2, "replaced")
    with pytest.raises(RequiredValueMissing):
        retire_trigger(rule_id=second.id, why=" ", by=actor, now=now)
    retire_trigger(rule_id=second.id, why="Too noisy", by=actor, now=now)
    hear(world, actor, now + timedelta(hours=1))
    assert sweep_triggers(by=actor, now=now + timedelta(hours=1)) == 0


def test_sweep_asks_the_same_number_of_questions_whatever_has_happened_before(
    world: World, actor: Actor, now: datetime
) -> None:
    publish_trigger(definition=LEFT, by=actor, now=now)
    publish_trigger(definition=ROSE, by=actor, now=now)
    counts = []
    for turn in range(2):
        at = now + timedelta(days=turn + 1)
        with CaptureQueriesContext(connection) as asked:
            sweep_triggers(by=actor, now=at)
        counts.append(len(asked))
        for number in range(5):
            hear(world, actor, at, key=f"s-{turn}-{number}", kind="relationship.nps")
    assert counts == [10, 10]
    assert TriggerMark.objects.get().seen_until_at == now + timedelta(days=2) - timedelta(minutes=5)


def test_rehearsal_and_noise_report_count_what_a_rule_does(world: World, actor: Actor, now: datetime) -> None:
    publish_trigger(definition=LEFT, by=actor, now=now)
    for number, days in enumerate((1, 4, 15)):
        hear(world, actor, now + timedelta(days=days), key=f"s-{number}")
    trigger = parse_trigger(LEFT).trigger
    assert trigger is not None
    assert would_have_fired(trigger, now=now + timedelta(days=16)) == 2
    sweep_triggers(by=actor, now=now + timedelta(days=16))
    Task.objects.update(state="done", outcome_code="not_relevant", completed_at=now)
    report = noise_report(now=now + timedelta(days=17))["left"]
    assert (report.fired, report.done, report.dismissed) == (1, 1, 1)


def test_shipped_rules_can_be_read() -> None:
    assert [parse_trigger(table).problems for table in shipped_triggers()] == [()] * len(shipped_triggers())


def test_rule_with_gaps_is_refused_with_every_problem(world: World, actor: Actor, now: datetime) -> None:
    with pytest.raises(InvalidInput) as refused:
        publish_trigger(definition={"key": "x", "do": "enrol", "nonsense": 1}, by=actor, now=now)
    told = str(refused.value)
    assert all(word in told for word in ("'name'", "'type'", "nonsense", "playbook", "'signal'"))


@pytest.mark.parametrize(
    ("before", "after", "crossed"), [(59.9, 60.0, True), (60.0, 70.0, False), (None, 70.0, False), (70.0, 59.0, False)]
)
def test_crossing_needs_both_sides_of_the_line(before: float | None, after: float, crossed: bool) -> None:
    assert has_crossed(AT_60, before=before, after=after) is crossed


def test_firings_are_apart_by_the_days_of_arming(now: datetime) -> None:
    days = tuple(now + timedelta(days=day) for day in (0, 3, 10, 11))
    assert firings_of({1: days, 2: days[:1]}, rearm_days=10) == 3

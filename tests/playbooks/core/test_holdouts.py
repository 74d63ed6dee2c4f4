"""Holdouts: who is drawn, what is withheld, and what never is, whatever a definition or stored data say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.core.cadence import next_step
from playbooks.core.definition import Playbook, Step
from playbooks.core.definition_parse import parse_definition
from playbooks.core.definition_table import definition_table
from playbooks.core.facts import DoneState, DoneStep, StepFacts
from playbooks.core.guards import StepDecision, StepVerdict, decide_step
from playbooks.core.holdouts import (
    BY_PEOPLE,
    Arm,
    Holdout,
    Layer,
    arm_from,
    draw_arms,
    held_out_by,
    why_never_held_out,
)
from playbooks.core.validation import read_definition
from playbooks.core.vocabulary import AnchorKind, Automation, MessageClass, StepKind
from playbooks.core.withholding import unless_held_out
from tests.playbooks.core.every_kind import MESSAGES
from tests.playbooks.core.specimens import (
    anchor,
    email_step,
    library_table,
    plan_facts,
    playbook,
    step_facts,
    task_step,
)

NOW = datetime(2027, 3, 2, 8, 31, tzinfo=UTC)
EVERYBODY = Holdout(percent=100, salt="all", rule_version="holdout v1")


def arm(layer: Layer = Layer.PLAYBOOK, *, step: str = "", lot: int = 0, percent: int = 10) -> Arm:
    """An arm in which the account is held out unless its lot lies beyond the share."""
    return Arm(layer=layer, step_key=step, percent=percent, salt="s", lot=lot, rule_version="small v1")


def decide(definition: Playbook, step: Step, facts: StepFacts) -> StepDecision:
    """What the engine decides about a step that is due."""
    return unless_held_out(step, facts, decide_step(definition, step, facts, now=NOW))


@st.composite
def any_steps(draw: st.DrawFn) -> Step:
    """A step of any kind, class, anchor and automation, sensible or not, with any share."""
    return email_step(
        kind=draw(st.sampled_from(StepKind)),
        message_class=draw(st.sampled_from([None, *MessageClass])),
        anchor=anchor(draw(st.sampled_from(AnchorKind))),
        automation=draw(st.sampled_from(Automation)),
        holdout_percent=draw(st.integers(0, 100)),
    )


arms = st.builds(
    Arm,
    layer=st.sampled_from(Layer),
    step_key=st.sampled_from(["", "hello", "other"]),
    percent=st.integers(0, 100),
    salt=st.text(max_size=9),
    lot=st.integers(0, 9_999),
    rule_version=st.just("v"),
)


def is_owed(step: Step) -> bool:
    """What the law, a contract or a person owes, said once more in the test's own words."""
    is_notice = step.message_class in (MessageClass.CONTRACTUAL_NOTICE, MessageClass.SECURITY)
    is_work = step.kind.value not in (*MESSAGES, "call", "meeting", "expansion_prompt")
    is_a_persons = step.automation is Automation.HUMAN_ONLY and step.kind.value in MESSAGES
    return is_notice or is_work or is_a_persons or step.anchor.kind is AnchorKind.NOTICE_DEADLINE


@pytest.mark.requirement("X1", "X11")
@given(any_steps(), st.lists(arms, max_size=4))
def test_what_is_owed_can_never_be_held_out(step: Step, drawn: list[Arm]) -> None:
    """Whatever shares a definition states and whatever arms are stored, a notice is decided as if there were none."""
    definition = playbook(step, holdout_percent=100)
    found = draw_arms(definition, rule_version="v", workspace=EVERYBODY, account_id=1)
    if not is_owed(step):
        return
    assert held_out_by(step, [*found, *drawn]) is None
    assert not any(each.layer is Layer.STEP for each in found)
    facts = step_facts(arms=(*found, *drawn))
    assert decide(definition, step, facts) == decide_step(definition, step, replace(facts, arms=()), now=NOW)


@pytest.mark.requirement("X1")
def test_validation_refuses_a_share_on_a_notice_and_on_every_step_that_is_owed() -> None:
    table = library_table("playbooks", "mid_market") | {"holdout_percent": 10}
    held = [step | {"holdout_percent": 5} for step in table["steps"]]  # type: ignore[attr-defined]  # a list of tables
    reading = read_definition(table | {"steps": held})
    told = {problem.where.partition("'")[2].rstrip("'") for problem in reading.problems if problem.code == "E-CAD-21"}
    assert reading.playbook is None
    definition = parse_definition(table).playbook
    assert told == {step.key for step in definition.steps if is_owed(step)} != set()
    notice = email_step(message_class=MessageClass.CONTRACTUAL_NOTICE, holdout_percent=1)
    assert why_never_held_out(notice) == "a message of the class contractual_notice is owed to everybody"


@pytest.mark.requirement("X1")
@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({}, StepVerdict.DO),
        ({"arms": (arm(lot=1_000),)}, StepVerdict.DO),
        ({"arms": (arm(lot=999),)}, StepVerdict.SKIP),
        ({"arms": (arm(Layer.WORKSPACE),)}, StepVerdict.SKIP),
        ({"arms": (arm(Layer.STEP, step="hello"),)}, StepVerdict.SKIP),
        ({"arms": (arm(Layer.STEP, step="other"),)}, StepVerdict.DO),
        ({"arms": (arm(),), "is_released": True}, StepVerdict.DO),
        ({"arms": (arm(),), "is_approved": True}, StepVerdict.DO),
        ({"arms": (arm(),), "is_human_only": True}, StepVerdict.MAKE_TASK),
        ({"arms": (arm(),), "due_at": NOW + timedelta(days=1)}, StepVerdict.HOLD),
    ],
)
def test_message_is_withheld_only_where_it_would_leave_now(facts: dict[str, object], verdict: StepVerdict) -> None:
    """Both arms come to the same moment by the same checks; what is put off is drawn when its time has come."""
    decision = decide(playbook(), email_step(), step_facts(**facts))
    assert decision.verdict is verdict
    codes = [item.code for item in decision.reasons]
    assert (codes == ["held_out"]) == (verdict is StepVerdict.SKIP)


@pytest.mark.requirement("X1")
def test_withheld_step_tells_layer_salt_lot_share_and_chance() -> None:
    decision = decide(playbook(), email_step(), step_facts(arms=(arm(lot=7),)))
    assert decision.reasons[0].values == {
        "layer": "playbook", "percent": 10, "lot": 7, "salt": "s", "probability": 0.1, "rule": "small v1",
    }  # fmt: skip
    assert decision.contact_id is None


@pytest.mark.parametrize("automation", [Automation.MANUAL_APPROVAL, Automation.VETO_WINDOW])
def test_draft_for_a_person_is_not_even_written(automation: Automation) -> None:
    step = email_step(automation=automation, veto_hours=24)
    assert decide(playbook(step), step, step_facts(arms=(arm(),))).verdict is StepVerdict.SKIP


@pytest.mark.parametrize("kind", BY_PEOPLE)
def test_call_is_withheld_by_a_share_of_its_own_and_by_no_other(kind: StepKind) -> None:
    step = task_step("call", kind=kind)
    assert held_out_by(step, [arm(Layer.WORKSPACE), arm(Layer.PLAYBOOK)]) is None
    assert held_out_by(step, [arm(Layer.STEP, step="call")]) is not None


def test_cadence_goes_on_as_if_the_withheld_step_had_been_done() -> None:
    """The step behind it counts from the moment at which it would have acted, not from the day it was planned for."""
    follow = email_step("follow", anchor=anchor(AnchorKind.AFTER_PREVIOUS, 7))
    definition = playbook(email_step(), follow)
    days = {
        state: next_step(
            definition,
            plan_facts(
                done=(DoneStep(step_key="hello", state=state, due_at=NOW - timedelta(days=4), done_at=NOW),),
            ),
            now=NOW,
        ).step
        for state in (DoneState.DONE, DoneState.HELD_OUT, DoneState.SKIPPED)
    }
    assert days[DoneState.HELD_OUT] == days[DoneState.DONE] != days[DoneState.SKIPPED]


@pytest.mark.requirement("X1")
def test_arms_are_drawn_once_for_each_share_and_come_back_from_storage() -> None:
    definition = playbook(email_step(holdout_percent=20), email_step("free"), holdout_percent=10)
    found = draw_arms(definition, rule_version="small v3", workspace=EVERYBODY, account_id=77)
    assert [(each.layer, each.step_key, each.percent) for each in found] == [
        (Layer.WORKSPACE, "", 100), (Layer.PLAYBOOK, "", 10), (Layer.STEP, "hello", 20),
    ]  # fmt: skip
    assert [each.salt for each in found] == ["all", "playbook:small", "step:small.hello"]
    assert tuple(arm_from(each.table()) for each in found) == found
    assert [each.table()["probability"] for each in found] == [1.0, 0.1, 0.2]
    again = replace(definition, holdout_salt="2028")
    salts = [each.salt for each in draw_arms(again, rule_version="small v4", workspace=None, account_id=77)]
    assert salts == ["playbook:small:2028", "step:small.hello:2028"]


def test_definition_without_a_share_draws_nothing_and_says_nothing_of_it() -> None:
    assert draw_arms(playbook(), rule_version="v", workspace=None, account_id=1) == ()
    assert "holdout" not in str(definition_table(playbook()))


def test_share_and_salt_stay_with_the_version() -> None:
    held = playbook(email_step(holdout_percent=20), holdout_percent=10, holdout_salt="x")
    assert parse_definition(definition_table(held)).playbook == held

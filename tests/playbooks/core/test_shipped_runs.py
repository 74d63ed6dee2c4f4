"""The shipped playbooks run from enrolment to renewal date through plan and guards, as the engine runs them."""

import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from playbooks.core.cadence import next_step, plan
from playbooks.core.definition import Playbook
from playbooks.core.facts import DoneState, DoneStep, PlanFacts
from playbooks.core.guards import StepVerdict, decide_step
from playbooks.core.planned import Planned
from playbooks.core.vocabulary import ContactRole, StepKind
from renewals.core.conditions import Facts
from tests.playbooks.core.specimens import contact, plan_facts, shipped_keys, shipped_playbook, step_facts

CALM: Facts = {"risk.score": 20, "health.score": 80}
RISKY: Facts = {"risk.score": 75, "health.score": 30}


def run(definition: Playbook, facts: PlanFacts, now: datetime, seen: Facts) -> list[tuple[str, StepVerdict, datetime]]:
    """Act on every step in turn; each message is a recent touch of everybody at the account from then on."""
    log: list[tuple[str, StepVerdict, datetime]] = []
    touches: tuple[datetime, ...] = ()
    facts = replace(facts, facts=seen)
    while (found := next_step(definition, facts, now=now)).step is not None:
        planned = found.step
        now = max(now, planned.due_at)
        step = definition.step(planned.step_key)
        people = tuple(contact(number, role, recent_touch_at=touches) for number, role in enumerate(ContactRole))
        told = step_facts(due_at=planned.due_at, contacts=people, facts=seen, is_approved=True)
        decision = decide_step(definition, step, told, now=now)
        while decision.verdict is StepVerdict.HOLD and decision.until is not None:
            now = decision.until
            decision = decide_step(definition, step, told, now=now)
        log.append((step.key, decision.verdict, now))
        if step.kind is StepKind.EMAIL and decision.verdict is StepVerdict.DO:
            touches = (*touches, now)
        state = DoneState.SKIPPED if decision.verdict is StepVerdict.SKIP else DoneState.DONE
        behind = DoneStep(step_key=step.key, state=state, due_at=planned.due_at, done_at=now, chosen=decision.chosen)
        skipped = (
            DoneStep(step_key=item.step_key, state=DoneState.SKIPPED, due_at=item.due_at, done_at=now)
            for item in found.skipped
        )
        facts = replace(facts, done=(*facts.done, *skipped, behind))
    return log


def enrolled(definition: Playbook, days_before: int) -> tuple[PlanFacts, datetime]:
    started = datetime(2027, 3, 31, 6, 0, tzinfo=UTC) - timedelta(days=days_before)
    return plan_facts(started_at=started), started


@pytest.mark.requirement(20, 72, 73)
@pytest.mark.parametrize("key", shipped_keys("playbooks"))
def test_calm_renewal_runs_exactly_as_projected(key: str) -> None:
    definition = shipped_playbook(key)
    facts, now = enrolled(definition, definition.window_days)
    facts = replace(facts, facts=RISKY)
    projected = [(item.step_key, item.expected_at) for item in plan(definition, facts, now=now).steps]
    log = run(definition, facts, now, RISKY)
    assert [(step, at) for step, _, at in log] == projected
    assert {verdict for _, verdict, _ in log} == {StepVerdict.DO}


@pytest.mark.requirement(85)
def test_small_playbook_makes_a_task_only_when_the_risk_rule_fires() -> None:
    definition = shipped_playbook("small")
    facts, now = enrolled(definition, 45)
    made = {
        name: {step: verdict for step, verdict, _ in run(definition, facts, now, seen)}
        for name, seen in (("calm", CALM), ("risky", RISKY))
    }
    assert (made["calm"].get("risk_call"), made["risky"]["risk_call"]) == (None, StepVerdict.DO)
    assert StepVerdict.MAKE_TASK not in {*made["calm"].values(), *made["risky"].values()}


@pytest.mark.requirement(73)
@pytest.mark.parametrize("key", shipped_keys("playbooks"))
@pytest.mark.parametrize("days_before", [170, 110, 100, 60, 44, 20, 9, 3, 0])
def test_late_enrolment_keeps_gap_and_budget_and_ends(key: str, days_before: int) -> None:
    definition = shipped_playbook(key)
    facts, now = enrolled(definition, min(days_before, definition.window_days))
    log = run(definition, facts, now, CALM)
    sent = [
        at
        for step, verdict, at in log
        if verdict is StepVerdict.DO
        and definition.step(step).template
        and definition.step(step).message_class == "relationship"
    ]
    gaps = [later - earlier for earlier, later in pairwise(sent)]
    assert all(gap >= timedelta(days=definition.guardrails.min_gap_days) for gap in gaps)
    assert len({step for step, _, _ in log}) == len(log)


@pytest.mark.requirement(83)
def test_strategic_order_is_value_then_education_then_options() -> None:
    definition = shipped_playbook("strategic")
    facts, now = enrolled(definition, 180)
    purposes = {phase.key: position for position, phase in enumerate(definition.phases)}
    order = [purposes[definition.step(item.step_key).phase] for item in plan(definition, facts, now=now).steps]
    assert order == sorted(order)
    assert plan(definition, facts, now=now).steps[0].due_on == date(2026, 10, 2)
    assert {item.planned for item in plan(definition, facts, now=now).steps} == {Planned.RUN}


@pytest.mark.requirement(86)
def test_success_measures_are_terms_of_the_glossary() -> None:
    page = Path(__file__).resolve().parents[3] / "renewals" / "library" / "glossary.toml"
    known = {term["key"] for term in tomllib.loads(page.read_text())["terms"]}
    used = {measure.metric for key in shipped_keys("playbooks") for measure in shipped_playbook(key).success}
    assert used <= known

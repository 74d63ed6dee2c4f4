"""A playbook definition from a plain mapping: typed, frozen, with every problem told at once. Checks of sense follow in
validation.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from playbooks.core.condition_parse import NEVER, read_condition
from playbooks.core.definition import (
    DecisionRight,
    EscalationLevel,
    ExitRule,
    Goal,
    Guardrails,
    Phase,
    Playbook,
    ReEnrolmentRule,
    SuccessMeasure,
)
from playbooks.core.escalation import check_level
from playbooks.core.reaction_parse import read_reaction
from playbooks.core.step_parse import read_step
from playbooks.core.vocabulary import MOST_HELD_OUT, GoalEffect, OperatorRole, PhasePurpose, ReEnrolment
from renewals.core.problems import Problem
from renewals.core.reading import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedDefinition:
    """What could be read, and every problem of reading; parts that could not be read are left out of `playbook`."""

    playbook: Playbook
    problems: tuple[Problem, ...]


def parse_definition(table: Mapping[str, object]) -> ParsedDefinition:
    """Return the definition in a mapping as TOML or JSON gives it. Never raises for bad content: it is told instead."""
    problems: list[Problem] = []
    reader = Reader(table, "playbook", problems)
    playbook = Playbook(
        key=reader.text("key", longest=60),
        name=reader.text("name", longest=200),
        tier=reader.text("tier", longest=20),
        segments=reader.texts("segments"),
        purpose=reader.text("purpose"),
        owner_role=reader.choice("owner_role", OperatorRole) or OperatorRole.CSM,
        window_days=reader.whole("window_days", least=1, most=730),
        re_enrolment=_re_enrolment(reader),
        entry=read_condition(reader, "entry"),
        exits=tuple(_exit(item) for item in reader.children("exits", "exit")),
        decision_rights=tuple(_decision_right(item) for item in reader.children("decision_rights", "decision right")),
        guardrails=_guardrails(reader.child("guardrails")),
        escalation=tuple(_escalation(item) for item in reader.children("escalation", "escalation")),
        success=tuple(_success(item) for item in reader.children("success", "success measure")),
        phases=tuple(_phase(item) for item in reader.children("phases", "phase")),
        steps=tuple(step for item in reader.children("steps", "step") if (step := read_step(item)) is not None),
        goal=_goal(reader),
        reactions=tuple(
            rule for item in reader.children("reactions", "reaction") if (rule := read_reaction(item)) is not None
        ),
        holdout_percent=reader.whole("holdout_percent", default=0, least=0, most=MOST_HELD_OUT),
        holdout_salt=reader.text("holdout_salt", required=False, longest=60),
    )
    reader.finish()
    return ParsedDefinition(playbook=playbook, problems=tuple(problems))


def _exit(reader: Reader) -> ExitRule:
    condition = read_condition(reader, "when")
    if condition is None and not reader.has("when"):
        reader.tell("E-CAD-05", "The exit has no condition.", "Add when = { field = …, op = …, value = … }.")
    rule = ExitRule(
        key=reader.text("key", longest=60),
        reason=reader.text("reason", longest=60),
        condition=condition or NEVER,
    )
    reader.finish()
    return rule


def _decision_right(reader: Reader) -> DecisionRight:
    right = DecisionRight(
        decision=reader.text("decision"),
        role=reader.choice("role", OperatorRole) or OperatorRole.CSM,
        limit=reader.text("limit"),
    )
    reader.finish()
    return right


def _guardrails(reader: Reader) -> Guardrails:
    guardrails = Guardrails(
        max_touches=reader.whole("max_touches", least=1, most=50),
        per_days=reader.whole("per_days", least=1, most=365),
        min_gap_days=reader.whole("min_gap_days", least=0, most=90),
        send_from=reader.clock("send_from"),
        send_until=reader.clock("send_until"),
        stop_on_reply=reader.truth("stop_on_reply", default=True),
        rules=reader.texts("rules"),
    )
    reader.finish()
    return guardrails


def _escalation(reader: Reader) -> EscalationLevel:
    level = EscalationLevel(
        trigger=reader.text("trigger"),
        after_business_days=reader.whole("after_business_days", least=0, most=90),
        role=reader.choice("role", OperatorRole) or OperatorRole.CS_MANAGER,
        response=reader.text("response"),
        when=read_condition(reader, "when"),
        is_silence=reader.truth("is_silence", default=False),
    )
    check_level(reader, level)
    reader.finish()
    return level


def _success(reader: Reader) -> SuccessMeasure:
    measure = SuccessMeasure(
        metric=reader.text("metric", longest=60),
        target=reader.number("target"),
        unit=reader.text("unit", longest=20),
        measured=reader.text("measured"),
    )
    reader.finish()
    return measure


def _phase(reader: Reader) -> Phase:
    phase = Phase(
        key=reader.text("key", longest=60),
        name=reader.text("name", longest=200),
        purpose=reader.choice("purpose", PhasePurpose) or PhasePurpose.VALUE,
        opens_days=reader.whole("opens_days"),
        closes_days=reader.whole("closes_days"),
        entry=read_condition(reader, "entry"),
        exit=read_condition(reader, "exit"),
    )
    reader.finish()
    return phase


def _goal(reader: Reader) -> Goal | None:
    if not reader.has("goal"):
        return None
    table = reader.child("goal")
    condition = read_condition(table, "when")
    if condition is None and not table.has("when"):
        table.tell("E-CAD-05", "The goal has no condition.", "Add when = { field = …, op = …, value = … }.")
    goal = Goal(
        condition=condition or NEVER,
        within_days=table.whole("within_days", default=0, least=0, most=730),
        effect=table.choice("effect", GoalEffect, default=GoalEffect.RECORD) or GoalEffect.RECORD,
    )
    table.finish()
    return goal


def _re_enrolment(reader: Reader) -> ReEnrolmentRule:
    """Return the rule, written as one word or, with numbers, as a table `{ mode, times, per_days }`."""
    if not isinstance(reader.raw("re_enrolment"), Mapping):
        return ReEnrolmentRule(mode=reader.choice("re_enrolment", ReEnrolment) or ReEnrolment.ONCE_PER_RENEWAL)
    table = reader.child("re_enrolment")
    rule = ReEnrolmentRule(
        mode=table.choice("mode", ReEnrolment) or ReEnrolment.ONCE_PER_RENEWAL,
        times=table.whole("times", default=0, least=0, most=50),
        per_days=table.whole("per_days", default=0, least=0, most=730),
    )
    table.finish()
    return rule

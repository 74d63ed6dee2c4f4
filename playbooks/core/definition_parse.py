"""A playbook definition from a plain mapping: typed, frozen, with every problem told at once. Checks of sense follow in
validation.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from playbooks.core.condition_parse import NEVER, read_condition
from playbooks.core.definition import (
    Anchor,
    DecisionRight,
    EscalationLevel,
    ExitRule,
    Guardrails,
    Late,
    OutcomeCode,
    Phase,
    Playbook,
    Step,
    SuccessMeasure,
)
from playbooks.core.problems import Problem
from playbooks.core.reaction_parse import read_reaction
from playbooks.core.reading import UNKNOWN, WRONG, Reader
from playbooks.core.vocabulary import (
    AnchorKind,
    Automation,
    ContactRole,
    DayUnit,
    LatePolicy,
    MessageClass,
    OperatorRole,
    OutcomeEffect,
    PhasePurpose,
    ReEnrolment,
    Roll,
    StepKind,
)


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
        re_enrolment=reader.choice("re_enrolment", ReEnrolment) or ReEnrolment.ONCE_PER_RENEWAL,
        entry=read_condition(reader, "entry"),
        exits=tuple(_exit(item) for item in reader.children("exits", "exit")),
        decision_rights=tuple(_decision_right(item) for item in reader.children("decision_rights", "decision right")),
        guardrails=_guardrails(reader.child("guardrails")),
        escalation=tuple(_escalation(item) for item in reader.children("escalation", "escalation")),
        success=tuple(_success(item) for item in reader.children("success", "success measure")),
        phases=tuple(_phase(item) for item in reader.children("phases", "phase")),
        steps=tuple(step for item in reader.children("steps", "step") if (step := _step(item)) is not None),
        reactions=tuple(
            rule for item in reader.children("reactions", "reaction") if (rule := read_reaction(item)) is not None
        ),
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
    )
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
    )
    reader.finish()
    return phase


def _step(reader: Reader) -> Step | None:
    """Return the step, or None when it lacks what its date or its doing hang on (told by the reader)."""
    kind = reader.choice("kind", StepKind)
    automation = reader.choice("automation", Automation)
    operator = reader.choice("operator", OperatorRole)
    anchor = _anchor(reader.child("anchor"))
    late = _late(reader.child("late"))
    message_class = reader.choice("message_class", MessageClass) if reader.has("message_class") else None
    texts = {name: reader.text(name, required=name in _STEP_NEEDS) for name in _STEP_TEXTS}
    at, task_days = reader.clock("at"), reader.whole("task_days", default=5, least=0, most=90)
    roles = _contact_roles(reader)
    outcomes = tuple(_outcome(item) for item in reader.children("outcomes", f"{reader.where}, outcome"))
    condition = read_condition(reader, "condition")
    reader.finish()
    if kind is None or automation is None or operator is None or anchor is None or late is None:
        return None
    return Step(
        kind=kind,
        automation=automation,
        operator=operator,
        anchor=anchor,
        late=late,
        message_class=message_class,
        at=at,
        task_days=task_days,
        contact_roles=roles,
        outcomes=outcomes,
        condition=condition,
        key=texts["key"],
        name=texts["name"],
        phase=texts["phase"],
        intended_outcome=texts["intended_outcome"],
        template=texts["template"],
        instructions=texts["instructions"],
    )


def _anchor(reader: Reader) -> Anchor | None:
    kind = reader.choice("from", AnchorKind)
    is_business = reader.has("business_days")
    if is_business and reader.has("days"):
        reader.tell(WRONG, "Both 'days' and 'business_days' are given.", "Keep one of them.")
    offset = reader.whole("business_days" if is_business else "days")
    reader.raw("days"), reader.raw("business_days")
    roll = reader.choice("roll", Roll, default=Roll.PREVIOUS if kind is AnchorKind.NOTICE_DEADLINE else Roll.NEXT)
    reader.finish()
    if kind is None or roll is None:
        return None
    unit = DayUnit.BUSINESS_DAYS if is_business else DayUnit.DAYS
    return Anchor(kind=kind, offset_days=offset, unit=unit, roll=roll)


def _late(reader: Reader) -> Late | None:
    policy = reader.choice("policy", LatePolicy)
    late = Late(policy=policy, max_days=reader.whole("max_days", default=0, least=0, most=90)) if policy else None
    reader.finish()
    return late


def _outcome(reader: Reader) -> OutcomeCode:
    outcome = OutcomeCode(
        key=reader.text("key", longest=40),
        label=reader.text("label", longest=80),
        effect=reader.choice("effect", OutcomeEffect, default=OutcomeEffect.CONTINUE) or OutcomeEffect.CONTINUE,
    )
    reader.finish()
    return outcome


def _contact_roles(reader: Reader) -> tuple[ContactRole, ...]:
    known = {role.value for role in ContactRole}
    roles = reader.texts("to")
    for name in roles:
        if name not in known:
            reader.tell(UNKNOWN, f"'{name}' is not a contact role.", f"One of: {', '.join(ContactRole)}.", name="to")
    return tuple(ContactRole(name) for name in roles if name in known)


_STEP_TEXTS = ("key", "name", "phase", "intended_outcome", "template", "instructions")
_STEP_NEEDS = ("key", "name", "phase", "intended_outcome")

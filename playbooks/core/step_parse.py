"""One step of a definition from a plain mapping: what every step states; the parts of single kinds stand beside it."""

from playbooks.core.condition_parse import read_condition
from playbooks.core.definition import Anchor, Late, OutcomeCode, Step
from playbooks.core.part_parse import read_parts, read_roles
from playbooks.core.vocabulary import (
    MOST_HELD_OUT,
    AnchorKind,
    Automation,
    ContactRole,
    DayUnit,
    LatePolicy,
    MessageClass,
    OperatorRole,
    OutcomeEffect,
    Roll,
    StepKind,
)
from renewals.core.reading import WRONG, Reader


def read_step(reader: Reader) -> Step | None:
    """Return the step, or None when it lacks what its date or its doing hang on (told by the reader)."""
    kind = reader.choice("kind", StepKind)
    automation = reader.choice("automation", Automation)
    operator = reader.choice("operator", OperatorRole)
    anchor = _anchor(reader.child("anchor"))
    late = _late(reader.child("late"))
    message_class = reader.choice("message_class", MessageClass) if reader.has("message_class") else None
    texts = {name: reader.text(name, required=name in _STEP_NEEDS) for name in _STEP_TEXTS}
    at, task_days = reader.clock("at"), reader.whole("task_days", default=5, least=0, most=90)
    roles = read_roles(reader, "to", ContactRole, "contact role")
    outcomes = tuple(_outcome(item) for item in reader.children("outcomes", f"{reader.where}, outcome"))
    condition = read_condition(reader, "condition")
    held_out = reader.whole("holdout_percent", default=0, least=0, most=MOST_HELD_OUT)
    parts = read_parts(reader)
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
        holdout_percent=held_out,
        **parts,
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


_STEP_TEXTS = ("key", "name", "phase", "intended_outcome", "template", "instructions")
_STEP_NEEDS = ("key", "name", "phase", "intended_outcome")

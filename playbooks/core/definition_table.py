"""A definition as the plain table it is written in: what reading the table again gives is the same definition.

The table holds texts, numbers, truths, lists and tables only, so that it is JSON as it stands.
"""

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from playbooks.core.definition import (
    EscalationLevel,
    ExitRule,
    Goal,
    Phase,
    Playbook,
    ReEnrolmentRule,
    Step,
    SuccessMeasure,
)
from playbooks.core.step_parts import BranchPath, FieldUpdate, FormField, WaitRule
from playbooks.core.vocabulary import DayUnit
from renewals.core.conditions import AllOf, AnyOf, Condition, NotOf, Predicate

Table = dict[str, Any]


def definition_table(playbook: Playbook) -> Table:
    """Return the table of a definition; `parse_definition` of it gives an equal definition without problems."""
    table = {name: _plain(getattr(playbook, name)) for name in _PLAYBOOK_PLAIN}
    table |= _without_empty(
        {
            "re_enrolment": _re_enrolment(playbook.re_enrolment),
            "entry": condition_table(playbook.entry),
            "goal": _goal(playbook.goal),
            "holdout_percent": playbook.holdout_percent or None,
            "holdout_salt": playbook.holdout_salt,
        }
    )
    return table | {
        "exits": [_exit(rule) for rule in playbook.exits],
        "decision_rights": [_fields(item) for item in playbook.decision_rights],
        "guardrails": _fields(playbook.guardrails),
        "escalation": [_rung(item) for item in playbook.escalation],
        "success": [_success(item) for item in playbook.success],
        "phases": [_phase(item) for item in playbook.phases],
        "steps": [step_table(step) for step in playbook.steps],
        "reactions": [_fields(item) for item in playbook.reactions],
    }


def step_table(step: Step) -> Table:
    """Return the table of one step; what is empty or at its default is left out."""
    unit = "business_days" if step.anchor.unit is DayUnit.BUSINESS_DAYS else "days"
    anchor = {"from": step.anchor.kind.value, unit: step.anchor.offset_days, "roll": step.anchor.roll.value}
    table = {name: _plain(getattr(step, name)) for name in _STEP_PLAIN}
    optional = {name: _plain(getattr(step, name)) for name in _STEP_OPTIONAL}
    parts = {name: _part(getattr(step, name)) for name in _STEP_TABLES}
    return table | _without_empty(
        {
            "anchor": anchor,
            "late": _fields(step.late),
            "to": [role.value for role in step.contact_roles],
            "outcomes": [_fields(item) for item in step.outcomes],
            "condition": condition_table(step.condition),
            "paths": [_path(item) for item in step.paths],
            "form": [_form_field(item) for item in step.form],
            "wait": _wait(step.wait),
            "field": _update(step.field),
            "veto_hours": step.veto_hours or None,
            "holdout_percent": step.holdout_percent or None,
            **optional,
            **parts,
        }
    )


def _rung(level: EscalationLevel) -> Table:
    plain = {name: _plain(getattr(level, name)) for name in ("trigger", "after_business_days", "role", "response")}
    return plain | _without_empty({"when": condition_table(level.when), "is_silence": level.is_silence or None})


def condition_table(condition: Condition | None) -> Table | None:
    """Return the table of a condition; None for none."""
    if condition is None:
        return None
    if isinstance(condition, Predicate):
        return {"field": condition.field, "op": condition.op.value} | _without_empty({"value": _plain(condition.value)})
    if isinstance(condition, NotOf):
        return {"not": condition_table(condition.part)}
    parts = [condition_table(part) for part in condition.parts]
    match condition:
        case AllOf():
            return {"all": parts}
        case AnyOf():
            return {"any": parts}


def _without_empty(table: Mapping[str, Any]) -> Table:
    return {name: value for name, value in table.items() if value is not None and value != [] and value != ""}


def _fields(item: object) -> Table:
    return {name: _plain(getattr(item, name)) for name in item.__dataclass_fields__}  # type: ignore[attr-defined]  # parts are dataclasses


def _part(item: object) -> Table | None:
    return None if item is None else _without_empty(_fields(item))


def _path(path: BranchPath) -> Table:
    return _without_empty({"key": path.key, "label": path.label, "when": condition_table(path.condition)})


def _form_field(field: FormField) -> Table:
    table = {"key": field.key, "label": field.label, "kind": field.kind.value, "required": field.is_required}
    return table | _without_empty({"choices": list(field.choices)})


def _wait(wait: WaitRule | None) -> Table | None:
    return _without_empty({"until": condition_table(wait.until), "max_days": wait.max_days}) if wait else None


def _update(update: FieldUpdate | None) -> Table | None:
    return {"name": update.field.value, "value": update.value} if update else None


def _exit(rule: ExitRule) -> Table:
    return {"key": rule.key, "reason": rule.reason, "when": condition_table(rule.condition)}


def _goal(goal: Goal | None) -> Table | None:
    if goal is None:
        return None
    return {"when": condition_table(goal.condition), "within_days": goal.within_days, "effect": goal.effect.value}


def _re_enrolment(rule: ReEnrolmentRule) -> Table | str:
    if (rule.times, rule.per_days) == (0, 0):
        return rule.mode.value
    return {"mode": rule.mode.value, "times": rule.times, "per_days": rule.per_days}


def _phase(phase: Phase) -> Table:
    plain = {name: _plain(getattr(phase, name)) for name in ("key", "name", "purpose", "opens_days", "closes_days")}
    return plain | _without_empty({"entry": condition_table(phase.entry), "exit": condition_table(phase.exit)})


def _success(measure: SuccessMeasure) -> Table:
    return _fields(measure) | {"target": _number(measure.target)}


def _number(value: Decimal) -> int | float | str:
    """Return a JSON number where it keeps every digit, else its text."""
    if value == value.to_integral_value():
        return int(value)
    return float(value) if Decimal(str(float(value))) == value else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return getattr(value, "value", value)


_PLAYBOOK_PLAIN = ("key", "name", "tier", "segments", "purpose", "owner_role", "window_days")
_STEP_PLAIN = ("key", "name", "kind", "phase", "operator", "intended_outcome", "at", "automation", "task_days")
_STEP_OPTIONAL = ("message_class", "template", "instructions", "path", "documents")
_STEP_TABLES = ("otherwise", "approvers", "sponsor", "webhook", "escalate", "meeting", "survey", "receptive")

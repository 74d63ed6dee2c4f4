"""Whether a playbook definition makes sense: everything wrong with it at once, each with code, place and remedy.

A playbook without operator, intended outcome, escalation, success measure, decision rights or guardrails is refused.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from playbooks.core.conditions import AllOf, Condition, Op, Predicate
from playbooks.core.definition import Playbook, Step
from playbooks.core.definition_parse import parse_definition
from playbooks.core.problems import Problem, did_you_mean
from playbooks.core.rehearsal import relative_days
from playbooks.core.vocabulary import (
    AnchorKind,
    Automation,
    LatePolicy,
    MessageClass,
    OperatorRole,
    PhasePurpose,
    Roll,
    StepKind,
)

MOST_STEPS = 100
KEY_PATTERN = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")

PURPOSE_ORDER: Mapping[PhasePurpose, int] = {
    PhasePurpose.VALUE: 0,
    PhasePurpose.EDUCATION: 1,
    PhasePurpose.RISK_AWARE: 2,
    PhasePurpose.CLOSE: 3,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionReading:
    """The definition when nothing stops it (else None), and every problem, errors before warnings."""

    playbook: Playbook | None
    problems: tuple[Problem, ...]


def read_definition(
    table: Mapping[str, object], *, templates: Mapping[str, MessageClass] | None = None
) -> DefinitionReading:
    """Read and check a definition from a TOML or JSON mapping. `templates` (key to class) are checked when given."""
    parsed = parse_definition(table)
    found = parsed.problems + validate(parsed.playbook, templates=templates)
    once = tuple(dict.fromkeys(sorted(found, key=lambda problem: not problem.is_error)))
    return DefinitionReading(
        playbook=None if any(problem.is_error for problem in once) else parsed.playbook, problems=once
    )


def validate(playbook: Playbook, *, templates: Mapping[str, MessageClass] | None = None) -> tuple[Problem, ...]:
    """Return every problem of sense in a definition, none when it may be published."""
    problems = [problem for check in _CHECKS for problem in check(playbook)]
    if templates is not None:
        problems += [problem for step in playbook.steps for problem in _check_template(step, templates)]
    return tuple(problems)


def _problem(code: str, where: str, what: str, remedy: str) -> Problem:
    return Problem(code=code, where=where, what=what, remedy=remedy)


def _at(step: Step) -> str:
    return f"step '{step.key}'"


def _check_governance(playbook: Playbook) -> list[Problem]:
    parts: dict[str, tuple[object, str]] = {
        "segments": (playbook.segments, "Name at least one segment it is for."),
        "escalation": (playbook.escalation, "Say when, to whom and what happens when it goes wrong."),
        "success": (playbook.success, "Name a metric, a target and when it is measured."),
        "decision_rights": (playbook.decision_rights, "Say who may decide what, up to which limit."),
        "guardrails, rules": (playbook.guardrails.rules, "Write down at least one thing this playbook never does."),
        "phases": (playbook.phases, "Add at least one phase."),
        "steps": (playbook.steps, "Add at least one step."),
    }
    return [
        _problem("E-CAD-05", f"playbook, {name}", f"The playbook has no {name}.", remedy)
        for name, (value, remedy) in parts.items()
        if not value
    ]


def _check_exits(playbook: Playbook) -> list[Problem]:
    if playbook.exits:
        return []
    remedy = "Add at least one exit, for example when the renewal has an outcome."
    return [_problem("E-CAD-04", "playbook, exits", "Nothing ends this playbook early.", remedy)]


def _check_keys(playbook: Playbook) -> list[Problem]:
    problems = []
    for noun, keys in (
        ("playbook", (playbook.key,)),
        ("phase", tuple(phase.key for phase in playbook.phases)),
        ("step", tuple(step.key for step in playbook.steps)),
        ("exit", tuple(rule.key for rule in playbook.exits)),
    ):
        for position, key in enumerate(keys, start=1):
            where = f"{noun} {position} '{key}'"
            if not KEY_PATTERN.match(key):
                remedy = "Small letters, digits and _, beginning with a letter, 60 at most."
                problems.append(_problem("E-CAD-07", where, f"'{key}' is not a key.", remedy))
            if key in keys[: position - 1]:
                problems.append(_problem("E-CAD-09", where, f"'{key}' is used twice.", "Give each its own key."))
    if len(playbook.steps) > MOST_STEPS:
        what = f"{len(playbook.steps)} steps."
        problems.append(_problem("E-CAD-07", "playbook, steps", what, f"{MOST_STEPS} at most."))
    return problems


def _check_phases(playbook: Playbook) -> list[Problem]:
    problems = []
    for phase in playbook.phases:
        if phase.closes_days < phase.opens_days:
            remedy = "Both count from the renewal date; negative is before it."
            problems.append(_problem("E-CAD-11", f"phase '{phase.key}'", "It closes before it opens.", remedy))
    for earlier, later in zip(playbook.phases, playbook.phases[1:], strict=False):
        if PURPOSE_ORDER[later.purpose] < PURPOSE_ORDER[earlier.purpose] or later.opens_days < earlier.opens_days:
            what = f"It comes after '{earlier.key}' but belongs before it."
            remedy = "Order phases by opening day: value, education, risk-aware, close."
            problems.append(_problem("E-CAD-11", f"phase '{later.key}'", what, remedy))
    return problems


def _check_step_phases(playbook: Playbook) -> list[Problem]:
    known = {phase.key for phase in playbook.phases}
    return [
        _problem("E-CAD-10", _at(step), f"Phase '{step.phase}' does not exist.", did_you_mean(step.phase, known))
        for step in playbook.steps
        if step.phase not in known
    ]


def _check_reach(playbook: Playbook) -> list[Problem]:
    phases = {phase.key: phase for phase in playbook.phases}
    problems = []
    for number, (step, day) in enumerate(zip(playbook.steps, relative_days(playbook), strict=True), start=1):
        phase = phases.get(step.phase)
        if day is not None and day < -playbook.window_days:
            what = f"It is due {-day} days before the renewal date, but enrolment opens at {playbook.window_days}."
            problems.append(_problem("E-CAD-03", _at(step), what, "Widen window_days or move the step."))
        if phase and day is not None and (day > phase.closes_days or _is_early(step, day, phase.opens_days)):
            what = f"Step {number} can never be reached: day {day:+d} lies outside phase '{phase.key}'"
            problems.append(
                _problem(
                    "E-CAD-01",
                    _at(step),
                    f"{what} ({phase.opens_days:+d} to {phase.closes_days:+d}).",
                    "Move the step or the phase.",
                )
            )
        if _contradicts_itself(step.condition):
            what = f"Step {number} can never be reached: its condition asks one fact for two values."
            problems.append(_problem("E-CAD-01", _at(step), what, "Use any, or in, for alternatives."))
    return problems


def _is_early(step: Step, day: int, opens_days: int) -> bool:
    return step.anchor.kind is AnchorKind.RENEWAL_DATE and day < opens_days


def _contradicts_itself(condition: Condition | None) -> bool:
    if not isinstance(condition, AllOf):
        return False
    asked: dict[str, object] = {}
    for part in condition.parts:
        if isinstance(part, Predicate) and part.op is Op.EQ and asked.setdefault(part.field, part.value) != part.value:
            return True
    return any(_contradicts_itself(part) for part in condition.parts)


def _check_instants(playbook: Playbook) -> list[Problem]:
    seen: dict[tuple[object, ...], Step] = {}
    problems = []
    for step, day in zip(playbook.steps, relative_days(playbook), strict=True):
        anchor = step.anchor
        place = (anchor.kind, anchor.offset_days, anchor.unit) if day is None else ("day", day)
        other = seen.setdefault((*place, step.at), step)
        if other is not step:
            what = f"It is due at the same instant as '{other.key}'."
            problems.append(_problem("E-CAD-02", _at(step), what, "Give one of them another day or time."))
    return problems


def _check_dates(playbook: Playbook) -> list[Problem]:
    problems = []
    for step in playbook.steps:
        anchor = step.anchor
        if anchor.kind is AnchorKind.AFTER_PREVIOUS and anchor.offset_days < 1:
            what = f"It follows the previous step by {anchor.offset_days} days."
            problems.append(_problem("E-CAD-16", _at(step), what, "At least 1, or anchor it to a contract date."))
        if anchor.kind is AnchorKind.AFTER_PREVIOUS and anchor.roll is Roll.PREVIOUS:
            what = "It could move before the step it follows."
            problems.append(_problem("E-CAD-12", _at(step), what, f"Use roll = '{Roll.NEXT.value}'."))
        if anchor.kind is AnchorKind.NOTICE_DEADLINE and anchor.offset_days <= 0 and anchor.roll is Roll.NEXT:
            what = "A closed day would move it past the notice deadline."
            problems.append(_problem("E-CAD-12", _at(step), what, f"Use roll = '{Roll.PREVIOUS.value}'."))
        if _must_not_lapse(step) and step.late.policy is not LatePolicy.TASK:
            what = "Late, it would lapse without anybody knowing."
            problems.append(_problem("E-CAD-12", _at(step), what, "Use late = { policy = 'task' }."))
        if step.late.policy is LatePolicy.SKIP and step.late.max_days:
            what = "A skipped step has no days of grace."
            problems.append(_problem("E-CAD-07", _at(step), what, "Use policy = 'send_late', or leave max_days out."))
    return problems


def _must_not_lapse(step: Step) -> bool:
    return step.anchor.kind is AnchorKind.NOTICE_DEADLINE or step.message_class is MessageClass.CONTRACTUAL_NOTICE


def _check_doing(playbook: Playbook) -> list[Problem]:
    return [
        problem
        for step in playbook.steps
        for problem in (_check_email(step) if step.kind is StepKind.EMAIL else _check_task(step))
    ]


def _check_email(step: Step) -> list[Problem]:
    needs: dict[str, tuple[object, str]] = {
        "message_class": (step.message_class, f"One of: {', '.join(MessageClass)}."),
        "to": (step.contact_roles, "Name the contact roles to address, the preferred one first."),
        "template": (step.template, "Name the message template."),
    }
    problems = [
        _problem("E-CAD-14", _at(step), f"An e-mail step needs '{name}'.", remedy)
        for name, (value, remedy) in needs.items()
        if not value
    ]
    if step.operator is OperatorRole.SYSTEM and step.automation is not Automation.AUTOMATIC:
        what = f"Nobody is named for {step.automation.value}."
        problems.append(_problem("E-CAD-17", _at(step), what, "Give the role of a person as operator."))
    return problems


def _check_task(step: Step) -> list[Problem]:
    needs: dict[str, tuple[object, str]] = {
        "instructions": (step.instructions, "Say what to do, so that anybody can."),
        "outcomes": (step.outcomes, "List the ways it can end."),
    }
    problems = [
        _problem("E-CAD-14", _at(step), f"A task step needs '{name}'.", remedy)
        for name, (value, remedy) in needs.items()
        if not value
    ]
    if step.operator is OperatorRole.SYSTEM:
        problems.append(_problem("E-CAD-17", _at(step), "A task needs a person.", "Give a role as operator."))
    if step.message_class or step.template:
        problems.append(
            _problem("E-CAD-14", _at(step), "A task sends no message.", "Leave message_class and template out.")
        )
    keys = [outcome.key for outcome in step.outcomes]
    return problems + [
        _problem("E-CAD-09", _at(step), f"Outcome '{key}' is listed twice.", "Give each its own key.")
        for key in dict.fromkeys(keys)
        if keys.count(key) > 1
    ]


def _check_send_times(playbook: Playbook) -> list[Problem]:
    limits = playbook.guardrails
    if limits.send_from >= limits.send_until:
        what = f"The send window opens at {limits.send_from:%H:%M} and closes at {limits.send_until:%H:%M}."
        return [_problem("E-CAD-15", "playbook, guardrails", what, "It must open before it closes.")]
    window = f"{limits.send_from:%H:%M}-{limits.send_until:%H:%M}"
    return [
        _problem("E-CAD-15", _at(step), f"{step.at:%H:%M} lies outside the send window {window}.", "Move the time.")
        for step in playbook.steps
        if step.kind is StepKind.EMAIL and not limits.send_from <= step.at < limits.send_until
    ]


def _check_template(step: Step, templates: Mapping[str, MessageClass]) -> list[Problem]:
    if step.kind is not StepKind.EMAIL or not step.template:
        return []
    if step.template not in templates:
        what = f"Template '{step.template}' does not exist."
        return [_problem("E-CAD-10", _at(step), what, did_you_mean(step.template, templates))]
    if step.message_class and templates[step.template] is not step.message_class:
        what = f"The template is of class {templates[step.template].value}, the step of {step.message_class.value}."
        return [_problem("E-CAD-10", _at(step), what, "The class is fixed on the template; use it in the step.")]
    return []


_CHECKS: tuple[Callable[[Playbook], list[Problem]], ...] = (
    _check_governance,
    _check_exits,
    _check_keys,
    _check_phases,
    _check_step_phases,
    _check_reach,
    _check_instants,
    _check_dates,
    _check_doing,
    _check_send_times,
)

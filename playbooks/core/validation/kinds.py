"""Whether branches, forms, approvals, goals and re-enrolment make sense in the whole definition."""

import re
from collections.abc import Iterator

from playbooks.core.condition_parse import ANSWER, why_incomparable
from playbooks.core.definition import Playbook, Step
from playbooks.core.fields import UNTOLD_FIELDS, FactKind
from playbooks.core.step_parts import FormField
from playbooks.core.validation.told import at_step, problem
from playbooks.core.vocabulary import FormFieldKind, OperatorRole, ReEnrolment, UpdateField
from renewals.core.conditions import Condition, NotOf, Predicate
from renewals.core.problems import Problem, did_you_mean
from renewals.core.renewal_states import ForecastCategory, RenewalStage

EVENT = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*\Z")
KEY = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")

DECISION = FormField(key="decision", label="Decision", kind=FormFieldKind.TEXT)
"""approved, rejected, withdrawn or timed_out."""

ANSWER_KINDS = {
    FormFieldKind.TEXT: FactKind.TEXT,
    FormFieldKind.LONG_TEXT: FactKind.TEXT,
    FormFieldKind.CHOICE: FactKind.TEXT,
    FormFieldKind.NUMBER: FactKind.NUMBER,
    FormFieldKind.DATE: FactKind.DATE,
    FormFieldKind.YES_NO: FactKind.TRUTH,
}


def check_branches(playbook: Playbook) -> list[Problem]:
    """Return paths that name no branch, or one that comes later, and branches with two ways of one name."""
    branches: dict[str, tuple[str, ...]] = {}
    problems = []
    for step in playbook.steps:
        problems += _check_path(step, branches)
        ways = tuple(path.key for path in (*step.paths, *((step.otherwise,) if step.otherwise else ())))
        problems += _check_keys(step, "path", ways)
        if ways:
            branches[step.key] = ways
    return problems


def stated_conditions(playbook: Playbook) -> Iterator[tuple[str, Condition | None]]:
    """Yield every condition that a playbook states, with its place as problems name it."""
    yield "playbook, entry", playbook.entry
    yield "playbook, goal", playbook.goal.condition if playbook.goal else None
    for rule in playbook.exits:
        yield f"exit '{rule.key}'", rule.condition
    for phase in playbook.phases:
        yield f"phase '{phase.key}'", phase.entry
        yield f"phase '{phase.key}'", phase.exit
    for step in playbook.steps:
        yield at_step(step), step.condition
        yield at_step(step), step.wait.until if step.wait else None
        for path in step.paths:
            yield at_step(step), path.condition


def _check_path(step: Step, branches: dict[str, tuple[str, ...]]) -> list[Problem]:
    if not step.path:
        return []
    if step.branch_key not in branches:
        what = f"No step before this one is a branch '{step.branch_key}'."
        return [problem("E-CAD-18", at_step(step), what, did_you_mean(step.branch_key, branches))]
    if step.path_key not in branches[step.branch_key]:
        what = f"Branch '{step.branch_key}' has no path '{step.path_key}'."
        return [problem("E-CAD-18", at_step(step), what, did_you_mean(step.path_key, branches[step.branch_key]))]
    return []


def check_forms(playbook: Playbook) -> list[Problem]:
    """Return fields without a name of their own, and choices without anything to choose from."""
    problems = []
    for step in playbook.steps:
        problems += _check_keys(step, "field", tuple(field.key for field in step.form))
        for field in step.form:
            if (field.kind is FormFieldKind.CHOICE) != (len(field.choices) > 1):
                what = f"Field '{field.key}' is a {field.kind.value} with {len(field.choices)} choices."
                remedy = "A choice needs two at least, anything else none."
                problems.append(problem("E-CAD-14", at_step(step), what, remedy))
    return problems


def check_parts(playbook: Playbook) -> list[Problem]:
    """Return approvals nobody may decide, values a field cannot take, and calls without a well-formed name."""
    return [
        problem(code, at_step(step), what, remedy)
        for step in playbook.steps
        for code, what, remedy in (*_approval(step), *_update(step), *_webhook(step), *_escalation(playbook, step))
    ]


def _approval(step: Step) -> Iterator[tuple[str, str, str]]:
    rule = step.approvers
    if rule and not set(rule.roles) - {OperatorRole.SYSTEM}:
        yield "E-CAD-17", "Nobody may decide this approval.", "Name at least one role of a person."


def _update(step: Step) -> Iterator[tuple[str, str, str]]:
    if step.field is None:
        return
    known = {
        UpdateField.RENEWAL_STAGE: [item.value for item in RenewalStage if item is not RenewalStage.CLOSED],
        UpdateField.RENEWAL_FORECAST: [item.value for item in ForecastCategory if item is not ForecastCategory.CLOSED],
        UpdateField.ACCOUNT_HUMAN_ONLY: ["true", "false"],
    }[step.field.field]
    if step.field.value not in known:
        yield "E-CAD-06", f"{step.field.field.value} cannot be '{step.field.value}'.", f"One of: {', '.join(known)}."


def _webhook(step: Step) -> Iterator[tuple[str, str, str]]:
    if step.webhook is None:
        return
    if not KEY.match(step.webhook.target):
        yield "E-CAD-07", f"'{step.webhook.target}' is not a key of a target.", "Small letters, digits and _."
    if not EVENT.match(step.webhook.event):
        yield (
            "E-CAD-07",
            f"'{step.webhook.event}' is not an event.",
            "Words joined by dots, for example renewal.at_risk.",
        )


def _escalation(playbook: Playbook, step: Step) -> Iterator[tuple[str, str, str]]:
    call = step.escalate
    if call and not call.response and call.role not in {level.role for level in playbook.escalation}:
        yield (
            "E-CAD-14",
            f"Nothing says what {call.role.value} does.",
            "Write a response, here or in the escalation path.",
        )


def check_goal(playbook: Playbook) -> list[Problem]:
    """Return re-enrolment rules whose numbers do not fit their mode, or that nothing could match again."""
    rule, where = playbook.re_enrolment, "playbook, re_enrolment"
    if (rule.mode is ReEnrolment.AT_MOST) != (rule.times > 0 and rule.per_days > 0):
        remedy = 'Write { mode = "at_most", times = 2, per_days = 365 }; other modes take no numbers.'
        return [problem("E-CAD-14", where, f"{rule.mode.value} with {rule.times} in {rule.per_days} days.", remedy)]
    if rule.mode is not ReEnrolment.ONCE_PER_RENEWAL and playbook.entry is None:
        remedy = "Add an entry condition: a renewal enters again when it turns from no to yes."
        return [problem("E-CAD-14", where, "Nothing says when a renewal matches again.", remedy)]
    return []


def check_answers(playbook: Playbook) -> list[Problem]:
    """Return conditions on answers that no form of this playbook asks for, or compares with another kind."""
    asked = {f"{ANSWER}{step.key}.{field.key}": field for step in playbook.steps for field in step.form}
    asked |= {f"{ANSWER}{step.key}.decision": DECISION for step in playbook.steps if step.approvers}
    problems = _unused_decisions(playbook)
    for where, condition in stated_conditions(playbook):
        for predicate in _predicates(condition):
            if predicate.field.startswith(ANSWER):
                problems += _check_answer(where, predicate, asked)
    return problems


def check_told(playbook: Playbook) -> list[Problem]:
    """Return conditions on facts that nothing tells: they would wait for ever."""
    return [
        problem("E-CAD-13", where, f"Nothing tells '{predicate.field}'.", "Ask for another fact.")
        for where, condition in stated_conditions(playbook)
        for predicate in _predicates(condition)
        if predicate.field in UNTOLD_FIELDS
    ]


def _unused_decisions(playbook: Playbook) -> list[Problem]:
    """A question whose answer nothing asks for: the steps behind a no would act as if it were a yes."""
    read = {item.field for _, condition in stated_conditions(playbook) for item in _predicates(condition)}
    return [
        problem(
            "E-CAD-14",
            at_step(step),
            "Nothing asks what was decided, so a no changes nothing.",
            f"Ask for '{ANSWER}{step.key}.decision' in a later step, a branch or an exit.",
        )
        for step in playbook.steps
        if step.approvers and f"{ANSWER}{step.key}.decision" not in read
    ]


def _check_answer(where: str, predicate: Predicate, asked: dict[str, FormField]) -> list[Problem]:
    field = asked.get(predicate.field)
    if field is None:
        what = f"No form asks for '{predicate.field}'."
        return [problem("E-CAD-13", where, what, did_you_mean(predicate.field, asked))]
    why = why_incomparable(ANSWER_KINDS[field.kind], predicate.op, predicate.value)
    remedy = "Compare it with a value of its own kind."
    return [problem("E-CAD-13", where, f"'{predicate.field}' {predicate.op.value}: {why}", remedy)] if why else []


def _predicates(condition: Condition | None) -> Iterator[Predicate]:
    if isinstance(condition, Predicate):
        yield condition
    elif isinstance(condition, NotOf):
        yield from _predicates(condition.part)
    elif condition is not None:
        for part in condition.parts:
            yield from _predicates(part)


def _check_keys(step: Step, noun: str, keys: tuple[str, ...]) -> list[Problem]:
    problems = []
    for position, key in enumerate(keys):
        if not KEY.match(key):
            remedy = "Small letters, digits and _, beginning with a letter, 60 at most."
            problems.append(problem("E-CAD-07", at_step(step), f"'{key}' is not a key of a {noun}.", remedy))
        if key in keys[:position]:
            what = f"The {noun} '{key}' is there twice."
            problems.append(problem("E-CAD-09", at_step(step), what, "Give each its own key."))
    return problems

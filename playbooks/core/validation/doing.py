"""Whether each step says all it needs to be done: class, people, template, instructions, outcomes, its kind's parts."""

from collections.abc import Mapping

from playbooks.core.definition import Playbook, Step
from playbooks.core.holdouts import why_never_held_out
from playbooks.core.validation.told import at_step, problem
from playbooks.core.vocabulary import (
    Automation,
    MessageClass,
    OperatorRole,
    StepFamily,
    StepKind,
    family_of,
    is_message,
)
from renewals.core.problems import Problem, did_you_mean

PARTS: Mapping[str, tuple[tuple[StepKind, ...], str]] = {
    "paths": ((StepKind.BRANCH,), "List the ways on, the first that matches is taken."),
    "otherwise": ((StepKind.BRANCH,), "Say which way is taken when no other matches."),
    "form": ((StepKind.INFORMATION_REQUEST,), "List the fields to fill in."),
    "approvers": ((StepKind.APPROVAL,), "Say which roles may decide, and what silence means."),
    "sponsor": ((StepKind.SPONSOR,), 'For example { side = "theirs", when_missing = "block" }.'),
    "webhook": ((StepKind.WEBHOOK,), 'For example { target = "crm", event = "renewal.at_risk" }.'),
    "field": ((StepKind.FIELD_UPDATE,), 'For example { name = "renewal.stage", value = "engaged" }.'),
    "wait": ((StepKind.WAIT,), "Say until when, and for how many days at most."),
    "escalate": ((StepKind.ESCALATION,), 'For example { role = "cs_manager", response = "…" }.'),
    "survey": ((StepKind.SURVEY,), 'For example { question = "…", scale = "nps" }.'),
    "documents": ((StepKind.DOCUMENT_REQUEST,), "List the documents asked for."),
    "meeting": ((StepKind.MEETING, StepKind.CALL), 'For example { minutes = 45, agenda = ["…"] }.'),
    "receptive": ((StepKind.EXPANSION_PROMPT,), "For example { min_milestones = 1, min_health = 70 }."),
}
OPTIONAL_PARTS = frozenset({("meeting", StepKind.CALL), ("receptive", StepKind.EXPANSION_PROMPT)})
ENDLESS = (StepKind.APPROVAL, StepKind.INFORMATION_REQUEST)
"""Human work that ends in its own way: by a decision, or with the form filled in."""


def check_holdouts(playbook: Playbook) -> list[Problem]:
    """Return steps that would be withheld from some accounts although everybody must get them."""
    return [
        problem("E-CAD-21", at_step(step), f"It cannot be held out: {why}.", "Take the holdout share out.")
        for step in playbook.steps
        if step.holdout_percent and (why := why_never_held_out(step)) is not None
    ]


def check_doing(playbook: Playbook) -> list[Problem]:
    """Return what steps lack to be done, and what they state that their kind has no use for."""
    checks = {StepFamily.MESSAGE: _check_message, StepFamily.HUMAN: _check_human, StepFamily.SYSTEM: _check_system}
    return [
        found
        for step in playbook.steps
        for found in (*checks[family_of(step.kind)](step), *_check_parts(step), *_check_veto(step))
    ]


def check_template(step: Step, templates: Mapping[str, MessageClass]) -> list[Problem]:
    """Return a template that does not exist or is of another class than its step."""
    if not is_message(step.kind) or not step.template:
        return []
    if step.template not in templates:
        what = f"Template '{step.template}' does not exist."
        return [problem("E-CAD-10", at_step(step), what, did_you_mean(step.template, templates))]
    if step.message_class and templates[step.template] is not step.message_class:
        what = f"The template is of class {templates[step.template].value}, the step of {step.message_class.value}."
        return [problem("E-CAD-10", at_step(step), what, "The class is fixed on the template; use it in the step.")]
    return []


def _check_message(step: Step) -> list[Problem]:
    needs: dict[str, tuple[object, str]] = {
        "message_class": (step.message_class, f"One of: {', '.join(MessageClass)}."),
        "to": (step.contact_roles, "Name the contact roles to address, the preferred one first."),
        "template": (step.template, "Name the message template."),
    }
    problems = _lacks(step, needs)
    if step.operator is OperatorRole.SYSTEM and step.automation is not Automation.AUTOMATIC:
        what = f"Nobody is named for {step.automation.value}."
        problems.append(problem("E-CAD-17", at_step(step), what, "Give the role of a person as operator."))
    return problems


def _check_human(step: Step) -> list[Problem]:
    needs: dict[str, tuple[object, str]] = {
        "instructions": (step.instructions, "Say what to do, so that anybody can."),
        "outcomes": (step.outcomes or step.kind in ENDLESS, "List the ways it can end."),
    }
    problems = _lacks(step, needs)
    if step.operator is OperatorRole.SYSTEM:
        problems.append(problem("E-CAD-17", at_step(step), "A task needs a person.", "Give a role as operator."))
    if step.kind is StepKind.APPROVAL and step.outcomes:
        what = "An approval ends by its decision."
        problems.append(problem("E-CAD-19", at_step(step), what, "Leave outcomes out."))
    keys = [outcome.key for outcome in step.outcomes]
    return [
        *problems,
        *_sends_nothing(step),
        *(
            problem("E-CAD-09", at_step(step), f"Outcome '{key}' is listed twice.", "Give each its own key.")
            for key in dict.fromkeys(keys)
            if keys.count(key) > 1
        ),
    ]


def _check_system(step: Step) -> list[Problem]:
    problems = _sends_nothing(step)
    if step.automation is not Automation.AUTOMATIC:
        what = f"{_a(step.kind)} step acts by itself, it cannot be {step.automation.value}."
        problems.append(problem("E-CAD-20", at_step(step), what, "Use automation = 'automatic'."))
    if step.outcomes and step.kind is not StepKind.ESCALATION:
        what = f"{_a(step.kind)} step leaves nothing for a person to end."
        problems.append(problem("E-CAD-19", at_step(step), what, "Leave outcomes out."))
    return problems


def _sends_nothing(step: Step) -> list[Problem]:
    if not step.message_class and not step.template:
        return []
    what = f"{_a(step.kind)} step sends no message."
    return [problem("E-CAD-14", at_step(step), what, "Leave message_class and template out.")]


def _check_parts(step: Step) -> list[Problem]:
    problems = []
    for name, (kinds, remedy) in PARTS.items():
        value = getattr(step, name)
        if step.kind in kinds and not value and (name, step.kind) not in OPTIONAL_PARTS:
            what = f"{_a(step.kind)} step needs '{name}'."
            problems.append(problem("E-CAD-14", at_step(step), what, remedy))
        if value and step.kind not in kinds:
            shown = " and ".join(_shown(kind) for kind in kinds)
            what = f"'{name}' belongs to {shown} steps, this is {_a(step.kind).lower()} step."
            problems.append(problem("E-CAD-19", at_step(step), what, f"Leave '{name}' out."))
    return problems


def _check_veto(step: Step) -> list[Problem]:
    has_window = step.automation is Automation.VETO_WINDOW
    if has_window and not is_message(step.kind):
        what = "Only a message can wait for an objection."
        return [problem("E-CAD-20", at_step(step), what, "Use automation = 'human_only'.")]
    if has_window and not step.veto_hours:
        what = "A veto window needs 'veto_hours'."
        return [problem("E-CAD-14", at_step(step), what, "Say how many hours there are to object.")]
    if step.veto_hours and not has_window:
        what = "'veto_hours' belongs to automation = 'veto_window'."
        return [problem("E-CAD-19", at_step(step), what, "Leave 'veto_hours' out.")]
    return []


def _lacks(step: Step, needs: Mapping[str, tuple[object, str]]) -> list[Problem]:
    return [
        problem("E-CAD-14", at_step(step), f"{_a(step.kind)} step needs '{name}'.", remedy)
        for name, (value, remedy) in needs.items()
        if not value
    ]


def _shown(kind: StepKind) -> str:
    return "e-mail" if kind is StepKind.EMAIL else kind.value.replace("_", " ")


def _a(kind: StepKind) -> str:
    return f"{'An' if kind.value[0] in 'aei' else 'A'} {_shown(kind)}"

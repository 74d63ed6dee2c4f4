"""Whether each step says all it needs to be done: class, people, template, instructions, outcomes."""

from collections.abc import Mapping

from playbooks.core.definition import Playbook, Step
from playbooks.core.problems import Problem, did_you_mean
from playbooks.core.validation.told import at_step, problem
from playbooks.core.vocabulary import Automation, MessageClass, OperatorRole, StepKind


def check_doing(playbook: Playbook) -> list[Problem]:
    """Return what steps lack to be done."""
    return [
        found
        for step in playbook.steps
        for found in (_check_email(step) if step.kind is StepKind.EMAIL else _check_task(step))
    ]


def _check_email(step: Step) -> list[Problem]:
    needs: dict[str, tuple[object, str]] = {
        "message_class": (step.message_class, f"One of: {', '.join(MessageClass)}."),
        "to": (step.contact_roles, "Name the contact roles to address, the preferred one first."),
        "template": (step.template, "Name the message template."),
    }
    problems = [
        problem("E-CAD-14", at_step(step), f"An e-mail step needs '{name}'.", remedy)
        for name, (value, remedy) in needs.items()
        if not value
    ]
    if step.operator is OperatorRole.SYSTEM and step.automation is not Automation.AUTOMATIC:
        what = f"Nobody is named for {step.automation.value}."
        problems.append(problem("E-CAD-17", at_step(step), what, "Give the role of a person as operator."))
    return problems


def _check_task(step: Step) -> list[Problem]:
    needs: dict[str, tuple[object, str]] = {
        "instructions": (step.instructions, "Say what to do, so that anybody can."),
        "outcomes": (step.outcomes, "List the ways it can end."),
    }
    problems = [
        problem("E-CAD-14", at_step(step), f"A task step needs '{name}'.", remedy)
        for name, (value, remedy) in needs.items()
        if not value
    ]
    if step.operator is OperatorRole.SYSTEM:
        problems.append(problem("E-CAD-17", at_step(step), "A task needs a person.", "Give a role as operator."))
    if step.message_class or step.template:
        problems.append(
            problem("E-CAD-14", at_step(step), "A task sends no message.", "Leave message_class and template out.")
        )
    keys = [outcome.key for outcome in step.outcomes]
    return problems + [
        problem("E-CAD-09", at_step(step), f"Outcome '{key}' is listed twice.", "Give each its own key.")
        for key in dict.fromkeys(keys)
        if keys.count(key) > 1
    ]


def check_template(step: Step, templates: Mapping[str, MessageClass]) -> list[Problem]:
    """Return a template that does not exist or is of another class than its step."""
    if step.kind is not StepKind.EMAIL or not step.template:
        return []
    if step.template not in templates:
        what = f"Template '{step.template}' does not exist."
        return [problem("E-CAD-10", at_step(step), what, did_you_mean(step.template, templates))]
    if step.message_class and templates[step.template] is not step.message_class:
        what = f"The template is of class {templates[step.template].value}, the step of {step.message_class.value}."
        return [problem("E-CAD-10", at_step(step), what, "The class is fixed on the template; use it in the step.")]
    return []

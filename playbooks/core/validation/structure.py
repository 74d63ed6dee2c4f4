"""Whether a definition is whole: what must be stated, keys, phases in order, a way out."""

import re
from collections.abc import Mapping

from playbooks.core.definition import Playbook
from playbooks.core.validation.told import at_step, problem
from playbooks.core.vocabulary import PhasePurpose
from renewals.core.problems import Problem, did_you_mean

MOST_STEPS = 100
KEY_PATTERN = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")

PURPOSE_ORDER: Mapping[PhasePurpose, int] = {
    PhasePurpose.VALUE: 0,
    PhasePurpose.EDUCATION: 1,
    PhasePurpose.RISK_AWARE: 2,
    PhasePurpose.CLOSE: 3,
}


def check_governance(playbook: Playbook) -> list[Problem]:
    """Return what must be stated and is not (requirements 57 and 69)."""
    parts: dict[str, tuple[str, object, str]] = {
        "segments": ("segments", playbook.segments, "Name at least one segment it is for."),
        "escalation": (
            "path of escalation",
            playbook.escalation,
            "Say when, to whom and what happens when it goes wrong.",
        ),
        "success": ("success measure", playbook.success, "Name a metric, a target and when it is measured."),
        "decision_rights": ("decision rights", playbook.decision_rights, "Say who may decide what, up to which limit."),
        "guardrails, rules": (
            "rule among its guardrails",
            playbook.guardrails.rules,
            "Write down at least one thing this playbook never does.",
        ),
        "phases": ("phases", playbook.phases, "Add at least one phase."),
        "steps": ("steps", playbook.steps, "Add at least one step."),
    }
    return [
        problem("E-CAD-05", f"playbook, {name}", f"The playbook has no {words}.", remedy)
        for name, (words, value, remedy) in parts.items()
        if not value
    ]


def check_success(playbook: Playbook) -> list[Problem]:
    """Return measures whose target is a share that nothing can have."""
    return [
        problem(
            "E-CAD-07",
            f"success measure {number}",
            f"The target is {measure.target:f}, and a share lies between 0 and 1.",
            "Write 0.9 for 90%, or choose another unit.",
        )
        for number, measure in enumerate(playbook.success, start=1)
        if measure.unit == "share" and not 0 <= measure.target <= 1
    ]


def check_exits(playbook: Playbook) -> list[Problem]:
    """Return a problem when nothing ends the playbook early."""
    if playbook.exits:
        return []
    remedy = "Add at least one exit, for example when the renewal has an outcome."
    return [problem("E-CAD-04", "playbook, exits", "Nothing ends this playbook early.", remedy)]


def check_keys(playbook: Playbook) -> list[Problem]:
    """Return keys that are malformed or used twice, and too many steps."""
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
                problems.append(problem("E-CAD-07", where, f"'{key}' is not a key.", remedy))
            if key in keys[: position - 1]:
                problems.append(problem("E-CAD-09", where, f"'{key}' is used twice.", "Give each its own key."))
    if len(playbook.steps) > MOST_STEPS:
        what = f"{len(playbook.steps)} steps."
        problems.append(problem("E-CAD-07", "playbook, steps", what, f"{MOST_STEPS} at most."))
    return problems


def check_phases(playbook: Playbook) -> list[Problem]:
    """Return phases that close before they open or stand out of order."""
    problems = []
    for phase in playbook.phases:
        if phase.closes_days < phase.opens_days:
            remedy = "Both count from the renewal date; negative is before it."
            problems.append(problem("E-CAD-11", f"phase '{phase.key}'", "It closes before it opens.", remedy))
    for earlier, later in zip(playbook.phases, playbook.phases[1:], strict=False):
        if PURPOSE_ORDER[later.purpose] < PURPOSE_ORDER[earlier.purpose] or later.opens_days < earlier.opens_days:
            what = f"It comes after '{earlier.key}' but belongs before it."
            remedy = "Order phases by opening day: value, education, risk-aware, close."
            problems.append(problem("E-CAD-11", f"phase '{later.key}'", what, remedy))
    return problems


def check_step_phases(playbook: Playbook) -> list[Problem]:
    """Return steps of a phase that does not exist."""
    known = {phase.key for phase in playbook.phases}
    return [
        problem("E-CAD-10", at_step(step), f"Phase '{step.phase}' does not exist.", did_you_mean(step.phase, known))
        for step in playbook.steps
        if step.phase not in known
    ]

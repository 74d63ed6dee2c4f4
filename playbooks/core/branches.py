"""Which way a branch takes, and whether a step lies on a way that is not taken. Pure; unknown never matches."""

from collections.abc import Mapping
from dataclasses import dataclass

from playbooks.core.definition import Playbook, Step
from playbooks.core.facts import DoneState, DoneStep, Reason, reason
from renewals.core.conditions import Answer, Facts, evaluate


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The path of a branch under some facts, with what was found on every path before it and on it."""

    path: str
    reasons: tuple[Reason, ...]


def choose_path(branch: Step, facts: Facts) -> Choice:
    """Return the first path whose condition is yes, else the one for otherwise; unknown is passed over and told."""
    reasons: list[Reason] = []
    for path in branch.paths:
        finding = evaluate(path.condition, facts)
        if finding.answer is Answer.YES:
            return Choice(path=path.key, reasons=(*reasons, reason("path_chosen", path=path.key, label=path.label)))
        if finding.answer is Answer.UNKNOWN:
            missing = {item.field for item in finding.evidence if item.answer is Answer.UNKNOWN}
            reasons.append(reason("path_unknown", path=path.key, fields=", ".join(sorted(missing))))
    last = branch.otherwise
    key, label = (last.key, last.label) if last else ("", "")
    return Choice(path=key, reasons=(*reasons, reason("path_otherwise", path=key, label=label)))


def other_way(definition: Playbook, step: Step, facts: Facts, done: Mapping[str, DoneStep]) -> Reason | None:
    """Return why a step is not on the way: its branch took another path or was skipped; None when it is.

    A branch that is not behind yet is taken as today's facts would decide it.
    """
    if not step.path:
        return None
    behind = done.get(step.branch_key)
    if behind is not None and behind.state is not DoneState.DONE:
        return reason("branch_skipped", branch=step.branch_key)
    if behind is None:
        branch = definition.step(step.branch_key)
        if other_way(definition, branch, facts, done) is not None:
            return reason("branch_skipped", branch=step.branch_key)
        chosen = choose_path(branch, facts).path
    else:
        chosen = behind.chosen
    return None if chosen == step.path_key else reason("other_path", branch=step.branch_key, chosen=chosen)

"""When what only waits gives way: a date of notice behind a wait, a question or a missing name is never held up by it.

Steps that drift are no such date: they begin when the wait is over.
"""

from dataclasses import replace
from datetime import datetime

from playbooks.core.cadence import plan
from playbooks.core.definition import Playbook, Step
from playbooks.core.facts import DoneState, DoneStep, PlanFacts, reason
from playbooks.core.planned import Planned, PlannedStep
from playbooks.core.step_days import is_notice_date
from playbooks.core.verdicts import StepDecision, StepVerdict

HOLDING_CODES = frozenset({"waiting", "asks_approval", "awaits_approval", "approval_unanswered", "sponsor_missing"})
"""Holds that are a step's own doing. A paused playbook holds its notices too, and is no reason to give way."""


def first_notice(definition: Playbook, step: Step, facts: PlanFacts, *, now: datetime) -> PlannedStep | None:
    """Return the earliest step behind `step` that has its day from a date of notice and will act; None without one."""
    given = DoneStep(step_key=step.key, state=DoneState.SKIPPED, due_at=now, done_at=now)
    ahead = plan(definition, replace(facts, done=(*facts.done, given)), now=now).steps
    wanted = [
        item for item in ahead if item.planned is not Planned.SKIP and is_notice_date(definition.step(item.step_key))
    ]
    return min(wanted, key=lambda item: (item.due_at, item.position), default=None)


def may_give_way(decision: StepDecision) -> bool:
    """Answer whether a decision is a hold of the step's own, which a date of notice ends."""
    is_held = decision.verdict in (StepVerdict.HOLD, StepVerdict.ESCALATE)
    return is_held and all(item.code in HOLDING_CODES for item in decision.reasons)


def until_notice(decision: StepDecision, notice: PlannedStep) -> StepDecision:
    """Return the hold ended at the instant of the notice at the latest, with the reason if that is earlier."""
    if decision.until is not None and decision.until <= notice.due_at:
        return decision
    why = reason("holds_until_notice", step=notice.step_key, until=notice.due_at)
    return replace(decision, until=notice.due_at, reasons=(*decision.reasons, why))

"""What kinds of steps ask for when they act, beyond their own condition: phase, receptivity, sponsor, silence.

Frozen answers only; the guards turn them into a verdict.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from playbooks.core.cadence import wait_ends_at
from playbooks.core.definition import Phase, Step
from playbooks.core.facts import ApprovalState, Reason, StepFacts, reason
from playbooks.core.step_parts import RECEPTIVE, Receptivity
from playbooks.core.vocabulary import SponsorSide, StepKind, Unanswered, WhenMissing
from renewals.core.conditions import AllOf, Answer, Condition, Finding, Op, Predicate, evaluate

LOOK_AGAIN = timedelta(days=1)
"""How soon a step is looked at again that waits for a person or a condition; a decision wakes it at once."""


class Silence(StrEnum):
    """What an approval does that is asked for, decided, or left without an answer."""

    ASK = "ask"
    WAIT = "wait"
    ESCALATE = "escalate"
    TIME_OUT = "time_out"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A step that waits until an instant, and why."""

    until: datetime
    why: tuple[Reason, ...]


def receptive_condition(rule: Receptivity) -> Condition:
    """Return when an account is open to more: a milestone in this term, health high, no open escalation."""
    return AllOf(
        parts=(
            Predicate(field="value.milestones_reached", op=Op.GE, value=rule.min_milestones),
            Predicate(field="health.score", op=Op.GE, value=rule.min_health),
            Predicate(field="escalation.open_count", op=Op.EQ, value=0),
        )
    )


CELEBRATED: Condition = Predicate(field="value.milestones_reached", op=Op.GE, value=1)


def built_in_condition(step: Step) -> Condition | None:
    """Return what a kind asks by itself: an open ear for a prompt, a milestone to celebrate; None for the others."""
    if step.kind is StepKind.EXPANSION_PROMPT:
        return receptive_condition(step.receptive or RECEPTIVE)
    return CELEBRATED if step.kind is StepKind.CELEBRATE_VALUE else None


def phase_finding(phase: Phase, facts: StepFacts) -> tuple[str, Finding] | None:
    """Return what keeps a step of this phase from acting: ("phase_exit"|"phase_entry", finding); None when nothing."""
    if phase.exit is not None:
        left = evaluate(phase.exit, facts.facts)
        if left.answer is Answer.YES:
            return "phase_exit", left
    entered = evaluate(phase.entry, facts.facts)
    return None if entered.answer is Answer.YES else ("phase_entry", entered)


def sponsor_name(step: Step, facts: StepFacts) -> str:
    """Return the name of the sponsor a step is about, empty when nobody is named."""
    if step.sponsor is None:
        return ""
    return facts.our_sponsor if step.sponsor.side is SponsorSide.OURS else facts.their_sponsor


def sponsor_held(step: Step, facts: StepFacts, *, now: datetime) -> Held | None:
    """Return how long a sponsor step waits for a name; None when it has one, or may go on without."""
    rule = step.sponsor
    if rule is None or rule.when_missing is WhenMissing.WARN or sponsor_name(step, facts):
        return None
    return Held(until=now + LOOK_AGAIN, why=(reason("sponsor_missing", side=rule.side.value),))


def wait_held(step: Step, facts: StepFacts, *, zone: str, now: datetime) -> Held | None:
    """Return how long a wait still waits: to the next day at most, so that a condition is noticed; None when over."""
    if step.wait is None:
        return None
    ends_at = wait_ends_at(step, facts.due_at, zone=zone)
    until = step.wait.until
    finding = evaluate(until, facts.facts)
    if now >= ends_at or (until is not None and finding.answer is Answer.YES):
        return None
    looked_at = ends_at if until is None else min(ends_at, now + LOOK_AGAIN)
    return Held(until=looked_at, why=(reason("waiting", until=ends_at, answer=finding.answer.value),))


def silence_of(step: Step, facts: StepFacts, *, now: datetime) -> Silence:
    """Return what an approval step does now: ask, wait, escalate the silence once, time out, or go on as decided."""
    asked = facts.approval
    if asked is None:
        return Silence.ASK
    if asked.state is not ApprovalState.PENDING:
        return Silence.DECIDED
    if now < asked.due_at:
        return Silence.WAIT
    wants_escalation = step.approvers is not None and step.approvers.unanswered is Unanswered.ESCALATE
    return Silence.ESCALATE if wants_escalation and not asked.is_escalated else Silence.TIME_OUT

"""The clock of a request: when an answer is due, and which steps are to be escalated. Time never approves anything."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from offers.core.approvals.seats import Away, Person, StepFacts, seats_of
from offers.core.states import StepState


def due_at(*, opened_at: datetime, hours: int) -> datetime:
    """Return when an answer is due: plain hours after it was asked, week-ends included."""
    return opened_at + timedelta(hours=hours)


def steps_to_escalate(
    steps: Iterable[StepFacts],
    *,
    people: Iterable[Person],
    away: Away,
    barred: frozenset[int],
    now: datetime,
) -> tuple[str, ...]:
    """Return the open steps, not escalated yet, whose time is over or which nobody can answer as it stands."""
    known = tuple(people)
    return tuple(
        step.key
        for step in steps
        if step.state is StepState.OPEN
        and step.escalated_at is None
        and step.escalate_to
        and (_is_late(step, now=now) or not seats_of(step, people=known, away=away, barred=barred))
    )


def _is_late(step: StepFacts, *, now: datetime) -> bool:
    return step.due_at is not None and step.due_at <= now

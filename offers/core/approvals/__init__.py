"""Approvals: whether anybody is asked, who may answer, what an answer leads to, and what time does."""

from offers.core.approvals.answers import Progress, progress_after
from offers.core.approvals.asking import Asking, Way, asking_for
from offers.core.approvals.clock import due_at, steps_to_escalate
from offers.core.approvals.seats import Away, Person, Seat, StepFacts, roles_seated, seat_at, seats_of

__all__ = [
    "Asking",
    "Away",
    "Person",
    "Progress",
    "Seat",
    "StepFacts",
    "Way",
    "asking_for",
    "due_at",
    "progress_after",
    "roles_seated",
    "seat_at",
    "seats_of",
    "steps_to_escalate",
]

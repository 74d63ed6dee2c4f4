"""What people may note about an account: the kinds, their scales in words, and how long a note may count."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from signals.core.errors import SpanNotAllowed

POLITICS, PRIORITY, BUDGET = "relationship.politics", "relationship.competing_priority", "relationship.budget"
SOFT_KINDS: Mapping[str, str] = {
    POLITICS: "Politics",
    PRIORITY: "Competing priority",
    BUDGET: "Budget",
}
STANDINGS: Mapping[float, str] = {
    -1.0: "strongly against us",
    -0.5: "somewhat against us",
    0.0: "open",
    0.5: "somewhat for us",
    1.0: "strongly for us",
}
LONGEST_NOTE = timedelta(days=366)
LONGEST_OVERRIDE = timedelta(days=180)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The lowest and highest number that a kind of note may have."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Answer whether the number lies on the scale; one that is not a number does not."""
        return self.low <= value <= self.high


SOFT_SCALE = Scale(low=-1.0, high=1.0)


def check_span(*, now: datetime, until: datetime, longest: timedelta, where: str) -> None:
    """Raise SpanNotAllowed when `until` is not after `now`, or more than `longest` ahead."""
    if not now < until <= now + longest + timedelta(days=1):
        raise SpanNotAllowed(
            f"It has to end after today and within {longest.days} days.",
            where=where,
            why="What a person said is looked at again, so that nothing old goes on counting unseen.",
        )


def judged_error(kind: str, value: float, *, was_lost: bool) -> float:
    """Return how many points a health or risk was away from what happened: lost is health 0 and risk 100."""
    happened = 100.0 * (was_lost if kind == "risk" else not was_lost)
    return abs(value - happened)

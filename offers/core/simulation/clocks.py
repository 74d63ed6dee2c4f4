"""How long approvals take, from answers that were really given: median hours of a queue, by level, with the count.

Hours run from the moment a step was opened to the answer that ended it, nights and week-ends included. It is the time
a price waits, not the time a person works: nobody records that.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from offers.core.policy import Level, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredStep:
    """A step that was approved or refused, and how long that took, in hours."""

    level: str
    queue: str
    hours: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The median of a queue at a level; level "" is the queue at any level. `count` answers stand behind it."""

    level: str
    queue: str
    hours: float
    count: int


def queue_of(step: Step) -> str:
    """Return who is asked by a step, in one name: roles joined by "or", by "and" where each has to answer."""
    return queue_name(step.roles, step.needs)


def queue_name(roles: Iterable[str], needs: str) -> str:
    """Return the name of the queue of these roles; the order in which they are written is of no account."""
    return (" and " if needs == "all" else " or ").join(sorted(roles))


def queues_of(level: Level | None) -> tuple[str, ...]:
    """Return the queues that a level asks, one a step; none without a level."""
    return () if level is None else tuple(queue_of(step) for step in level.steps)


def clocks_of(answered: Iterable[AnsweredStep]) -> tuple[Clock, ...]:
    """Return the medians by level and queue, and by queue alone for levels that nobody has answered yet."""
    hours: dict[tuple[str, str], list[float]] = defaultdict(list)
    for each in answered:
        hours[(each.level, each.queue)].append(each.hours)
        hours[("", each.queue)].append(each.hours)
    return tuple(
        Clock(level=level, queue=queue, hours=median(found), count=len(found))
        for (level, queue), found in sorted(hours.items())
    )


def hours_of(level: Level | None, clocks: Iterable[Clock]) -> float | None:
    """Return how long a level takes: the slowest queue of each stage, one stage after the other; 0 without a level.

    None where a queue has never answered: nobody knows.
    """
    if level is None:
        return 0.0
    known = {(clock.level, clock.queue): clock.hours for clock in clocks}
    stages: dict[int, float] = {}
    for step in level.steps:
        queue = queue_of(step)
        hours = known.get((level.key, queue), known.get(("", queue)))
        if hours is None:
            return None
        stages[step.stage] = max(stages.get(step.stage, 0.0), hours)
    return sum(stages.values())

"""What publishing does to enrolments that are under way: go on as before, go on under the new version, or begin again.

A step behind is told by its key: one that the new version has is not done a second time unless it begins again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from playbooks.core.cadence import next_step
from playbooks.core.definition import Playbook
from playbooks.core.facts import DoneState, PlanFacts
from playbooks.core.planned import NextStep


class Treatment(StrEnum):
    """What happens to the enrolled when a version is published. `new_only` leaves them as they are."""

    NEW_ONLY = "new_only"
    MIGRATE = "migrate"
    RESTART = "restart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What one enrolment would do next; `again` are steps that it has done and would do a second time.

    `is_held_out`: that step is withheld from this account if nothing else stops it.
    """

    following: NextStep
    again: tuple[str, ...] = ()
    is_held_out: bool = False


def treatments(old: Playbook, new: Playbook, facts: PlanFacts, *, now: datetime) -> Mapping[Treatment, Ahead]:
    """Return the exact next step of an enrolment under each treatment; the same facts give the same answer.

    Raises InvalidInput when a calendar has no open day to roll to.
    """
    anew = next_step(new, begun_again(facts, now=now), now=now)
    keys = {step.key for step in new.steps} - {item.step_key for item in anew.skipped}
    return {
        Treatment.NEW_ONLY: Ahead(following=next_step(old, facts, now=now)),
        Treatment.MIGRATE: Ahead(following=next_step(new, carried_over(new, facts), now=now)),
        Treatment.RESTART: Ahead(
            following=anew,
            again=tuple(item.step_key for item in facts.done if item.state is DoneState.DONE and item.step_key in keys),
        ),
    }


def carried_over(new: Playbook, facts: PlanFacts) -> PlanFacts:
    """Return the facts of an enrolment that goes on under `new`: what is behind stays behind if `new` has the step."""
    keys = {step.key for step in new.steps}
    return replace(facts, done=tuple(item for item in facts.done if item.step_key in keys))


def begun_again(facts: PlanFacts, *, now: datetime) -> PlanFacts:
    """Return the facts of an enrolment that begins again now, with nothing behind it."""
    return replace(facts, started_at=now, done=(), deviations={})

"""The chain of a price revision beyond the limits: the steps of its hardest level, signed as those of a proposal are.

Nothing is kept but signatures: what is open, late or escalated follows from them and the time.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from offers.core.approvals.answers import first_stage, progress_after
from offers.core.approvals.clock import due_at, steps_to_escalate
from offers.core.approvals.seats import Away, Person, Seat, StepFacts, seat_at
from offers.core.policy import Level, Step
from offers.core.states import StepState


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature: for which step, as which role, when."""

    step: str
    role: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The steps of a level as they stand at a moment."""

    steps: tuple[StepFacts, ...]

    @property
    def is_complete(self) -> bool:
        """Answer whether every step is signed."""
        return all(step.state is StepState.APPROVED for step in self.steps)


def chain_of(level: Level, signatures: Iterable[Signature], *, opened_at: datetime) -> Chain:
    """Return the chain after its signatures, in their order; one for a step that is not open counts for nothing."""
    facts = tuple(_facts(step) for step in level.steps)
    hours = {step.key: step.hours for step in level.steps}
    steps = {step.key: step for step in facts}
    for key in first_stage(facts):
        steps[key] = _opened(steps[key], hours[key], opened_at)
    for each in signatures:
        step = steps.get(each.step)
        if step is None or step.state is not StepState.OPEN or each.role not in step.wanted:
            continue
        progress = progress_after(tuple(steps.values()), each.step, role=each.role, is_approved=True)
        steps[each.step] = replace(step, answered=(*step.answered, each.role))
        for key, state in progress.steps:
            is_opening = state is StepState.OPEN
            steps[key] = _opened(steps[key], hours[key], each.at) if is_opening else replace(steps[key], state=state)
    return Chain(steps=tuple(steps.values()))


def seat_in_chain(
    chain: Chain, user_id: int, *, people: Iterable[Person], away: Away, barred: frozenset[int], now: datetime
) -> tuple[StepFacts, Seat] | None:
    """Return the first open step that a person may sign now, with their seat; None where nothing waits for them."""
    known = tuple(people)
    late = steps_to_escalate(chain.steps, people=known, away=away, barred=barred, now=now)
    for step in chain.steps:
        current = replace(step, escalated_at=now) if step.key in late else step
        seat = seat_at(current, user_id, people=known, away=away, barred=barred)
        if seat is not None:
            return step, seat
    return None


def _facts(step: Step) -> StepFacts:
    return StepFacts(
        key=step.key,
        stage=step.stage,
        roles=step.roles,
        needs=step.needs,
        escalate_to=step.escalate_to,
        state=StepState.COMING,
    )


def _opened(step: StepFacts, hours: int, at: datetime) -> StepFacts:
    return replace(step, state=StepState.OPEN, due_at=due_at(opened_at=at, hours=hours))

"""What an answer leads to: the step, the steps after it, the request. The first refusal ends a request."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from offers.core.approvals.seats import StepFacts
from offers.core.states import RequestState, StepState


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The states after an answer: of the request and of every step that changed, by key."""

    request: RequestState
    steps: tuple[tuple[str, StepState], ...]


def first_stage(steps: Sequence[StepFacts]) -> tuple[str, ...]:
    """Return the keys of the steps that are asked at once when a request is made."""
    lowest = min(step.stage for step in steps)
    return tuple(step.key for step in steps if step.stage == lowest)


def progress_after(steps: Sequence[StepFacts], key: str, *, role: str, is_approved: bool) -> Progress:
    """Return what an answer to the open step `key` leads to; `role` is the one it is given for.

    Raises KeyError for a step there is not.
    """
    answered = {step.key: step for step in steps}[key]
    if not is_approved:
        closed = [(step.key, StepState.CLOSED) for step in steps if _is_unfinished(step) and step.key != key]
        return Progress(request=RequestState.REFUSED, steps=((key, StepState.REFUSED), *closed))
    after = replace(answered, answered=(*answered.answered, role))
    if after.needs == "all" and after.wanted:
        return Progress(request=RequestState.WAITING, steps=())
    done = tuple(replace(step, state=StepState.APPROVED) if step.key == key else step for step in steps)
    return _advanced(done, key)


def _advanced(steps: tuple[StepFacts, ...], key: str) -> Progress:
    """Open the next stage when nothing of this one is left; approve the request when there is no next."""
    changed = [(key, StepState.APPROVED)]
    if any(step.state is StepState.OPEN for step in steps):
        return Progress(request=RequestState.WAITING, steps=tuple(changed))
    coming = [step for step in steps if step.state is StepState.COMING]
    if not coming:
        return Progress(request=RequestState.APPROVED, steps=tuple(changed))
    changed += [(opened, StepState.OPEN) for opened in first_stage(coming)]
    return Progress(request=RequestState.WAITING, steps=tuple(changed))


def _is_unfinished(step: StepFacts) -> bool:
    return step.state in (StepState.OPEN, StepState.COMING)

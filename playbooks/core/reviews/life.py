"""The life of a review: what may be done with it, its items and decisions, what is carried, how well it is kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from playbooks.core.errors import ItemSettled, ReviewNotOver, ReviewOver
from renewals.core.errors import InvalidInput


class ReviewState(StrEnum):
    """A review is open from the day its agenda is made until it is closed or called off."""

    OPEN = "open"
    CLOSED = "closed"
    CALLED_OFF = "called_off"


class ItemState(StrEnum):
    """What became of an item; `open` ones are carried when the review ends."""

    OPEN = "open"
    DECIDED = "decided"
    NOTED = "noted"
    CARRIED = "carried"


class DecisionState(StrEnum):
    """What became of a decision."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class Presence(StrEnum):
    """Whether somebody was there; `unknown` until it is said."""

    UNKNOWN = "unknown"
    PRESENT = "present"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFact:
    """A decision as its keeping is judged; `done_on` None while it is open."""

    state: DecisionState
    due_on: date
    done_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How decisions were kept: made and not dropped, done, done by their day, overdue today."""

    made: int
    done: int
    in_time: int
    overdue: int

    @property
    def completion(self) -> float | None:
        """Return the share that is done; None of nothing."""
        return self.done / self.made if self.made else None


def check_open(state: str) -> None:
    """Raise ReviewOver unless the review is open."""
    if state != ReviewState.OPEN:
        word = "closed" if state == ReviewState.CLOSED else "called off"
        raise ReviewOver(f"This review is {word}.", where="review")


def check_closed(state: str) -> None:
    """Raise ReviewNotOver unless the review is closed."""
    if state != ReviewState.CLOSED:
        raise ReviewNotOver("This review is not closed.", where="review")


def check_due(due_on: date, *, today: date) -> None:
    """Raise InvalidInput for a decision that would be due before it is made."""
    if due_on < today:
        raise InvalidInput("The decision would be due in the past.", where="due_on", remedy="Choose today or later.")


def check_left(state: ItemState, *, decisions: int) -> None:
    """Raise ItemSettled for an item with decisions that is to be anything but decided."""
    if decisions and state is not ItemState.DECIDED:
        raise ItemSettled(f"It has {decisions} decision{'s' if decisions > 1 else ''}.", where="item")


def keeping(decisions: Iterable[DecisionFact], *, today: date) -> Keeping:
    """Return how decisions were kept as of a day; dropped ones count nowhere."""
    kept = [each for each in decisions if each.state is not DecisionState.DROPPED]
    done = [each for each in kept if each.done_on is not None]
    return Keeping(
        made=len(kept),
        done=len(done),
        in_time=sum(each.done_on is not None and each.done_on <= each.due_on for each in done),
        overdue=sum(each.done_on is None and each.due_on < today for each in kept),
    )


def attendance_share(presences: Iterable[str]) -> float | None:
    """Return the share of the invited who were there; None where nobody was invited or nobody said."""
    said = [presence for presence in presences if presence != Presence.UNKNOWN]
    return sum(presence == Presence.PRESENT for presence in said) / len(said) if said else None

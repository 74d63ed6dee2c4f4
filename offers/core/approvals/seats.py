"""Who may answer a step: by role, for somebody who is away, or because it was escalated; never who is barred."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from offers.core.states import StepState

Away = Mapping[int, int | None]
"""Who is away today, with who stands in for them; None for nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An active member of the workspace."""

    user_id: int
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFacts:
    """A step as it stands; `answered` are the roles that have approved it already."""

    key: str
    stage: int
    roles: tuple[str, ...]
    needs: str
    escalate_to: tuple[str, ...]
    state: StepState
    answered: tuple[str, ...] = ()
    due_at: datetime | None = None
    escalated_at: datetime | None = None

    @property
    def wanted(self) -> tuple[str, ...]:
        """Return the roles whose answer is still open."""
        return tuple(role for role in self.roles if role not in self.answered)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A person's right to answer: for which role, and for whom they stand in (None: in their own name)."""

    user_id: int
    role: str
    on_behalf_of: int | None = None


def seat_at(
    step: StepFacts, user_id: int, *, people: Iterable[Person], away: Away, barred: frozenset[int]
) -> Seat | None:
    """Return the seat of a person at an open step, None when the step is not theirs.

    Barred are those who asked or had a hand in the proposal: not in their own name, nor for anybody, nor through
    somebody standing in for them.
    """
    seats = seats_of(step, people=people, away=away, barred=barred)
    return next((seat for seat in seats if seat.user_id == user_id), None)


def seats_of(step: StepFacts, *, people: Iterable[Person], away: Away, barred: frozenset[int]) -> tuple[Seat, ...]:
    """Return who may answer an open step now, their own seats first; nobody where it is not open."""
    if step.state is not StepState.OPEN or not step.wanted:
        return ()
    known = tuple(people)
    seats = [*_seats_of_roles(step, known, away, barred), *_escalated(step, known, away, barred)]
    own_first = sorted(seats, key=lambda seat: seat.on_behalf_of is not None)
    return tuple({seat.user_id: seat for seat in reversed(own_first)}.values())


def roles_seated(user_id: int, *, people: Iterable[Person], away: Away) -> tuple[str, ...]:
    """Return the roles in which a person may be asked today: their own, and those of whom they stand in for."""
    known = tuple(people)
    return tuple(sorted({each.role for each in known if _stands_in(each.user_id, away) == user_id}))


def _seats_of_roles(step: StepFacts, people: tuple[Person, ...], away: Away, barred: frozenset[int]) -> list[Seat]:
    holders = [person for person in people if person.role in step.wanted]
    return _seated([(person, person.role) for person in holders], people, away, barred)


def _escalated(step: StepFacts, people: tuple[Person, ...], away: Away, barred: frozenset[int]) -> list[Seat]:
    """After its time somebody higher up may answer in place of the first role that has not."""
    if step.escalated_at is None:
        return []
    holders = [person for person in people if person.role in step.escalate_to]
    return _seated([(person, step.wanted[0]) for person in holders], people, away, barred)


def _seated(
    holders: list[tuple[Person, str]], people: tuple[Person, ...], away: Away, barred: frozenset[int]
) -> list[Seat]:
    members = {person.user_id for person in people}
    seats = []
    for person, role in holders:
        if person.user_id in barred:
            continue
        stands_in = _stands_in(person.user_id, away)
        if stands_in is None or stands_in not in members or stands_in in barred:
            continue
        behalf = person.user_id if stands_in != person.user_id else None
        seats.append(Seat(user_id=stands_in, role=role, on_behalf_of=behalf))
    return seats


def _stands_in(user_id: int, away: Away) -> int | None:
    """Follow those who stand in for one another; None where the last is away without anybody, or in a circle."""
    seen: set[int] = set()
    current: int | None = user_id
    while current is not None and current in away and current not in seen:
        seen.add(current)
        current = away[current]
    return None if current in seen else current

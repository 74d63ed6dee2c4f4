"""Did people beat the machine? What judged overrides say together; refuses a verdict below a least number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FEWEST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedOverride:
    """How many points the person and the machine were away from what happened; the machine None when not scored."""

    person_error: float
    machine_error: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideRecord:
    """Overrides that can be compared: how often each side was nearer, and the mean errors in points.

    `gain` is the machine's mean error less that of people: above 0, people beat it. None below `FEWEST` of them.
    """

    count: int
    person_nearer: int
    machine_nearer: int
    person_error: float | None
    machine_error: float | None

    @property
    def gain(self) -> float | None:
        """Return by how many points people were nearer on average; None when there are too few to say."""
        if self.count < FEWEST or self.person_error is None or self.machine_error is None:
            return None
        return self.machine_error - self.person_error


def override_record(judged: Sequence[JudgedOverride]) -> OverrideRecord:
    """Return the record of these overrides; those of accounts that were not scored cannot be compared."""
    pairs = [(each.person_error, each.machine_error) for each in judged if each.machine_error is not None]
    count = len(pairs)
    return OverrideRecord(
        count=count,
        person_nearer=sum(person < machine for person, machine in pairs),
        machine_nearer=sum(person > machine for person, machine in pairs),
        person_error=sum(person for person, _ in pairs) / count if count else None,
        machine_error=sum(machine for _, machine in pairs) / count if count else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A renewal that closed: whether it was kept, and the chance the machine gave it before; None: not scored."""

    was_kept: bool
    chance: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeDelta:
    """Scored renewals that closed: how many, how many were kept, how many the machine expected to be.

    `points` is kept less expected, for each hundred renewals; None below `FEWEST` of them. It is an association: people
    choose whom they treat otherwise.
    """

    count: int
    kept: int
    expected: float

    @property
    def points(self) -> float | None:
        """Return by how many points more were kept than the machine expected; None when there are too few to say."""
        return 100 * (self.kept - self.expected) / self.count if self.count >= FEWEST else None


def outcome_delta(ended: Iterable[Ended]) -> OutcomeDelta:
    """Return how these renewals ended beside what was expected of them; those without a chance are left out."""
    scored = [(each.was_kept, each.chance) for each in ended if each.chance is not None]
    return OutcomeDelta(
        count=len(scored),
        kept=sum(was_kept for was_kept, _ in scored),
        expected=sum(chance for _, chance in scored),
    )

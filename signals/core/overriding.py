"""Did people beat the machine? What judged overrides say together; refuses a verdict below a least number."""

from collections.abc import Sequence
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

"""What a person asks of a simulation: which days, and which policy; as plain data and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from renewals.core.errors import InvalidInput

LONGEST_DAYS = 1827


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationAsked:
    """Days, both included, and another policy: the draft, or the published version. Neither: as it was, a check."""

    first_on: date
    last_on: date
    draft_id: int = 0
    number: int = 0

    @property
    def is_unchanged(self) -> bool:
        """Answer whether nothing is changed: then what happened must come again."""
        return not (self.draft_id or self.number)

    def table(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {
            "first_on": self.first_on.isoformat(),
            "last_on": self.last_on.isoformat(),
            "draft_id": self.draft_id,
            "number": self.number,
        }


def asked_from(table: Mapping[str, Any]) -> SimulationAsked:
    """Return what was kept by `SimulationAsked.table`."""
    return SimulationAsked(
        first_on=date.fromisoformat(table["first_on"]),
        last_on=date.fromisoformat(table["last_on"]),
        draft_id=table["draft_id"],
        number=table["number"],
    )


def check_asked(asked: SimulationAsked, *, today: date) -> None:
    """Raise InvalidInput for days that cannot be judged again."""
    if asked.last_on < asked.first_on:
        raise InvalidInput("The last day lies before the first.", where="last_on", remedy="Change one of them.")
    if asked.first_on > today:
        raise InvalidInput("These days are still to come.", where="first_on", remedy="Choose days that are over.")
    if (asked.last_on - asked.first_on).days >= LONGEST_DAYS:
        raise InvalidInput("That is more than five years.", where="first_on", remedy="Choose fewer days.")
    if asked.draft_id and asked.number:
        raise InvalidInput("Choose a draft or a version, not both.", where="policy")

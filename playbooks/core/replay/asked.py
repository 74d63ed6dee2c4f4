"""What a person asks of a replay: what is another than it was, over which days, for whom; as plain data and back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from playbooks.core.account_facts import TouchLimits
from renewals.core.errors import InvalidInput

LONGEST_DAYS = 731
PERIODS: Mapping[str, int] = {"quarter": 91, "half_year": 182, "year": 365}


class Whose(StrEnum):
    """Whose renewals are replayed; always within the record scope of who asks."""

    BOOK = "book"
    SEGMENT = "segment"
    TEAM = "team"
    ACCOUNTS = "accounts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Days (both included), whose renewals, and what is another than it was; None or 0 keeps what was.

    `draft_id` is a draft of a playbook, or `playbook_key` with `version` a published one. `health_id` and `risk_id` are
    versions of scorecards, drafts among them; `selection_id` is a draft of the selection order. `lines` are other
    limits of trigger rules that watch a score, by key.
    """

    first_on: date
    last_on: date
    whose: Whose = Whose.BOOK
    chosen: tuple[str, ...] = ()
    draft_id: int = 0
    playbook_key: str = ""
    version: int = 0
    health_id: int = 0
    risk_id: int = 0
    selection_id: int = 0
    budget: TouchLimits | None = None
    lines: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_unchanged(self) -> bool:
        """Answer whether nothing is changed: then recorded history must come again."""
        rules = self.draft_id or self.playbook_key or self.selection_id or self.health_id or self.risk_id
        return not (rules or self.budget or self.lines)

    @property
    def days(self) -> int:
        """Return how many days are replayed."""
        return (self.last_on - self.first_on).days + 1

    def table(self) -> dict[str, Any]:
        """Return it as it is kept."""
        budget = self.budget
        return {
            "first_on": self.first_on.isoformat(),
            "last_on": self.last_on.isoformat(),
            "whose": self.whose.value,
            "chosen": list(self.chosen),
            "draft_id": self.draft_id,
            "playbook_key": self.playbook_key,
            "version": self.version,
            "health_id": self.health_id,
            "risk_id": self.risk_id,
            "selection_id": self.selection_id,
            "budget": [budget.max_touches, budget.per_days, budget.min_gap_days] if budget else None,
            "lines": dict(self.lines),
        }


def asked_from(table: Mapping[str, Any]) -> Asked:
    """Return what was kept by `Asked.table`."""
    budget = table["budget"]
    return Asked(
        first_on=date.fromisoformat(table["first_on"]),
        last_on=date.fromisoformat(table["last_on"]),
        whose=Whose(table["whose"]),
        chosen=tuple(table["chosen"]),
        draft_id=table["draft_id"],
        playbook_key=table["playbook_key"],
        version=table["version"],
        health_id=table["health_id"],
        risk_id=table["risk_id"],
        selection_id=table.get("selection_id", 0),
        budget=limits_of(*budget) if budget else None,
        lines=dict(table["lines"]),
    )


def limits_of(most: int, days: int, gap: int) -> TouchLimits:
    """Return a budget of touches; raises InvalidInput for one that the ledger could not keep."""
    if not (1 <= most <= 100 and 1 <= days <= 365 and 0 <= gap <= 90):
        raise InvalidInput(
            f"{most} touches in {days} days with {gap} days between is no budget.",
            where="budget",
            remedy="1 to 100 touches, in 1 to 365 days, with 0 to 90 days between.",
        )
    return TouchLimits(max_touches=most, per_days=days, min_gap_days=gap)


def check_asked(asked: Asked, *, today: date) -> None:
    """Raise InvalidInput for days that nothing can be recorded about, or a choice without anybody in it."""
    if asked.last_on < asked.first_on:
        raise InvalidInput("The last day lies before the first.", where="days", remedy="Swap them.")
    if asked.last_on > today:
        raise InvalidInput(
            "A replay ends today at the latest.", where="days", remedy="For days ahead see the calendar."
        )
    if asked.days > LONGEST_DAYS:
        raise InvalidInput("At most two years are replayed at once.", where="days", remedy="Choose fewer days.")
    if asked.whose is not Whose.BOOK and not asked.chosen:
        raise InvalidInput("Nobody is chosen.", where="chosen", remedy="Choose a segment, a team or accounts.")


def days_back(period: str, *, today: date) -> tuple[date, date]:
    """Return the first and last day of a period that ended yesterday; raises InvalidInput for an unknown one."""
    if period not in PERIODS:
        raise InvalidInput(f"There is no period '{period}'.", where="period")
    return today - timedelta(days=PERIODS[period]), today - timedelta(days=1)

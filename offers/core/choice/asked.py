"""What a person asks of a plan of offers, with what is known of capacity and of who is kept back; as data and back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from offers.core.choice.assignment import Limits
from renewals.core.errors import InvalidInput

MOST_WEEKS = 26
MOST_DAYS = 366
CENTS = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAsked:
    """Budget in the workspace's currency (None: no limit), weeks of work, days ahead, requests for each level.

    `tasks` is what each owner can still do, week by week; `kept_back` are accounts not to be approached, with why.
    """

    budget: Decimal | None = None
    weeks: int = 8
    days_ahead: int = 120
    most_asked: int | None = None
    tasks: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    kept_back: Mapping[int, str] = field(default_factory=dict)

    def table(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {
            "budget": None if self.budget is None else str(self.budget),
            "weeks": self.weeks,
            "days_ahead": self.days_ahead,
            "most_asked": self.most_asked,
            "tasks": {str(owner): list(room) for owner, room in sorted(self.tasks.items())},
            "kept_back": {str(account): why for account, why in sorted(self.kept_back.items())},
        }


def plan_asked_from(table: Mapping[str, Any]) -> PlanAsked:
    """Return what was kept by `PlanAsked.table`."""
    return PlanAsked(
        budget=None if table["budget"] is None else Decimal(table["budget"]),
        weeks=table["weeks"],
        days_ahead=table["days_ahead"],
        most_asked=table["most_asked"],
        tasks={int(owner): tuple(room) for owner, room in table["tasks"].items()},
        kept_back={int(account): why for account, why in table["kept_back"].items()},
    )


def check_plan_asked(asked: PlanAsked) -> None:
    """Raise InvalidInput for limits that cannot be."""
    if asked.budget is not None and not (asked.budget.is_finite() and 0 <= asked.budget <= Decimal(10) ** 12):
        raise InvalidInput("This is no budget.", where="budget", remedy="Give an amount from 0 on, or none.")
    if not 1 <= asked.weeks <= MOST_WEEKS:
        raise InvalidInput(f"From 1 to {MOST_WEEKS} weeks.", where="weeks")
    if not 1 <= asked.days_ahead <= MOST_DAYS:
        raise InvalidInput(f"From 1 to {MOST_DAYS} days ahead.", where="days_ahead")
    if asked.most_asked is not None and asked.most_asked < 0:
        raise InvalidInput("Nobody is asked less than never.", where="most_asked")


def limits_of(asked: PlanAsked, levels: tuple[str, ...]) -> Limits:
    """Return the limits of a plan; `levels` are those that offers of it would be asked of."""
    return Limits(
        budget=None if asked.budget is None else int(asked.budget * CENTS),
        tasks=asked.tasks,
        approvals={} if asked.most_asked is None else dict.fromkeys(levels, asked.most_asked),
    )

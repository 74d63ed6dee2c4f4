"""Start quarters over time: what share of their ARR, or of their accounts, is there after so many quarters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from renewals.core.metrics.rows import ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """The accounts that counted first in one quarter: `base` at its end, and what is there by age in quarters.

    `amounts[0]` is the base; there is one amount for each quarter up to the last one known.
    """

    key: str
    base: Decimal
    amounts: tuple[Decimal, ...]

    def share(self, age: int) -> Decimal | None:
        """Return what is there after so many quarters, of the base; None for an age that is not reached."""
        return self.amounts[age] / self.base if age < len(self.amounts) else None


def triangle(cells: Mapping[tuple[str, str], Decimal], quarters: Sequence[str]) -> tuple[Cohort, ...]:
    """Return the cohorts of these quarters, oldest first, from amounts by start quarter and quarter.

    A quarter without an amount has none left. A start quarter at whose end nothing was there has no base: left out.
    """
    found = []
    for place, start in enumerate(quarters):
        base = cells.get((start, start), ZERO)
        if base > 0:
            amounts = tuple(cells.get((start, quarter), ZERO) for quarter in quarters[place:])
            found.append(Cohort(key=start, base=base, amounts=amounts))
    return tuple(found)


def share_of_all(cohorts: Sequence[Cohort], age: int) -> Decimal | None:
    """Return the share over all cohorts that reached an age, weighed by their bases; None when none did."""
    reached = [each for each in cohorts if age < len(each.amounts)]
    base = sum((each.base for each in reached), ZERO)
    return sum((each.amounts[age] for each in reached), ZERO) / base if base else None

"""The leakage report: what was given, by kind of leak and by owner, segment or quarter. Sums only what has a rate."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from offers.core.negotiation.concessions import Leak

MONTHS_A_QUARTER = 3


class By(StrEnum):
    """What the report is broken down by."""

    OWNER = "owner"
    SEGMENT = "segment"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakItem:
    """One leak of one concession or signed proposal; `amount` is a year's worth in the workspace's currency.

    `amount` None: there is no rate for its currency. `groups` are its key under each way to break the report down.
    """

    key: str
    leak: Leak
    groups: Mapping[By, str]
    amount: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakSum:
    """How many leaks there are and what they add up to; `unknown` of them have no rate and count nothing."""

    number: int = 0
    amount: Decimal = Decimal(0)
    unknown: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakGroup:
    """One line of the report."""

    key: str
    sums: Mapping[Leak, LeakSum]


def leak_sums(items: Iterable[LeakItem]) -> Mapping[Leak, LeakSum]:
    """Return the headlines: every kind of leak with its number and amount."""
    found = {leak: LeakSum() for leak in Leak}
    for item in items:
        found[item.leak] = _with(found[item.leak], item)
    return found


def leak_groups(items: Iterable[LeakItem], *, by: By) -> tuple[LeakGroup, ...]:
    """Return the lines of the report: quarters newest first, else the largest first."""
    held: dict[str, list[LeakItem]] = {}
    for item in items:
        held.setdefault(item.groups[by], []).append(item)
    groups = [LeakGroup(key=key, sums=leak_sums(own)) for key, own in held.items()]
    if by is By.QUARTER:
        return tuple(sorted(groups, key=lambda group: group.key, reverse=True))
    return tuple(sorted(groups, key=lambda group: (-_all(group), group.key)))


def quarter_of_day(on: date) -> str:
    """Return the quarter of a day: "2027-Q1"."""
    return f"{on.year}-Q{(on.month - 1) // MONTHS_A_QUARTER + 1}"


def _with(before: LeakSum, item: LeakItem) -> LeakSum:
    is_unknown = item.amount is None
    return LeakSum(
        number=before.number + 1,
        amount=before.amount + (item.amount or Decimal(0)),
        unknown=before.unknown + is_unknown,
    )


def _all(group: LeakGroup) -> Decimal:
    return sum((each.amount for each in group.sums.values()), Decimal(0))

"""The leakage report: what was given, by kind of leak and by owner, segment or quarter. Sums only what has a rate."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from offers.core.negotiation.concessions import Leak

QUARTER = re.compile(r"(?P<year>\d{4})-Q(?P<quarter>[1-4])\Z", re.ASCII)


class By(StrEnum):
    """What the report is broken down by."""

    OWNER = "owner"
    SEGMENT = "segment"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakItem:
    """So many leaks of one kind in one group and one currency; `amount` is a year's worth in the workspace's currency.

    `amount` None: there is no rate for their currency. `group` is their key under the way the report is broken down.
    """

    leak: Leak
    group: str
    number: int
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
        held.setdefault(item.group, []).append(item)
    groups = [LeakGroup(key=key, sums=leak_sums(own)) for key, own in held.items()]
    if by is By.QUARTER:
        return tuple(sorted(groups, key=lambda group: group.key, reverse=True))
    return tuple(sorted(groups, key=lambda group: (-_all(group), group.key)))


def quarter_words(year: int, quarter: int) -> str:
    """Return a quarter as its key: "2027-Q1"."""
    return f"{year}-Q{quarter}"


def quarter_of_key(key: str) -> tuple[int, int] | None:
    """Return year and quarter of a key, None for anything else."""
    found = QUARTER.match(key)
    return (int(found["year"]), int(found["quarter"])) if found else None


def _with(before: LeakSum, item: LeakItem) -> LeakSum:
    return LeakSum(
        number=before.number + item.number,
        amount=before.amount + (item.amount or Decimal(0)),
        unknown=before.unknown + (item.number if item.amount is None else 0),
    )


def _all(group: LeakGroup) -> Decimal:
    return sum((each.amount for each in group.sums.values()), Decimal(0))

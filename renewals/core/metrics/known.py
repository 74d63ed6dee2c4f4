"""Figures of a period as they were known at an earlier moment: what is told now, with what was restated taken back.

A restatement keeps what was told before it, so the first one after the moment says what was known then.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from renewals.core.metrics.parts import ACCOUNT_PARTS
from renewals.core.metrics.rows import ZERO, Movement, MovementKind

KNOWN_PARTS = (
    "opening",
    "closing",
    "kept",
    "retained",
    "added",
    "reactivated",
    "increased",
    "contracted",
    "churned",
    "lost",
    "opening_accounts",
    "kept_accounts",
)
"""The parts that follow from what a restatement keeps: kind, opening and closing of the account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was told of an account in a period; an empty kind: it did not count."""

    kind: str = ""
    opening: Decimal = ZERO
    closing: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Retold:
    """One restatement: what was told until then, and when that was found to be otherwise."""

    account_id: int
    noticed_at: datetime
    before: Told


def told_at(told: Mapping[int, Told], retold: Iterable[Retold], at: datetime) -> dict[int, Told]:
    """Return what was told of each account at the moment; what counts now and did not then is left out."""
    found = dict(told)
    for each in sorted(retold, key=lambda one: one.noticed_at, reverse=True):
        if each.noticed_at > at:
            found[each.account_id] = each.before
    return {account_id: each for account_id, each in found.items() if each.kind}


def part_sums_at(sums: Mapping[str, Decimal], left: Mapping[int, Told], put: Mapping[int, Told]) -> dict[str, Decimal]:
    """Return sums of parts with the rows `left` taken out and those of `put` put in; others are in both alike."""
    return {name: sums[name] - _sum(left, name) + _sum(put, name) for name in KNOWN_PARTS}


def part_of_told(told: Told, name: str) -> Decimal:
    """Return what an account brings to a part, from what was told of it."""
    if not told.kind or told.kind == MovementKind.UNKNOWN:
        return ZERO
    kind = MovementKind(told.kind)
    # A contract that rests has not left: its account is kept with a closing of nothing.
    is_resting = told.closing == 0 and kind is not MovementKind.CHURN
    row = Movement(
        account_id=0, period="", kind=kind, opening=told.opening, closing=told.closing, is_resting=is_resting
    )
    return ACCOUNT_PARTS[name](row)


def _sum(rows: Mapping[int, Told], name: str) -> Decimal:
    return sum((part_of_told(each, name) for each in rows.values()), ZERO)

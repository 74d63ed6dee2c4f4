"""The ARR waterfall of a period: opening + what came - what went = closing, to the cent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from renewals.core.metrics.parts import ACCOUNT_PARTS
from renewals.core.metrics.rows import ZERO, Movement

# In the order they are drawn, with the sign each part enters with.
STEPS: tuple[tuple[str, int], ...] = (
    ("added", 1),
    ("reactivated", 1),
    ("expanded", 1),
    ("escalated", 1),
    ("contracted", -1),
    ("churned", -1),
)
WATERFALL_PARTS = ("opening", *(name for name, _ in STEPS), "closing")


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterfallStep:
    """One step: the part it is, its signed amount, and what the ARR is after it."""

    part: str
    amount: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """The steps between opening and closing; `difference` is what does not close, always zero."""

    opening: Decimal
    steps: tuple[WaterfallStep, ...]
    closing: Decimal
    difference: Decimal


def waterfall(rows: Iterable[Movement]) -> Waterfall:
    """Return the waterfall of the rows of one period; rows without a rate count nowhere."""
    known = [row for row in rows if not row.unrated]
    sums = {name: sum((ACCOUNT_PARTS[name](row) for row in known), ZERO) for name in WATERFALL_PARTS}
    return waterfall_of_sums(sums)


def waterfall_of_sums(sums: Mapping[str, Decimal]) -> Waterfall:
    """Return the waterfall from the sums of its parts."""
    after, steps = sums["opening"], []
    for part, sign in STEPS:
        after += sign * sums[part]
        steps.append(WaterfallStep(part=part, amount=sign * sums[part], after=after))
    return Waterfall(
        opening=sums["opening"], steps=tuple(steps), closing=sums["closing"], difference=sums["closing"] - after
    )

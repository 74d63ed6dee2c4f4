"""The units of a year that signals or confirmed milestones count, with who counted them and until when."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Max, Sum

from offers.core.library import MILESTONES
from offers.core.pricing import LineFacts
from offers.core.pricing.units import shared_units
from renewals.queries.accounts import milestones_of
from signals.models import Signal

YEAR = timedelta(days=365)


def with_measured(
    lines: tuple[LineFacts, ...], units_from: str, *, account_id: int, today: date
) -> tuple[LineFacts, ...]:
    """Return the lines with the units that were counted; several lines share the count of their account."""
    if not units_from:
        return lines
    found = _milestones(account_id, today) if units_from == MILESTONES else _signals(account_id, units_from, today)
    if found is None:
        return lines
    return tuple(replace(line, units=found[0], units_from=found[1], is_whole=True) for line in lines)


def untold_overrides(lines: Iterable[LineFacts], typed: dict[str, Decimal], note: str) -> tuple[str, ...]:
    """Return the lines whose counted units are replaced by others without a word why."""
    if note.strip():
        return ()
    return tuple(
        each.name
        for each in shared_units(tuple(lines))
        if each.units is not None and typed.get(each.key, each.units) != each.units
    )


def _signals(account_id: int, kind: str, today: date) -> tuple[Decimal, str] | None:
    rows = Signal.objects.filter(
        account_id=account_id, kind=kind, occurred_at__date__gt=today - YEAR, occurred_at__date__lte=today
    )
    found = rows.aggregate(units=Sum("value"), last=Max("occurred_at"), number=Count("*"))
    if found["units"] is None:
        return None
    units = Decimal(repr(round(found["units"], 4)))
    return max(units, Decimal(0)), f"{kind}, {found['number']:,} signals until {found['last']:%-d %b %Y}"


def _milestones(account_id: int, today: date) -> tuple[Decimal, str] | None:
    """Nobody agreed on a milestone: nothing is known; agreed ones that nobody confirmed count as none."""
    rows = milestones_of(account_id).order_by()
    if not rows.exists():
        return None
    confirmed = rows.filter(confirmed_on__gt=today - YEAR, confirmed_on__lte=today)
    found = confirmed.aggregate(number=Count("*"), last=Max("confirmed_on"))
    until = f" until {found['last']:%-d %b %Y}" if found["last"] else ""
    return Decimal(found["number"]), f"milestones confirmed{until}"

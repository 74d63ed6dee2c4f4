"""Amendments: what a change from a day on makes of a term and its lines. The days before it stay as they were.

ARR counts from the contract-effective date; activation and acceptance are facts about it and move no amount.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from renewals.core.contracts.phases import Span, by_item, check_phases, check_ramps, item_of, span_of
from renewals.core.dates import NoticeUnit, check_date
from renewals.core.errors import AmendmentOutsideTerm, InvalidInput, RampGap, UnknownReference
from renewals.core.price_terms import PriceTerms
from renewals.core.records import LineRow, TermRow, check_term
from renewals.core.terms import EndAction

DAY = timedelta(days=1)
CLAUSES = ("ends_on", "notice_period", "notice_unit", "end_action", "renewal_months", "price")


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentDates:
    """The three dates: when it binds, when the service runs, when the account accepted; None: not yet."""

    effective_on: date
    activated_on: date | None = None
    accepted_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """An interval of an item at one price and quantity, or at rest; `ends_on` None: to the end of the term."""

    starts_on: date
    arr_amount: Decimal
    ends_on: date | None = None
    quantity: Decimal | None = None
    is_suspended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChange:
    """An item from the effective date on: its phases in order; none of them removes it. Texts only for a new item."""

    item: str
    phases: tuple[Phase, ...] = ()
    description: str = ""
    product_external_id: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermChange:
    """What the amendment says of the term itself; None: not said."""

    ends_on: date | None = None
    notice_period: int | None = None
    notice_unit: NoticeUnit | None = None
    end_action: EndAction | None = None
    renewal_months: int | None = None
    price: PriceTerms | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentOrder:
    """A change to one term: its dates, why, which items and what of the term."""

    dates: AmendmentDates
    reason: str
    items: tuple[ItemChange, ...] = ()
    term: TermChange = TermChange()


def check_dates(dates: AmendmentDates, *, contract_starts_on: date, where: str = "") -> None:
    """Refuse a date outside 1990-2100, or an effective date before the contract.

    Raises DateOutOfRange, AmendmentOutsideTerm. Acceptance and activation may come before or after the effective date.
    """
    for day in (dates.effective_on, dates.activated_on, dates.accepted_on):
        if day is not None:
            check_date(day, where=where)
    if dates.effective_on < contract_starts_on:
        raise AmendmentOutsideTerm(
            f"It takes effect on {dates.effective_on.isoformat()}, the contract begins on "
            f"{contract_starts_on.isoformat()}.",
            where=where,
        )


def amended_term(term: TermRow, order: AmendmentOrder, *, where: str = "") -> TermRow:
    """Return the term as it reads once the order stands: cut lines, new phases, changed clauses.

    Raises InvalidInput for an order that changes nothing or gives no reason, AmendmentOutsideTerm, UnknownReference
    for an item to remove that is not there, and the refusals of `check_ramps` and `check_term`.
    """
    if not order.reason.strip():
        raise InvalidInput("An amendment says why: give a reason.", where=where)
    day = order.dates.effective_on
    if day < term.starts_on or (term.ends_on is not None and day > term.ends_on):
        raise AmendmentOutsideTerm(
            f"It takes effect on {day.isoformat()}, outside term {term.number}.",
            where=where,
            remedy="Amend the term that governs that day.",
        )
    named = [change.item for change in order.items]
    if len(set(named)) != len(named):
        raise InvalidInput("An item is changed twice in one amendment.", where=where)
    changed = with_clauses(term, order.term)
    for change in order.items:
        changed = replace(changed, lines=_lines(changed, change, day, where))
    changed = replace(changed, change_reason=order.reason.strip()[:300])
    if replace(changed, change_reason=term.change_reason) == term:
        raise InvalidInput("The amendment changes nothing.", where=where)
    check_term(changed, where=where)
    check_ramps(changed, where=where)
    return changed


def said_clauses(change: TermChange) -> dict[str, Any]:
    """Return the clauses that a change names, by field of the term."""
    return {name: value for name in CLAUSES if (value := getattr(change, name)) is not None}


def with_clauses(term: TermRow, change: TermChange) -> TermRow:
    """Return the term with its clauses changed; lines follow its end where they ended with it or would pass it."""
    said = said_clauses(change)
    if change.end_action is not None:
        said["is_auto_renewing"] = change.end_action is EndAction.RENEW
    changed = replace(term, **said)
    return replace(changed, lines=tuple(_fitted(term, changed))) if change.ends_on else changed


def _fitted(term: TermRow, changed: TermRow) -> Iterable[LineRow]:
    for line in term.lines:
        span = span_of(line, term)
        if changed.ends_on is not None and span.starts_on > changed.ends_on:
            continue
        is_with_term = span.ends_on == term.ends_on
        is_late = changed.ends_on is not None and (span.ends_on is None or span.ends_on > changed.ends_on)
        yield replace(line, ends_on=None) if is_with_term or is_late else line


def _lines(term: TermRow, change: ItemChange, day: date, where: str) -> tuple[LineRow, ...]:
    """Return the lines of the term with one item changed from `day` on."""
    place = f"{where}, item {change.item}".removeprefix(", ")
    old = by_item(term).get(change.item, ())
    if not old and not change.phases:
        raise UnknownReference(f"There is no item '{change.item}' to remove.", where=place)
    _check_order(change, term, day, place)
    kept = tuple(each for line in old if (each := _before(line, term, day)) is not None)
    model = old[-1] if old else None
    taken = {line.external_id for line in kept} | {line.external_id for line in term.lines if line not in old}
    added = tuple(_phase(phase, change, model, taken) for phase in change.phases)
    others = tuple(line for line in term.lines if item_of(line) != change.item)
    is_ramp = len(kept) + len(added) > 1
    whole = tuple(replace(line, item=change.item) if is_ramp else line for line in (*kept, *added))
    return (*others, *whole)


def _check_order(change: ItemChange, term: TermRow, day: date, where: str) -> None:
    if not change.phases:
        return
    spans = [Span(starts_on=phase.starts_on, ends_on=phase.ends_on or term.ends_on) for phase in change.phases]
    first = min(span.starts_on for span in spans)
    if first != day:
        raise RampGap(
            f"The first phase begins on {first.isoformat()}, the amendment on {day.isoformat()}.", where=where
        )
    check_phases(spans, where=where)


def _before(line: LineRow, term: TermRow, day: date) -> LineRow | None:
    """Return the part of a line before `day`; None when nothing is left of it."""
    span = span_of(line, term)
    if span.starts_on >= day:
        return None
    if span.ends_on is not None and span.ends_on < day:
        return line
    return replace(line, starts_on=span.starts_on, ends_on=day - DAY)


def _phase(phase: Phase, change: ItemChange, model: LineRow | None, taken: set[str]) -> LineRow:
    external_id = change.item if change.item not in taken else f"{change.item}@{phase.starts_on.isoformat()}"
    taken.add(external_id)
    base = model or LineRow(external_id=external_id, arr_amount=phase.arr_amount)
    return replace(
        base,
        external_id=external_id,
        arr_amount=phase.arr_amount,
        quantity=base.quantity if phase.quantity is None else phase.quantity,
        description=change.description or base.description,
        product_external_id=change.product_external_id or base.product_external_id,
        unit=change.unit or base.unit,
        starts_on=phase.starts_on,
        ends_on=phase.ends_on,
        is_suspended=phase.is_suspended,
    )

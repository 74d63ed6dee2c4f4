"""What became of each account's ARR in a period: opening against closing, line by line, at the rates of one day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from renewals.core.dates import add_months
from renewals.core.errors import RateMissing
from renewals.core.metrics.periods import Period
from renewals.core.metrics.rows import ZERO, Movement, MovementKind
from renewals.core.metrics.spans import LineSpan, spans_by_account
from renewals.core.money import Conversion, Money, RateTable, convert, minor_units

DAY = timedelta(days=1)
YEAR_MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """The workspace's rates; both ends of a period are converted at the last rate known on its last day."""

    home: str
    table: RateTable = field(default_factory=RateTable)
    _known: dict[tuple[str, date], Conversion | None] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def conversion(self, currency: str, on: date) -> Conversion | None:
        """Return what one unit is worth on a day; None when no rate leads there."""
        key = (currency, on)
        if key not in self._known:
            self._known[key] = self._convert(currency, on)
        return self._known[key]

    def amount(self, amount: Decimal, currency: str, on: date) -> Decimal | None:
        """Return the amount at home to its last decimal, half up, so that lines add up exactly; None without a rate."""
        found = self.conversion(currency, on)
        if found is None:
            return None
        exact = amount / found.rate if found.is_inverse else amount * found.rate
        return exact.quantize(Decimal(1).scaleb(-minor_units(self.home)), ROUND_HALF_UP)

    def _convert(self, currency: str, on: date) -> Conversion | None:
        try:
            return convert(Money(Decimal(1), currency), to=self.home, on=on, rates=self.table)
        except RateMissing:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementFacts:
    """One account in one period: the spans of its contracts and of those that were assigned to it."""

    account_id: int
    period: Period
    spans: Sequence[LineSpan]
    product_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePart:
    """What a line counts at one end of a period; `amount` None: no rate."""

    span: LineSpan
    amount: Decimal | None
    conversion: Conversion | None
    is_bridged: bool


def movements_of(
    spans: Iterable[LineSpan], *, periods: Sequence[Period], rates: Rates, account_ids: Iterable[int]
) -> tuple[Movement, ...]:
    """Return the movements of accounts in periods, each with one more per product; none where nothing counted."""
    by_account = spans_by_account(spans)
    found: list[Movement] = []
    for account_id in account_ids:
        for period in periods:
            found += _with_products(account_id, by_account.get(account_id, ()), period, rates)
    return tuple(found)


def movement(facts: MovementFacts, *, rates: Rates) -> Movement | None:
    """Return what became of the account; None when it counted at neither end."""
    opening, closing = parts_at(facts, is_opening=True, rates=rates), parts_at(facts, is_opening=False, rates=rates)
    if not opening and not closing:
        return None
    unrated = {part.span.book.currency for part in (*opening, *closing) if part.amount is None}
    first_on = _first_on(facts)
    if unrated:
        return Movement(
            account_id=facts.account_id,
            period=facts.period.key,
            product_id=facts.product_id,
            kind=MovementKind.UNKNOWN,
            first_on=first_on,
            unrated=tuple(sorted(unrated)),
        )
    before, after = _total(opening), _total(closing)
    rests = any(part.span.line.is_suspended for part in closing)
    escalated = _escalated(facts, opening, closing)
    kind = movement_kind(before, after, escalated=escalated, is_known=_was_here(first_on, facts), is_resting=rests)
    return Movement(
        account_id=facts.account_id,
        period=facts.period.key,
        product_id=facts.product_id,
        kind=kind,
        opening=before,
        closing=after,
        escalated=escalated,
        multi_year=_total([part for part in closing if part.span.term.is_multi_year]),
        closing_contracts=len({part.span.book.contract_id for part in closing if part.amount}),
        is_resting=rests,
        is_renewing=any(_ends_in(part.span, facts.period) for part in opening),
        is_anniversary=any(_turns_in(part.span, facts.period) for part in opening),
        is_bridged=any(part.is_bridged for part in (*opening, *closing)),
        first_on=first_on,
    )


def parts_at(facts: MovementFacts, *, is_opening: bool, rates: Rates) -> tuple[LinePart, ...]:
    """Return the lines that count for the account at one end, each converted; what was assigned away is not its own."""
    day = facts.period.opening_on if is_opening else facts.period.through_on
    found = (
        span
        for span in facts.spans
        if span.counts_on(day)
        and _account_at(span, facts.period, is_opening) == facts.account_id
        and (facts.product_id is None or span.line.product_id == facts.product_id)
    )
    return tuple(_part(span, day, facts.period, rates) for span in found)


def movement_kind(
    opening: Decimal, closing: Decimal, *, escalated: Decimal = ZERO, is_known: bool = False, is_resting: bool = False
) -> MovementKind:
    """Return what became of it; an increase that was wholly written before is an escalation, a rest no churn."""
    if opening == 0 and closing > 0:
        return MovementKind.REACTIVATION if is_known else MovementKind.NEW
    if closing > opening:
        return MovementKind.ESCALATION if escalated >= closing - opening else MovementKind.EXPANSION
    if closing == opening:
        return MovementKind.KEPT
    return MovementKind.CONTRACTION if closing > 0 or is_resting else MovementKind.CHURN


def _with_products(account_id: int, spans: Sequence[LineSpan], period: Period, rates: Rates) -> list[Movement]:
    relevant = [span for span in spans if span.counts_on(period.opening_on) or span.counts_on(period.through_on)]
    if not relevant:
        return []
    products = sorted({span.line.product_id for span in relevant if span.line.product_id is not None})
    facts = [
        MovementFacts(account_id=account_id, period=period, spans=spans, product_id=product_id)
        for product_id in (None, *products)
    ]
    return [found for each in facts if (found := movement(each, rates=rates)) is not None]


def _account_at(span: LineSpan, period: Period, is_opening: bool) -> int:
    """Return whose the line is: what an assignment in the period took along opens with who has it at the end."""
    book = span.book
    if is_opening and book.moved_to is not None and book.moved_on is not None and period.holds(book.moved_on):
        return book.moved_to
    return book.account_id


def _part(span: LineSpan, day: date, period: Period, rates: Rates) -> LinePart:
    currency = span.book.currency
    return LinePart(
        span=span,
        amount=rates.amount(span.line.arr_amount, currency, period.through_on),
        conversion=rates.conversion(currency, period.through_on),
        is_bridged=span.is_bridged_on(day),
    )


def _total(parts: Iterable[LinePart]) -> Decimal:
    return sum((part.amount or ZERO for part in parts), ZERO)


def _first_on(facts: MovementFacts) -> date | None:
    days = (span.from_on for span in facts.spans if span.line.arr_amount > 0 and _is_own(span, facts))
    return min(days, default=None)


def _is_own(span: LineSpan, facts: MovementFacts) -> bool:
    return facts.product_id is None or span.line.product_id == facts.product_id


def _was_here(first_on: date | None, facts: MovementFacts) -> bool:
    return first_on is not None and first_on <= facts.period.opening_on


def _escalated(facts: MovementFacts, opening: Sequence[LinePart], closing: Sequence[LinePart]) -> Decimal:
    """Return by how much phases written in one term version rose; what an amendment brought was negotiated."""
    before: Mapping[tuple[int, str], LinePart] = {
        (part.span.term.id, part.span.line.item): part for part in opening if part.span.line.item
    }
    rises = (
        (part.amount or ZERO) - (old.amount or ZERO)
        for part in closing
        if (old := before.get((part.span.term.id, part.span.line.item))) and not _was_amended(part.span, facts.period)
    )
    return sum((rise for rise in rises if rise > 0), ZERO)


def _was_amended(span: LineSpan, period: Period) -> bool:
    return any(item == span.line.item and period.holds(day) for item, day in span.book.amended)


def _ends_in(span: LineSpan, period: Period) -> bool:
    """Answer whether its term came up for renewal: the day after its last one lies in the period."""
    ends_on, cancelled_on = span.term.ends_on, span.book.cancelled_on
    if ends_on is None or (cancelled_on is not None and cancelled_on <= ends_on):
        return False
    return period.holds(ends_on + DAY)


def _turns_in(span: LineSpan, period: Period) -> bool:
    """Answer whether a year of its term was full in the period."""
    years = period.through_on.year - span.term.starts_on.year
    days = (add_months(span.term.starts_on, YEAR_MONTHS * number) for number in (years - 1, years) if number > 0)
    return any(period.holds(day) and span.counts_on(day - DAY) for day in days)

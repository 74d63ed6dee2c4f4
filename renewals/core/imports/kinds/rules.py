"""Rules and completions that several kinds share: periods, amounts per year, notice against term."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from renewals.core.currencies import MINOR_UNITS
from renewals.core.dates.months import add_months, months_between, term_end, term_months
from renewals.core.imports.problems import Problem
from renewals.core.imports.specs import FieldSpec, FieldType, RowContext, RowRule, RowValues

LABEL_OF_UNIT = {"days": 1, "business_days": 1, "weeks": 7, "months": 30}

AMOUNT_FIELDS = (
    FieldSpec(
        name="annual_amount",
        type=FieldType.MONEY,
        label="Annual amount",
        help="Recurring amount for one year (ARR).",
        synonyms=("arr", "arr_amount", "annual_recurring_revenue", "acv", "yearly_amount", "annual_value"),
    ),
    FieldSpec(
        name="monthly_amount",
        type=FieldType.MONEY,
        label="Monthly amount",
        help="Recurring amount for one month (MRR); kept as twelve times that.",
        synonyms=("mrr", "mrr_amount", "monthly_recurring_revenue", "monthly_charges", "monthly_fee", "monthly_price"),
    ),
    FieldSpec(
        name="term_amount",
        type=FieldType.MONEY,
        label="Amount of the term",
        help="Recurring amount for the whole term (TCV without one-time fees); kept for one year by the term's months.",
        synonyms=("tcv", "contract_value", "total_contract_value", "close_value", "deal_value"),
    ),
)


def period_rule(first: str, second: str, noun: str, *, may_be_one_day: bool = False) -> RowRule:
    """Return the rule that `second` lies after `first` (E-DATE-04)."""

    def rule(row: RowValues, context: RowContext) -> Problem | None:
        start, end = row.get(first), row.get(second)
        if not isinstance(start, date) or not isinstance(end, date) or start < end:
            return None
        if start == end and may_be_one_day:
            return None
        relation = "before it starts" if end < start else "on the day it starts"
        return Problem(code="E-DATE-04", text=f"{noun} ends ({end}) {relation} ({start}).", value=str(end))

    return rule


def money_rule(*names: str) -> RowRule:
    """Return the rule that amounts have no more decimals than their currency (E-MONEY-03), and a note on zero."""

    def rule(row: RowValues, context: RowContext) -> Problem | None:
        code = str(row.get("currency") or context.currency)
        for name in names:
            amount = row.get(name)
            if isinstance(amount, Decimal) and amount != amount.quantize(Decimal(10) ** -_decimals(code)):
                return Problem(code="E-MONEY-03", text=_too_fine(code), value=f"{amount:f}")
        return None

    return rule


def notice_rule(row: RowValues, context: RowContext) -> Problem | None:
    """Refuse a notice period longer than its term (E-NOTICE-01); warn of a window that has closed (W-NOTICE-02)."""
    starts_on, ends_on, period = row.get("starts_on"), row.get("ends_on"), row.get("notice_period")
    if not isinstance(starts_on, date) or not isinstance(ends_on, date) or not isinstance(period, int) or not period:
        return None
    unit = str(row.get("notice_unit") or "days")
    notice_on = (
        add_months(ends_on, -period) if unit == "months" else ends_on - timedelta(days=period * LABEL_OF_UNIT[unit])
    )
    length = (ends_on - starts_on).days + 1
    if notice_on < starts_on - timedelta(days=1):
        text = f"Notice period ({period} {unit.replace('_', ' ')}) is longer than the term ({length} days)."
        return Problem(code="E-NOTICE-01", text=text, value=str(period))
    if notice_on < context.today <= ends_on:
        late = (context.today - notice_on).days
        text = f"The notice window closed {late} days ago; an escalation will be opened."
        return Problem(code="W-NOTICE-02", text=text, value=str(notice_on))
    return None


def free_rule(row: RowValues, context: RowContext) -> Problem | None:
    """Warn of an amount of zero (W-MONEY-05)."""
    if row.get("annual_amount") == 0:
        return Problem(code="W-MONEY-05", text="The amount is zero: a free contract?", value="0")
    return None


def completed_period(row: RowValues, context: RowContext) -> dict[str, object]:
    """Return `ends_on` completed: from the first day after, from the term's months, or rolled to the present one.

    `is_end_derived` says that the file gave no end; an existing term then keeps its own.
    """
    starts_on, ends_before, months = row.get("starts_on"), row.get("ends_before"), row.get("term_months")
    if isinstance(row.get("ends_on"), date) or not isinstance(starts_on, date):
        return {}
    if isinstance(ends_before, date):
        return {"ends_on": ends_before - timedelta(days=1)}
    if not isinstance(months, int):
        return {}
    terms = 1
    if row.get("blank_end") == "rolls" and context.today > starts_on:
        terms = months_between(starts_on, context.today) // months + 1
    if row.get("blank_end") in ("rolls", "one_term"):
        return {"ends_on": term_end(starts_on, months * terms), "is_end_derived": True}
    return {}


def completed_amount(row: Mapping[str, object]) -> dict[str, object]:
    """Return `annual_amount` from a month's (times twelve) or a term's amount (by its months, rounded to cents)."""
    monthly, whole = row.get("monthly_amount"), row.get("term_amount")
    if row.get("annual_amount") is not None:
        return {}
    if isinstance(monthly, Decimal):
        return {"annual_amount": monthly * 12}
    if isinstance(whole, Decimal):
        return {"annual_amount": (whole * 12 / _months(row)).quantize(Decimal("0.01"))}
    return {}


def _months(row: Mapping[str, object]) -> int:
    starts_on, ends_on, months = row.get("starts_on"), row.get("ends_on"), row.get("term_months")
    if isinstance(months, int):
        return months
    if isinstance(starts_on, date) and isinstance(ends_on, date) and ends_on > starts_on:
        return term_months(starts_on, ends_on)
    return 12


def _decimals(code: str) -> int:
    return MINOR_UNITS.get(code, 2)


def _too_fine(code: str) -> str:
    return f"{code} has no decimals." if not _decimals(code) else f"{code} has {_decimals(code)} decimals."

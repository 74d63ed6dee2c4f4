"""What the contract said on the day: term, tenure, amount, price change, notice. Nothing that began later counts."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from renewals.core.dates import term_months
from signals.core.features import AccountFacts
from signals.core.snapshots.facts import LineFacts, TermFacts

DAYS_A_MONTH = 30.4375
Value = float | str | None


def contract_values(
    terms: Sequence[TermFacts], *, contract_id: int, term_number: int, started_on: date | None, day: date
) -> dict[str, Value]:
    """Return the facts of the term that ends, by name; None is unknown. Months are months, amounts a year."""
    own = [term for term in terms if term.contract_id == contract_id and term.starts_on <= day]
    term = next((each for each in own if each.number == term_number), None)
    if term is None:
        return {}
    before = next((each for each in own if each.number == term_number - 1), None)
    first_on = min([each.starts_on for each in own] + ([started_on] if started_on else []))
    amount, units = arr_of(term, day), quantity_of(term, day)
    return {
        "tenure_months": round((day - first_on).days / DAYS_A_MONTH, 2),
        "term_months": float(term_months(term.starts_on, term.ends_on)) if term.ends_on else None,
        "months_into_term": round((day - term.starts_on).days / DAYS_A_MONTH, 2),
        "renewals_before": float(len({each.number for each in own}) - 1),
        "annual_amount": float(amount) if amount is not None else None,
        "lines": float(len(live_lines(term, day))),
        "quantity": units,
        "discount": discount_of(term, day),
        "amount_change": change_of(amount, arr_of(before, _last_day(before)) if before else None),
        "unit_price_change": _unit_price_change(term, before, day),
        "is_auto_renewing": float(term.is_auto_renewing),
        "notice_days": float(term.notice_days),
        "end_action": term.end_action,
        "other_contracts": float(len(_others(terms, contract_id, day))),
        "account_amount": _account_amount(terms, day),
    }


def seats_of(terms: Sequence[TermFacts], *, units: Sequence[str], day: date) -> float | None:
    """Return the seats under contract on the day, from lines counted in `units`; None when no line is."""
    found = [
        line.quantity
        for term in terms
        if term.starts_on <= day and (term.ends_on is None or day <= term.ends_on)
        for line in live_lines(term, day)
        if line.unit.lower() in units
    ]
    return float(sum(found)) if found else None


def live_lines(term: TermFacts, day: date) -> list[LineFacts]:
    """Return the lines that run on the day."""
    return [line for line in term.lines if line.starts_on <= day and (line.ends_on is None or day <= line.ends_on)]


def arr_of(term: TermFacts, day: date) -> Decimal | None:
    """Return the recurring amount a year on the day; None when no line says one."""
    lines = [line for line in live_lines(term, day) if line.is_recurring]
    return sum((line.arr for line in lines), Decimal(0)) if lines else None


def quantity_of(term: TermFacts, day: date) -> float | None:
    """Return the units sold with the largest recurring line; None without one."""
    lines = [line for line in live_lines(term, day) if line.is_recurring]
    largest = max(lines, key=lambda line: (line.arr, line.external_id), default=None)
    return float(largest.quantity) if largest else None


def discount_of(term: TermFacts, day: date) -> float | None:
    """Return the share below the list price, over lines that have one; None without."""
    lines = [line for line in live_lines(term, day) if line.list_arr]
    listed = sum((line.list_arr or Decimal(0) for line in lines), Decimal(0))
    return round(float(1 - sum((line.arr for line in lines), Decimal(0)) / listed), 6) if listed else None


def change_of(amount: Decimal | None, before: Decimal | None) -> float | None:
    """Return amount / before - 1; None when either is unknown or before is 0."""
    return round(float(amount / before - 1), 6) if amount is not None and before else None


def _unit_price_change(term: TermFacts, before: TermFacts | None, day: date) -> float | None:
    """Return the change of the price of one unit against the term before: uplift apart from volume."""
    if before is None:
        return None
    return change_of(_unit_price(term, day), _unit_price(before, _last_day(before)))


def _unit_price(term: TermFacts, day: date) -> Decimal | None:
    lines = [line for line in live_lines(term, day) if line.is_recurring and line.quantity]
    largest = max(lines, key=lambda line: (line.arr, line.external_id), default=None)
    return largest.arr / largest.quantity if largest else None


def _last_day(term: TermFacts) -> date:
    return term.ends_on or term.starts_on


def _others(terms: Sequence[TermFacts], contract_id: int, day: date) -> set[int]:
    running = (t for t in terms if t.starts_on <= day and (t.ends_on is None or day <= t.ends_on))
    return {term.contract_id for term in running} - {contract_id}


def _account_amount(terms: Sequence[TermFacts], day: date) -> float | None:
    running = [t for t in terms if t.starts_on <= day and (t.ends_on is None or day <= t.ends_on)]
    amounts = [amount for term in running if (amount := arr_of(term, day)) is not None]
    return float(sum(amounts, Decimal(0))) if amounts else None


def days_to_first_value(facts: AccountFacts, first_value_on: date | None) -> float | None:
    """Return the days from the start of the account to its first milestone; None before there is one."""
    if facts.started_on is None or first_value_on is None or first_value_on > facts.as_of_on:
        return None
    return float(max((first_value_on - facts.started_on) / timedelta(days=1), 0.0))

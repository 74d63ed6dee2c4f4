"""The renewal cycle of a term: when it is due, until when notice counts, what is at stake, and how it ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from renewals.core.dates import BusinessCalendar, notice_deadline
from renewals.core.errors import InvalidInput
from renewals.core.money import Money
from renewals.core.terms import EndAction, Term, known_terms, recurring_total


class OutcomeKind(StrEnum):
    """How a renewal ended, by the ratio of final to target amount."""

    CHURNED = "churned"
    CONTRACTED = "contracted"
    FLAT = "flat"
    EXPANDED = "expanded"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeBounds:
    """Flat is `flat_from` <= final/target <= `flat_until`; shipped in library/reasons.toml."""

    flat_from: Decimal = Decimal("0.98")
    flat_until: Decimal = Decimal("1.02")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractFacts:
    """A contract with all its term versions and the calendar of the country its notice is counted in."""

    contract_id: int
    currency: str
    terms: tuple[Term, ...]
    calendar: BusinessCalendar
    cancelled_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleDecision:
    """A renewal to open; `key` is the same for the same term, however often it is decided.

    `is_ending`: its contract says that it ends, so that nothing is forecast until a person expects otherwise.
    """

    key: str
    contract_id: int
    term_number: int
    due_on: date
    notice_on: date | None
    target: Money
    is_ending: bool = False


def decide_cycle(contract: ContractFacts, *, today: date, lapsed_days: int = 365) -> CycleDecision | None:
    """Return the renewal of the contract's last live term.

    A term that ends by agreement has one, too: an end that is planned is seen before it comes. None when there is
    nothing to decide: no term, open-ended, evergreen, cancelled, ended as planned, or over for more than `lapsed_days`.
    """
    live = known_terms(contract.terms)
    if not live or live[-1].ends_on is None or contract.cancelled_on is not None:
        return None
    term = live[-1]
    due_on = due_date(term)
    history = timedelta(days=0 if term.end_action is EndAction.END else lapsed_days)
    if term.end_action is EndAction.EVERGREEN or due_on < today - history:
        return None
    return cycle_of_term(contract, term)


def cycle_of_term(contract: ContractFacts, term: Term) -> CycleDecision:
    """Return the cycle of one fixed term: due the day after it ends, target as in `renewable_amount`.

    Raises InvalidInput for an open-ended term.
    """
    return CycleDecision(
        key=f"renewal:{contract.contract_id}:{term.number}",
        contract_id=contract.contract_id,
        term_number=term.number,
        due_on=due_date(term),
        notice_on=notice_date(term, contract.calendar),
        target=renewable_amount(term, currency=contract.currency),
        is_ending=term.end_action is EndAction.END,
    )


def due_date(term: Term) -> date:
    """Return the first day after the term; raises InvalidInput for an open-ended one."""
    if term.ends_on is None:
        raise InvalidInput(f"Term {term.number} is open-ended: it never comes up for renewal.")
    return term.ends_on + timedelta(days=1)


def notice_date(term: Term, calendar: BusinessCalendar) -> date | None:
    """Return the last day to give notice; None when the term has no notice rule or no end."""
    if term.ends_on is None or term.notice_period == 0:
        return None
    return notice_deadline(ends_on=term.ends_on, period=term.notice_period, unit=term.notice_unit, calendar=calendar)


def renewable_amount(term: Term, *, currency: str) -> Money:
    """Return the target: recurring ARR alive on the term's last day, so that a ramp counts with its last step."""
    return recurring_total(term, currency=currency, on=due_date(term) - timedelta(days=1))


def outcome_kind(
    *, target: Money, final: Money, is_lost: bool = False, bounds: OutcomeBounds | None = None
) -> OutcomeKind:
    """Return how it ended: lost or nothing left is churned, else by final / target against the bounds.

    A free contract (target zero) that goes on is flat, or expanded once it costs something. Raises MixedCurrencies,
    and InvalidInput when a lost renewal still has a final amount.
    """
    limits = bounds or OutcomeBounds()
    change = final - target
    if is_lost or (final.amount == 0 and target.amount > 0):
        if final.amount != 0:
            raise InvalidInput(f"A lost renewal has no final amount, {final.amount} was given.")
        return OutcomeKind.CHURNED
    if target.amount == 0:
        return OutcomeKind.EXPANDED if change.amount > 0 else OutcomeKind.FLAT
    if final.amount < target.amount * limits.flat_from:
        return OutcomeKind.CONTRACTED
    return OutcomeKind.EXPANDED if final.amount > target.amount * limits.flat_until else OutcomeKind.FLAT


def change_amount(*, target: Money, forecast: Money | None, final: Money | None) -> Money | None:
    """Return closed change (final - target) once closed, else open change (forecast - target), else None.

    Source: glossary 5a, Target / Forecast / Final amount.
    """
    current = final if final is not None else forecast
    return None if current is None else current - target


def is_lapsed(*, due_on: date, closed_on: date | None, today: date) -> bool:
    """Answer whether the due date has come and the renewal is still open."""
    return closed_on is None and due_on <= today


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeReason:
    """A reason that an outcome may name; `kinds` are the outcomes it fits."""

    key: str
    name: str
    kinds: tuple[OutcomeKind, ...]


def check_reasons(
    *, kind: OutcomeKind, primary: str, contributing: Iterable[str], known: Iterable[OutcomeReason]
) -> None:
    """Refuse an unknown reason, a primary one that does not fit the outcome, or one named twice (InvalidInput)."""
    reasons = {reason.key: reason for reason in known}
    named = [primary, *contributing]
    if unknown := [key for key in named if key not in reasons]:
        raise InvalidInput(f"Reason '{unknown[0]}' is unknown.", remedy=f"Known: {', '.join(reasons)}.")
    if len(set(named)) != len(named):
        raise InvalidInput("A reason is named twice; the primary one is not repeated among the contributing ones.")
    if kind not in reasons[primary].kinds:
        raise InvalidInput(f"'{reasons[primary].name}' does not explain a renewal that {kind.value}.")

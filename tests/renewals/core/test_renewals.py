"""Renewal cycles from terms, outcomes from amounts, reasons that fit, and ARR at risk."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from renewals.core.dates import BusinessCalendar, NoticeUnit
from renewals.core.errors import InvalidInput
from renewals.core.metrics import arr_at_risk
from renewals.core.money import Money
from renewals.core.renewals import (
    ContractFacts,
    CycleDecision,
    OutcomeKind,
    OutcomeReason,
    change_amount,
    check_reasons,
    decide_cycle,
    is_lapsed,
    outcome_kind,
)
from renewals.core.terms import EndAction, Line, Term

TODAY = date(2026, 11, 21)


def eur(amount: str) -> Money:
    """Return euros."""
    return Money(Decimal(amount), "EUR")


def contract(
    ends_on: date | None = date(2026, 12, 31), *, cancelled_on: date | None = None, **term: object
) -> ContractFacts:
    """Return a contract of one term from 1 January 2026 with a ramp and a one-off line."""
    lines = (
        Line(external_id="a", arr_amount=Decimal(100), starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30)),
        Line(external_id="b", arr_amount=Decimal(140), starts_on=date(2026, 7, 1)),
        Line(external_id="c", arr_amount=Decimal(900), starts_on=date(2026, 1, 1), is_recurring=False),
    )
    facts = {"notice_period": 30, "lines": lines} | term
    one = Term(
        number=1,
        version=1,
        starts_on=date(2026, 1, 1),
        ends_on=ends_on,
        recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
        **facts,  # type: ignore[arg-type]  # typed by the caller
    )
    return ContractFacts(
        contract_id=7, currency="EUR", terms=(one,), calendar=BusinessCalendar(), cancelled_on=cancelled_on
    )


def test_cycle_of_a_term_is_due_the_day_after_with_the_last_step_of_the_ramp() -> None:
    assert decide_cycle(contract(), today=TODAY) == CycleDecision(
        key="renewal:7:1",
        contract_id=7,
        term_number=1,
        due_on=date(2027, 1, 1),
        notice_on=date(2026, 12, 1),
        target=eur("140"),
    )


def test_term_that_ends_by_agreement_has_a_cycle_that_says_so() -> None:
    assert decide_cycle(contract(end_action=EndAction.END), today=TODAY) == replace(
        decide_cycle(contract(), today=TODAY), is_ending=True
    )


@pytest.mark.parametrize(
    "nothing_to_renew",
    [
        contract(None),
        contract(end_action=EndAction.EVERGREEN),
        contract(cancelled_on=date(2026, 5, 1)),
        contract(date(2025, 11, 1)),
        contract(TODAY - timedelta(days=2), end_action=EndAction.END),
        ContractFacts(contract_id=7, currency="EUR", terms=(), calendar=BusinessCalendar()),
    ],
)
def test_contract_with_nothing_to_renew_opens_no_cycle(nothing_to_renew: ContractFacts) -> None:
    assert decide_cycle(nothing_to_renew, today=TODAY) is None


def test_cycle_without_a_notice_rule_has_no_notice_date() -> None:
    decided = decide_cycle(contract(notice_period=0), today=TODAY)
    assert decided is not None
    assert decided.notice_on is None


def test_notice_in_business_days_uses_the_calendar_of_the_contract() -> None:
    decided = decide_cycle(contract(notice_period=5, notice_unit=NoticeUnit.BUSINESS_DAYS), today=TODAY)
    assert decided is not None
    assert decided.notice_on == date(2026, 12, 24)


@pytest.mark.parametrize(
    ("target", "final", "kind"),
    [
        ("100", "0", OutcomeKind.CHURNED),
        ("100", "97.99", OutcomeKind.CONTRACTED),
        ("100", "98", OutcomeKind.FLAT),
        ("100", "102", OutcomeKind.FLAT),
        ("100", "102.01", OutcomeKind.EXPANDED),
        ("0", "0", OutcomeKind.FLAT),
        ("0", "1", OutcomeKind.EXPANDED),
    ],
)
def test_outcome_kind_by_the_ratio_of_final_to_target(target: str, final: str, kind: OutcomeKind) -> None:
    assert outcome_kind(target=eur(target), final=eur(final)) is kind


def test_lost_renewal_is_churned_and_has_no_amount() -> None:
    assert outcome_kind(target=eur("0"), final=eur("0"), is_lost=True) is OutcomeKind.CHURNED
    with pytest.raises(InvalidInput):
        outcome_kind(target=eur("10"), final=eur("5"), is_lost=True)


@pytest.mark.parametrize(
    ("forecast", "final", "change"), [("90", None, "-10"), ("90", "120", "20"), (None, None, None), (None, "100", "0")]
)
def test_change_is_against_target_open_by_forecast_closed_by_final(
    forecast: str | None, final: str | None, change: str | None
) -> None:
    found = change_amount(
        target=eur("100"), forecast=eur(forecast) if forecast else None, final=eur(final) if final else None
    )
    assert found == (eur(change) if change else None)


def test_renewal_lapses_on_its_due_date_while_open() -> None:
    assert [is_lapsed(due_on=TODAY, closed_on=None, today=day) for day in (date(2026, 11, 20), TODAY)] == [False, True]
    assert not is_lapsed(due_on=TODAY, closed_on=TODAY, today=TODAY)


REASONS = (
    OutcomeReason(key="price", name="Price", kinds=(OutcomeKind.CHURNED, OutcomeKind.CONTRACTED)),
    OutcomeReason(key="low_use", name="Low use", kinds=(OutcomeKind.CHURNED,)),
)


@pytest.mark.parametrize(
    ("kind", "primary", "contributing", "text"),
    [
        (OutcomeKind.CHURNED, "pirce", (), "Reason 'pirce' is unknown."),
        (OutcomeKind.CHURNED, "price", ("price",), "A reason is named twice; the primary one is not repeated"),
        (OutcomeKind.CONTRACTED, "low_use", (), "'Low use' does not explain a renewal that contracted."),
    ],
)
def test_reason_that_cannot_stand_is_refused_in_words(
    kind: OutcomeKind, primary: str, contributing: tuple[str, ...], text: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_reasons(kind=kind, primary=primary, contributing=contributing, known=REASONS)
    assert refusal.value.what.startswith(text)
    check_reasons(kind=OutcomeKind.CONTRACTED, primary="price", contributing=("low_use",), known=REASONS)


def test_arr_at_risk_is_target_times_loss_rounded_to_the_currency() -> None:
    assert arr_at_risk(eur("1000"), loss_probability=1 / 3) == eur("333.33")
    assert arr_at_risk(Money(Decimal(1000), "JPY"), loss_probability=0.25) == Money(Decimal(250), "JPY")
    with pytest.raises(InvalidInput):
        arr_at_risk(eur("1000"), loss_probability=1.01)

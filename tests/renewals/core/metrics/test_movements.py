"""What became of an account: its kind, escalators apart, assignments, rests, rates; and that the waterfall closes."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given

from renewals.core.metrics import (
    ContractBook,
    LineSpan,
    Movement,
    MovementKind,
    Period,
    movements_of,
    period_of,
    periods_until,
    spans_of,
    waterfall,
)
from tests.renewals.core.metrics.books import RATES, TODAY, book, contract_books, line, term

Q2 = period_of("2026-Q2", today=TODAY)
JANUARY, YEAR_END = date(2026, 1, 1), date(2026, 12, 31)


def moved(*books: ContractBook, period: Period = Q2, account_id: int = 1) -> Movement:
    """Return the movement of an account in a period."""
    spans = spans_of(books, grace_days=30)
    found = movements_of(spans, periods=[period], rates=RATES, account_ids=[account_id])
    return next(row for row in found if row.product_id is None)


def yearly(amount: str, number: int = 1, year: int = 2026) -> ContractBook:
    """Return a contract of one year."""
    return book(term(number, date(year, 1, 1), date(year, 12, 31), line(amount, date(year, 1, 1))))


@pytest.mark.requirement(92)
@given(books=contract_books())
def test_waterfall_closes_to_the_cent_on_any_book(books: tuple[ContractBook, ...]) -> None:
    spans = spans_of(books, grace_days=30)
    for period in periods_until(today=TODAY, quarters=4):
        rows = [
            row
            for row in movements_of(spans, periods=[period], rates=RATES, account_ids=[1, 2])
            if row.product_id is None
        ]
        found = waterfall(rows)
        assert found.difference == 0
        assert found.closing == found.closing.quantize(Decimal("0.01"))


@given(books=contract_books())
def test_closing_of_a_quarter_is_the_opening_of_the_next(books: tuple[ContractBook, ...]) -> None:
    home = tuple(each for each in books if each.currency == "EUR")
    spans = spans_of(home, grace_days=30)
    sums = {key: waterfall(movements_of_accounts(spans, key)) for key in ("2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3")}
    assert [each.closing for each in sums.values()][:-1] == [each.opening for each in sums.values()][1:]


def movements_of_accounts(spans: tuple[LineSpan, ...], key: str) -> list[Movement]:
    """Return the movements of both accounts in a period."""
    period = period_of(key, today=TODAY)
    found = movements_of(spans, periods=[period], rates=RATES, account_ids=[1, 2])
    return [row for row in found if row.product_id is None]


@pytest.mark.parametrize(
    ("later", "kind"),
    [("100", "kept"), ("150", "expansion"), ("60", "contraction"), ("0", "churn")],
)
def test_second_term_decides_the_kind(later: str, kind: str) -> None:
    first = term(1, date(2025, 5, 1), date(2026, 4, 30), line("100", date(2025, 5, 1)))
    second = term(2, date(2026, 5, 1), date(2027, 4, 30), line(later, date(2026, 5, 1)))
    found = moved(book(first, second))
    assert (found.kind, found.opening, found.closing, found.is_renewing) == (kind, 100, Decimal(later), True)


def test_account_that_comes_back_is_reactivated_and_a_first_one_new() -> None:
    before = book(term(1, date(2024, 1, 1), date(2024, 12, 31), line("90", date(2024, 1, 1))))
    again = book(term(1, date(2026, 5, 1), None, line("80", date(2026, 5, 1))), contract_id=2)
    assert moved(before, again).kind is MovementKind.REACTIVATION
    assert moved(again).kind is MovementKind.NEW


def test_step_written_in_the_term_is_an_escalator_and_an_amended_one_is_not() -> None:
    steps = (
        line("100", JANUARY, date(2026, 5, 31), external_id="A", item="seats"),
        line("110", date(2026, 6, 1), external_id="B", item="seats"),
    )
    ramp = term(1, JANUARY, date(2028, 12, 31), *steps)
    written, amended = book(ramp), book(ramp, amended=frozenset({("seats", date(2026, 6, 1))}))
    assert (moved(written).kind, moved(written).escalated) == (MovementKind.ESCALATION, 10)
    assert (moved(amended).kind, moved(amended).escalated) == (MovementKind.EXPANSION, 0)
    assert moved(written).multi_year == 110


def test_contract_that_rests_is_a_contraction_and_no_churn() -> None:
    rest = line("0", date(2026, 6, 1), external_id="B", item="seats", is_suspended=True)
    resting = term(1, JANUARY, YEAR_END, line("100", JANUARY, date(2026, 5, 31), item="seats"), rest)
    assert moved(book(resting)).kind is MovementKind.CONTRACTION


def test_assigned_contract_opens_with_the_account_that_has_it() -> None:
    sold = term(1, JANUARY, YEAR_END, line("100", JANUARY))
    old = book(sold, cancelled_on=date(2026, 5, 1), moved_to=2, moved_on=date(2026, 5, 1))
    new = book(term(1, date(2026, 5, 1), YEAR_END, line("100", date(2026, 5, 1))), contract_id=2, account_id=2)
    found = moved(old, new, account_id=2)
    assert (found.kind, found.opening, found.closing) == (MovementKind.KEPT, 100, 100)
    assert movements_of(spans_of([old, new], grace_days=30), periods=[Q2], rates=RATES, account_ids=[1]) == ()


def test_amounts_are_converted_before_they_are_compared() -> None:
    home = yearly("100")
    foreign = book(term(1, JANUARY, YEAR_END, line("200", JANUARY)), contract_id=2, currency="USD")
    assert moved(home, foreign).opening == Decimal("282.74")


def test_currency_without_a_rate_makes_the_account_unknown_and_never_zero() -> None:
    foreign = book(term(1, JANUARY, YEAR_END, line("200", JANUARY)), contract_id=2, currency="BRL")
    found = moved(yearly("100"), foreign)
    assert (found.kind, found.unrated) == (MovementKind.UNKNOWN, ("BRL",))


def test_running_quarter_is_counted_through_today() -> None:
    running = period_of("2026-Q4", today=TODAY)
    assert (running.is_running, running.through_on) == (True, TODAY)
    assert moved(yearly("100"), period=running).closing == 100


def test_long_term_turns_a_year_in_its_anniversary_quarter() -> None:
    long = book(term(1, date(2025, 5, 10), date(2028, 5, 9), line("100", date(2025, 5, 10))))
    found = moved(long)
    assert (found.is_anniversary, found.is_renewing) == (True, False)
    assert not moved(long, period=period_of("2026-Q3", today=TODAY)).is_anniversary


def test_each_product_has_a_movement_of_its_own() -> None:
    lines = (
        line("100", JANUARY, date(2026, 5, 31), product_id=1),
        line("70", JANUARY, external_id="L2", product_id=2),
    )
    found = movements_of(
        spans_of([book(term(1, JANUARY, YEAR_END, *lines))], grace_days=30),
        periods=[Q2],
        rates=RATES,
        account_ids=[1],
    )
    assert {row.product_id: row.kind.value for row in found} == {None: "contraction", 1: "churn", 2: "kept"}

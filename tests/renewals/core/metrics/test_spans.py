"""On which days lines count: the days of the terms, and late renewals bridged within the grace."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewals.core.metrics import BookTerm, ContractBook, spans_of
from renewals.core.metrics.spans import bridges_of
from renewals.core.terms import EndAction, Line, Term, arr_on
from tests.renewals.core.metrics.books import book, contract_books, line, term

FIRST = term(1, date(2026, 1, 1), date(2026, 3, 31), line("100", date(2026, 1, 1)))
LATE = term(2, date(2026, 4, 21), date(2027, 4, 20), line("120", date(2026, 4, 21)))


def arr(books: list[ContractBook], day: date, grace_days: int = 30, known_at: datetime | None = None) -> Decimal:
    """Return what the lines count on a day."""
    spans = spans_of(books, grace_days=grace_days, known_at=known_at)
    return sum((span.line.arr_amount for span in spans if span.counts_on(day)), Decimal(0))


@pytest.mark.requirement(92)
@given(books=contract_books(), day=st.dates(date(2023, 12, 1), date(2028, 6, 1)))
def test_spans_without_grace_count_what_the_terms_say(books: tuple[ContractBook, ...], day: date) -> None:
    spans = spans_of(books, grace_days=0)
    for each in books:
        counted = sum((s.line.arr_amount for s in spans if s.book is each and s.counts_on(day)), Decimal(0))
        said = arr_on([as_term(t) for t in each.terms], currency=each.currency, on=day, cancelled_on=each.cancelled_on)
        assert counted == said.amount


def as_term(row: BookTerm) -> Term:
    """Return a term of a book as the terms of contracts are."""
    return Term(
        number=row.number,
        version=row.version,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        recorded_at=row.recorded_at,
        end_action=EndAction.EVERGREEN if row.is_evergreen else EndAction.MANUAL,
        lines=tuple(
            Line(external_id=x.external_id, arr_amount=x.arr_amount, starts_on=x.starts_on, ends_on=x.ends_on)
            for x in row.lines
        ),
    )


@pytest.mark.parametrize(("days", "amount"), [(20, "100"), (19, "0")])
def test_gap_counts_within_the_grace_and_not_beyond(days: int, amount: str) -> None:
    assert arr([book(FIRST, LATE)], date(2026, 4, 10), grace_days=days) == Decimal(amount)


def test_gap_is_listed_as_a_pair() -> None:
    (pair,) = bridges_of(spans_of([book(FIRST, LATE)], grace_days=30), on=date(2026, 4, 10))
    assert (pair.ended_on, pair.next_on, pair.days) == (date(2026, 3, 31), date(2026, 4, 21), 20)


def test_gap_is_no_pair_on_days_outside() -> None:
    assert bridges_of(spans_of([book(FIRST, LATE)], grace_days=30), on=date(2026, 3, 31)) == ()


def test_another_contract_of_the_account_bridges_the_end_of_one() -> None:
    ending, following = book(FIRST), book(LATE, contract_id=2)
    assert arr([ending, following], date(2026, 4, 10)) == 100
    assert arr([ending, following], date(2026, 4, 21)) == 120


def test_contract_of_another_account_bridges_nothing() -> None:
    assert arr([book(FIRST), book(LATE, contract_id=2, account_id=2)], date(2026, 4, 10)) == 0


def test_cancelled_contract_is_not_led_on() -> None:
    cancelled = book(FIRST, cancelled_on=date(2026, 4, 1))
    assert arr([cancelled, book(LATE, contract_id=2)], date(2026, 4, 10)) == 0


def test_late_signature_was_not_known_before_it_was_recorded() -> None:
    signed_at = datetime(2026, 4, 20, tzinfo=UTC)
    renewed = term(2, date(2026, 4, 1), date(2027, 3, 31), line("120", date(2026, 4, 1)), recorded_at=signed_at)
    books = [book(FIRST, renewed)]
    assert arr(books, date(2026, 4, 10), known_at=signed_at - timedelta(days=1)) == 0
    assert arr(books, date(2026, 4, 10), known_at=signed_at) == 120

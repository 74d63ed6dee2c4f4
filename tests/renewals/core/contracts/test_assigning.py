"""A contract that goes to another account counts the same on every day, once: before the day there, from it on here."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewals.core.contracts.assigning import assigned_terms
from renewals.core.contracts.phases import span_of
from renewals.core.errors import AmendmentOutsideTerm
from renewals.core.price_terms import PriceTerms
from renewals.core.records import LineRow, TermRow

FIRST, LAST = date(2028, 1, 1), date(2029, 6, 30)
CAP = PriceTerms(cap_percent=Decimal(3), clause="Order form, 4")
TERMS = (
    TermRow(
        number=1,
        starts_on=FIRST,
        ends_on=date(2028, 12, 31),
        price=CAP,
        lines=(
            LineRow(external_id="a", arr_amount=Decimal(100), item="a", ends_on=date(2028, 2, 29)),
            LineRow(external_id="a2", arr_amount=Decimal(250), item="a", starts_on=date(2028, 3, 1)),
            LineRow(external_id="b", arr_amount=Decimal(7), starts_on=date(2028, 5, 1), ends_on=date(2028, 5, 31)),
        ),
    ),
    TermRow(
        number=2,
        starts_on=date(2029, 1, 1),
        ends_on=LAST,
        price=PriceTerms(),
        lines=(LineRow(external_id="a", arr_amount=Decimal(300)),),
    ),
)


def arr(terms: tuple[TermRow, ...], day: date) -> Decimal:
    """Return what the terms count on a day."""
    spans = [(line, span_of(line, term)) for term in terms for line in term.lines]
    return sum((line.arr_amount for line, span in spans if span.starts_on <= day <= (span.ends_on or LAST)), Decimal(0))


@given(day=st.dates(FIRST, LAST), on=st.dates(FIRST, LAST))
def test_what_is_assigned_counts_what_it_counted(day: date, on: date) -> None:
    made = assigned_terms(TERMS, effective_on=on)
    assert made[0].starts_on == on
    assert [term.number for term in made] == list(range(1, len(made) + 1))
    assert arr(made, day) == (arr(TERMS, day) if day >= on else 0)


def test_cap_that_was_agreed_goes_along_into_whichever_term_is_first() -> None:
    assert assigned_terms(TERMS, effective_on=date(2029, 2, 1))[0].price == CAP


def test_day_outside_every_term_is_refused() -> None:
    for day in (FIRST - timedelta(days=1), LAST + timedelta(days=1)):
        with pytest.raises(AmendmentOutsideTerm):
            assigned_terms(TERMS, effective_on=day)

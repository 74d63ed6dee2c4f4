"""What a contract agrees about its next price: what cannot be is refused, the last term that says so holds."""

from decimal import Decimal

import pytest

from renewals.core.errors import InvalidInput, PriceTermsImpossible
from renewals.core.price_terms import PriceTerms, agreed_of, check_price_terms

CAP = PriceTerms(cap_percent=Decimal(3), clause="Order form, 4")
GONE = PriceTerms(clause="Amendment 2")


@pytest.mark.requirement(63)
@pytest.mark.parametrize(("number", "agreed"), [(1, PriceTerms()), (2, CAP), (3, CAP), (4, GONE), (9, GONE)])
def test_last_term_that_says_so_holds_and_a_later_one_may_take_it_back(number: int, agreed: PriceTerms) -> None:
    terms = [(4, GONE), (1, PriceTerms()), (3, PriceTerms()), (2, CAP)]
    assert agreed_of(terms, number=number) == agreed


@pytest.mark.parametrize(
    ("terms", "error"),
    [
        (PriceTerms(uplift_percent=Decimal(4), cap_percent=Decimal(3), clause="x"), PriceTermsImpossible),
        (PriceTerms(uplift_percent=Decimal("-100.001"), clause="x"), PriceTermsImpossible),
        (PriceTerms(cap_percent=Decimal(1001), clause="x"), PriceTermsImpossible),
        (PriceTerms(cap_percent=Decimal("NaN"), clause="x"), PriceTermsImpossible),
        (PriceTerms(cap_percent=Decimal(3), clause=" "), InvalidInput),
    ],
)
def test_price_terms_that_cannot_be_are_refused(terms: PriceTerms, error: type[Exception]) -> None:
    with pytest.raises(error):
        check_price_terms(terms)


def test_price_terms_at_their_ends_stand() -> None:
    for percent in (Decimal(-100), Decimal(1000)):
        check_price_terms(PriceTerms(uplift_percent=percent, cap_percent=percent, clause="x"))

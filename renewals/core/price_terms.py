"""What a contract says of its next price: an agreed price uplift, a cap, and where it says so."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from renewals.core.errors import InvalidInput, PriceTermsImpossible
from renewals.core.text import check_line

LEAST_PERCENT, MOST_PERCENT = Decimal(-100), Decimal(1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTerms:
    """Percentages are plain (5 is 5 %), None where nothing is said. `clause` is the document and clause.

    A clause without percentages says that what was agreed before holds no more; no clause says nothing at all.
    """

    uplift_percent: Decimal | None = None
    cap_percent: Decimal | None = None
    clause: str = ""

    @property
    def is_said(self) -> bool:
        """Answer whether the term says anything of its next price, if only that an earlier cap is gone."""
        return bool(self.clause)


def check_price_terms(terms: PriceTerms, *, where: str = "") -> None:
    """Refuse percentages that cannot be, an uplift above the cap, and percentages without document and clause.

    Raises PriceTermsImpossible, InvalidInput.
    """
    for name, percent in (("price uplift", terms.uplift_percent), ("cap", terms.cap_percent)):
        if percent is not None and not (percent.is_finite() and LEAST_PERCENT <= percent <= MOST_PERCENT):
            raise PriceTermsImpossible(f"The agreed {name} is {percent} %.", where=where)
    uplift, cap = terms.uplift_percent, terms.cap_percent
    if uplift is not None and cap is not None and uplift > cap:
        raise PriceTermsImpossible(f"The agreed price uplift of {uplift} % is above the cap of {cap} %.", where=where)
    if (uplift is not None or cap is not None) and not check_line(terms.clause, label="The clause", longest=300):
        raise InvalidInput("Say where the contract says so: document and clause.", where=where)


def agreed_of(terms: Iterable[tuple[int, PriceTerms]], *, number: int) -> PriceTerms:
    """Return what holds for the price after term `number`: said by it, else by the last earlier term that says so.

    `terms` are the terms in force by number. Nothing said anywhere: empty price terms.
    """
    said = [(of, price) for of, price in terms if of <= number and price.is_said]
    return max(said, key=lambda each: each[0])[1] if said else PriceTerms()

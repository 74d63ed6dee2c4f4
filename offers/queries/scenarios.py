"""The options of a renewal, weighed against today and the policy in force. Nothing is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from offers.core.judging import Judged
from offers.core.negotiation.scenarios import Today, Worth, percent_off, worth_of
from offers.core.plain import read_wish
from offers.core.policy import Policy
from offers.core.pricing import Wish
from offers.models import Scenario
from offers.queries.cases import RenewalCase, judged
from offers.queries.library import PublishedOffer
from renewals.core.errors import NamedError
from renewals.core.money import Money, total
from renewals.models import Renewal


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """An option with price, verdict and worth; with `error` in their place where it has no price."""

    row: Scenario
    wish: Wish | None
    found: Judged | None = None
    worth: Worth | None = None
    error: str = ""


def scenarios_of(renewal_id: int) -> QuerySet[Scenario]:
    """Return the options of a renewal that stand, by letter."""
    rows = Scenario.objects.select_related("offer", "adopted_version")
    return rows.filter(renewal_id=renewal_id, removed_at__isnull=True).order_by("letter")


def today_of(case: RenewalCase, row: Renewal) -> Today:
    """Return what there is without any option: the price of the ending term, the forecast, the chance of renewal.

    The prices of lines in other currencies are not added up: the target of the renewal stands for them.
    """
    target = Money(row.target_amount, row.currency)
    arr = _sum([line.prior for line in case.lines], case.currency)
    listed = _sum([line.list_price for line in case.lines], case.currency)
    loss = case.facts.get("risk.loss_probability")
    forecast = target if row.forecast_amount is None else Money(row.forecast_amount, row.currency)
    return Today(
        arr=target if arr is None else arr,
        forecast=forecast,
        renew_probability=round(1 - float(loss), 12) if isinstance(loss, float) else None,
        off_list_percent=None if arr is None else percent_off(arr, listed),
    )


def _sum(amounts: Sequence[Money | None], currency: str) -> Money | None:
    """None where one is not known or stands in another currency."""
    known = [money for money in amounts if money is not None and money.currency == currency]
    return total(known, currency=currency) if len(known) == len(amounts) else None


def weigh(
    row: Scenario, *, case: RenewalCase, policy: Policy, offers: Mapping[int, PublishedOffer], today: Today
) -> Weighed:
    """Return an option weighed; a price that cannot be made is told in its place, never taken for zero."""
    wish: Wish | None = None
    try:
        wish = read_wish(row.wish)
        offer = offers.get(row.offer_id) if row.offer_id else None
        if row.offer_id and offer is None:
            return Weighed(row=row, wish=wish, error="Its offer is not made any more: choose another.")
        found = judged(case, policy, wish, offer.offer if offer else None)
        return Weighed(row=row, wish=wish, found=found, worth=worth_of(found.price, today=today))
    except NamedError as error:
        return Weighed(row=row, wish=wish, error=" ".join(part for part in (error.what, error.remedy) if part))

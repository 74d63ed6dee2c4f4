"""Price and verdict of a wish from everything that was known: now, and again later under another policy.

What was proposed stays: under another policy only the policy price and the limits are other ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from offers.core.library import OfferDefinition
from offers.core.policy import OfferClass, Policy, Verdict, verdict_of
from offers.core.pricing import AgreedPrice, LineFacts, Price, PriceRule, PricingDefaults, PricingFacts, Wish, price_of
from renewals.core.conditions import Facts
from renewals.core.errors import RateMissing
from renewals.core.money import Money, RateTable, convert


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """Everything a price is made and judged from, but wish, offer and policy; `role` is that of who asks, "" unknown.

    Kept with every version of a proposal, so that it can be judged again as of its own moment.
    """

    currency: str
    home_currency: str
    lines: tuple[LineFacts, ...]
    agreed: AgreedPrice = field(default_factory=AgreedPrice)
    facts: Facts = field(default_factory=dict)
    rates: RateTable = field(default_factory=RateTable)
    on: date
    role: str = ""
    rules: Mapping[str, PriceRule] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A price with the verdict of a policy."""

    price: Price
    verdict: Verdict


def judge(basis: Basis, policy: Policy, wish: Wish, offer: OfferDefinition | None = None) -> Judged:
    """Return price and verdict of a wish; without an offer the policy's own method makes the price.

    Raises PriceNotPossible and RateMissing.
    """
    return _verdict(basis, policy, _price(basis, policy, policy.defaults, wish, offer), offer)


def judge_again(
    basis: Basis, wish: Wish, offer: OfferDefinition | None = None, *, priced_by: Policy, judged_by: Policy
) -> Judged:
    """Return the price as `priced_by` made it, with the policy price and the verdict of `judged_by`.

    By the same policy twice this is what `judge` returns. Raises PriceNotPossible where the other policy has no price
    for a line, and RateMissing.
    """
    then = _price(basis, priced_by, priced_by.defaults, wish, offer)
    other = _price(basis, priced_by, judged_by.defaults, wish, offer, is_only_policy=True)
    lines = tuple(replace(line, policy=now.policy) for line, now in zip(then.lines, other.lines, strict=True))
    return _verdict(basis, judged_by, replace(then, lines=lines, policy=other.policy), offer)


def at_home(basis: Basis, money: Money) -> Money | None:
    """Return an amount in the workspace's currency, rounded; None without a rate, so that a limit on it is asked."""
    if money.amount == 0:
        return Money(Decimal(0), basis.home_currency)
    try:
        return convert(money, to=basis.home_currency, on=basis.on, rates=basis.rates).money.rounded()
    except RateMissing:
        return None


def _price(
    basis: Basis,
    policy: Policy,
    defaults: PricingDefaults,
    wish: Wish,
    offer: OfferDefinition | None,
    *,
    is_only_policy: bool = False,
) -> Price:
    """With `is_only_policy` the asked price is of no account: the method of the defaults makes every line."""
    own = PriceRule(method=defaults.method if is_only_policy else policy.defaults.method, is_policy=True)
    facts = PricingFacts(
        currency=basis.currency,
        lines=basis.lines,
        rule=own if offer is None or is_only_policy else offer.rule,
        agreed=basis.agreed,
        defaults=defaults,
        rates=basis.rates,
        on=basis.on,
        rules={} if is_only_policy else basis.rules,
    )
    return price_of(facts, wish)


def _verdict(basis: Basis, policy: Policy, price: Price, offer: OfferDefinition | None) -> Judged:
    offer_class = OfferClass(key=offer.key, level=offer.approval_level) if offer else None
    given = at_home(basis, price.given)
    return Judged(price=price, verdict=verdict_of(policy, price, basis.facts, below_policy=given, offer=offer_class))

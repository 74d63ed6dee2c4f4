"""Prices and policies that the tests of the core share."""

from datetime import date
from decimal import Decimal

from offers.core.policy import Policy, Verdict, read_policy, verdict_of
from offers.core.pricing import (
    AgreedPrice,
    LineFacts,
    Method,
    Price,
    PriceRule,
    PricingDefaults,
    PricingFacts,
    Wish,
    price_of,
)
from renewals.core.money import Money

FACTS = {"account.tier": "growth", "account.region": "amer", "renewal.amount": Decimal(1000)}


def euros(amount: str) -> Money:
    """Return an amount in euros."""
    return Money(Decimal(amount), "EUR")


def line(
    key: str = "seats", *, prior: str | None = "1000", list_price: str | None = "1200", **more: object
) -> LineFacts:
    """Return a line in euros."""
    return LineFacts(
        key=key,
        name=key.title(),
        currency="EUR",
        prior=None if prior is None else euros(prior),
        list_price=None if list_price is None else euros(list_price),
        **more,
    )


def facts(
    *lines: LineFacts, rule: PriceRule | None = None, agreed: AgreedPrice | None = None, uplift: str | None = "4"
) -> PricingFacts:
    """Return one line (or these) under a workspace whose policy raises prices by 4 %."""
    return PricingFacts(
        currency="EUR",
        lines=lines or (line(),),
        rule=rule or PriceRule(method=Method.UPLIFT),
        agreed=agreed or AgreedPrice(),
        defaults=PricingDefaults(
            method=Method.SAME if uplift is None else Method.UPLIFT,
            uplift_percent=None if uplift is None else Decimal(uplift),
            cpi_percent=Decimal("2.5"),
        ),
        on=date(2027, 1, 1),
    )


def policy(*limits: dict[str, object], levels: int = 3) -> Policy:
    """Return a policy with levels l1, l2, l3 and these limits; raises AssertionError when it has a problem."""
    made, problems = read_policy(policy_table(*limits, levels=levels), number=7)
    assert problems == ()
    return made


def policy_table(*limits: dict[str, object], levels: int = 3) -> dict[str, object]:
    """Return the plain table of that policy."""
    names = [f"l{place}" for place in range(1, levels + 1)]
    steps = [{"key": "s", "roles": ["finance"], "hours": 24, "escalate_to": ["executive"]}]
    return {
        "defaults": {"method": "uplift", "uplift_percent": 4},
        "levels": [{"key": name, "name": name, "own_roles": [], "steps": steps} for name in names],
        "limits": list(limits),
    }


DISCOUNT = {
    "key": "discount",
    "measure": "below_policy_percent",
    "free": 5,
    "thresholds": [{"up_to": 10, "level": "l1"}, {"up_to": 20, "level": "l2"}, {"up_to": 30, "level": "l3"}],
}


def judged(rules: Policy, wish: Wish, given: PricingFacts | None = None, **known: object) -> tuple[Price, Verdict]:
    """Return price and verdict of a wish; what is given away is in the workspace's currency already."""
    price = price_of(given or facts(), wish)
    return price, verdict_of(rules, price, FACTS | known, below_policy=price.given)

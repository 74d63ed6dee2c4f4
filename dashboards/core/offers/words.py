"""The sentence of every code of a price, a verdict and an approval. What was decided is only said here."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from dashboards.core.money import money_words
from renewals.core.money import Money

MEASURES: Mapping[str, str] = {
    "off_list_percent": "discount off list",
    "below_policy_percent": "discount off the policy price",
    "below_policy_amount": "amount below the policy price",
    "uplift_percent": "price uplift",
    "term_months": "term",
    "payment_days": "days to pay",
    "offer_class": "approval class of the offer",
}
UNITS: Mapping[str, str] = {
    "off_list_percent": "%",
    "below_policy_percent": "%",
    "uplift_percent": "%",
    "term_months": "months",
    "payment_days": "days",
}
ONE: Mapping[str, str] = {"months": "month", "days": "day", "hours": "hour"}
FINDINGS: Mapping[str, str] = {
    "within": "The {measure}{line} is {value}; up to {free} is free.",
    "agreed": "The {measure}{line} is {value}: the contract agreed {free}, which goes before the policy.",
    "above": "The {measure}{line} is {value}; free is up to {free}.",
    "below": "The {measure}{line} is {value}; free is from {free}.",
    "unknown": "The {measure}{line} is not known, so somebody has to look: free would be up to {free}.",
    "above_cap": "The price{line} is {value}; the contract caps it at {free}. What we promised is not for approval.",
    "offer_class": "This offer needs its own approval whenever it is made.",
}
OUTCOMES: Mapping[str, tuple[str, str]] = {
    "allow": ("Inside the policy", "good"),
    "needs_approval": ("Needs approval", "watch"),
    "refuse": ("Refused by the policy", "bad"),
}
WAYS: Mapping[str, str] = {
    "inside": "Approved at once: every value lies inside the policy.",
    "carried": "Approved at once: no governed value is worse than in the version approved before.",
    "own_limit": "Approved at once: it lies inside the requester's own limit.",
    "ask": "Asked of {level}.",
}
STATES: Mapping[str, tuple[str, str]] = {
    "waiting": ("Waiting", "watch"),
    "approved": ("Approved", "good"),
    "refused": ("Refused", "bad"),
    "recalled": ("Recalled", "none"),
    "overtaken": ("Overtaken by a newer version", "none"),
    "coming": ("Comes later", "none"),
    "open": ("Open", "watch"),
    "closed": ("Not needed any more", "none"),
    "draft": ("Draft", "none"),
    "presented": ("Presented", "accent"),
    "signed": ("Signed", "good"),
    "withdrawn": ("Withdrawn", "none"),
    "published": ("In force or before", "good"),
    "rejected": ("Refused", "bad"),
    "discarded": ("Set aside", "none"),
}
STEPS: Mapping[str, str] = {
    "list": "List price",
    "prior": "Price of the ending term",
    "comes_back": "With what an expired concession had taken off",
    "same": "Same price as before",
    "list_new_line": "New line at list price",
    "uplift": "Price uplift of {number} %, {source}",
    "cpi": "Price index of {number} %, after discounts",
    "cap": "Capped at {number} % by the contract",
    "discount": "Discount of {number} %",
    "usage": "Base and {number} units beyond those included, {source}",
    "outcome": "Base and {number} outcomes, {source}",
    "asked": "Price asked for by hand",
    "revision": "Price of the price revision in force",
    "rounded": "Rounded to the currency, half to even",
    "uplift_unknown": "No price uplift is agreed or set: same price",
    "cpi_unknown": "No price index is set: same price",
}
SOURCES: Mapping[str, str] = {
    "contract": "agreed in the contract",
    "offer": "of the offer",
    "workspace": "of the workspace's policy",
}
RULES: Mapping[str, str] = {
    "same": "Same price",
    "revision": "Price revision in force",
    "list": "List price",
    "list_new_line": "List price, new line",
    "uplift_contract": "Price uplift agreed in the contract",
    "uplift_offer": "Price uplift of the offer",
    "uplift_workspace": "Price uplift of the policy",
    "uplift_unknown": "Same price: no price uplift is set",
    "cpi_workspace": "Price index",
    "cpi_unknown": "Same price: no price index is set",
    "usage": "By usage",
    "outcome": "By outcome",
}
METHODS: Mapping[str, str] = {
    "same": "Same price",
    "list": "List price",
    "uplift": "Price uplift",
    "cpi": "Price index, after discounts",
    "usage": "By usage",
    "outcome": "By outcome",
}
CAPABILITIES: Mapping[str, str] = {
    "scale": "Scale",
    "level": "Level",
    "adjust_terms": "Adjust terms",
    "early": "Early",
    "multi_year": "Several years",
    "add_product": "Add a product",
    "service": "Add a service",
    "pause": "Pause",
}


def number_words(value: Decimal | Fraction | str) -> str:
    """Return a number with two decimals at most, without zeros behind it."""
    exact = Fraction(str(value))
    rounded = Decimal(exact.numerator) / Decimal(exact.denominator)
    return f"{rounded.quantize(Decimal('0.01')):f}".rstrip("0").rstrip(".") if rounded % 1 else f"{rounded:f}"


def value_words(measure: str, value: str | None, *, currency: str) -> str:
    """Return a governed value with its unit; "not known" for None."""
    if value is None:
        return "not known"
    if measure == "below_policy_amount":
        exact = Fraction(value)
        return money_words(Money(Decimal(exact.numerator) / Decimal(exact.denominator), currency))
    return unit_words(number_words(value), UNITS.get(measure, ""))


def unit_words(number: str | int, unit: str) -> str:
    """Return a number with its unit: "1 month", "12 months", "4 %"; as it stands without one."""
    return f"{number} {ONE.get(unit, unit) if str(number) == '1' else unit}".strip()


def limit_value_words(measure: str, value: str | float, *, currency: str) -> str:
    """Return a value of a policy with its unit; amounts are in `currency`, that of the workspace."""
    if measure != "below_policy_amount":
        return value_words(measure, str(value), currency=currency)
    return money_words(Money(Decimal(str(value)), currency))


def rule_words(rule: str) -> str:
    """Return which rule of price fired; a capped one says so."""
    plain = rule.removesuffix("_capped")
    words = RULES.get(plain, plain.replace("_", " "))
    return f"{words}, capped by the contract" if rule.endswith("_capped") else words

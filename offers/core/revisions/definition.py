"""A price revision as data: the part of the book it is for, its rule, and what people chose to leave out.

Percentages are plain (5 is 5 %).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from offers.core.errors import PriceNotPossible
from offers.core.pricing.facts import HUNDRED, MOST_PERCENT, Method, PriceRule, PricingDefaults

MOST_LEAD_DAYS = 365
DEFAULT_LEAD_DAYS = 30


class RevisionMethod(StrEnum):
    """How the new price is made."""

    PERCENT = "percent"
    CPI = "cpi"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Which terms: those that end between two days, both inclusive; an empty filter lets everything through."""

    ends_from: date
    ends_until: date
    segments: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    products: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a window that ends before it begins; raises PriceNotPossible."""
        if self.ends_until < self.ends_from:
            raise PriceNotPossible(
                f"The window ends on {self.ends_until.isoformat()}, before it begins.", where="ends_until"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionRule:
    """A percentage, an index, or list again; `lead_days` is how long before their notice deadline we announce it."""

    method: RevisionMethod
    percent: Decimal | None = None
    lead_days: int = DEFAULT_LEAD_DAYS

    def __post_init__(self) -> None:
        """Refuse a percentage that is missing or cannot be, and absurd lead times; raises PriceNotPossible."""
        needs = self.method is not RevisionMethod.LIST
        if needs and (self.percent is None or not self.percent.is_finite()):
            raise PriceNotPossible("The percentage is missing.", where="percent")
        if self.percent is not None and not -HUNDRED <= self.percent <= MOST_PERCENT:
            raise PriceNotPossible(f"The percentage is {self.percent}.", where="percent", remedy="From -100 to 1000.")
        if not 0 <= self.lead_days <= MOST_LEAD_DAYS:
            raise PriceNotPossible(f"{self.lead_days} days ahead is too long.", where="lead_days")

    @property
    def price_rule(self) -> PriceRule:
        """Return the rule of a line's price; the contract's own price uplift goes before a percentage."""
        methods = {RevisionMethod.PERCENT: Method.UPLIFT, RevisionMethod.CPI: Method.CPI}
        method = methods.get(self.method, Method.LIST)
        return PriceRule(method=method, percent=self.percent if method is Method.UPLIFT else None)

    @property
    def defaults(self) -> PricingDefaults:
        """Return what the index is."""
        return PricingDefaults(cpi_percent=self.percent if self.method is RevisionMethod.CPI else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a person leaves out: accounts at risk, with invoices overdue, in talks; single contracts with the reason."""

    skips_at_risk: bool = True
    skips_overdue: bool = True
    skips_in_talks: bool = True
    left_out: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """The whole definition of a revision."""

    book: Book
    rule: RevisionRule
    choices: Choices = field(default_factory=Choices)


def plain_revision(revision: Revision) -> dict[str, Any]:
    """Return a revision as a plain table; dates and numbers as text, so that none loses a digit."""
    book, rule, choices = revision.book, revision.rule, revision.choices
    return {
        "book": {
            "ends_from": book.ends_from.isoformat(),
            "ends_until": book.ends_until.isoformat(),
            **{name: list(getattr(book, name)) for name in ("segments", "tiers", "products")},
        },
        "rule": {
            "method": rule.method.value,
            "percent": None if rule.percent is None else f"{rule.percent:f}",
            "lead_days": rule.lead_days,
        },
        "choices": {
            **{name: getattr(choices, name) for name in ("skips_at_risk", "skips_overdue", "skips_in_talks")},
            "left_out": {str(key): why for key, why in sorted(choices.left_out.items())},
        },
    }


def read_revision(table: Mapping[str, Any]) -> Revision:
    """Return the revision of a plain table; raises PriceNotPossible for what cannot be read."""
    try:
        book, rule, choices = dict(table["book"]), dict(table["rule"]), dict(table["choices"])
        percent = rule["percent"]
        return Revision(
            book=Book(
                ends_from=date.fromisoformat(book["ends_from"]),
                ends_until=date.fromisoformat(book["ends_until"]),
                **{name: tuple(book[name]) for name in ("segments", "tiers", "products")},
            ),
            rule=RevisionRule(
                method=RevisionMethod(rule["method"]),
                percent=None if percent is None else Decimal(percent),
                lead_days=int(rule["lead_days"]),
            ),
            choices=Choices(
                **{name: bool(choices[name]) for name in ("skips_at_risk", "skips_overdue", "skips_in_talks")},
                left_out={int(key): str(why) for key, why in choices["left_out"].items()},
            ),
        )
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise PriceNotPossible("This price revision cannot be read.") from error

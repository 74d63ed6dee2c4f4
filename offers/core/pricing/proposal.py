"""The price of a whole proposal: its lines, their sums in one currency, and the worth of the term.

Each line is rounded once in its own currency and, where it is converted, once more: sums add up to what is shown.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from offers.core.errors import PriceNotPossible
from offers.core.pricing.facts import AgreedPrice, LineFacts, PriceRule, PricingDefaults, Wish
from offers.core.pricing.lines import LinePrice, price_line
from renewals.core.errors import RateMissing
from renewals.core.money import Money, RateTable, convert, total

MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class PricingFacts:
    """Everything a proposal is priced from; `rules` by key of the line, `rule` for the rest; rates as of `on`."""

    currency: str
    lines: tuple[LineFacts, ...]
    rule: PriceRule
    agreed: AgreedPrice = field(default_factory=AgreedPrice)
    defaults: PricingDefaults = field(default_factory=PricingDefaults)
    rates: RateTable = field(default_factory=RateTable)
    on: date
    rules: Mapping[str, PriceRule] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A priced proposal in one currency. `list_price` and `prior` are None where a line lacks them.

    `policy` is the policy price; `tcv` all payments over the term at this price.
    """

    currency: str
    lines: tuple[LinePrice, ...]
    term_months: int
    payment_days: int
    list_price: Money | None
    prior: Money | None
    gross: Money
    net: Money
    policy: Money
    tcv: Money

    @property
    def given(self) -> Money:
        """Return what is given away against the policy price; zero where the price is above it."""
        return max(Money(Decimal(0), self.currency), self.policy - self.net)


def price_of(facts: PricingFacts, wish: Wish) -> Price:
    """Return the proposal with its sums.

    Raises PriceNotPossible without lines or for a wish about a line there is not, RateMissing naming every pair of
    currencies without a rate.
    """
    _check_lines(facts, wish)
    _check_rates(facts)
    lines = tuple(
        price_line(
            replace(each, units=wish.units.get(each.key, each.units)),
            facts.rules.get(each.key, facts.rule),
            agreed=facts.agreed,
            defaults=facts.defaults,
            wish=wish,
        )
        for each in facts.lines
    )
    net = _sum(facts, (each.net for each in lines))
    return Price(
        currency=facts.currency,
        lines=lines,
        term_months=wish.term_months,
        payment_days=wish.payment_days,
        list_price=_sum_of_all(facts, lines, lambda line: line.list_price),
        prior=_sum_of_all(facts, lines, lambda line: line.prior),
        gross=_sum(facts, (each.gross for each in lines)),
        net=net,
        policy=_sum(facts, (each.policy for each in lines)),
        tcv=net.times(Decimal(wish.term_months) / MONTHS_A_YEAR).rounded(),
    )


def _check_lines(facts: PricingFacts, wish: Wish) -> None:
    keys = [line.key for line in facts.lines]
    if not keys:
        raise PriceNotPossible("There is nothing to price.", why="The term that ends has no recurring line.")
    if len(set(keys)) < len(keys):
        raise PriceNotPossible("Two lines have the same key.", where="lines")
    unknown = {*wish.asked, *wish.line_discounts, *wish.units} - set(keys)
    if unknown:
        raise PriceNotPossible(f"There is no line '{min(unknown)}'.", where="lines")


def _check_rates(facts: PricingFacts) -> None:
    """Tell every missing rate at once: a person enters them together."""
    missing = []
    for currency in sorted({line.currency for line in facts.lines}):
        try:
            convert(Money(Decimal(1), currency), to=facts.currency, on=facts.on, rates=facts.rates)
        except RateMissing:
            missing.append(currency)
    if missing:
        raise RateMissing(
            f"No rate from {', '.join(missing)} to {facts.currency} on or before {facts.on.isoformat()}.",
            why="The lines of this proposal cannot be added up without it.",
        )


def _sum_of_all(
    facts: PricingFacts, lines: tuple[LinePrice, ...], amount: Callable[[LinePrice], Money | None]
) -> Money | None:
    """The sum where every line has the amount; a sum over some of them would say too little."""
    found = [money for money in map(amount, lines) if money is not None]
    return _sum(facts, found) if len(found) == len(lines) else None


def _sum(facts: PricingFacts, amounts: Iterable[Money]) -> Money:
    converted = (convert(each, to=facts.currency, on=facts.on, rates=facts.rates).money.rounded() for each in amounts)
    return total(converted, currency=facts.currency)

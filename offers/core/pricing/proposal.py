"""The price of a whole proposal: its lines, their sums in one currency, and the worth of the term.

Each line is rounded once in its own currency and, where it is converted, once more: sums add up to what is shown.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from offers.core.errors import PriceNotPossible
from offers.core.pricing.facts import HUNDRED, AgreedPrice, LineFacts, PriceRule, PricingDefaults, Wish
from offers.core.pricing.lines import LinePrice, price_line
from offers.core.pricing.units import shared_units
from renewals.core.errors import RateMissing
from renewals.core.money import Money, RateTable, convert, total

MONTHS_A_YEAR = 12


BY_HAND = "by hand"
"""Who counted units that a person typed."""


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

    `policy` is the policy price; `tcv` all payments over the term, with the yearly increase. `years` are what each year
    of the term is worth, the last one by its months. `start` is the prior price with what comes back.
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
    years: tuple[Money, ...] = ()
    ramp_percent: Decimal = Decimal(0)
    start: Money | None = None

    @property
    def given(self) -> Money:
        """Return what is given away against the policy price; zero where the price is above it."""
        return max(Money(Decimal(0), self.currency), self.policy - self.net)


def price_of(facts: PricingFacts, wish: Wish) -> Price:
    """Return the proposal with its sums.

    Raises PriceNotPossible without lines or for a wish about a line there is not, RateMissing naming every pair of
    currencies without a rate.
    """
    given = replace(facts, lines=shared_units(wished_lines(facts, wish)))
    _check_lines(facts, given, wish)
    _check_rates(given)
    _check_ramp(facts, wish)
    lines = tuple(
        price_line(
            _typed(each, wish.units[each.key]) if each.key in wish.units else each,
            facts.rules.get(each.key, facts.rule),
            agreed=facts.agreed,
            defaults=facts.defaults,
            wish=wish,
        )
        for each in given.lines
    )
    net = _sum(facts, (each.net for each in lines))
    years = years_of(net, months=wish.term_months, ramp_percent=wish.ramp_percent)
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
        tcv=total(years, currency=facts.currency),
        years=years,
        ramp_percent=wish.ramp_percent,
        start=_sum_of_all(facts, lines, lambda line: line.start),
    )


def _typed(line: LineFacts, units: Decimal) -> LineFacts:
    return replace(line, units=units, units_from=BY_HAND, units_share=Decimal(1))


def wished_lines(facts: PricingFacts, wish: Wish) -> tuple[LineFacts, ...]:
    """Return the lines with the wished seats at the price of a seat, without those left out, with those added.

    Raises PriceNotPossible for other seats of a line that counts none.
    """
    kept = (_with_quantity(line, wish.quantities.get(line.key, line.quantity)) for line in facts.lines)
    added = tuple(
        LineFacts(
            key=line.key,
            name=line.name,
            product=line.product,
            currency=facts.currency,
            quantity=line.quantity,
            list_price=Money(line.list_amount, facts.currency),
        )
        for line in wish.added
    )
    return (*(line for line in kept if line is not None), *added)


def years_of(net: Money, *, months: int, ramp_percent: Decimal) -> tuple[Money, ...]:
    """Return what each year of a term is worth: raised year by year, each rounded once, the last one by its months."""
    found: list[Money] = []
    yearly = net
    for begun in range(0, months, MONTHS_A_YEAR):
        share = Decimal(min(MONTHS_A_YEAR, months - begun)) / MONTHS_A_YEAR
        found.append(yearly.times(share).rounded())
        yearly = yearly.times((HUNDRED + ramp_percent) / HUNDRED)
    return tuple(found)


def _with_quantity(line: LineFacts, quantity: Decimal) -> LineFacts | None:
    """None for a line that is left out."""
    if quantity == line.quantity:
        return line
    if quantity == 0:
        return None
    if line.quantity == 0:
        raise PriceNotPossible(f"'{line.name}' counts no units, so one has no price.", where=line.name)
    return replace(
        line,
        quantity=quantity,
        prior=_scaled(line.prior, quantity, line.quantity),
        list_price=_scaled(line.list_price, quantity, line.quantity),
        comes_back=_scaled(line.comes_back, quantity, line.quantity),
    )


def _scaled(money: Money | None, quantity: Decimal, before: Decimal) -> Money | None:
    """Rounded, because an amount of the ending term is a whole number of cents, too."""
    return None if money is None else Money(money.amount * quantity / before, money.currency).rounded()


def _check_ramp(facts: PricingFacts, wish: Wish) -> None:
    """A contract that caps the increase caps it in the years of a term, too."""
    cap = facts.agreed.cap_percent
    if cap is not None and wish.ramp_percent > max(cap, Decimal(0)):
        raise PriceNotPossible(
            f"The yearly increase is {wish.ramp_percent} %; the contract caps it at {cap} %.",
            where="yearly increase",
            remedy="What we promised is not for approval: stay within the cap.",
        )


def _check_lines(facts: PricingFacts, given: PricingFacts, wish: Wish) -> None:
    keys = [line.key for line in facts.lines] + [line.key for line in wish.added]
    if not given.lines:
        why = "Every line is left out." if facts.lines else "The term that ends has no recurring line."
        raise PriceNotPossible("There is nothing to price.", why=why)
    if len(set(keys)) < len(keys):
        raise PriceNotPossible("Two lines have the same key.", where="lines")
    own = {line.key for line in facts.lines}
    unknown = ({*wish.asked, *wish.line_discounts, *wish.units} - set(keys)) | (set(wish.quantities) - own)
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

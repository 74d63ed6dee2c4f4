"""The price of one line: which rule fired, and every step from list and prior price to what is asked.

Rounding: everything is exact until the last step, where the price is brought to the decimals of its currency, half to
even. Nothing else is rounded, and limits compare with the rounded price.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from offers.core.errors import PriceNotPossible
from offers.core.pricing.facts import (
    HUNDRED,
    AgreedPrice,
    LineFacts,
    Method,
    PriceRule,
    PricingDefaults,
    Wish,
)
from renewals.core.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceStep:
    """One step of the explanation: its code, the amount after it, and the percentage or units behind it."""

    code: str
    amount: Money
    number: Decimal | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePrice:
    """A priced line. `gross` is before discount, `net` what is asked, `policy` what contract and policy alone make.

    `rule` names what fired: method and where its number comes from. `cap` is what the contract allows at most,
    `start` the prior price with what comes back of expired concessions: an increase is measured from there.
    """

    key: str
    name: str
    product: str
    list_price: Money | None
    prior: Money | None
    gross: Money
    net: Money
    policy: Money
    rule: str
    percent: Decimal | None
    cap: Money | None
    agreed_uplift: Decimal | None
    steps: tuple[PriceStep, ...]
    quantity: Decimal = Decimal(1)
    start: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Base:
    """The price that a rule makes before discounts."""

    amount: Money
    rule: str
    percent: Decimal | None = None
    before_cpi: Money | None = None
    steps: tuple[PriceStep, ...] = ()


def price_line(
    line: LineFacts, rule: PriceRule, *, agreed: AgreedPrice, defaults: PricingDefaults, wish: Wish
) -> LinePrice:
    """Return the price of a line with its explanation.

    Source: prior price x (1 + percent), the percentage of the contract before the offer's and the workspace's; a CPI
    increase comes after discounts. Raises PriceNotPossible when the rule lacks what it needs.
    """
    base = _base(line, rule, agreed, defaults)
    policy = _base(line, PriceRule(method=defaults.method, is_policy=True), agreed, defaults)
    discount = _discount(rule, wish, line.key)
    steps = [*_known(line), *_discounted(base, discount)]
    asked = wish.asked.get(line.key)
    gross, net = base.amount, steps[-1].amount
    if asked is not None:
        net = Money(asked, line.currency)
        gross = max(gross, net)
        steps.append(PriceStep(code="asked", amount=net))
    rounded = net.rounded()
    if rounded != net:
        steps.append(PriceStep(code="rounded", amount=rounded))
    return LinePrice(
        key=line.key,
        name=line.name,
        product=line.product,
        list_price=line.list_price,
        prior=line.prior,
        gross=gross.rounded(),
        net=rounded,
        policy=policy.amount.rounded(),
        rule=base.rule,
        percent=base.percent,
        cap=_cap(line, agreed),
        agreed_uplift=agreed.uplift_percent,
        steps=tuple(steps),
        quantity=line.quantity,
        start=line.start,
    )


def _known(line: LineFacts) -> tuple[PriceStep, ...]:
    back = None if line.comes_back is None else line.start
    found = (("list", line.list_price), ("prior", line.prior), ("comes_back", back))
    return tuple(PriceStep(code=code, amount=money) for code, money in found if money is not None)


def _discount(rule: PriceRule, wish: Wish, key: str) -> Decimal:
    """A discount of the offer and the wished ones come one after the other: 10 % and 10 % leave 81 %."""
    wished = wish.line_discounts.get(key, wish.discount_percent)
    left = (HUNDRED - rule.discount_percent) * (HUNDRED - wished) / HUNDRED
    return HUNDRED - left


def _discounted(base: _Base, discount: Decimal) -> tuple[PriceStep, ...]:
    """A CPI increase is applied to the discounted price; every other price is discounted at the end."""
    if discount == 0:
        return base.steps or (PriceStep(code=base.rule, amount=base.amount),)
    left = (HUNDRED - discount) / HUNDRED
    after = base.amount.times(left)
    if base.before_cpi is None:
        return (*base.steps, PriceStep(code="discount", amount=after, number=discount))
    less = PriceStep(code="discount", amount=base.before_cpi.times(left), number=discount)
    return (less, *(replace(step, amount=after) for step in base.steps))


def _base(line: LineFacts, rule: PriceRule, agreed: AgreedPrice, defaults: PricingDefaults) -> _Base:
    if rule.is_policy and line.revised is not None:
        return _capped(_revised(line.revised, line), line, agreed)
    match rule.method:
        case Method.LIST:
            return _capped(_list(line), line, agreed)
        case Method.UPLIFT:
            return _capped(_raised(line, *_uplift(rule, agreed, defaults)), line, agreed)
        case Method.CPI:
            return _capped(_raised(line, defaults.cpi_percent, "cpi", "workspace"), line, agreed)
        case Method.USAGE | Method.OUTCOME:
            return _capped(_by_units(line, rule), line, agreed)
        case _:
            return _same(line, "same")


def _revised(revised: Money, line: LineFacts) -> _Base:
    """What a concession that expires had taken off comes back on top of the revised price."""
    amount = revised if line.comes_back is None else revised + line.comes_back
    return _Base(amount=amount, rule="revision", steps=(PriceStep(code="revision", amount=amount),))


def _same(line: LineFacts, rule: str) -> _Base:
    """A new line has no price of before: it starts from list."""
    if line.start is not None:
        return _Base(amount=line.start, rule=rule)
    return _list(line)


def _list(line: LineFacts) -> _Base:
    if line.list_price is None:
        raise PriceNotPossible(f"'{line.name}' has no list price.", where=line.name, remedy="Give its price yourself.")
    return _Base(amount=line.list_price, rule="list" if line.prior is not None else "list_new_line")


def _uplift(rule: PriceRule, agreed: AgreedPrice, defaults: PricingDefaults) -> tuple[Decimal | None, str, str]:
    """The contract's percentage goes before the offer's, the offer's before the workspace's."""
    found = ((agreed.uplift_percent, "contract"), (rule.percent, "offer"), (defaults.uplift_percent, "workspace"))
    percent, source = next((each for each in found if each[0] is not None), (None, ""))
    return percent, "uplift", source


def _raised(line: LineFacts, percent: Decimal | None, method: str, source: str) -> _Base:
    start = _same(line, "same")
    if line.prior is None:
        return start
    if percent is None:
        return _Base(amount=start.amount, rule=f"{method}_unknown")
    amount = start.amount.times((HUNDRED + percent) / HUNDRED)
    raised = PriceStep(code=method, amount=amount, number=percent, source=source)
    before = start.amount if method == "cpi" else None
    return _Base(amount=amount, rule=f"{method}_{source}", percent=percent, before_cpi=before, steps=(raised,))


def _by_units(line: LineFacts, rule: PriceRule) -> _Base:
    """A fixed part of the prior price, and the units used or reached beyond those included.

    Lines that share one count share what is included, too: together they cost what one line would.
    """
    if rule.unit_price is None or line.units is None:
        lacking = "price of a unit" if rule.unit_price is None else "count of units"
        raise PriceNotPossible(f"'{line.name}' has no {lacking}.", where=line.name, remedy="Give its price yourself.")
    fixed = line.start.times(rule.base_percent / HUNDRED) if line.start else Money(Decimal(0), line.currency)
    beyond = max(Decimal(0), line.units - rule.included_units * line.units_share)
    amount = fixed + Money(rule.unit_price * beyond, line.currency)
    step = PriceStep(code=rule.method.value, amount=amount, number=beyond, source=line.units_from)
    return _Base(amount=amount, rule=rule.method.value, steps=(step,))


def _cap(line: LineFacts, agreed: AgreedPrice) -> Money | None:
    """The most that the contract allows; a cap that is no round amount is rounded like a price."""
    if agreed.cap_percent is None or line.prior is None:
        return None
    return line.prior.times((HUNDRED + agreed.cap_percent) / HUNDRED).rounded()


def _capped(base: _Base, line: LineFacts, agreed: AgreedPrice) -> _Base:
    """What the contract caps, no method goes beyond."""
    cap = _cap(line, agreed)
    if cap is None or base.amount <= cap:
        return base
    step = PriceStep(code="cap", amount=cap, number=agreed.cap_percent, source="contract")
    return _Base(amount=cap, rule=f"{base.rule}_capped", percent=agreed.cap_percent, steps=(*base.steps, step))

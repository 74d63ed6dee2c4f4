"""What a limit governs in a price, as exact fractions, and the one rule of what is worse.

A value is named by limit and line: the same name in two versions of a proposal is the same thing, compared.
"""

from dataclasses import dataclass
from fractions import Fraction

from offers.core.policy.definition import Kind, Limit, Measure, Policy, Scope
from offers.core.pricing.lines import LinePrice
from offers.core.pricing.proposal import Price
from renewals.core.conditions import Answer, Facts, evaluate
from renewals.core.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Governed:
    """One value under one limit. `value` None: the limit holds and the value is not known. `line` "" is the whole."""

    key: str
    limit: Limit
    line: str
    value: Fraction | None
    agreed_free: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Priced:
    """The amounts a measure compares, of a line or of the whole, and what it may not compare at all."""

    list_price: Money | None
    prior: Money | None
    gross: Money
    net: Money
    policy: Money
    is_new: bool = False


def governed_values(policy: Policy, price: Price, facts: Facts, *, below_policy: Money | None) -> tuple[Governed, ...]:
    """Return every value that a limit of the policy looks at in this price, in the order of the policy.

    `facts` are those of the renewal; the product of a line is added here. `below_policy` is what is given away in the
    workspace's currency, None without a rate.
    """
    whole = {**facts, "proposal.term_months": price.term_months}
    found: list[Governed] = []
    for limit in policy.limits:
        if limit.scope is Scope.WHOLE:
            found += _of_whole(limit, price, whole, below_policy)
        else:
            for line in price.lines:
                found += _of_line(limit, line, {**whole, "line.product": line.product or None})
    return tuple(found)


def strictly_worse(kind: Kind, value: Fraction | None, than: Fraction | None) -> bool:
    """Answer whether a governed value got worse: the only rule of what has to be asked again.

    More is worse under a ceiling, less under a floor; what became unknown is worse, what was unknown before is not.
    """
    if value is None or than is None:
        return value is None and than is not None
    return value > than if kind is Kind.CEILING else value < than


def _of_whole(limit: Limit, price: Price, facts: Facts, below_policy: Money | None) -> list[Governed]:
    if evaluate(limit.when, facts).answer is Answer.NO:
        return []
    match limit.measure:
        case Measure.TERM_MONTHS:
            value: Fraction | None = Fraction(price.term_months)
        case Measure.PAYMENT_DAYS:
            value = Fraction(price.payment_days)
        case Measure.BELOW_POLICY_AMOUNT:
            value = None if below_policy is None else Fraction(below_policy.amount)
        case _:
            is_new = all(line.prior is None for line in price.lines)
            value, is_absent = _compared(limit.measure, _whole(price, is_new=is_new))
            if is_absent:
                return []
    return [Governed(key=limit.key, limit=limit, line="", value=value)]


def _whole(price: Price, *, is_new: bool) -> _Priced:
    """An increase of the whole is that of its renewed lines: a new line has no price of before."""
    return _Priced(
        list_price=price.list_price,
        prior=price.start,
        gross=price.gross,
        net=price.net,
        policy=price.policy,
        is_new=is_new,
    )


def _of_line(limit: Limit, line: LinePrice, facts: Facts) -> list[Governed]:
    if evaluate(limit.when, facts).answer is Answer.NO:
        return []
    priced = _Priced(
        list_price=line.list_price,
        prior=line.start,
        gross=line.gross,
        net=line.net,
        policy=line.policy,
        is_new=line.prior is None,
    )
    value, is_absent = _compared(limit.measure, priced)
    if is_absent:
        return []
    agreed = Fraction(line.agreed_uplift) if line.agreed_uplift is not None else None
    return [
        Governed(
            key=f"{limit.key}:{line.key}",
            limit=limit,
            line=line.key,
            value=value,
            agreed_free=agreed if limit.measure is Measure.UPLIFT_PERCENT else None,
        )
    ]


def _compared(measure: Measure, priced: _Priced) -> tuple[Fraction | None, bool]:
    """Return the value, and whether there is nothing to measure: a new line has no uplift."""
    if measure is Measure.UPLIFT_PERCENT:
        if priced.is_new:
            return None, True
        return _percent_above(priced.gross, priced.prior), False
    reference = priced.list_price if measure is Measure.OFF_LIST_PERCENT else priced.policy
    return _percent_below(priced.net, reference), False


def _percent_above(amount: Money, start: Money | None) -> Fraction | None:
    """How much more than before; None from nothing."""
    if start is None or start.amount == 0:
        return None
    return max(Fraction(0), (Fraction(amount.amount) / Fraction(start.amount) - 1) * 100)


def _percent_below(amount: Money, reference: Money | None) -> Fraction | None:
    """How far below the reference, 0 at or above it; None without one. Below nothing nobody can go."""
    if reference is None:
        return None
    if reference.amount == 0:
        return Fraction(0)
    return max(Fraction(0), (1 - Fraction(amount.amount) / Fraction(reference.amount)) * 100)

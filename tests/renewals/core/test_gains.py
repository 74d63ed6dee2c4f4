"""Gains of milestones: sums of what is stated, the rest counted as not known."""

from decimal import Decimal

import pytest

from renewals.core.gains import MilestoneGain, gain_sum, return_ratio
from renewals.core.money import Money


def gain(amount: str | None, *, currency: str = "USD", reached: bool = True, confirmed: bool = False) -> MilestoneGain:
    money = None if amount is None else Money(Decimal(amount), currency)
    return MilestoneGain(amount=money, is_reached=reached, is_confirmed=confirmed)


def at_home(money: Money) -> Decimal | None:
    return {"USD": money.amount, "EUR": money.amount * 2}.get(money.currency)


@pytest.mark.requirement(81)
def test_gains_add_up_what_is_stated_and_count_the_rest() -> None:
    gains = [
        gain("100", confirmed=True),
        gain("50", currency="EUR"),
        gain("7", currency="GBP"),
        gain(None),
        gain("1000", reached=False),
        gain(None, reached=False),
    ]
    reached, ahead = (gain_sum(gains, is_reached=which, at_home=at_home) for which in (True, False))
    assert (reached.amount, reached.known, reached.confirmed, reached.unknown, reached.unrated) == (200, 2, 1, 1, 1)
    assert (ahead.amount, ahead.known, ahead.unknown) == (1000, 1, 1)


@pytest.mark.requirement(81)
def test_return_is_not_known_where_gain_or_price_is_not() -> None:
    nothing = gain_sum([gain(None)], is_reached=True, at_home=at_home)
    assert nothing.amount is None
    assert return_ratio(nothing.amount, Decimal(10)) is None
    assert return_ratio(Decimal(10), None) is None
    assert return_ratio(Decimal(10), Decimal(0)) is None
    assert return_ratio(Decimal(10), Decimal(4)) == Decimal("2.5")

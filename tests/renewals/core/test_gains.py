"""Gains of milestones: sums of what is stated, the rest counted as not known."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from renewals.core.errors import NamedError
from renewals.core.gains import GainStated, MilestoneGain, checked_gain, gain_sum, return_ratio
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


STATED = GainStated(
    amount=Decimal("12000.004"), currency="USD", said_by="Ana Ruiz, CFO", said_on=date(2026, 3, 4), evidence="Minutes"
)


@pytest.mark.requirement(81)
def test_gain_is_kept_to_the_cent_with_who_when_and_what_shows_it() -> None:
    found = checked_gain(STATED, today=date(2026, 3, 4))
    assert found == (Money(Decimal(12000), "USD"), "Ana Ruiz, CFO, 4 Mar 2026: Minutes")


@pytest.mark.requirement(81)
@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"said_by": " "}, "said_by"),
        ({"evidence": ""}, "evidence"),
        ({"amount": Decimal(-1)}, "amount"),
        ({"amount": Decimal("NaN")}, "amount"),
        ({"said_on": date(2026, 3, 5)}, "said_on"),
        ({"currency": "XXQ"}, ""),
    ],
)
def test_gain_without_source_or_out_of_reach_is_refused(wrong: dict[str, Any], where: str) -> None:
    with pytest.raises(NamedError) as refused:
        checked_gain(replace(STATED, **wrong), today=date(2026, 3, 4))
    assert refused.value.where == where

"""Credit is exactly 100 %, cut evenly and to the cent without losing one; how long a cycle took."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offers.core.errors import SplitNotWhole
from offers.core.negotiation.credit import MOST_SHARES, Share, check_split, credited, even_split
from offers.core.negotiation.facts import cycle_length
from renewals.core.money import Money

D = Decimal


def shares(*percents: str) -> tuple[Share, ...]:
    return tuple(Share(holder=f"user:{place}", percent=D(each)) for place, each in enumerate(percents))


@pytest.mark.requirement(10)
@pytest.mark.parametrize(
    "percents",
    [
        (),
        ("99.99",),
        ("100.001",),
        ("50", "49.99"),
        ("50", "50.001"),
        ("100", "0"),
        ("150", "-50"),
        ("NaN",),
        ("33.3333", "66.6667"),
        tuple(["7.692"] * 13),
    ],
)
def test_split_that_is_not_whole_is_refused(percents: tuple[str, ...]) -> None:
    with pytest.raises(SplitNotWhole):
        check_split(shares(*percents))


def test_split_of_one_holder_twice_is_refused() -> None:
    with pytest.raises(SplitNotWhole, match="twice"):
        check_split((Share(holder="user:1", percent=D(50)), Share(holder="user:1", percent=D(50))))


@pytest.mark.requirement(10)
@pytest.mark.parametrize("percents", [("100",), ("60", "40"), ("33.333", "33.333", "33.334"), ("0.001", "99.999")])
def test_split_of_exactly_hundred_may_be(percents: tuple[str, ...]) -> None:
    check_split(shares(*percents))


@given(st.integers(1, MOST_SHARES))
def test_even_split_is_whole_and_differs_by_a_hundredth_at_most(count: int) -> None:
    found = even_split([f"user:{place}" for place in range(count)])
    check_split(found)
    assert max(each.percent for each in found) - min(each.percent for each in found) <= D("0.01")


@st.composite
def splits(draw: st.DrawFn) -> tuple[Share, ...]:
    cuts = sorted(draw(st.sets(st.integers(1, 99_999), max_size=MOST_SHARES - 1)))
    ends = [0, *cuts, 100_000]
    parts = [later - earlier for earlier, later in pairwise(ends)]
    return tuple(Share(holder=f"user:{place}", percent=D(part) / 1000) for place, part in enumerate(parts))


@given(split=splits())
def test_every_cut_of_a_hundred_is_a_split_and_none_is_with_a_thousandth_more_or_less(split: tuple[Share, ...]) -> None:
    check_split(split)
    for change in (D("0.001"), D("-0.001")):
        moved = (Share(holder=split[0].holder, percent=split[0].percent + change), *split[1:])
        with pytest.raises(SplitNotWhole):
            check_split(moved)


@given(split=splits(), minor=st.integers(0, 10**10), currency=st.sampled_from(["EUR", "JPY", "KWD"]))
def test_credited_amounts_add_up_to_the_amount(split: tuple[Share, ...], minor: int, currency: str) -> None:
    amount = Money(D(minor), currency).times(D("0.01")).rounded()
    found = credited(amount, split)
    assert sum((money.amount for money in found.values()), D(0)) == amount.amount
    assert all(money.amount >= 0 and money == money.rounded() for money in found.values())


@pytest.mark.requirement(27)
@pytest.mark.parametrize(
    ("first", "closed", "days", "is_running"),
    [
        (date(2027, 1, 1), date(2027, 3, 1), 59, False),
        (date(2027, 3, 1), date(2027, 3, 1), 0, False),
        (date(2027, 1, 1), None, 151, True),
        (None, date(2027, 3, 1), None, False),
        (None, None, None, True),
        (date(2027, 4, 1), date(2027, 3, 1), None, False),
    ],
)
def test_cycle_is_as_long_as_from_first_touch_to_close(
    first: date | None, closed: date | None, days: int | None, is_running: bool
) -> None:
    found = cycle_length(first_touch_on=first, closed_on=closed, today=date(2027, 6, 1))
    assert (found.days, found.is_running) == (days, is_running)

"""Who falls into a share: the same accounts for ever, independently from salt to salt."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewals.core.assignment import LOTS, is_in_share, lot_of

ACCOUNTS = range(20_000)


@pytest.mark.requirement("X1")
def test_the_lots_of_a_salt_are_those_that_were_published() -> None:
    assert [lot_of("exp-1", account) for account in range(5)] == [2050, 1656, 9064, 2016, 9397]


@given(st.text(max_size=40), st.integers(min_value=0))
def test_every_account_has_one_lot_and_the_largest_share_is_everybody(salt: str, account: int) -> None:
    lot = lot_of(salt, account)
    assert lot == lot_of(salt, account) and 0 <= lot < LOTS
    assert is_in_share(lot, 100) and not is_in_share(lot, 0)


def test_a_share_is_about_as_large_as_said_and_a_larger_one_keeps_those_of_a_smaller() -> None:
    small, large = ({each for each in ACCOUNTS if is_in_share(lot_of("a", each), share)} for share in (5, 10))
    assert small < large
    assert abs(len(large) - 2_000) < 4 * (20_000 * 0.1 * 0.9) ** 0.5


def test_two_salts_draw_independently() -> None:
    both = Counter((is_in_share(lot_of("a", each), 50), is_in_share(lot_of("b", each), 50)) for each in ACCOUNTS)
    assert all(abs(count - 5_000) < 4 * (20_000 * 0.25 * 0.75) ** 0.5 for count in both.values())

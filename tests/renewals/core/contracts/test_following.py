"""What follows a renewed term: its lines at the signed amount to the cent, and in which way it went."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewals.core.contracts.following import (
    Following,
    RenewalShape,
    RenewalTiming,
    following_term,
    renewal_shape,
    renewal_timing,
    shared,
    split_lines,
)
from renewals.core.errors import InvalidInput
from renewals.core.money import Money
from renewals.core.records import LineRow, TermRow
from renewals.core.terms import EndAction

TERM = TermRow(
    number=2,
    starts_on=date(2026, 1, 1),
    ends_on=date(2026, 12, 31),
    renewal_months=24,
    lines=(
        LineRow(external_id="seats", item="seats", arr_amount=Decimal(500), ends_on=date(2026, 6, 30)),
        LineRow(external_id="seats@2026-07-01", item="seats", arr_amount=Decimal(1000), starts_on=date(2026, 7, 1)),
        LineRow(external_id="support", arr_amount=Decimal(500)),
        LineRow(external_id="set-up", arr_amount=Decimal(90), is_recurring=False),
    ),
)


def euros(amount: str) -> Money:
    """Return an amount in euros."""
    return Money(Decimal(amount), "EUR")


@pytest.mark.requirement(52)
def test_next_term_carries_the_lines_of_the_last_day_at_the_signed_amount() -> None:
    following = following_term(TERM, final=euros("1600.01"))
    assert (following.number, following.starts_on, following.ends_on) == (3, date(2027, 1, 1), date(2028, 12, 31))
    assert [(line.external_id, line.item, line.starts_on, line.arr_amount) for line in following.lines] == [
        ("seats", "", None, Decimal("1066.68")),
        ("support", "", None, Decimal("533.33")),
    ]


def test_agreed_items_months_start_and_end_action_go_before_the_contract() -> None:
    agreed = Following(starts_on=date(2027, 2, 1), months=6, end_action=EndAction.RENEW, items=("support",))
    following = following_term(TERM, final=euros("500"), agreed=agreed)
    assert (following.starts_on, following.ends_on) == (date(2027, 2, 1), date(2027, 7, 31))
    assert (following.end_action, following.is_auto_renewing) == (EndAction.RENEW, True)
    assert [line.external_id for line in following.lines] == ["support"]
    with pytest.raises(InvalidInput):
        following_term(TERM, final=euros("500"), agreed=Following(items=("set-up",)))


@given(
    amounts=st.lists(st.decimals(0, 10**6, places=2), min_size=1, max_size=6),
    final=st.decimals(0, 10**7, places=2),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
)
def test_shares_add_up_to_the_signed_amount_and_none_is_negative(amounts, final, currency) -> None:
    lines = tuple(LineRow(external_id=str(place), arr_amount=amount) for place, amount in enumerate(amounts))
    found = shared(lines, final=Money(final, currency))
    assert sum((line.arr_amount for line in found), Decimal(0)) == final
    assert min(line.arr_amount for line in found) >= 0


def test_amount_without_a_line_to_carry_it_is_refused() -> None:
    assert shared((), final=euros("0")) == ()
    with pytest.raises(InvalidInput):
        shared((), final=euros("1"))


@pytest.mark.parametrize(
    ("closed_on", "today", "timing"),
    [
        (date(2026, 12, 31), date(2027, 5, 1), RenewalTiming.EARLY),
        (date(2027, 1, 1), date(2027, 5, 1), RenewalTiming.ON_TIME),
        (date(2027, 1, 2), date(2027, 5, 1), RenewalTiming.LATE),
        (None, date(2026, 12, 31), RenewalTiming.OPEN),
        (None, date(2027, 1, 1), RenewalTiming.LAPSED),
    ],
)
def test_timing_is_told_against_the_due_date(closed_on, today, timing) -> None:
    assert renewal_timing(due_on=date(2027, 1, 1), closed_on=closed_on, today=today) is timing


@pytest.mark.parametrize(
    ("before", "after", "counts", "shape"),
    [
        ("ab", "ab", {}, RenewalShape.WHOLE),
        ("ab", "abc", {}, RenewalShape.WHOLE),
        ("ab", "a", {}, RenewalShape.PARTIAL),
        ("ab", "", {}, RenewalShape.NONE),
        ("ab", "abc", {"contracts_before": 2}, RenewalShape.MERGED),
        ("ab", "ab", {"contracts_after": 2}, RenewalShape.SPLIT),
    ],
)
def test_shape_is_told_by_what_went_on(before, after, counts, shape) -> None:
    assert renewal_shape(before=before, after=after, **counts) is shape


def test_split_gives_every_item_to_exactly_one_contract() -> None:
    found = split_lines(TERM, groups={"C1": ("seats",), "C2": ("support",)})
    assert {name: [(line.external_id, line.arr_amount) for line in lines] for name, lines in found.items()} == {
        "C1": [("seats", Decimal(1000))],
        "C2": [("support", Decimal(500))],
    }


@pytest.mark.parametrize(
    "groups",
    [
        {"C1": ("seats", "support")},
        {"C1": ("seats", "support"), "C2": ()},
        {"C1": ("seats",), "C2": ("seats", "support")},
        {"C1": ("seats",), "C2": ("set-up", "support")},
        {"C1": ("seats",), "C2": ("seats@2026-07-01",)},
    ],
)
def test_split_that_loses_or_doubles_a_line_is_refused(groups) -> None:
    with pytest.raises(InvalidInput):
        split_lines(TERM, groups=groups)


def test_open_ended_term_has_no_following_one() -> None:
    with pytest.raises(InvalidInput):
        following_term(replace(TERM, ends_on=None), final=euros("1"))

"""Options side by side: worth, distances, expectation, letters and names; seats, new lines and yearly increases."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offers.core.errors import PriceNotPossible, TooManyOptions
from offers.core.negotiation.scenarios import (
    LETTERS,
    Today,
    Turn,
    free_letter,
    name_of_copy,
    turn_of,
    worth_of,
)
from offers.core.plain import plain_wish, read_wish
from offers.core.policy import Outcome
from offers.core.pricing import AddedLine, AgreedPrice, Wish, price_of
from offers.core.pricing.proposal import years_of
from renewals.core.money import Money
from tests.offers.core.examples import DISCOUNT, euros, facts, judged, line, policy

D = Decimal
SEATS = line("seats", prior="1000", list_price="1200", quantity=D(10))
EXTRA = AddedLine(key="new-1", name="Analytics", quantity=D(2), list_amount=D(500))
TODAY = Today(arr=euros("1000"), forecast=euros("900"), renew_probability=0.5)


def test_worth_of_an_option_is_told_beside_today() -> None:
    found = worth_of(price_of(facts(SEATS), Wish(discount_percent=D(10), term_months=24)), today=TODAY)
    assert (found.arr, found.tcv, found.arr_change) == (euros("936.00"), euros("1872.00"), euros("-64.00"))
    assert (found.off_list_percent, found.off_policy_percent) == (Fraction(22), Fraction(10))
    assert found.uplift_percent == Fraction("-6.4")
    assert (found.expected, found.expected_change) == (euros("468.00"), euros("18.00"))


def test_unknown_chance_expects_nothing_and_not_zero() -> None:
    found = worth_of(
        price_of(facts(SEATS), Wish()), today=Today(arr=euros("1000"), forecast=euros("900"), renew_probability=None)
    )
    assert (found.expected, found.expected_change) == (None, None)


def test_impossible_chance_is_refused() -> None:
    with pytest.raises(PriceNotPossible):
        worth_of(
            price_of(facts(SEATS), Wish()), today=Today(arr=euros("1"), forecast=euros("1"), renew_probability=1.2)
        )


def test_unknown_list_price_makes_no_discount_off_list() -> None:
    found = worth_of(price_of(facts(line(list_price=None)), Wish()), today=TODAY)
    assert (found.off_list_percent, found.off_policy_percent) == (None, Fraction(0))


@pytest.mark.requirement(45)
@pytest.mark.parametrize(
    ("seats", "net", "list_price", "uplift"),
    [
        ("10", "1040.00", "1200", Fraction(4)),
        ("20", "2080.00", "2400", Fraction(4)),
        ("5", "520.00", "600", Fraction(4)),
    ],
)
def test_other_seats_cost_the_price_of_a_seat(seats: str, net: str, list_price: str, uplift: Fraction) -> None:
    price = price_of(facts(SEATS), Wish(quantities={"seats": D(seats)}))
    found = worth_of(price, today=TODAY)
    assert (price.net, price.list_price, found.uplift_percent) == (euros(net), euros(list_price), uplift)
    assert found.off_policy_percent == 0


def test_lower_price_for_more_seats_is_a_discount_and_no_gift() -> None:
    """Twice the seats for the old sum is half the price of a seat: the policy sees it as 50 % off."""
    wish = Wish(quantities={"seats": D(20)}, asked={"seats": D(1040)})
    found = judged(policy(DISCOUNT), wish, facts(SEATS))[1]
    assert (found.outcome, found.findings[0].value) == (Outcome.REFUSE, Fraction(50))


@pytest.mark.requirement(45)
def test_nought_seats_leave_a_line_out_and_a_new_line_comes_at_list() -> None:
    price = price_of(facts(SEATS, line("other")), Wish(quantities={"other": D(0)}, added=(EXTRA,)))
    assert [(each.key, each.net, each.rule) for each in price.lines] == [
        ("seats", euros("1040.00"), "uplift_workspace"),
        ("new-1", euros("500"), "list_new_line"),
    ]
    assert worth_of(price, today=TODAY).uplift_percent == 4


@pytest.mark.parametrize(
    "wish",
    [
        Wish(quantities={"seats": D(0)}),
        Wish(quantities={"nobody": D(3)}),
        Wish(quantities={"new-1": D(3)}, added=(EXTRA,)),
        Wish(added=(EXTRA, EXTRA)),
        Wish(added=(AddedLine(key="seats", name="Seats again", list_amount=D(1)),)),
    ],
)
def test_wish_about_lines_there_are_not_is_refused(wish: Wish) -> None:
    with pytest.raises(PriceNotPossible):
        price_of(facts(SEATS), wish)


def test_other_seats_of_a_line_that_counts_none_are_refused() -> None:
    with pytest.raises(PriceNotPossible, match="counts no units"):
        price_of(facts(line("seats", quantity=D(0))), Wish(quantities={"seats": D(5)}))


@pytest.mark.parametrize(
    "absurd",
    [
        {"quantities": {"seats": D(-1)}},
        {"quantities": {"seats": D("NaN")}},
        {"quantities": {"seats": D(10) ** 12}},
        {"ramp_percent": D(-1)},
        {"ramp_percent": D(101)},
        {"ramp_percent": D("Infinity")},
        {"term_months": 0},
    ],
)
def test_absurd_wishes_are_refused(absurd: dict[str, object]) -> None:
    with pytest.raises(PriceNotPossible):
        Wish(**absurd)


@pytest.mark.parametrize("absurd", [{"list_amount": D(-1)}, {"quantity": D(0)}, {"name": " "}, {"key": ""}])
def test_absurd_new_line_is_refused(absurd: dict[str, object]) -> None:
    with pytest.raises(PriceNotPossible):
        AddedLine(**{"key": "new-1", "name": "Analytics", "list_amount": D(1)} | absurd)


@pytest.mark.requirement(45)
@pytest.mark.parametrize(
    ("months", "ramp", "years"),
    [
        (12, "5", ["100.00"]),
        (36, "0", ["100.00", "100.00", "100.00"]),
        (36, "5", ["100.00", "105.00", "110.25"]),
        (18, "10", ["100.00", "55.00"]),
        (1, "10", ["8.33"]),
    ],
)
def test_term_is_worth_its_years_with_their_increase(months: int, ramp: str, years: list[str]) -> None:
    assert years_of(euros("100"), months=months, ramp_percent=D(ramp)) == tuple(euros(each) for each in years)


def test_contract_cap_holds_in_the_years_of_the_term_too() -> None:
    capped = facts(SEATS, agreed=AgreedPrice(cap_percent=D(3)))
    assert price_of(capped, Wish(ramp_percent=D(3), term_months=24)).ramp_percent == 3
    with pytest.raises(PriceNotPossible, match="caps it at 3 %"):
        price_of(capped, Wish(ramp_percent=D("3.01"), term_months=24))


def test_plain_wish_keeps_seats_lines_and_increase_and_leaves_out_what_is_not_there() -> None:
    wish = Wish(quantities={"seats": D("20.5")}, added=(EXTRA,), ramp_percent=D("2.5"))
    assert read_wish(plain_wish(wish)) == wish
    assert sorted(plain_wish(Wish())) == [
        "asked",
        "discount_percent",
        "line_discounts",
        "payment_days",
        "term_months",
        "units",
    ]
    with pytest.raises(PriceNotPossible):
        read_wish({"added": [{"name": "no key"}]})


@given(
    months=st.integers(1, 120),
    ramp=st.decimals(0, 100, places=2),
    cents=st.integers(0, 10**9),
)
def test_yearly_increase_never_makes_a_term_worth_less(months: int, ramp: Decimal, cents: int) -> None:
    net = Money(Decimal(cents) / 100, "EUR")
    flat, ramped = (years_of(net, months=months, ramp_percent=each) for each in (D(0), ramp))
    assert all(year <= raised for year, raised in zip(flat, ramped, strict=True))
    assert len(flat) == -(-months // 12)


@given(seats=st.integers(1, 10**6), discount=st.integers(0, 100))
def test_seats_alone_never_change_what_the_policy_says_in_percent(seats: int, discount: int) -> None:
    """A seat costs 104 after the price uplift: whole cents, so that no rounding hides behind the count."""
    wish = Wish(discount_percent=D(discount), quantities={"seats": D(seats)})
    one, many = (judged(policy(DISCOUNT), each, facts(SEATS))[1] for each in (Wish(discount_percent=D(discount)), wish))
    assert (one.outcome, one.level, one.values) == (many.outcome, many.level, many.values)


@pytest.mark.parametrize(
    ("value", "before", "is_more_better", "turn"),
    [
        (2, 1, True, Turn.BETTER),
        (2, 1, False, Turn.WORSE),
        (1, 1, False, Turn.SAME),
        (0, 1, True, Turn.WORSE),
        (None, 1, True, Turn.UNKNOWN),
        (1, None, True, Turn.UNKNOWN),
    ],
)
def test_turn_of_a_figure_against_today(
    value: int | None, before: int | None, is_more_better: bool, turn: Turn
) -> None:
    given_value, given_before = (None if each is None else Fraction(each) for each in (value, before))
    assert turn_of(given_value, given_before, is_more_better=is_more_better) is turn


def test_letters_are_given_in_order_and_there_are_five() -> None:
    assert (free_letter(""), free_letter("AC"), free_letter("ABCD")) == ("A", "B", "E")
    with pytest.raises(TooManyOptions):
        free_letter(LETTERS)


@given(name=st.text(min_size=1, max_size=60), copies=st.integers(1, 4))
def test_copies_have_names_of_their_own(name: str, copies: int) -> None:
    names = [name]
    for _ in range(copies):
        names.append(name_of_copy(names[-1], names))
    assert len(set(names)) == copies + 1
    assert all(len(each) <= 60 for each in names)

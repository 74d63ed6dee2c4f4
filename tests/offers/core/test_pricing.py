"""Each method, which rule fires, the explanation, rounding, and prices that cannot be."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offers.core.errors import PriceNotPossible
from offers.core.pricing import AgreedPrice, LineFacts, Method, PriceRule, PricingFacts, Wish, price_of
from renewals.core.errors import AmountOutOfRange, RateMissing
from renewals.core.money import DatedRate, Money, RateTable
from tests.offers.core.examples import euros, facts, line

D = Decimal
AMOUNTS = st.decimals(min_value="0.01", max_value="1000000", places=2)
PERCENT = st.decimals(min_value=0, max_value=100, places=2)


@pytest.mark.requirement(63)
@pytest.mark.parametrize(
    ("rule", "agreed", "net", "fired"),
    [
        (PriceRule(method=Method.SAME), AgreedPrice(), "1000.00", "same"),
        (PriceRule(method=Method.LIST), AgreedPrice(), "1200.00", "list"),
        (PriceRule(method=Method.UPLIFT), AgreedPrice(), "1040.00", "uplift_workspace"),
        (PriceRule(method=Method.UPLIFT, percent=D(6)), AgreedPrice(), "1060.00", "uplift_offer"),
        (PriceRule(method=Method.UPLIFT, percent=D(6)), AgreedPrice(uplift_percent=D(3)), "1030.00", "uplift_contract"),
        (PriceRule(method=Method.UPLIFT), AgreedPrice(cap_percent=D(2)), "1020.00", "uplift_workspace_capped"),
        (PriceRule(method=Method.LIST), AgreedPrice(cap_percent=D(5)), "1050.00", "list_capped"),
        (PriceRule(method=Method.CPI), AgreedPrice(), "1025.00", "cpi_workspace"),
        (PriceRule(method=Method.UPLIFT, discount_percent=D(10)), AgreedPrice(), "936.00", "uplift_workspace"),
    ],
)
def test_price_by_method_is_exact_and_says_what_fired(
    rule: PriceRule, agreed: AgreedPrice, net: str, fired: str
) -> None:
    price = price_of(facts(rule=rule, agreed=agreed), Wish())
    assert (str(price.net.amount), price.lines[0].rule) == (net, fired)
    assert price.policy == price_of(facts(agreed=agreed), Wish()).net


def test_workspace_without_uplift_falls_back_to_the_same_price() -> None:
    price = price_of(facts(uplift=None), Wish())
    assert (price.net, price.lines[0].rule) == (euros("1000.00"), "uplift_unknown")


@pytest.mark.requirement(9)
@pytest.mark.parametrize(("method", "units", "net"), [(Method.USAGE, 700, "600.00"), (Method.OUTCOME, 100, "500.00")])
def test_price_by_units_adds_what_is_beyond_the_included(method: Method, units: int, net: str) -> None:
    rule = PriceRule(method=method, base_percent=D(50), unit_price=D("0.50"), included_units=D(500))
    price = price_of(facts(line(units=D(units)), rule=rule), Wish())
    assert (str(price.net.amount), price.lines[0].rule) == (net, method.value)


def test_cpi_increase_comes_after_the_discount_in_the_explanation() -> None:
    price = price_of(facts(rule=PriceRule(method=Method.CPI)), Wish(discount_percent=D(10)))
    steps = [(step.code, step.amount.amount, step.number) for step in price.lines[0].steps]
    assert steps == [
        ("list", D(1200), None),
        ("prior", D(1000), None),
        ("discount", D(900), D(10)),
        ("cpi", D("922.5"), D("2.5")),
    ]


def test_new_line_starts_from_list_and_has_no_prior_price() -> None:
    price = price_of(facts(line(), line("extra", prior=None, list_price="300")), Wish())
    assert (price.net, price.prior, price.lines[1].rule) == (euros("1340.00"), None, "list_new_line")


@pytest.mark.parametrize(
    ("rule", "given_line"),
    [
        (PriceRule(method=Method.LIST), line(list_price=None)),
        (PriceRule(method=Method.UPLIFT), line(prior=None, list_price=None)),
        (PriceRule(method=Method.USAGE, unit_price=D(1)), line()),
        (PriceRule(method=Method.OUTCOME), line(units=D(3))),
    ],
)
def test_rule_without_what_it_needs_is_refused_by_name(rule: PriceRule, given_line: LineFacts) -> None:
    with pytest.raises(PriceNotPossible, match="Seats"):
        price_of(facts(given_line, rule=rule), Wish())


@pytest.mark.parametrize(
    "wish",
    [
        {"term_months": 0},
        {"term_months": 121},
        {"discount_percent": D(-1)},
        {"discount_percent": D("100.01")},
        {"discount_percent": D("NaN")},
        {"asked": {"seats": D(-5)}},
        {"asked": {"seats": D(10) ** 13}},
        {"payment_days": -1},
    ],
)
def test_absurd_wish_is_refused(wish: dict[str, object]) -> None:
    with pytest.raises(PriceNotPossible):
        Wish(**wish)


@pytest.mark.parametrize("wish", [Wish(asked={"seat": D(1)}), Wish(line_discounts={"seat": D(1)})])
def test_wish_about_a_line_there_is_not_is_refused(wish: Wish) -> None:
    with pytest.raises(PriceNotPossible, match="'seat'"):
        price_of(facts(), wish)


def test_contract_that_promises_more_than_it_caps_is_refused() -> None:
    with pytest.raises(PriceNotPossible, match="above the agreed cap"):
        AgreedPrice(uplift_percent=D(5), cap_percent=D(3))


def _three(rates: RateTable) -> PricingFacts:
    lines = tuple(
        LineFacts(key=code, name=code, currency=code, prior=Money(D(100), code)) for code in ("EUR", "USD", "JPY")
    )
    return PricingFacts(
        currency="EUR", lines=lines, rule=PriceRule(method=Method.SAME), rates=rates, on=date(2027, 1, 1)
    )


def test_three_currencies_add_up_at_the_rates_of_the_day() -> None:
    day = date(2026, 12, 31)
    rates = {
        ("USD", "EUR"): (DatedRate(rate_on=day, rate=D("0.9")),),
        ("JPY", "EUR"): (DatedRate(rate_on=day, rate=D("0.006")),),
    }
    price = price_of(_three(RateTable(rates=rates, base="EUR")), Wish())
    assert [str(each.net.amount) for each in price.lines] == ["100.00", "100.00", "100"]
    assert price.net == euros("190.60")


def test_missing_rates_are_all_named_at_once() -> None:
    with pytest.raises(RateMissing, match="JPY, USD to EUR"):
        price_of(_three(RateTable(base="EUR")), Wish())


def test_one_missing_rate_of_three_currencies_is_named_alone_and_nothing_is_added_up() -> None:
    rates = {("USD", "EUR"): (DatedRate(rate_on=date(2026, 12, 31), rate=D("0.9")),)}
    with pytest.raises(RateMissing) as refused:
        price_of(_three(RateTable(rates=rates, base="EUR")), Wish())
    assert "JPY to EUR" in str(refused.value)
    assert "USD" not in str(refused.value)


def test_amount_past_what_can_be_kept_is_refused() -> None:
    with pytest.raises(AmountOutOfRange):
        price_of(facts(line(prior="999999999999"), rule=PriceRule(method=Method.UPLIFT, percent=D(900))), Wish())


@given(prior=AMOUNTS, percent=PERCENT, discount=PERCENT)
def test_rounding_happens_once_and_moves_half_a_cent_at_most(prior: D, percent: D, discount: D) -> None:
    rule = PriceRule(method=Method.UPLIFT, percent=percent)
    price = price_of(facts(line(prior=str(prior)), rule=rule), Wish(discount_percent=discount))
    exact = Fraction(prior) * (100 + Fraction(percent)) / 100 * (100 - Fraction(discount)) / 100
    assert abs(Fraction(price.net.amount) - exact) <= Fraction(1, 200)


@given(prior=AMOUNTS, cap=PERCENT, asked=PERCENT)
def test_no_method_passes_what_the_contract_caps(prior: D, cap: D, asked: D) -> None:
    agreed = AgreedPrice(cap_percent=cap)
    for method in (Method.UPLIFT, Method.LIST, Method.CPI):
        rule = PriceRule(method=method, percent=asked)
        found = price_of(facts(line(prior=str(prior)), rule=rule, agreed=agreed), Wish()).lines[0]
        assert found.cap is not None
        assert found.net <= found.cap


@given(prior=AMOUNTS, discount=PERCENT, more=PERCENT)
def test_more_discount_is_never_a_higher_price(prior: D, discount: D, more: D) -> None:
    low, high = sorted((discount, more))
    given_line = line(prior=str(prior))
    dear, cheap = (price_of(facts(given_line), Wish(discount_percent=each)) for each in (low, high))
    assert cheap.net <= dear.net
    assert cheap.gross == dear.gross
    assert cheap.policy == dear.policy


@given(prior=AMOUNTS, discount=PERCENT)
def test_explanation_ends_at_the_price(prior: D, discount: D) -> None:
    found = price_of(facts(line(prior=str(prior))), Wish(discount_percent=discount)).lines[0]
    assert found.steps[-1].amount == found.net
    assert [step.code for step in found.steps[:2]] == ["list", "prior"]

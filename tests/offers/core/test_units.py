"""One count of units over several lines: together they cost what one line would, and nothing is guessed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offers.core.pricing import LineFacts, Method, Price, PriceRule, PricingFacts, Wish, price_of
from offers.core.pricing.units import shared_units
from renewals.core.money import Money

RULE = PriceRule(method=Method.USAGE, unit_price=Decimal("0.5"), included_units=Decimal(100), base_percent=Decimal(50))


def line(key: str, prior: str, **more: object) -> LineFacts:
    """Return a line in euros with the count of the whole account on it."""
    facts = {"key": key, "name": key.title(), "currency": "EUR", "prior": Money(Decimal(prior), "EUR")}
    return LineFacts(**facts | {"units": Decimal(1100), "units_from": "usage.events", "is_whole": True} | more)


def priced(*lines: LineFacts, **wish: object) -> Price:
    """Return the price by the rule above."""
    return price_of(PricingFacts(currency="EUR", lines=lines, rule=RULE, on=date(2026, 3, 2)), Wish(**wish))


@pytest.mark.requirement(9)
@given(st.lists(st.decimals(1, 100_000, places=2), min_size=1, max_size=6), st.integers(0, 10_000))
def test_lines_together_cost_what_one_line_would(priors: list[Decimal], units: int) -> None:
    lines = tuple(line(f"l{place}", str(prior), units=Decimal(units)) for place, prior in enumerate(priors))
    one = priced(line("one", str(sum(priors)), units=Decimal(units))).net.amount
    # Each line is rounded once, and so is the one: half a cent each is all that may lie between.
    assert abs(priced(*lines).net.amount - one) <= Decimal("0.005") * (len(priors) + 1)
    shared = shared_units(lines)
    assert sum(each.units_share for each in shared) == 1
    assert sum(each.units for each in shared) == units


@pytest.mark.requirement(9)
def test_line_that_is_left_out_leaves_its_units_to_the_others() -> None:
    lines = (line("a", "600"), line("b", "400"))
    both, rest = priced(*lines), priced(*lines, quantities={"b": Decimal(0)})
    assert [each.net.amount for each in both.lines] == [600, 400]
    assert [each.net.amount for each in rest.lines] == [800]
    assert both.lines[0].steps[-1].source == "usage.events"


@pytest.mark.requirement(9)
def test_typed_units_stand_for_their_line_alone() -> None:
    found = priced(line("a", "600"), line("b", "400"), units={"b": Decimal(300)})
    assert [each.net.amount for each in found.lines] == [600, 300]
    assert found.lines[1].steps[-1].source == "by hand"


@pytest.mark.parametrize(
    "other",
    [
        {"prior": Money(Decimal(400), "USD"), "currency": "USD"},
        {"prior": None, "list_price": Money(Decimal(1), "EUR")},
    ],
)
def test_count_is_not_known_where_prices_cannot_be_compared(other: dict[str, object]) -> None:
    lines = (line("a", "600"), replace(line("b", "1"), **other))
    assert {each.units for each in shared_units(lines)} == {None}
    free = (line("a", "0"), line("b", "0"))
    assert {each.units for each in shared_units(free)} == {None}

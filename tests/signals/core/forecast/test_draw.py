"""The distribution: seed-stable, in order, without double counting; a lever at zero is the forecast, bit for bit."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renewals.core.errors import InvalidInput
from signals.core.forecast.draw import Drawn, OpenRenewal, draw_quarters
from signals.core.forecast.figures import band_of, parts_of, scenario_figures, tornado
from signals.core.forecast.laws import ParameterLaw
from signals.core.forecast.levers import check_levers
from tests.signals.core.forecast.worlds import Q1, plan, renewal, shipped

SURE = ParameterLaw(level=0.0, slope=0.0, both=0.0, outcomes=0)
CHANCES = st.floats(0.01, 0.99)
SEGMENT = st.sampled_from(("small", "strategic"))
BOOKS = st.lists(
    st.builds(
        renewal,
        st.integers(1, 10**6),
        segment=SEGMENT,
        amount=st.floats(1, 1e6),
        loss_probability=CHANCES,
        slack_days=st.integers(0, 90),
        overdue_days=st.integers(-300, 100),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda each: each.renewal_id,
)


def whole(rows: list[OpenRenewal], **changes: object) -> Drawn:
    return parts_of(draw_quarters(rows, plan(60, **changes)))[(Q1, "", 0, 0)]


@settings(max_examples=30)
@given(BOOKS, st.randoms())
def test_order_of_the_rows_changes_no_bit(rows: list[OpenRenewal], random: object) -> None:
    first = whole(rows)
    random.shuffle(rows)
    again = whole(rows)
    assert all(np.array_equal(getattr(first, name), getattr(again, name)) for name in ("kept", "expansion", "slipped"))


@settings(max_examples=30)
@given(BOOKS)
def test_levers_at_zero_are_the_forecast_bit_for_bit(rows: list[OpenRenewal]) -> None:
    still = whole(rows, levers={rule.key: 0.0 for rule in shipped().levers})
    assert np.array_equal(still.total, whole(rows).total)
    assert np.array_equal(still.count, whole(rows).count)


@settings(max_examples=30)
@given(BOOKS, st.floats(0, 0.2), st.floats(0, 0.2))
def test_higher_uplift_keeps_no_more_renewals_in_any_draw(rows: list[OpenRenewal], one: float, two: float) -> None:
    low, high = (whole(rows, levers={"price_uplift": each}) for each in sorted((one, two)))
    assert np.all(low.count >= high.count)


@settings(max_examples=30)
@given(BOOKS, st.floats(0, 1), st.floats(0, 1))
def test_larger_share_of_sponsor_changes_hits_the_same_and_more(
    rows: list[OpenRenewal], one: float, two: float
) -> None:
    low, high = (whole(rows, levers={"sponsor_change": each}) for each in sorted((one, two)))
    assert np.all(low.kept >= high.kept)


@settings(max_examples=30)
@given(BOOKS)
def test_kept_and_expansion_are_apart_and_within_their_bounds(rows: list[OpenRenewal]) -> None:
    drawn = whole(rows)
    due = sum(each.amount for each in rows)
    assert np.all((drawn.kept <= due * (1 + 1e-9)) & (drawn.kept >= 0))
    assert np.all((drawn.slipped <= drawn.kept) & (drawn.expansion >= 0))
    assert np.array_equal(drawn.total, drawn.kept + drawn.expansion)
    band = band_of(drawn.total)
    assert band.low <= band.middle <= band.high


@settings(max_examples=20)
@given(BOOKS)
def test_parts_of_owners_and_segments_add_up_to_the_whole(rows: list[OpenRenewal]) -> None:
    rows = [replace(each, cell=(each.segment, each.renewal_id % 3 + 1, each.renewal_id % 2)) for each in rows]
    parts = parts_of(draw_quarters(rows, plan(40)))
    total = parts[(Q1, "", 0, 0)].total
    for chosen in (lambda k: k[1] and not k[2] and not k[3], lambda k: not k[1] and k[2]):
        assert np.allclose(sum(part.total for key, part in parts.items() if chosen(key)), total)


def test_another_renewal_changes_no_draw_of_the_first() -> None:
    other = renewal(2, cell=("small", 9, 9))
    alone = draw_quarters([renewal(1)], plan())[(Q1, ("small", 1, 1))]
    beside = draw_quarters([other, renewal(1)], plan())[(Q1, ("small", 1, 1))]
    assert np.array_equal(alone.total, beside.total)


def test_renewals_of_a_quarter_share_its_factor_and_spread_wider_than_coins() -> None:
    rows = [renewal(k) for k in range(1, 201)]
    shared = whole(rows)
    laws = plan().laws
    coins = replace(laws, factor=replace(laws.factor, variance=0.0, segment_variance=0.0), parameters=SURE)
    apart = whole(rows, laws=coins)
    unsure = whole(rows, laws=replace(coins, parameters=laws.parameters))
    assert float(np.std(unsure.count)) > 1.2 * float(np.std(apart.count))
    assert float(np.std(shared.count)) > 1.3 * float(np.std(apart.count))


def test_share_that_is_lost_is_the_chance_when_nothing_is_shared() -> None:
    laws = plan().laws
    quiet = replace(laws, factor=replace(laws.factor, variance=0.0, segment_variance=0.0), parameters=SURE)
    drawn = draw_quarters([renewal(k) for k in range(1, 51)], plan(400, laws=quiet))[(Q1, ("small", 1, 1))]
    assert float(np.mean(drawn.count)) == pytest.approx(40, abs=0.4)


@pytest.mark.parametrize(("slack", "overdue", "share"), [(90, -200, 0.0), (0, -200, 0.4), (0, 60, 1.0)])
def test_slippage_is_what_the_delays_say(slack: int, overdue: int, share: float) -> None:
    drawn = draw_quarters([renewal(1, slack_days=slack, overdue_days=overdue, loss_probability=1e-6)], plan(400))
    part = drawn[(Q1, ("small", 1, 1))]
    assert float(np.mean(part.slipped > 0)) == pytest.approx(share, abs=0.06)


def test_scenario_tells_quarters_and_tornado_the_farthest_reaching_first() -> None:
    rows = [renewal(k) for k in range(1, 21)] + [renewal(30, quarter_on=date(2026, 4, 1))]
    found = scenario_figures(rows, plan(200, levers={"incident": 1.0}))
    before = scenario_figures(rows, plan(200))
    assert list(found) == [Q1, date(2026, 4, 1)]
    assert found[Q1].kept.mean < before[Q1].kept.mean
    bars = tornado(rows, plan(200), {"price_uplift": 0.05, "incident": 0.5})
    assert [bar.reach for bar in bars] == sorted((bar.reach for bar in bars), reverse=True)
    assert {bar.key for bar in bars} == {"price_uplift", "incident"}


@pytest.mark.parametrize("levers", [{"weather": 0.1}, {"price_uplift": 0.3}, {"price_uplift": -0.1}])
def test_lever_that_cannot_be_is_refused(levers: dict[str, float]) -> None:
    with pytest.raises(InvalidInput):
        check_levers(levers, shipped().levers)


def test_lever_at_zero_is_not_kept() -> None:
    assert check_levers({"price_uplift": 0.0, "coverage": -0.5}, shipped().levers) == {"coverage": -0.5}

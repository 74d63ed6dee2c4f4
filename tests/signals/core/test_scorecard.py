"""Curves, bands, inheritance and the refusal of a scorecard that cannot be used."""

import copy
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.core.errors import ScorecardInvalid
from signals.core.features import MEASURES
from signals.core.risk import parse_risk_model
from signals.core.scorecard import Curve, band_of, parse_bands, parse_scorecard, rules_for
from signals.queries.library import shipped

NUMBER = st.floats(-1e6, 1e6)


def card(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(shipped("scorecard")) | changes


@pytest.mark.parametrize(("value", "points"), [(-5, 0), (0, 0), (5, 0.25), (10, 0.5), (20, 0.75), (30, 1), (99, 1)])
def test_curve_runs_from_floor_over_target_to_ceiling(value: float, points: float) -> None:
    assert Curve(floor=0, target=10, ceiling=30).at(value) == points
    assert Curve(floor=0, target=-10, ceiling=-30).at(-value) == points


@settings(deadline=None)
@given(st.lists(NUMBER, min_size=3, max_size=3, unique=True), NUMBER, NUMBER)
def test_curve_never_falls_towards_its_ceiling(points: list[float], one: float, two: float) -> None:
    low, middle, high = sorted(points)
    first, second = sorted((one, two))
    rising, falling = Curve(floor=low, target=middle, ceiling=high), Curve(floor=high, target=middle, ceiling=low)
    assert 0.0 <= rising.at(first) <= rising.at(second) <= 1.0
    assert 1.0 >= falling.at(first) >= falling.at(second) >= 0.0


BANDS = parse_bands(shipped("scorecard")["bands"])


@pytest.mark.parametrize(
    ("value", "band"), [(0, "red"), (39.999999, "red"), (40, "amber"), (65, "green"), (100, "green")]
)
def test_band_includes_its_start_and_the_last_its_end(value: float, band: str) -> None:
    assert band_of(value, BANDS) == band


@settings(deadline=None)
@given(st.floats(0, 100))
def test_every_value_has_exactly_one_band(value: float) -> None:
    holding = [b.key for b in BANDS if b.low <= value < b.high or (b.high == 100.0 == value)]
    assert holding == [band_of(value, BANDS)]


@pytest.mark.parametrize(
    ("bands", "problem"),
    [
        ([(0, 40), (50, 100)], "leaves a gap: it starts at 50, expected 40"),
        ([(0, 40), (30, 100)], "leaves a overlap"),
        ([(0, 40), (40, 90)], "the last band ends at 90, expected 100"),
        ([(0, 40), (40, 40), (40, 100)], "ends before it starts"),
    ],
)
def test_bands_with_gap_or_overlap_are_refused(bands: list[tuple[int, int]], problem: str) -> None:
    rows = [{"key": f"b{at}", "low": low, "high": high} for at, (low, high) in enumerate(bands)]
    with pytest.raises(ScorecardInvalid, match=problem):
        parse_scorecard(card(bands=rows))
    with pytest.raises(ScorecardInvalid, match=problem):
        parse_risk_model(shipped("risk") | {"bands": rows})


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"weight": -1}, "weight of 'usage_velocity'"),
        ({"weight": math.nan}, "weight of 'usage_velocity'"),
        ({"curve": [0.0, 2.0, 1.0]}, "curve of 'usage_velocity'"),
        ({"curve": [0.0, 0.0, 1.0]}, "curve of 'usage_velocity'"),
        ({"half_life_days": 0}, "half_life_days of 'usage_velocity'"),
    ],
)
def test_measure_that_cannot_be_used_is_refused(change: dict[str, Any], problem: str) -> None:
    data = card()
    data["measures"][0] |= change
    with pytest.raises(ScorecardInvalid, match=problem):
        parse_scorecard(data)


def test_override_of_an_unknown_measure_is_refused() -> None:
    with pytest.raises(ScorecardInvalid, match="unknown measure 'mood'"):
        parse_scorecard(card(overrides=[{"measure": "mood", "weight": 1, "reason": "x"}]))


def test_shipped_scorecard_has_a_function_for_every_measure_and_weights_of_one() -> None:
    scorecard, expansion = parse_scorecard(shipped("scorecard")), parse_scorecard(shipped("expansion"))
    assert {rule.key for card in (scorecard, expansion) for rule in card.measures} - {"health"} == set(MEASURES)
    assert math.isclose(math.fsum(rule.weight for rule in scorecard.measures), 1.0)


@pytest.mark.requirement(15)
def test_inheritance_goes_global_segment_complexity_both() -> None:
    overrides = [
        {"measure": "engagement", "segment": "s", "complexity": "c", "half_life_days": 4, "reason": "both"},
        {"measure": "engagement", "complexity": "c", "weight": 3, "half_life_days": 3, "reason": "complexity"},
        {
            "measure": "engagement",
            "segment": "s",
            "weight": 2,
            "half_life_days": 2,
            "full_sample": 2,
            "reason": "segment",
        },
    ]
    scorecard = parse_scorecard(card(overrides=overrides))

    def read(segment: str, complexity: str) -> tuple[float, float, float]:
        rules = {rule.key: rule for rule in rules_for(scorecard, segment=segment, complexity=complexity)}
        return rules["engagement"].weight, rules["engagement"].half_life_days, rules["engagement"].full_sample

    assert [read("x", "x"), read("s", "x"), read("x", "c"), read("s", "c")] == [
        (0.05, 30, 1),
        (2, 2, 2),
        (3, 3, 1),
        (3, 4, 2),
    ]

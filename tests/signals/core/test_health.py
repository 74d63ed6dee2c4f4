"""Health: additive, monotone, honest about what is missing."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.core.features import AccountFacts, Measure, measure_all
from signals.core.health import HealthResult
from signals.core.scoring import health_of
from tests.signals.core.worlds import anything, book, facts, full

BOOK = book()


def health(given: AccountFacts) -> HealthResult:
    rules = BOOK.rules(given.segment, given.complexity)
    return health_of(measure_all(given, rules), rules, BOOK.scorecard)


@pytest.mark.requirement(13)
@settings(deadline=None)
@given(anything)
def test_contributions_add_up_to_the_formula_for_any_account(given: AccountFacts) -> None:
    rules = BOOK.rules(given.segment, given.complexity)
    measures = measure_all(given, rules)
    result = health_of(measures, rules, BOOK.scorecard)
    known = [(m, r) for m, r in zip(measures, rules, strict=True) if m.value is not None and r.weight]
    below = sum(r.weight * m.confidence for m, r in known)
    if result.value is not None:
        above = 100 * sum(r.weight * m.confidence * r.curve.at(m.value) for m, r in known)
        assert math.isclose(result.value, above / below, abs_tol=1e-9)
        assert math.isclose(math.fsum(c.points for c in result.contributions), result.value, abs_tol=1e-9)
        assert 0.0 <= result.value <= 100.0
    assert {c.key for c in result.contributions} | set(result.missing) == {r.key for r in rules if r.weight}


@given(st.sets(st.sampled_from(sorted({kind for rule in BOOK.rules("", "") for kind in rule.kinds}))))
def test_unfed_measures_leave_the_coverage_and_nothing_else(fed: set[str]) -> None:
    everything, told = health(full()), health(full(fed_kinds=frozenset(fed)))
    assert (told.value, told.contributions, told.coverage) == (
        everything.value,
        everything.contributions,
        everything.coverage,
    )
    empty = health(facts(fed_kinds=frozenset(fed)))
    assert (empty.coverage, set(empty.missing) | set(empty.unfed)) == (
        0.0,
        {r.key for r in BOOK.rules("", "") if r.weight},
    )
    assert set(empty.missing) == {
        rule.key for rule in BOOK.rules("", "") if rule.weight and fed & set(rule.fed_by or rule.kinds)
    }


@settings(deadline=None)
@given(anything)
def test_state_follows_the_coverage_floor_and_nothing_unscored_has_a_colour(given: AccountFacts) -> None:
    result = health(given)
    assert (result.state == "scored") == (result.coverage >= BOOK.scorecard.coverage_floor)
    assert (result.value is None) == (result.band == "") == (result.state == "not_scored")


def measures_at(values: dict[str, float | None]) -> tuple[Measure, ...]:
    return tuple(
        Measure(
            key=rule.key,
            value=values.get(rule.key),
            confidence=0.0 if values.get(rule.key) is None else 1.0,
            age_days=1,
            silent_days=0,
            is_stale=False,
            signals_count=1,
        )
        for rule in BOOK.rules("", "")
    )


@settings(deadline=None)
@given(st.data())
def test_better_measure_never_lowers_health(data: st.DataObject) -> None:
    rules = BOOK.rules("", "")
    values = {r.key: data.draw(st.floats(-5, 5)) for r in rules}
    rule = data.draw(st.sampled_from(rules))
    better = values[rule.key] + math.copysign(data.draw(st.floats(0, 50)), rule.curve.ceiling - rule.curve.floor)
    before = health_of(measures_at(values), rules, BOOK.scorecard).value
    after = health_of(measures_at(values | {rule.key: better}), rules, BOOK.scorecard).value
    assert before is not None
    assert after is not None
    assert after >= before - 1e-9


def test_missing_measure_lowers_coverage_and_leaves_the_others_weights_alone() -> None:
    rules = BOOK.rules("", "")
    top = {rule.key: rule.curve.ceiling for rule in rules}
    result = health_of(measures_at(top | {"usage_depth": None}), rules, BOOK.scorecard)
    assert result.value is not None
    assert math.isclose(result.value, 100.0)
    assert math.isclose(result.coverage, 0.87)
    assert result.missing == ("usage_depth",)


def test_coverage_at_the_floor_is_scored_and_below_is_not() -> None:
    rules = tuple(
        replace(rule, weight=1.0 if rule.key in ("engagement", "usage_depth") else 0.0) for rule in BOOK.rules("", "")
    )
    at_floor = health_of(measures_at({"engagement": 9.0}), rules, BOOK.scorecard)
    assert (at_floor.state, at_floor.coverage, at_floor.band) == ("scored", 0.5, "green")
    below = health_of(measures_at({"engagement": 9.0}), rules, replace(BOOK.scorecard, coverage_floor=0.51))
    assert (below.state, below.value, below.band) == ("not_scored", None, "")


def test_account_without_signals_is_not_scored() -> None:
    result = health(facts())
    assert (result.state, result.value, result.coverage, result.oldest_input_days) == ("not_scored", None, 0.0, None)


@pytest.mark.requirement(15)
@pytest.mark.parametrize(
    ("segment", "complexity", "expected"),
    [
        ("small", "standard", 100 * (0.20 * 0.5 + 0.16 * 1.0) / (0.20 + 0.03 + 0.16 + 0.12)),
        ("strategic", "standard", 100 * (0.10 * 0.5 + 0.16 * 1.0) / (0.10 + 0.14 + 0.16 + 0.12)),
        ("small", "low", 100 * (0.20 * 0.5 + 0.16 * 1.0 + 0.12 * 0.5) / (0.20 + 0.03 + 0.16 + 0.12)),
    ],
)
def test_same_inputs_give_the_documented_result_per_segment_and_complexity(
    segment: str, complexity: str, expected: float
) -> None:
    rules = BOOK.rules(segment, complexity)
    inputs = {"usage_velocity": 0.0, "sponsor_stability": 0.0, "perceived_value": 0.9, "feature_adoption": 0.0}
    if complexity == "low":
        inputs["feature_adoption"] = 3.0  # the target for a simple product
    result = health_of(measures_at(inputs), rules, replace(BOOK.scorecard, coverage_floor=0.0))
    assert result.value is not None
    assert math.isclose(result.value, expected)


@pytest.mark.requirement("X16")
def test_frozen_source_makes_its_measures_stale_and_no_green_appears() -> None:
    fresh, frozen = health(full()), health(full(silence=200))
    assert (fresh.stale_count, fresh.state) == (0, "scored")
    assert frozen.stale_count > 5
    assert frozen.coverage < fresh.coverage
    assert frozen.band != "green"

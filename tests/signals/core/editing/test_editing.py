"""Definitions as they are edited: inheritance, changes, merges, suggestions; equal to what scoring reads."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewals.core.errors import InvalidInput
from signals.core.editing.changes import merged, rule_changes, with_edges, with_edits
from signals.core.editing.curves import suggested_curve
from signals.core.editing.inheritance import EVERYWHERE, Place, measure_keys, setting_of
from signals.core.editing.life import STEPS, check_step
from signals.core.editing.manual import manual_measure, manual_measures
from signals.core.editing.values import WHOLE, RulePath, values_of
from signals.core.errors import VersionNotInState
from signals.core.risk import parse_risk_model
from signals.core.scorecard import CHANGEABLE, Curve, parse_scorecard, rules_for
from signals.queries.library import shipped

SEGMENTS = (None, "small", "mid_market", "strategic")
COMPLEXITIES = (None, "low", "medium", "high")
VELOCITY = RulePath(part="measure", key="usage_velocity", field="weight")
places = st.builds(Place, st.sampled_from(SEGMENTS), st.sampled_from(COMPLEXITIES))


def card() -> dict[str, Any]:
    return shipped("scorecard")


def at(place: Place, field: str = "weight", key: str = "usage_velocity") -> RulePath:
    return RulePath(part="measure", key=key, field=field, place=place)


@pytest.mark.requirement(15)
@pytest.mark.parametrize("segment", SEGMENTS[1:])
@pytest.mark.parametrize("complexity", COMPLEXITIES[1:])
def test_setting_is_what_scoring_reads(segment: str, complexity: str) -> None:
    rules = rules_for(parse_scorecard(card()), segment=segment, complexity=complexity)
    for rule in rules:
        for field in CHANGEABLE:
            shown = setting_of(card(), rule.key, field, Place(segment, complexity)).value
            read = getattr(rule, field)
            assert shown == ([read.floor, read.target, read.ceiling] if isinstance(read, Curve) else read)


@pytest.mark.requirement(15)
def test_setting_says_from_where_it_is_inherited() -> None:
    small, small_low = Place("small"), Place("small", "low")
    own = setting_of(card(), "usage_velocity", "weight", small)
    assert (own.value, own.is_own, own.inherited, own.inherited_from) == (0.20, True, 0.15, EVERYWHERE)
    inherited = setting_of(card(), "usage_velocity", "weight", small_low)
    assert (inherited.value, inherited.is_own, inherited.origin) == (0.20, False, small)
    assert setting_of(card(), "time_to_value", "curve", small_low).origin == Place(None, "low")


@given(place=places, weight=st.floats(0, 100, allow_nan=False))
def test_edit_is_read_back_and_reset_gives_the_inherited_value(place: Place, weight: float) -> None:
    edited = with_edits(card(), {at(place): weight}, reason="try")
    assert setting_of(edited, "usage_velocity", "weight", place).value == weight
    parse_scorecard(edited)
    if place != EVERYWHERE:
        reset = with_edits(edited, {at(place): None}, reason="try")
        found = setting_of(reset, "usage_velocity", "weight", place)
        assert not found.is_own
        assert found.value == found.inherited


@given(
    st.dictionaries(places, st.floats(0, 10, allow_nan=False), max_size=5),
    st.dictionaries(places, st.floats(0, 10, allow_nan=False), max_size=5),
)
def test_merge_keeps_every_change_of_the_draft(mine: dict[Place, float], theirs: dict[Place, float]) -> None:
    ours = with_edits(card(), {at(place): value for place, value in mine.items()}, reason="mine")
    published = with_edits(card(), {at(place): value for place, value in theirs.items()}, reason="theirs")
    result = merged(card(), published, ours, reason="mine")
    found = values_of(result.definition)
    for change in rule_changes(card(), ours):
        assert found[change.path] == change.after
    contested = {change.path for change in rule_changes(card(), ours)}
    for change in rule_changes(card(), published):
        assert change.path in contested or found[change.path] == change.after
    assert {each.path for each in result.conflicts} <= contested


def test_edits_leave_the_definition_they_start_from_alone() -> None:
    before = values_of(card())
    with_edits(card(), {VELOCITY: 0.5}, reason="try")
    assert values_of(card()) == before


def test_rule_changes_of_the_same_definition_are_none_and_of_an_edit_exactly_that() -> None:
    assert rule_changes(card(), card()) == ()
    (change,) = rule_changes(card(), with_edits(card(), {at(Place("small")): 0.25}, reason="try"))
    assert (change.path, change.before, change.after) == (at(Place("small")), 0.20, 0.25)


def test_exception_keeps_the_reason_of_who_made_it_and_goes_when_it_says_nothing() -> None:
    place = Place("mid_market", "high")
    made = with_edits(card(), {at(place): 0.3}, reason="They buy breadth.")
    assert made["overrides"][-1]["reason"] == "They buy breadth."
    assert with_edits(made, {at(place): None}, reason="")["overrides"] == card()["overrides"]


@given(st.lists(st.floats(1, 99, allow_nan=False), min_size=2, max_size=2, unique=True).map(sorted))
def test_bands_stay_without_gap_whatever_the_edges(edges: list[float]) -> None:
    made = with_edges(card(), (edges[0], edges[1]))
    bands = parse_scorecard(made).bands
    assert [band.low for band in bands] == [0.0, *[band.high for band in bands[:-1]]]
    assert bands[-1].high == 100.0


def test_manual_measure_is_added_found_and_taken_away_with_its_exceptions() -> None:
    row = manual_measure(label="Executive access", meaning="how near we are", low=1, high=5, weight=0.1)
    whole = RulePath(part="measure", key=row["key"], field=WHOLE)
    added = with_edits(card(), {whole: row, at(Place("small"), key=row["key"]): 0.2}, reason="try")
    assert measure_keys(added)[-1] == "manual_executive_access"
    (found,) = manual_measures(added)
    assert (found.kind, found.low, found.high) == ("health.manual.executive_access", 1.0, 5.0)
    parse_scorecard(added)
    assert values_of(with_edits(added, {whole: None}, reason="")) == values_of(card())


@pytest.mark.parametrize(("label", "low", "high"), [("!!", 1, 5), ("Fine", 5, 1), ("Fine", 0, 101), ("Fine", -1, 1)])
def test_manual_measure_that_cannot_be_used_is_refused(label: str, low: float, high: float) -> None:
    with pytest.raises(InvalidInput):
        manual_measure(label=label, meaning="", low=low, high=high, weight=0.1)


def test_suggested_curve_stands_at_the_tenth_fiftieth_and_ninetieth_per_cent() -> None:
    values = [float(n) for n in range(101)]
    assert suggested_curve(values, is_falling=False) == (10.0, 50.0, 90.0)
    assert suggested_curve(values, is_falling=True) == (90.0, 50.0, 10.0)


@pytest.mark.parametrize("values", [[], [1.0] * 500, [float(n) for n in range(19)], [float("nan")] * 50])
def test_suggested_curve_is_none_without_enough_different_values(values: list[float]) -> None:
    assert suggested_curve(values, is_falling=False) is None


def test_life_of_a_version_has_no_way_past_a_second_person() -> None:
    assert [state for state, after in STEPS.items() if "published" in after] == ["waiting"]
    with pytest.raises(VersionNotInState):
        check_step("draft", "published")
    with pytest.raises(VersionNotInState):
        check_step("rejected", "waiting")


def test_values_of_risk_are_edited_like_those_of_health() -> None:
    path = RulePath(part="input", key="health", field="coefficient")
    made = with_edits(
        shipped("risk"), {path: -1.0, RulePath(part="base", key="small", field="log_odds"): -1.0}, reason=""
    )
    assert [(each.before, each.after) for each in rule_changes(shipped("risk"), made)] == [(-1.266, -1.0), (-0.8, -1.0)]
    assert parse_risk_model(made).base["small"] == -1.0

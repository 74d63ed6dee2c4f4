"""Tiers from risk x expansion potential: the table, edges, holding, people's word, and never from the unknown."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals.core.errors import ScorecardInvalid
from signals.core.tiers import HeldTier, TierFacts, parse_tier_rule, tier_of
from signals.queries.library import shipped

RULE = parse_tier_rule(shipped("tiers"))
AT_ONCE = replace(RULE, days_to_confirm=0)
SCORES = st.floats(min_value=0.0, max_value=100.0)


def decide(risk: float | None, expansion: float | None, held: HeldTier | None = None) -> tuple[str, str]:
    decision = tier_of(TierFacts(risk=risk, expansion=expansion, held=held), RULE)
    return decision.verdict, decision.tier


@pytest.mark.requirement(68)
@pytest.mark.parametrize(
    ("risk", "expansion", "tier"),
    [
        (0.0, 0.0, "basic"),
        (19.99, 39.99, "basic"),
        (19.99, 40.0, "growth"),
        (19.99, 100.0, "growth"),
        (20.0, 39.99, "basic"),
        (20.0, 64.99, "growth"),
        (44.99, 65.0, "strategic"),
        (45.0, 0.0, "growth"),
        (45.0, 40.0, "strategic"),
        (62.0, 71.0, "strategic"),
        (100.0, 100.0, "strategic"),
    ],
)
def test_tier_follows_from_half_open_levels(risk: float, expansion: float, tier: str) -> None:
    assert decide(risk, expansion) == ("derived", tier)


@pytest.mark.requirement(68)
def test_decision_names_the_levels_it_saw() -> None:
    decision = tier_of(TierFacts(risk=62.0, expansion=71.0), RULE)
    assert (decision.tier, decision.risk_level, decision.expansion_level) == ("strategic", "high", "high")


@pytest.mark.requirement(68)
@pytest.mark.parametrize(
    ("risk", "expansion", "missing"),
    [(None, 50.0, ("risk",)), (50.0, None, ("expansion",)), (None, None, ("risk", "expansion"))],
)
def test_unknown_score_keeps_the_tier_and_says_which(
    risk: float | None, expansion: float | None, missing: tuple[str, ...]
) -> None:
    held = HeldTier(tier="growth", risk_level="high", expansion_level="low")
    decision = tier_of(TierFacts(risk=risk, expansion=expansion, held=held), RULE)
    assert (decision.verdict, decision.tier, decision.missing) == ("unknown", "growth", missing)
    assert tier_of(TierFacts(risk=risk, expansion=expansion), RULE).tier == ""


@pytest.mark.requirement(68)
def test_score_that_swings_about_an_edge_changes_the_tier_once() -> None:
    held = HeldTier(tier="basic", risk_level="low", expansion_level="low", held_days=90)
    seen = []
    for expansion in (41.0, 38.5, 42.9, 43.0, 41.0, 38.5, 37.1, 36.9):
        decision = tier_of(TierFacts(risk=5.0, expansion=expansion, held=held), AT_ONCE)
        if decision.verdict == "derived":
            held = HeldTier(
                tier=decision.tier, risk_level="low", expansion_level=decision.expansion_level, held_days=90
            )
        seen.append(held.tier)
    assert seen == ["basic", "basic", "basic", "growth", "growth", "growth", "growth", "basic"]


@pytest.mark.requirement(68)
def test_less_care_waits_and_more_care_does_not() -> None:
    new = HeldTier(
        tier="growth", risk_level="low", expansion_level="high", held_days=3, other_tier="basic", other_days=10
    )
    waiting = tier_of(TierFacts(risk=5.0, expansion=10.0, held=new), RULE)
    assert (waiting.verdict, waiting.tier, waiting.derived_tier, waiting.waits_days) == ("held", "growth", "basic", 11)
    said = replace(new, held_days=14, other_tier="basic", other_days=14)
    assert decide(5.0, 10.0, said) == ("derived", "basic")
    assert decide(90.0, 90.0, replace(new, held_days=0)) == ("derived", "strategic")


@pytest.mark.requirement(68)
def test_another_tier_is_given_once_the_scores_have_said_so_long_enough() -> None:
    held = HeldTier(tier="basic", risk_level="low", expansion_level="low", held_days=200)
    first = tier_of(TierFacts(risk=5.0, expansion=70.0, held=held), RULE)
    assert (first.verdict, first.tier, first.derived_tier, first.waits_days) == ("unconfirmed", "basic", "growth", 14)
    seen = replace(held, other_tier="growth", other_days=13)
    assert tier_of(TierFacts(risk=5.0, expansion=70.0, held=seen), RULE).waits_days == 1
    assert decide(5.0, 70.0, replace(seen, other_days=14)) == ("derived", "growth")
    # What was said of another tier does not count, and neither does a rule from before there was such a number.
    assert decide(30.0, 70.0, replace(seen, other_days=99)) == ("unconfirmed", "basic")
    old = parse_tier_rule({key: value for key, value in shipped("tiers").items() if key != "days_to_confirm"})
    assert tier_of(TierFacts(risk=5.0, expansion=70.0, held=held), old).verdict == "derived"


@pytest.mark.requirement(68)
def test_more_care_at_the_highest_risk_is_given_at_once_and_less_care_never() -> None:
    held = HeldTier(tier="basic", risk_level="low", expansion_level="low", held_days=1)
    assert decide(46.0 + RULE.margin_points, 10.0, held) == ("derived", "growth")
    most = HeldTier(tier="strategic", risk_level="elevated", expansion_level="high", held_days=99)
    assert decide(80.0, 10.0, most) == ("unconfirmed", "strategic")


@pytest.mark.requirement(68)
def test_tier_of_the_segment_gives_way_at_once() -> None:
    assert decide(5.0, 10.0, HeldTier(tier="strategic")) == ("derived", "basic")
    assert decide(90.0, 90.0, HeldTier(tier="strategic")) == ("derived", "strategic")


@pytest.mark.requirement(68)
def test_word_of_a_person_stands_and_the_rule_is_still_shown() -> None:
    decision = tier_of(
        TierFacts(risk=5.0, expansion=10.0, held=HeldTier(tier="strategic", is_override=True, held_days=99)), RULE
    )
    assert (decision.verdict, decision.tier, decision.derived_tier) == ("overridden", "strategic", "basic")


@given(risk=SCORES, expansion=SCORES, held_days=st.integers(min_value=0, max_value=400))
def test_deciding_twice_changes_nothing(risk: float, expansion: float, held_days: int) -> None:
    first = tier_of(TierFacts(risk=risk, expansion=expansion), RULE)
    held = HeldTier(
        tier=first.tier, risk_level=first.risk_level, expansion_level=first.expansion_level, held_days=held_days
    )
    again = tier_of(TierFacts(risk=risk, expansion=expansion, held=held), RULE)
    assert (again.verdict, again.tier) == ("unchanged", first.tier)


@given(start=SCORES, swings=st.lists(st.floats(min_value=-1.4, max_value=1.4), max_size=20))
def test_swing_within_the_margin_never_flaps(start: float, swings: list[float]) -> None:
    held, changes = None, 0
    for swing in swings:
        score = min(max(start + swing, 0.0), 100.0)
        decision = tier_of(TierFacts(risk=score, expansion=50.0, held=held), RULE)
        changes += decision.verdict == "derived"
        if decision.verdict == "derived":
            held = HeldTier(tier=decision.tier, risk_level=decision.risk_level, expansion_level="medium", held_days=99)
    assert changes <= 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cells": shipped("tiers")["cells"][1:]}, "no tier for risk low x expansion low"),
        ({"cells": [*shipped("tiers")["cells"], shipped("tiers")["cells"][0]]}, "appears twice"),
        ({"tiers": ["basic", "growth"]}, "tier 'strategic' is not in the list"),
        ({"margin_points": 40.0}, "margin_points"),
        ({"days_to_confirm": 91}, "days_to_confirm"),
        ({"least_days_before_less_care": -1}, "least_days_before_less_care"),
        ({"longest_override_days": 0}, "longest_override_days"),
        ({"risk_levels": [{"key": "low", "low": 0.0, "high": 40.0}]}, "the last band ends at 40"),
    ],
)
def test_rule_with_a_fault_is_refused_by_name(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ScorecardInvalid) as refused:
        parse_tier_rule({**shipped("tiers"), **change})
    assert words in refused.value.what

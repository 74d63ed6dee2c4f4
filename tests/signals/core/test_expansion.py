"""Expansion potential: growth of adoption, headroom, health as the floor, contributions that add up."""

import math
from typing import Any

import numpy as np
import pytest

from signals.core.features import MeasureColumn, Tally, chunk_from, measure_chunk, rule_columns
from signals.core.health import HealthResult
from signals.core.risk import parse_risk_model
from signals.core.scorecard import parse_scorecard
from signals.core.scoring import RuleBook, expansion_columns, score_chunk
from signals.queries.library import shipped
from tests.signals.core.worlds import facts, tally

CARD = parse_scorecard(shipped("expansion"))
BOOK = RuleBook(scorecard=parse_scorecard(shipped("scorecard")), model=parse_risk_model(shipped("risk")))
EXPANSION = RuleBook(scorecard=CARD, model=BOOK.model)
RICH = (
    *(tally("usage.events", 7 * week, total=100.0 + week) for week in range(12)),
    *(tally("usage.active_users", 7 * week, total=95.0) for week in range(8)),
    tally("usage.seats", 3, total=100.0),
    *(tally("usage.feature_used", 2, subject=f"old {n}", first=50) for n in range(4)),
    *(tally("usage.feature_used", 5, subject=f"new {n}", first=9) for n in range(2)),
    tally("relationship.nps", 10, total=9.0),
    tally("support.message", 4, total=0.8),
    tally("relationship.meeting", 5),
    tally("billing.invoice_paid", 9, total=0.0, subject="I-1"),
)


def measured(key: str, *tallies: Tally, **changes: Any) -> MeasureColumn:
    rules = tuple(rule for rule in EXPANSION.rules("mid_market", "standard") if rule.key == key)
    return measure_chunk(chunk_from([facts(*tallies, **changes)]), rule_columns([rules]))[0]


def expansion(*tallies: Tally, **changes: Any) -> HealthResult:
    scores = score_chunk(chunk_from([facts(*tallies, **changes)]), [], BOOK)
    return expansion_columns(scores, EXPANSION.rules, CARD).at(0)


def used(name: str, age: int, first: int) -> Tally:
    return tally("usage.feature_used", age, subject=name, first=first)


@pytest.mark.requirement(68)
@pytest.mark.parametrize(
    ("features", "growth"),
    [
        ([("a", 3, 60), ("b", 3, 60)], 0.0),
        ([("a", 3, 60), ("b", 3, 10)], 1.0),
        ([("a", 3, 60), ("b", 35, 60)], -0.5),
        ([("a", 3, 60), ("b", 90, 120)], 0.0),
        ([("a", 3, 60), ("b", 27, 27), ("c", 28, 28)], 0.0),
    ],
)
def test_adoption_growth_compares_two_windows(features: list[tuple[str, int, int]], growth: float) -> None:
    assert measured("adoption_growth", *(used(*each) for each in features)).value[0] == growth


@pytest.mark.parametrize("features", [[], [("a", 3, 10)]])
def test_growth_of_a_new_account_is_not_known(features: list[tuple[str, int, int]]) -> None:
    column = measured("adoption_growth", *(used(*each) for each in features))
    assert math.isnan(column.value[0])
    assert column.confidence[0] == 0.0


@pytest.mark.parametrize(
    ("seats", "employees", "share"),
    [(20.0, 100, 0.8), (150.0, 100, 0.0), (None, 100, None), (20.0, None, None), (20.0, 0, None)],
)
def test_headroom_is_the_share_without_a_seat(seats: float | None, employees: int | None, share: float | None) -> None:
    value = measured("headroom", seats=seats, employees=employees).value[0]
    assert value == share if share is not None else math.isnan(value)


@pytest.mark.requirement(68)
def test_contributions_add_up_to_the_potential() -> None:
    result = expansion(*RICH, employees=400)
    assert result.state == "scored"
    assert {each.key for each in result.contributions} == {rule.key for rule in CARD.measures}
    assert math.fsum(each.points for each in result.contributions) == pytest.approx(result.value, abs=1e-9)


@pytest.mark.requirement(68)
def test_full_seats_and_growth_say_more_than_empty_ones() -> None:
    empty = tuple(each if each.kind != "usage.active_users" else each._replace(total=20.0) for each in RICH)
    full, low = expansion(*RICH, employees=400).value, expansion(*empty, employees=400).value
    assert full is not None
    assert low is not None
    assert full > low + 10


@pytest.mark.requirement(68)
def test_too_little_known_is_not_scored() -> None:
    result = expansion(
        tally("relationship.meeting", 5), fed_kinds=frozenset(kind for each in CARD.measures for kind in each.kinds)
    )
    assert (result.state, result.value, result.band) == ("not_scored", None, "")
    assert "usage_depth" in result.missing


def test_account_alone_and_among_others_gets_the_same_last_bit() -> None:
    alone = expansion(*RICH, employees=400)
    both = chunk_from([facts(tally("relationship.meeting", 5), account_id=2), facts(*RICH, employees=400)])
    among = expansion_columns(score_chunk(both, [], BOOK), EXPANSION.rules, CARD).at(1)
    assert among == alone
    assert np.isfinite(alone.value or 0.0)

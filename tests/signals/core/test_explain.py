"""Reasons and what changed between two scores."""

import json
import math
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.core.explain import Part, differences, health_reasons, risk_reasons, total
from signals.core.features import chunk_from
from signals.core.records import HEALTH_INPUT, inputs_from
from signals.core.scoring import health_sheet, score_account, score_chunk
from tests.signals.core.worlds import TODAY, book, full

PARTS = st.lists(
    st.builds(
        Part,
        key=st.sampled_from("abcdef"),
        amount=st.floats(-100, 100),
        value=st.none() | st.floats(-9, 9),
        confidence=st.floats(0, 1),
        weight=st.floats(0, 1),
    ),
    unique_by=lambda part: part.key,
)


@settings(deadline=None)
@given(PARTS, PARTS)
def test_differences_add_up_to_the_change(before: list[Part], after: list[Part]) -> None:
    moved = math.fsum(each.amount for each in differences(before, after))
    assert math.isclose(moved, total(after) - total(before), abs_tol=1e-9)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (None, (1.0, 0.5, 1.0), "appeared"),
        ((1.0, 0.5, 1.0), None, "vanished"),
        ((1.0, 0.5, 1.0), (2.0, 0.5, 1.0), "value"),
        ((1.0, 0.5, 1.0), (1.0, 0.4, 1.0), "confidence"),
        ((1.0, 0.5, 1.0), (1.0, 0.5, 2.0), "rule"),
    ],
)
def test_difference_names_what_changed(before: tuple | None, after: tuple | None, change: str) -> None:
    def parts(given: tuple | None) -> list[Part]:
        if given is None:
            return []
        return [Part(key="a", amount=given[0] * 10, value=given[0], confidence=given[1], weight=given[2])]

    assert [each.change for each in differences(parts(before), parts(after))] == [change]


def test_difference_of_equal_scores_is_empty() -> None:
    part = Part(key="a", amount=1.0, value=1.0, confidence=1.0, weight=1.0)
    assert differences([part], [part]) == ()


def test_reasons_are_the_largest_effects_first() -> None:
    scores = score_account(full(sponsor_left_on=TODAY), {1: TODAY}, book())
    health = health_reasons(scores.health)
    assert health[0].key == "sponsor_stability"
    assert health[0].effect < 0
    assert [abs(r.effect) for r in health] == sorted((abs(r.effect) for r in health), reverse=True)
    assert risk_reasons(scores.risks[1])[0].key == "sponsor_stability"


def test_record_of_a_score_holds_every_contribution() -> None:
    scores = score_chunk(chunk_from([full()]), [], book())
    sheet = health_sheet(scores, version_id=1)
    inputs = inputs_from(json.loads(sheet.details[0])["keys"], sheet.inputs[0].tolist(), HEALTH_INPUT)
    assert math.fsum(each["points"] for each in inputs.values()) == sheet.value[0]
    assert "soft_concern" not in inputs
    assert set(inputs) == {part.key for part in scores.account(0).health.contributions}


def test_reasons_of_a_sheet_are_those_of_the_account() -> None:
    scores = score_chunk(chunk_from([full(), full(sponsor_left_on=TODAY)]), [], book())
    sheet = health_sheet(scores, version_id=1)
    for row in range(2):
        expected = [asdict(each) for each in health_reasons(scores.account(row).health)]
        assert json.loads(sheet.reasons[row]) == expected

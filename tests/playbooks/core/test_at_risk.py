"""The main reason of a risk, whether it can be acted on, and what of it can still be saved."""

from datetime import date, timedelta

import pytest

from playbooks.core.at_risk import NOTHING, MainReason, is_swing, main_reason, parse_at_risk, reason_key
from playbooks.queries.library import at_risk_rules
from signals.queries.library import shipped

RULES = at_risk_rules()
LATE, DEPTH = "payment_timeliness", "usage_depth"
TODAY = date(2026, 11, 22)


def part(key: str, effect: float) -> dict[str, object]:
    return {"key": key, "effect": effect, "value": 0.5}


@pytest.mark.parametrize(
    ("risk", "health", "expected"),
    [
        ([part(LATE, 0.4), part("usage_velocity", 0.2)], [], MainReason(key=LATE, is_actionable=False)),
        ([part("health", 0.9)], [part("x", 5.0), part(DEPTH, -8.0)], MainReason(key=DEPTH, is_actionable=True)),
        ([part("health", 0.9)], [part("engagement", 5.0)], MainReason(key="health", is_actionable=True)),
        ([part("health", -0.9), part("usage_velocity", 0.1)], [], MainReason(key="usage_velocity", is_actionable=True)),
        ([part("health", -0.9)], [part("usage_depth", -8.0)], NOTHING),
        ([part("b.x", 0.3), part("attribute.Plan", 0.3)], [], MainReason(key="attribute", is_actionable=False)),
        ([part("measure.usage_depth (together)", 0.3)], [], MainReason(key="usage_depth", is_actionable=True)),
        ([part("odd", 0.3)], [], MainReason(key="odd", is_actionable=False)),
        ([], [], NOTHING),
    ],
)  # fmt: skip
def test_main_reason_is_what_raises_the_risk_most(
    risk: list[dict[str, object]], health: list[dict[str, object]], expected: MainReason
) -> None:
    assert main_reason(RULES, risk=risk, health=health) == expected


@pytest.mark.parametrize(
    ("is_actionable", "band", "days", "expected"),
    [
        (True, "high", 0, True),
        (True, "elevated", 90, True),
        (True, "low", 90, False),
        (True, "", 90, False),
        (False, "high", 90, False),
        (None, "high", 90, False),
        (True, "high", -1, False),
    ],
)
def test_swing_is_at_risk_actionable_and_ahead(
    is_actionable: bool | None, band: str, days: int, expected: bool
) -> None:
    found = MainReason(key="usage_depth", is_actionable=is_actionable)
    assert is_swing(RULES, found, band=band, due_on=TODAY + timedelta(days=days), today=TODAY) is expected


def test_every_shipped_input_and_measure_has_its_family() -> None:
    rows = [*shipped("risk")["inputs"], *shipped("scorecard")["measures"]]
    assert sorted({row["key"] for row in rows} - set(RULES.reasons)) == []


def test_long_key_fits_its_column() -> None:
    assert len(reason_key(RULES, "x" * 90)) == 40


def test_broken_rules_are_told() -> None:
    _, problems = parse_at_risk({"version": 1, "families": {"usage": True}, "reasons": {"a": "nobody"}, "stray": 1})
    assert len(problems) == 2

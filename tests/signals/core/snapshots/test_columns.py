"""Readings of raw volumes: what each user does is a column of its own, and unknown where nobody counted users."""

from typing import Any

import pytest

from signals.core.learning.frame import NUMBER
from signals.core.snapshots.columns import ColumnSpec, census_of, column_specs, columns_of
from signals.queries.library import snapshot_rules

EVENTS, USERS = "usage.events", "usage.active_users"


def document(users: list[Any] | None) -> dict[str, Any]:
    volumes = {EVENTS: [4, 40.0, 13, 130.0, 26, 260.0, 1]} | ({USERS: users} if users else {})
    empty: dict[str, Any] = {"contract": {}, "account": {"seats": 5.0}, "touches": {}, "measures": {}, "attributes": {}}
    return {**empty, "volumes": volumes, "families": ["usage"], "segment": "small"}


@pytest.mark.parametrize(
    ("users", "value"),
    [([4, 8.0, 13, 26.0, 26, 52.0, 1], 5.0), ([4, None, 13, None, 26, None, 1], None), (None, None)],
)
def test_use_per_user_is_that_of_the_quarter_or_unknown(users: list[Any] | None, value: float | None) -> None:
    spec = ColumnSpec(name="x", kind=NUMBER, family="usage", path=("volumes", EVENTS, "per_user"))
    found = columns_of([document(users)], [spec])[0].values.tolist()
    assert found == ([value] if value is not None else [pytest.approx(float("nan"), nan_ok=True)])


def test_kinds_of_use_have_a_column_per_user_but_for_the_users_themselves() -> None:
    known = [document([4, 8.0, 13, 26.0, 26, 52.0, 1])] * 3
    names = {spec.name for spec in column_specs(census_of(known), snapshot_rules(), {})}
    assert f"volume.{EVENTS}.per_user" in names
    assert f"volume.{USERS}.per_user" not in names


@pytest.mark.parametrize("kind", ["usage.seats", "usage.milestone", "usage.usage_ratio"])
def test_what_nobody_does_has_no_column_per_user(kind: str) -> None:
    known = [document([4, 8.0, 13, 26.0, 26, 52.0, 1])] * 3
    for each in known:
        each["volumes"][kind] = [4, 40.0, 13, 130.0, 26, 260.0, 1]
    names = {spec.name for spec in column_specs(census_of(known), snapshot_rules(), {})}
    assert {f"volume.{kind}.28", f"volume.{kind}.per_user"} & names == {f"volume.{kind}.28"}


@pytest.mark.parametrize(
    ("users", "value"),
    [([4, 8.0, 13, 26.0, 26, 52.0, 1], 0.4), ([2, 4.0, 7, 14.0, 20, 40.0, 1], 0.4), (None, None)],
)
def test_share_of_seats_is_that_of_the_mean_week_whatever_weeks_are_missing(
    users: list[Any] | None, value: float | None
) -> None:
    spec = ColumnSpec(name="x", kind=NUMBER, family="usage", path=("volumes", USERS, "per_seat"))
    found = columns_of([document(users)], [spec])[0].values.tolist()
    assert found == ([pytest.approx(value)] if value is not None else [pytest.approx(float("nan"), nan_ok=True)])


def test_readings_of_use_say_what_they_mean_and_counts_mean_nothing() -> None:
    known = [document([4, 8.0, 13, 26.0, 26, 52.0, 1])] * 3
    meant = {spec.name: spec.meaning for spec in column_specs(census_of(known), snapshot_rules(), {}) if spec.meaning}
    assert {name: meaning for name, meaning in meant.items() if name.startswith("volume.")} == {
        f"volume.{EVENTS}.per_user": "usage_level",
        f"volume.{USERS}.per_seat": "usage_depth",
    }

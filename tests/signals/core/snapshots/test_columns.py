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

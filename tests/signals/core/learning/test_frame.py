"""The table that a model learns from refuses what it cannot hold, and keeps its rows together."""

from dataclasses import replace

import numpy as np
import pytest

from signals.core.errors import FrameInvalid
from signals.core.learning.frame import Column, Frame, category_column, number_column, object_array
from tests.signals.core.learning.books import book


def frame(**changes: object) -> Frame:
    parts: dict[str, object] = {
        "keys": ("a", "b", "c"),
        "columns": (number_column("seats", [1, None, 3]), category_column("plan", ["pro", "", None])),
        "outcome": np.array([1.0, 0.0, np.nan]),
        "groups": object_array(["x", "x", "y"]),
        "segments": object_array(["small", "", "small"]),
    }
    return Frame(**{**parts, **changes})  # type: ignore[arg-type]  # the parts are named above


def test_unknown_values_are_kept_apart_from_zero() -> None:
    made = frame()
    assert made.column("seats").is_known.tolist() == [True, False, True]
    assert made.column("plan").values.tolist() == ["pro", None, None]
    assert made.column("plan").is_known.tolist() == [True, False, False]
    assert made.is_decided.tolist() == [True, True, False]


@pytest.mark.parametrize("rows", [[2, 0], np.array([2, 0])])
def test_rows_taken_by_position_keep_every_part(rows: object) -> None:
    taken = frame(amounts=np.array([10.0, 20.0, 30.0])).take(rows)  # type: ignore[arg-type]  # list or array
    assert taken.keys == ("c", "a")
    assert taken.column("seats").values.tolist() == [3.0, 1.0]
    assert taken.amounts is not None
    assert taken.amounts.tolist() == [30.0, 10.0]
    assert taken.groups.tolist() == ["y", "x"]
    assert taken.decided_on is None


def test_rows_taken_by_mask_are_those_marked() -> None:
    assert frame().take(np.array([True, False, True])).keys == ("a", "c")
    assert len(frame().take(np.zeros(3, dtype=bool))) == 0


def test_columns_replaced_keep_the_rows() -> None:
    made = frame().with_columns([number_column("other", [1, 2, 3])])
    assert made.names == ("other",)
    assert len(made) == 3


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"outcome": np.array([1.0])}, "3 keys but 1 values in outcome"),
        ({"outcome": np.array([1.0, 2.0, 0.0])}, "outcomes other than"),
        ({"columns": (number_column("a", [1, 2, 3]),) * 2}, "more than one column called a"),
        ({"columns": (number_column("a", [1]),)}, "values in column 'a'"),
    ],
)
def test_frame_that_does_not_fit_is_refused_with_the_place(changes: dict[str, object], words: str) -> None:
    with pytest.raises(FrameInvalid, match=words):
        frame(**changes)


@pytest.mark.parametrize(
    ("kind", "values", "words"),
    [
        ("number", np.array([1, 2]), "float64"),
        ("category", np.array(["a"]), "object array"),
        ("category", object_array([1.5]), "is a str or None"),
        ("money", np.array([1.0]), "must be one of number, category"),
        ("number", np.ones((2, 2)), "dimensions"),
    ],
)
def test_column_of_the_wrong_type_is_refused_by_name(kind: str, values: np.ndarray, words: str) -> None:
    with pytest.raises(FrameInvalid, match=f"'seats'.*{words}"):
        Column(name="seats", kind=kind, values=values)


def test_column_of_an_unknown_family_is_refused() -> None:
    with pytest.raises(FrameInvalid, match="family 'weather'"):
        number_column("seats", [1], family="weather")


def test_column_asked_by_a_wrong_name_is_refused() -> None:
    with pytest.raises(FrameInvalid, match="no column 'colour'"):
        frame().column("colour")


def test_snapshots_of_one_decision_share_their_count() -> None:
    rows = book(4)
    days = np.array(["2026-01-01", "2026-01-01", "2026-04-01", "2026-01-01"], dtype="datetime64[D]")
    rows = replace(rows, groups=object_array(["a", "a", "a", "b"]), decided_on=days)
    assert rows.counts.tolist() == [1.0, 1.0, 1.0, 1.0]
    snapshots = replace(rows, days_to_renewal=np.array([90.0, 30.0, 30.0, 30.0]))
    assert snapshots.counts.tolist() == [0.5, 0.5, 1.0, 1.0]
    assert len(set(snapshots.decisions.tolist())) == 3
    assert snapshots.take([]).counts.tolist() == []

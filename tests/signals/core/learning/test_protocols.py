"""Rows are held out by a hash that anybody can repeat, or by time with an embargo; accounts are never split."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from signals.core.learning.frame import Frame, object_array
from signals.core.learning.protocols import (
    Protocol,
    embargo_days,
    fold_of,
    latest_quarters,
    quarter_name,
    quarter_of,
    tuning_folds,
)
from signals.core.learning.settings import Settings
from tests.signals.core.learning.books import book


def dated(rows: int = 600, horizon: float = 60.0) -> Frame:
    days = np.datetime64("2024-01-01") + np.arange(rows).astype("timedelta64[D]")
    return replace(book(rows), decided_on=days, days_to_renewal=np.full(rows, horizon))


@pytest.mark.parametrize("key", ["7590-VHVEG", "", "ü"])
def test_fold_is_the_stated_hash(key: str) -> None:
    assert fold_of("telco", key) == int(hashlib.sha256(f"telco:{key}".encode()).hexdigest(), 16) % 5


def test_hashed_folds_hold_each_decided_row_out_once() -> None:
    frame = book(300)
    frame = replace(frame, outcome=np.where(np.arange(300) % 10, frame.outcome, np.nan))
    splits = Protocol(dataset="d").splits(frame, Settings())
    tested = np.concatenate([split.test for split in splits])
    assert sorted(tested.tolist()) == np.flatnonzero(frame.is_decided).tolist()
    assert all(not set(split.train) & set(split.test) for split in splits)
    assert [fold_of("d", frame.keys[row]) for row in splits[2].test] == [2] * len(splits[2].test)


def test_rows_of_one_account_share_a_fold() -> None:
    frame = book(300, per_account=3)
    for split in Protocol(dataset="d").splits(frame, Settings()):
        assert not set(frame.groups[split.train]) & set(frame.groups[split.test])
    folds = tuning_folds(frame, 5, seed=1)
    assert all(len(set(folds[frame.groups == group])) == 1 for group in set(frame.groups))


def test_rolling_origin_knows_nothing_after_its_embargo() -> None:
    frame = dated()
    settings = Settings()
    assert embargo_days(frame, settings) == 90
    splits = Protocol(kind="rolling").splits(frame, settings)
    assert [split.name for split in splits] == ["2024 Q3", "2024 Q4", "2025 Q1", "2025 Q2", "2025 Q3"]
    for split in splits:
        first = frame.decided_on[split.test].min()
        assert frame.decided_on[split.train].max() < first - np.timedelta64(90, "D")


def test_near_rows_of_a_quarter_learn_from_later_outcomes_than_far_ones() -> None:
    frame = dated()
    frame = replace(frame, days_to_renewal=np.where(np.arange(600) % 2, 180.0, 14.0))
    splits = Protocol(kind="rolling").splits(frame, Settings())
    for split in splits:
        days = set(frame.days_to_renewal[split.test])
        first = np.datetime64(f"{split.name[:4]}-{3 * int(split.name[-1]) - 2:02d}-01")
        assert days == ({180.0} if split.lane == 0 else {14.0})
        assert frame.decided_on[split.train].max() < first - np.timedelta64(210 if split.lane == 0 else 44, "D")
    tested = np.concatenate([split.test for split in splits])
    assert len(tested) == len(set(tested.tolist()))
    assert [split.lane for split in splits if split.name == "2025 Q2"] == [0, 1]
    assert [split.name for split in latest_quarters(splits, 2)] == ["2025 Q2", "2025 Q2", "2025 Q3", "2025 Q3"]


def test_embargo_may_be_told() -> None:
    assert embargo_days(dated(), Settings(embargo_days=5)) == 5
    assert embargo_days(replace(dated(), days_to_renewal=None), Settings()) == 30


def test_rows_without_dates_cannot_roll() -> None:
    assert Protocol(kind="rolling").splits(book(100), Settings()) == ()


def test_quarter_is_named_as_people_do() -> None:
    days = np.array(["2026-03-31", "2026-04-01", "1969-12-31"], dtype="datetime64[D]")
    assert [quarter_name(int(q)) for q in quarter_of(days)] == ["2026 Q1", "2026 Q2", "1969 Q4"]


def test_unknown_groups_do_not_matter_to_the_hash() -> None:
    frame = replace(book(50), groups=object_array([f"g{i}" for i in range(50)]))
    assert sum(len(split.test) for split in Protocol(dataset="d").splits(frame, Settings())) == 50

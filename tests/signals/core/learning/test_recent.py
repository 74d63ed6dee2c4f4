"""The base follows the latest outcomes, is pulled back where they are few, and tables without time know no latest."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from signals.core.learning.frame import Frame, object_array
from signals.core.learning.protocols import Split, rolling_origin
from signals.core.learning.scorecard.recent import followed, recent_shift
from signals.core.learning.settings import Settings
from tests.signals.core.learning.books import book

ROWS = 2_000
RNG = np.random.default_rng(5)


def worsened(by: float, latest: int = 365) -> tuple[Frame, np.ndarray]:
    """Outcomes of log-odds -1.5, raised by so much in the latest days."""
    days = np.datetime64("2022-01-01") + np.arange(ROWS).astype("timedelta64[D]")
    level = np.where(np.arange(ROWS) >= ROWS - latest, by, 0.0)
    lost = (RNG.random(ROWS) < expit(level - 1.5)).astype(float)
    frame = replace(book(ROWS), outcome=lost, decided_on=days, days_to_renewal=np.full(ROWS, 30.0))
    return replace(frame, groups=object_array([f"a{k}" for k in range(ROWS)])), np.full(ROWS, -1.5)


def test_base_moves_towards_the_latest_outcomes() -> None:
    frame, log_odds = worsened(1.0)
    shift = recent_shift(frame, log_odds, Settings())
    assert 0.3 < shift < 1.0
    assert recent_shift(frame, log_odds, Settings(recent_spread=0.05)) < shift / 2


def test_base_stays_where_outcomes_are_as_foretold() -> None:
    frame, log_odds = worsened(0.0)
    assert recent_shift(frame, log_odds, Settings()) == pytest.approx(0.0, abs=0.2)


def test_snapshots_of_one_decision_move_the_base_as_one_row() -> None:
    frame, log_odds = worsened(1.0)
    thrice = frame.take(np.repeat(np.arange(ROWS), 3))
    assert recent_shift(thrice, np.repeat(log_odds, 3), Settings()) == pytest.approx(
        recent_shift(frame, log_odds, Settings())
    )


def test_table_without_time_keeps_its_base() -> None:
    frame, log_odds = worsened(1.0)
    assert recent_shift(replace(frame, days_to_renewal=None), log_odds, Settings()) == 0.0
    assert recent_shift(frame.take([]), log_odds[:0], Settings()) == 0.0


def level(frame: Frame) -> np.ndarray:
    return np.full(len(frame), -1.5)


def last_split(frame: Frame) -> Split:
    return rolling_origin(frame, Settings())[-1]


def test_base_of_each_month_follows_what_was_known_when_it_began() -> None:
    frame, _ = worsened(1.5, latest=240)
    split = last_split(frame)
    shifts = followed(frame, split, level, Settings())
    days = frame.decided_on
    assert days is not None
    months = days[split.test].astype("datetime64[M]")
    for month in np.unique(months):
        known = np.flatnonzero(days < month.astype("datetime64[D]") - np.timedelta64(60, "D"))
        rows = frame.take(known)
        assert (
            shifts[months == month].tolist() == [recent_shift(rows, level(rows), Settings())] * (months == month).sum()
        )
    assert len(set(shifts.tolist())) == len(np.unique(months))


def test_base_of_a_month_knows_nothing_after_its_embargo() -> None:
    frame, _ = worsened(0.5)
    split = last_split(frame)
    before = followed(frame, split, level, Settings())
    days = frame.decided_on
    assert days is not None
    last = days[split.test].max().astype("datetime64[M]").astype("datetime64[D]")
    late = days >= last - np.timedelta64(60, "D")
    turned = replace(frame, outcome=np.where(late, 1.0 - frame.outcome, frame.outcome))
    assert followed(turned, split, level, Settings()).tolist() == before.tolist()


def test_split_without_time_follows_nothing() -> None:
    frame, _ = worsened(1.0)
    fold = Split(name="fold 0", train=np.arange(100), test=np.arange(100, 200))
    assert followed(frame, fold, level, Settings()).tolist() == [0.0] * 100

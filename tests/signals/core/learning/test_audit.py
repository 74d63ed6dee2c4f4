"""A finished model seen from other sides: by level, with outcomes dealt anew, and frozen in time."""

from dataclasses import replace

import numpy as np

from signals.core.learning.frame import Frame, category_column, number_column, object_array
from signals.core.learning.metrics.figures import Judged
from signals.core.learning.protocols import Protocol
from signals.core.learning.settings import Settings
from signals.core.learning.training.audit import (
    audit_labels,
    choose_window,
    figures_by,
    frozen_split,
    held_out_judged,
    permutation_check,
    time_check,
)
from signals.core.learning.training.run import train
from tests.signals.core.learning.books import book, shipped_prior

QUICK = Settings(resamples=60, taus=(0.05, 0.4), booster_rows=10**6, grace_days=0)
SHORT = replace(QUICK, window_days=150)
PRIOR = shipped_prior()


def test_protected_attribute_is_audited_and_never_a_feature() -> None:
    frame = book(700)
    gender = category_column("gender", np.random.default_rng(1).choice(["a", "b"], 700))
    frame = frame.with_columns([*frame.columns, gender])
    model = train(frame, prior=PRIOR, protocol=Protocol(dataset="d"), settings=QUICK, seed=1)
    assert [(e.name, e.reason) for e in model.exclusions] == [("gender", "protected")]
    assert "gender" not in [column.name for column in model.columns]
    judged, rows = held_out_judged(model, frame, "scorecard")
    found = figures_by(audit_labels(gender)[rows], judged, rng=np.random.default_rng(1))
    assert {name: figures.rows for name, figures in found.items()} == {
        "a": int((gender.values == "a").sum()),
        "b": int((gender.values == "b").sum()),
    }


def test_attribute_of_numbers_is_audited_in_quarters() -> None:
    labels = audit_labels(number_column("age", [*range(100), None]))
    assert sorted(set(labels)) == ["(unknown)", "above 74.25", "up to 24.75", "up to 49.5", "up to 74.25"]
    assert sorted(set(audit_labels(number_column("senior", [0, 1, 1])))) == ["0", "1"]


def test_outcomes_dealt_anew_teach_nothing() -> None:
    model = permutation_check(book(600), prior=PRIOR, protocol=Protocol(dataset="d"), settings=QUICK, seed=5)
    assert model.verdict.code == "no_usable_signal"
    assert abs(model.figures["scorecard"].auc - 0.5) < 0.08


def test_world_that_turns_shows_in_the_frozen_figure_and_not_in_mixed_folds() -> None:
    check = time_check(turning_world(), prior=PRIOR, settings=SHORT, seed=1)
    assert check is not None
    assert check.frozen.auc < 0.3
    assert check.rolling.auc > check.frozen.auc + 0.2
    assert check.mixed.rows == check.frozen.rows == check.rolling.rows


def test_window_is_short_after_a_turn_and_all_history_in_a_steady_world() -> None:
    assert choose_window(turning_world(), (None, 150), prior=PRIOR, settings=QUICK, seed=1) == 150
    assert choose_window(turning_world(2.0), (None, 150), prior=PRIOR, settings=QUICK, seed=1) is None


def turning_world(later: float = -2.0) -> Frame:
    """What "odd" means turns over at row 1,100 of 1,600, a little before the last 30 %."""
    frame = book(1600, signal=1.5)
    days = np.datetime64("2022-01-01") + (np.arange(1600) * 0.8).astype("timedelta64[D]")
    turned = frame.column("odd").values * np.where(np.arange(1600) < 1100, 2.0, later)
    lost = (np.random.default_rng(2).random(1600) < 1 / (1 + np.exp(-turned))).astype(float)
    return replace(frame, outcome=lost, decided_on=days)


def test_rows_without_dates_cannot_be_frozen() -> None:
    assert time_check(book(100), prior=PRIOR, settings=QUICK, seed=1) is None
    assert frozen_split(book(100)) is None
    undated = replace(book(10), decided_on=np.full(10, np.datetime64("NaT"), dtype="datetime64[D]"))
    assert frozen_split(undated) is None


def test_figures_by_label_hold_each_row_once() -> None:
    labels = object_array(["x", "y", "x"])
    ones = np.array([1.0, 0.0, 0.0])
    judged = Judged(outcome=ones, probability=np.full(3, 0.3), groups=labels, strata=np.zeros(3))
    found = figures_by(labels, judged, rng=np.random.default_rng(1))
    assert {name: (f.rows, f.losses) for name, f in found.items()} == {"x": (2, 1), "y": (1, 0)}

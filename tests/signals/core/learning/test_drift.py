"""Drift is seen where it is and not where it is not."""

from dataclasses import replace

import numpy as np
import pytest

from signals.core.learning.drift import (
    feature_drift,
    first_shift,
    frame_drift,
    outcome_drift,
    profile,
    stability_index,
)
from signals.core.learning.frame import category_column, number_column, object_array
from tests.signals.core.learning.books import book

RNG = np.random.default_rng(21)


def test_same_law_raises_no_alarm_and_a_moved_feature_does() -> None:
    before = {column.name: profile(column) for column in book(2000).columns}
    later = book(2000, seed=8)
    assert [one.alarms for one in frame_drift(before, later)] == [()] * 5
    moved = later.with_columns(
        [replace(c, values=c.values + 25) if c.name == "health_score" else c for c in later.columns]
    )
    first = frame_drift(before, moved)[0]
    assert (first.name, first.alarms) == ("health_score", ("psi",))


def test_missing_and_unseen_are_alarms_of_their_own() -> None:
    old = profile(category_column("plan", ["a", "b"] * 100))
    now = feature_drift(old, category_column("plan", ["a", "b"] * 80 + ["c"] * 20 + [None] * 40))
    assert now.missing_change == pytest.approx(40 / 220)
    assert now.unseen_share == pytest.approx(20 / 180)
    assert set(now.alarms) >= {"missing", "unseen"}


def test_too_few_rows_have_no_index() -> None:
    assert np.isnan(feature_drift(profile(number_column("x", range(100))), number_column("x", [1.0])).psi)


def test_stability_index_equals_the_formula() -> None:
    assert stability_index((0.5, 0.5), (0.4, 0.6)) == pytest.approx(-0.1 * np.log(0.8) + 0.1 * np.log(1.2))
    assert stability_index((0.5, 0.5), (0.5, 0.5)) == 0.0


def test_losses_beyond_what_was_foretold_are_an_alarm() -> None:
    outcome = np.array([1.0] * 40 + [0.0] * 160 + [1.0] * 20 + [0.0] * 180)
    names = object_array(["2026-02"] * 200 + ["2026-01"] * 200)
    calm, loud = outcome_drift(outcome, np.full(400, 0.1), names)
    assert (calm.name, calm.observed, calm.ratio, calm.is_alarm) == ("2026-01", 20, pytest.approx(1.0), False)
    assert (loud.name, loud.observed, loud.ratio, loud.is_alarm) == ("2026-02", 40, pytest.approx(2.0), True)


def test_risen_log_loss_is_found_soon_after_it_rose() -> None:
    calm = RNG.normal(0.4, 0.2, 600)
    assert first_shift(calm) is None
    found = first_shift(np.concatenate([calm, RNG.normal(0.7, 0.2, 300)]))
    assert found is not None
    assert 600 <= found <= 700

"""Survival equals the textbook where the textbook has numbers, and the true hazard where it is known."""

import numpy as np
import pytest

from signals.core.errors import FrameInvalid
from signals.core.learning.frame import number_column
from signals.core.learning.settings import Settings
from signals.core.learning.survival.curves import censoring_curve, kaplan_meier
from signals.core.learning.survival.hazard import (
    learn_hazard,
    period_edges,
    person_periods,
    total_risk,
)
from signals.core.learning.survival.judging import brier_scores, concordance, integrated_brier
from tests.signals.core.learning.books import book, shipped_prior

# Remission times of 21 leukaemia patients on 6-MP (Freireich 1963; Kaplan-Meier values in Collett's textbook).
WEEKS = np.array([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35], dtype=float)
ENDED = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0], dtype=float)


def test_kaplan_meier_equals_the_textbook() -> None:
    curve = kaplan_meier(WEEKS, ENDED)
    at = curve.at(np.array([5.0, 6, 7, 10, 13, 16, 22, 23, 35]))
    wanted = [1.0, 0.857143, 0.806723, 0.752941, 0.690196, 0.627451, 0.537815, 0.448179, 0.448179]
    assert at == pytest.approx(wanted, abs=1e-6)
    assert curve.before(np.array([6.0]))[0] == 1.0
    exact = np.prod([1 - 3 / 21, 1 - 1 / 17, 1 - 1 / 15])
    assert curve.at(np.array([10.0]))[0] == pytest.approx(exact, abs=1e-12)
    assert (curve.low <= curve.share).all()
    assert (curve.high >= curve.share).all()


def test_nobody_lost_stays_at_one_and_all_lost_ends_at_zero() -> None:
    assert kaplan_meier(WEEKS, np.zeros(21)).share.tolist() == [1.0] * 16
    ended = kaplan_meier(np.array([1.0, 2.0]), np.ones(2))
    assert ended.share.tolist() == [0.5, 0.0]
    assert ended.high[-1] == 0.0


def test_censoring_counts_who_is_lost_as_gone_before() -> None:
    curve = censoring_curve(np.array([1.0, 1.0, 2.0, 3.0]), np.array([1.0, 0.0, 0.0, 1.0]))
    assert curve.share.tolist() == pytest.approx([2 / 3, 1 / 3, 1 / 3])


def test_concordance_counts_pairs_as_harrell_does() -> None:
    duration, lost = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 1.0, 0.0, 1.0])
    assert concordance(duration, lost, np.array([4.0, 3.0, 2.0, 1.0])) == 1.0
    assert concordance(duration, lost, np.array([1.0, 2.0, 3.0, 4.0])) == 0.0
    assert concordance(duration, lost, np.ones(4)) == 0.5
    assert concordance(duration, lost, np.array([4.0, 1.0, 2.0, 3.0])) == pytest.approx(3 / 5)
    assert np.isnan(concordance(duration, np.zeros(4), np.ones(4)))


def test_brier_without_censoring_is_the_plain_one() -> None:
    duration, lost = np.array([1.0, 2.0, 3.0, 4.0]), np.ones(4)
    staying = np.array([[0.2, 0.1], [0.6, 0.3], [0.9, 0.6], [0.8, 0.8]])
    scores = brier_scores(duration, lost, staying, np.array([1.5, 3.5]))
    first = (0.2**2 + 0.4**2 + 0.1**2 + 0.2**2) / 4
    second = (0.1**2 + 0.3**2 + 0.6**2 + 0.2**2) / 4
    assert scores.tolist() == pytest.approx([first, second])
    assert integrated_brier(duration, lost, staying, np.array([1.5, 3.5])) == pytest.approx((first + second) / 2)


def test_brier_weighs_for_rows_no_longer_seen() -> None:
    duration, lost = np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 1.0])
    score = brier_scores(duration, lost, np.full((3, 1), 0.5), np.array([2.5]))[0]
    assert score == pytest.approx((0.25 / (2 / 3) + 0.25 / (2 / 3)) / 3)


def test_person_periods_end_with_the_loss_or_the_last_period_seen() -> None:
    frame = book(3)
    rows = person_periods(frame, np.array([2.0, 1.0, 3.0]), np.array([1.0, 0.0, 0.0]), np.array([1.0, 2.0, 3.0]))
    assert list(rows.keys) == ["r0", "r0", "r1", "r2", "r2", "r2"]
    assert rows.column("(period)").values.tolist() == [0, 1, 0, 0, 1, 2]
    assert rows.outcome.tolist() == [0, 1, 0, 0, 0, 0]


def test_hazard_without_losses_is_refused() -> None:
    with pytest.raises(FrameInvalid, match="No account was lost"):
        period_edges(np.ones(3), np.zeros(3))


@pytest.mark.parametrize("learner", ["logistic", "trees"])
def test_known_hazard_is_recovered(learner: str) -> None:
    rng = np.random.default_rng(3)
    risky = rng.integers(0, 2, 800).astype(float)
    duration = np.minimum(rng.geometric(np.where(risky == 1, 0.3, 0.1)), 8).astype(float)
    lost = (duration < 8).astype(float)
    frame = book(800).with_columns([number_column("risky", risky)])
    edges = period_edges(duration, lost)
    periods = person_periods(frame, duration, lost, edges)
    settings = Settings(taus=(0.2, 0.8), booster_seeds=1, booster_leaves=(6,))
    hazard = learn_hazard(periods, edges, prior=shipped_prior(), settings=settings, learner=learner, seed=1)
    chances = hazard.chances(frame)
    assert chances[risky == 1].mean() == pytest.approx(0.3, abs=0.03)
    assert chances[risky == 0].mean() == pytest.approx(0.1, abs=0.03)
    staying = hazard.staying(frame)
    assert (np.diff(staying, axis=1) <= 0).all()
    assert concordance(duration, lost, total_risk(staying)) > 0.6
    assert hazard.chances(frame.take([0])).shape == (1, len(edges))

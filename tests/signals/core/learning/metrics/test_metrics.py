"""The figures equal closed forms and scikit-learn; intervals equal their textbooks."""

import numpy as np
import pytest
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score
from sklearn.metrics import log_loss as sklearn_log_loss

from signals.core.learning.frame import object_array
from signals.core.learning.metrics.figures import Judged, measure
from signals.core.learning.metrics.honesty import (
    brier,
    calibration_curve,
    calibration_error,
    calibration_line,
    log_loss,
    observed_over_expected,
)
from signals.core.learning.metrics.intervals import (
    Interval,
    poisson_limits,
    resampled,
    resampled_mean,
    wilson,
)
from signals.core.learning.metrics.ranking import (
    area_under_curve,
    area_within,
    average_precision,
    captured,
    top_lift,
)

RNG = np.random.default_rng(4)
P = np.round(RNG.uniform(0.02, 0.98, 400), 2)
Y = (RNG.random(400) < P).astype(float)
AMOUNT = RNG.uniform(1, 50, 400)


def test_order_equals_scikit_learn_with_ties_and_amounts() -> None:
    assert area_under_curve(Y, P) == pytest.approx(roc_auc_score(Y, P), abs=1e-9)
    assert area_under_curve(Y, P, AMOUNT) == pytest.approx(roc_auc_score(Y, P, sample_weight=AMOUNT), abs=1e-9)
    assert average_precision(Y, P) == pytest.approx(average_precision_score(Y, P), abs=1e-9)
    weighted = average_precision_score(Y, P, sample_weight=AMOUNT)
    assert average_precision(Y, P, AMOUNT) == pytest.approx(weighted, abs=1e-9)


def test_probabilities_are_judged_as_scikit_learn_does() -> None:
    assert brier(Y, P) == pytest.approx(brier_score_loss(Y, P), abs=1e-9)
    assert log_loss(Y, P) == pytest.approx(sklearn_log_loss(Y, P), abs=1e-9)
    assert log_loss(Y, P, AMOUNT) == pytest.approx(sklearn_log_loss(Y, P, sample_weight=AMOUNT), abs=1e-9)
    assert brier(Y, P, AMOUNT) == pytest.approx(brier_score_loss(Y, P, sample_weight=AMOUNT), abs=1e-9)


def test_calibration_line_is_the_logistic_regression_on_log_odds() -> None:
    fitted = LogisticRegression(C=np.inf, tol=1e-12, max_iter=1000).fit(logit(P)[:, None], Y)
    line = calibration_line(Y, P)
    assert line.slope == pytest.approx(fitted.coef_[0, 0], abs=1e-5)
    assert line.intercept == pytest.approx(fitted.intercept_[0], abs=1e-5)
    over = calibration_line(Y, expit(2 * logit(P)))
    assert over.slope == pytest.approx(line.slope / 2, abs=1e-9)


def test_one_class_has_no_order_and_no_line() -> None:
    ones = np.ones(5)
    assert np.isnan(area_under_curve(ones, P[:5]))
    assert np.isnan(average_precision(0 * ones, P[:5]))
    assert np.isnan(top_lift(0 * ones, P[:5]))
    assert np.isnan(calibration_line(ones, P[:5]).slope)


def test_pairs_of_different_folds_do_not_count() -> None:
    outcome, score = np.array([1.0, 0, 1, 0]), np.array([0.2, 0.1, 0.9, 0.8])
    assert area_under_curve(outcome, score) == 0.75
    assert area_within(outcome, score, np.array([0, 0, 1, 1])) == 1.0
    assert area_within(outcome, score, np.zeros(4)) == 0.75


def test_lift_and_capture_share_ties_out_evenly() -> None:
    outcome = np.array([1.0, 1, 0, 0, 0, 0, 0, 0, 0, 0])
    score = np.array([9.0, 5, 5, 1, 1, 1, 1, 1, 1, 1])
    assert top_lift(outcome, score) == pytest.approx(5.0)
    assert captured(outcome, score, 2) == pytest.approx(0.75)
    assert captured(outcome, score, 2, np.array([1.0, 3, *[1] * 8])) == pytest.approx((1 + 1.5) / 4)
    assert captured(outcome, score, 99) == 1.0


def test_calibration_error_is_the_mean_gap_of_equal_steps() -> None:
    outcome, probability = np.array([0.0, 1, 1, 1]), np.array([0.1, 0.3, 0.8, 0.6])
    assert calibration_error(outcome, probability, steps=2) == pytest.approx((abs(0.5 - 0.2) + abs(1 - 0.7)) / 2)
    assert observed_over_expected(outcome, probability) == pytest.approx(3 / 1.8)
    points = calibration_curve(outcome, probability, steps=2)
    assert [(p.rows, p.observed) for p in points] == [(2, 0.5), (2, 1.0)]
    assert points[0].foretold == pytest.approx(0.2)
    assert points[0].interval == wilson(1, 2)


def test_wilson_and_poisson_limits_equal_the_textbook() -> None:
    assert (wilson(81, 263).low, wilson(81, 263).high) == pytest.approx((0.25529, 0.36621), abs=1e-5)  # Newcombe 1998
    limits = poisson_limits(10)
    assert (limits.low, limits.high) == pytest.approx((4.7954, 18.3904), abs=1e-4)  # Garwood 1936
    assert poisson_limits(0).low == 0.0
    assert np.isnan(wilson(0, 0).low)


def test_interval_over_accounts_is_wider_than_over_rows() -> None:
    values = np.repeat(RNG.normal(size=60), 10)
    single = object_array([str(i) for i in range(600)])
    accounts = object_array([str(i // 10) for i in range(600)])
    by_row = resampled_mean(values, single, rng=np.random.default_rng(1))
    by_account = resampled_mean(values, accounts, rng=np.random.default_rng(1))
    assert by_account.high - by_account.low > 2 * (by_row.high - by_row.low)
    same = resampled(lambda rows: float(values[rows].mean()), accounts, rng=np.random.default_rng(1), repeats=2000)
    assert (same.low, same.high) == pytest.approx((by_account.low, by_account.high), abs=0.05)


def test_same_seed_gives_the_same_interval() -> None:
    groups = object_array([str(i) for i in range(400)])
    judged = Judged(outcome=Y, probability=P, groups=groups, strata=np.zeros(400), amounts=AMOUNT)
    first = measure(judged, rng=np.random.default_rng(5), repeats=50)
    assert first == measure(judged, rng=np.random.default_rng(5), repeats=50)
    assert first.auc_interval.low < first.auc < first.auc_interval.high
    assert first.amount_auc == pytest.approx(area_under_curve(Y, P, AMOUNT))


def test_nothing_measured_is_not_defined() -> None:
    none = np.zeros(0)
    figures = measure(Judged(outcome=none, probability=none, groups=none, strata=none), rng=np.random.default_rng(1))
    assert figures.rows == 0
    assert np.isnan(figures.auc)
    assert figures.auc_interval.holds(0.3)
    assert Interval(0, 1).holds(1)

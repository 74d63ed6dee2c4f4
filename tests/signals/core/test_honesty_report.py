"""The honesty report: calibrated scores pass, miscalibrated ones fail, too few renewals get no figure."""

from collections.abc import Callable

import numpy as np
import pytest

from signals.core.learning.honesty_report import Honesty, JudgedScore, honesty_of, parse_report_rules, reliability
from signals.queries.library import shipped

RULES = parse_report_rules(shipped("honesty"))


def world(seed: int, rows: int, told: Callable[[np.ndarray], np.ndarray]) -> list[JudgedScore]:
    """Return renewals whose true chance is known; `told` is what the score makes of it."""
    rng = np.random.default_rng(seed)
    truth = rng.beta(1.5, 6.0, rows)
    lost = rng.random(rows) < truth
    values = 100.0 * np.clip(told(truth), 0.001, 0.999)
    return [row(n, float(value), bool(is_lost)) for n, (value, is_lost) in enumerate(zip(values, lost, strict=True))]


def row(number: int, value: float, is_lost: bool, *, band: str = "", warned_days: int | None = None) -> JudgedScore:
    found = band or ("low" if value < 20 else "elevated" if value < 45 else "high")
    return JudgedScore(
        score_id=number,
        account_id=number,
        renewal_id=number,
        segment="small",
        maker="scorecard",
        version=1,
        value=value,
        band=found,
        is_lost=is_lost,
        warned_days=warned_days,
    )


def sharper(truth: np.ndarray) -> np.ndarray:
    odds = np.log(truth / (1 - truth))
    return 1 / (1 + np.exp(-2.5 * odds))


@pytest.mark.requirement("X7")
@pytest.mark.requirement(16)
def test_calibrated_scores_pass_in_nearly_every_world() -> None:
    verdicts = [honesty_of(world(seed, 600, lambda p: p), kind="risk", rules=RULES).verdict for seed in range(100)]
    assert verdicts.count("fails") <= 5


@pytest.mark.requirement("X7")
@pytest.mark.requirement(16)
@pytest.mark.parametrize(
    "told",
    [lambda p: p * 2.0, lambda p: p * 0.5, lambda p: p + 0.15, lambda p: np.full_like(p, 0.05), sharper],
    ids=["twice", "half", "shifted", "always the same", "too sure"],
)
def test_miscalibrated_scores_fail_in_nearly_every_world(told: Callable[[np.ndarray], np.ndarray]) -> None:
    verdicts = [honesty_of(world(seed, 600, told), kind="risk", rules=RULES).verdict for seed in range(20)]
    assert verdicts.count("fails") >= 19


@pytest.mark.parametrize(("rows", "lost"), [(0, 0), (49, 20), (400, 9), (400, 395)])
def test_too_few_renewals_get_no_figure(rows: int, lost: int) -> None:
    found = honesty_of([row(n, 50.0, n < lost) for n in range(rows)], kind="risk", rules=RULES)
    assert (found.is_enough, found.rows, found.lost) == (False, rows, lost)
    assert (found.verdict, found.brier, found.auc, found.curve) == ("", None, None, ())


def test_brier_and_warning_time_equal_what_is_counted_by_hand() -> None:
    rows = [row(n, 80.0 if n < 30 else 10.0, n < 30, warned_days=n if n < 20 else None) for n in range(100)]
    found = honesty_of(rows, kind="risk", rules=RULES)
    assert found.brier == pytest.approx((30 * 0.2**2 + 70 * 0.1**2) / 100)
    assert (found.auc, found.unwarned, found.warned_days) == (1.0, 10, (4.75, 9.5, 14.25))
    assert sum(step.rows for step in found.curve) == 100
    assert all(step.low <= step.observed <= step.high for step in found.curve)


def test_surprises_are_named_with_the_worst_first_however_few() -> None:
    rows = [row(1, 5.0, True), row(2, 2.0, True), row(3, 90.0, False), row(4, 60.0, False), row(5, 30.0, True)]
    found = honesty_of(rows, kind="risk", rules=RULES)
    assert (found.is_enough, found.green_churns, found.red_renewals) == (False, (2, 1), (3, 4))


@pytest.mark.requirement(17)
def test_health_is_judged_by_its_order_and_has_no_brier() -> None:
    def health(seed: int, told: Callable[[np.ndarray], np.ndarray]) -> Honesty:
        rows = [row(each.score_id, 100.0 - each.value, each.is_lost, band="green") for each in world(seed, 300, told)]
        return honesty_of(rows, kind="health", rules=RULES)

    good = health(1, lambda p: p)
    assert (good.verdict, good.brier) == ("orders", None)
    assert health(1, lambda p: np.random.default_rng(5).random(len(p))).verdict == "no_order"
    scores = [step.score for step in good.curve]
    assert scores == sorted(scores, reverse=True)


def test_certain_probabilities_are_not_divided_by_nothing() -> None:
    assert reliability(np.array([0.0, 1.0]), np.array([0.0, 1.0]), steps=2) == 1.0

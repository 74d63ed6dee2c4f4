"""What past quarters teach, and how well quarters of a known market are foretold by it."""

from datetime import date
from math import log

import pytest

from signals.core.forecast.backtest import Backtest, JudgedQuarter, judge_quarters
from signals.core.forecast.laws import PastRenewal, learn_laws
from tests.signals.core.forecast.worlds import Q1, judged, shipped

Q2 = date(2026, 4, 1)


def past(quarter_on: date, lost: int, kept: int, chance: float = 0.2, ratio: float = 1.0) -> list[PastRenewal]:
    rows = [0.0] * lost + [ratio] * kept
    return [
        PastRenewal(quarter_on=quarter_on, segment="small", loss_probability=chance, ratio=each, delay_days=3)
        for each in rows
    ]


def test_without_history_the_shipped_opinion_holds_and_says_so() -> None:
    laws = learn_laws((), shipped())
    assert (laws.factor.variance, laws.factor.quarters, laws.factor.is_assumed) == (0.0625, 4, True)
    assert laws.ratio_of("small").mean == pytest.approx(0.12 * 0.7775 + 0.5 + 0.38 * 1.17)


def test_quarters_that_came_as_foretold_leave_the_floor() -> None:
    law = learn_laws(past(Q1, 20, 80) + past(Q2, 20, 80), shipped()).factor
    assert (law.variance, law.segment_variance, law.quarters, law.is_assumed) == (0.02, 0.01, 2, False)


def test_variance_of_quarters_that_stray_is_their_excess_by_hand() -> None:
    laws = learn_laws(past(Q1, 40, 60) + past(Q2, 0, 100), shipped())
    # sum p (1 - p) = 16 in each; z = 20 / 4 = 5 twice: (25 - 1 + 25 - 1) / 32
    known = laws.parameters.variance_at(log(0.25))
    assert laws.factor.variance == pytest.approx(1.5 - known)
    # information of 200 outcomes at p = .2: 32 (1, x)(1, x)', and of the prior 1 / .15^2 and 1 / .1^2
    level, slope, both = 32 + 1 / 0.15**2, 32 * log(0.25) ** 2 + 100, 32 * log(0.25)
    assert laws.parameters.level == pytest.approx(slope / (level * slope - both**2))
    assert (laws.parameters.outcomes, known < 0.0225 + 0.01 * log(0.25) ** 2) == (200, True)


def test_renewals_of_which_nothing_was_foretold_teach_ratios_alone() -> None:
    rows = past(Q1, 5, 30, ratio=1.2) + past(Q2, 5, 30, ratio=0.8)
    laws = learn_laws([PastRenewal(**{**_fields(row), "loss_probability": None}) for row in rows], shipped())
    assert laws.factor.is_assumed
    assert laws.ratio_of("small").contracted == pytest.approx((30 + 20 * (30 + 20 * 0.12) / 80) / 80)
    assert laws.delay_days[0] == laws.delay_days[-1] == 3.0


def _fields(row: PastRenewal) -> dict[str, object]:
    return {name: getattr(row, name) for name in PastRenewal.__slots__}


def backtest(kind: str = "") -> Backtest:
    rows = [each for seed in range(9) for each in judged(seed, quarters=12, past=8, size=100, draws=200, kind=kind)]
    found = judge_quarters(rows)
    assert found is not None
    assert found.quarters == 108
    return found


def test_band_holds_eight_of_ten_quarters_and_errs_no_more_than_who_knows_every_chance() -> None:
    found = backtest()
    assert 0.74 <= found.coverage <= 0.88
    assert found.error <= 1.1 * backtest("oracle").error


def test_backtest_reproduces_by_hand_and_refuses_too_few() -> None:
    rows = [
        JudgedQuarter(low=80, middle=100, high=120, actual=110),
        JudgedQuarter(low=80, middle=100, high=120, actual=50),
    ]
    found = judge_quarters(rows)
    assert found is not None
    assert (found.quarters, found.coverage) == (2, 0.5)
    assert found.error == pytest.approx((10 / 110 + 50 / 50) / 2)
    assert found.bias == pytest.approx(40 / 160)
    # P10: .1 x 30 and .9 x 30; P50: .5 x 10 and .5 x 50; P90: .1 x 10 and .1 x 70
    assert found.pinball == pytest.approx(((3 + 27) / 2 + (5 + 25) / 2 + (1 + 7) / 2) / 3 / 80)
    assert judge_quarters(rows, minimum=3) is None
    assert judge_quarters([]) is None

"""A model that only repeats how old contracts are says nothing of accounts, however well it orders them."""

from dataclasses import replace

import numpy as np
from scipy.special import expit

from signals.core.learning.frame import Frame, number_column, object_array
from signals.core.learning.protocols import Protocol
from signals.core.learning.settings import Settings
from signals.core.learning.training.model import AGE, PRIOR, RATE, SCORECARD, TrainedModel
from signals.core.learning.training.run import train
from tests.signals.core.learning.books import shipped_prior

QUICK = Settings(resamples=40, booster_rows=10**9, background_rows=8, taus=(0.05, 0.4), segment_taus=(0.0,))
ROWS = 900


def aged(*, use: float) -> Frame:
    """Two years of renewals: old contracts are lost, and less used ones as far as `use` says."""
    rng = np.random.default_rng(11)
    age, used = rng.uniform(0, 36, ROWS), rng.normal(size=(2, ROWS))
    outcome = rng.random(ROWS) < expit(-0.5 + 0.12 * (age - 18) - use * used[0])
    return Frame(
        keys=tuple(f"r{row}" for row in range(ROWS)),
        columns=(
            number_column("contract.tenure_months", age, family="contract", meaning="tenure_months"),
            number_column("usage.depth", used[0], family="usage"),
            number_column("usage.odd", used[1], family="usage"),
        ),
        outcome=outcome.astype(float),
        groups=object_array([f"a{row}" for row in range(ROWS)]),
        segments=object_array(["small"] * ROWS),
        decided_on=np.datetime64("2024-01-01") + np.sort(rng.integers(0, 730, ROWS)),
    )


def trained(frame: Frame) -> TrainedModel:
    protocol = Protocol(kind="rolling", dataset="book")
    return train(frame, prior=shipped_prior(), protocol=protocol, settings=QUICK, seed=3)


def test_order_by_age_alone_is_no_usable_signal() -> None:
    model = trained(aged(use=0.0))
    better = {one.reference: one.is_better for one in model.report.comparisons if one.challenger == SCORECARD}
    assert better == {RATE: True, PRIOR: True, AGE: False}
    assert model.figures[SCORECARD].auc_interval.low > 0.6
    assert (model.verdict.code, model.in_force) == ("no_usable_signal", PRIOR)


def test_what_tells_more_than_age_is_learned() -> None:
    model = trained(aged(use=1.5))
    assert (model.verdict.code, model.in_force) == ("learned", SCORECARD)


def test_table_without_age_is_asked_against_rate_and_prior_alone() -> None:
    frame = aged(use=1.5)
    model = trained(replace(frame, columns=frame.columns[1:]))
    assert {one.reference for one in model.report.comparisons} == {RATE, PRIOR}

"""How bold weights may be where the expert's word foretells nothing, where it does, and where few outcomes can say."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from signals.core.learning.frame import Array, Frame, number_column, object_array
from signals.core.learning.metrics.ranking import area_under_curve
from signals.core.learning.scorecard import tuning
from signals.core.learning.scorecard.model import learn_scorecard
from signals.core.learning.settings import Settings
from signals.queries.learned.tables import shipped_prior

PRIOR = shipped_prior()
ROWS = 12_000


def table(*, losses: float, word: float, own: float = 1.2, rows: int = ROWS) -> Frame:
    """Age goes with losses by `word`; another column, that no expert knows, by `own`; six say nothing."""
    rng = np.random.default_rng(4)
    age, unknown = rng.normal(size=rows), rng.normal(size=rows)
    columns = [
        number_column("age", np.exp(2 + age).tolist(), family="contract", meaning="tenure_months"),
        number_column("balance", unknown.tolist(), family="attribute"),
        *(number_column(f"noise {n}", rng.normal(size=rows).tolist(), family="attribute") for n in range(6)),
    ]
    return Frame(
        keys=tuple(f"K{n}" for n in range(rows)),
        columns=tuple(columns),
        outcome=(rng.random(rows) < expit(losses - word * age + own * unknown)).astype(float),
        groups=object_array([f"A{n}" for n in range(rows)]),
        segments=object_array([""] * rows),
    )


def tau_of(frame: Frame, rows: int) -> float:
    return learn_scorecard(frame.take(np.arange(rows)), PRIOR, settings=Settings(), seed=1).shading.tau


def area_ahead(frame: Frame, rows: int) -> float:
    """The order of the rows that were not learned from."""
    rest = frame.take(np.arange(rows, len(frame)))
    card = learn_scorecard(frame.take(np.arange(rows)), PRIOR, settings=Settings(), seed=1)
    return area_under_curve(rest.outcome, card.log_odds(rest))


@pytest.fixture
def always_heard(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    return lambda: monkeypatch.setattr(tuning, "_is_heard", lambda sample: True)


def asked(frame: Frame, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """What was answered each time the expert was weighed."""
    answers: list[bool] = []
    weigh = tuning._is_heard

    def noted(sample: tuning.Sample) -> bool:
        answers.append(weigh(sample))
        return answers[-1]

    monkeypatch.setattr(tuning, "_is_heard", noted)
    tau_of(frame, 600)
    return answers


@pytest.mark.requirement(15)
def test_expert_whose_word_foretells_nothing_holds_no_weight_back(always_heard: Callable[[], None]) -> None:
    frame = table(losses=-3.2, word=0.0, own=0.6)
    assert 30 <= frame.outcome[:1_000].sum() <= 40
    bold, ahead = tau_of(frame, 1_000), area_ahead(frame, 1_000)
    always_heard()
    assert tau_of(frame, 1_000) < bold
    assert area_ahead(frame, 1_000) < ahead - 0.02


@pytest.mark.requirement(15)
def test_expert_is_heard_where_his_word_foretells(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(table(losses=-1.0, word=1.0), monkeypatch) == [True]


@pytest.mark.requirement(15)
def test_few_outcomes_cannot_doubt_him(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = table(losses=-4.5, word=0.0)
    assert frame.outcome[:600].sum() < tuning.DOUBTED_FROM
    assert asked(frame, monkeypatch) == [True]


@pytest.mark.requirement(15)
def test_in_order_of_time_he_is_always_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is foretold lies later than every row, so accounts held out of the same months make bolder than is good."""
    flat = table(losses=-1.0, word=0.0)
    days: Array = np.full(len(flat), 30.0)
    assert asked(flat, monkeypatch) == [False]
    assert asked(replace(flat, days_to_renewal=days), monkeypatch)[-1] is True

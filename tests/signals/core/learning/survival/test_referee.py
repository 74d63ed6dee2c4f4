"""Kaplan-Meier and concordance equal lifelines, whose outputs are kept in `referee/lifelines.json`.

lifelines wants an older pandas than ours, so it is asked in an environment of its own, and only when the file is to be
made anew: `python -m venv other && other/bin/pip install "lifelines==0.30.3" "pandas<3"`; then for each sample
`fit = KaplanMeierFitter(alpha=0.05).fit(duration, lost)`, of which the first row (time 0) is left out:
`fit.survival_function_` (share), `fit.confidence_interval_survival_function_` (low, high), `fit.event_table` (at_risk,
losses), and `concordance_index(duration, [-int(d % 5) for d in duration], lost)`.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from signals.core.learning.survival.curves import kaplan_meier
from signals.core.learning.survival.judging import concordance

SAMPLES: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).with_name("referee") / "lifelines.json").read_text("utf-8")
)["samples"]
EXACT = 1e-9


@pytest.fixture(params=sorted(SAMPLES))
def sample(request: pytest.FixtureRequest) -> dict[str, np.ndarray]:
    return {name: np.array(values, dtype=float) for name, values in SAMPLES[request.param].items()}


def test_kaplan_meier_equals_lifelines(sample: dict[str, np.ndarray]) -> None:
    curve = kaplan_meier(sample["duration"], sample["lost"])
    assert curve.times.tolist() == sample["times"].tolist()
    assert curve.at_risk.tolist() == sample["at_risk"].tolist()
    assert curve.losses.tolist() == sample["losses"].tolist()
    assert np.abs(curve.share - sample["share"]).max() <= EXACT


def test_interval_of_the_curve_equals_lifelines(sample: dict[str, np.ndarray]) -> None:
    curve = kaplan_meier(sample["duration"], sample["lost"])
    inside = (curve.share < 1) & (curve.share > 0)
    assert inside.sum() >= 8
    assert np.abs(curve.low - sample["low"])[inside].max() <= EXACT
    assert np.abs(curve.high - sample["high"])[inside].max() <= EXACT


def test_concordance_equals_lifelines(sample: dict[str, np.ndarray]) -> None:
    found = concordance(sample["duration"], sample["lost"], np.floor(sample["duration"] % 5))
    assert found == pytest.approx(float(sample["concordance_of_duration_mod_5"]), abs=EXACT)

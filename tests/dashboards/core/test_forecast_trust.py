"""How far to trust a forecast: figures in sentences, what is not known left out."""

from math import exp, log

import pytest

from dashboards.core.forecast_trust import trust_lines

FACTOR = {"variance": 1.44, "segment_variance": 0.01, "quarters": 3, "is_assumed": False}


def risk_after(by: float) -> float:
    """Return what a chance of 10 % becomes when its log-odds move."""
    return 1 / (1 + exp(-(log(0.1 / 0.9) + by)))


@pytest.mark.requirement(6)
def test_how_quarters_stray_is_told_by_a_renewal_of_ten_percent() -> None:
    (line,) = trust_lines({"factor": FACTOR}, None)
    bad, good = round(risk_after(1.2) * 100), round(risk_after(-1.2) * 100)
    assert (bad, good) == (27, 3)
    assert line.words == (
        "A renewal with a 10% chance of loss has 27% in a bad quarter, 3% in a good one: learned from 3 past quarters."
    )
    (assumed,) = trust_lines({"factor": {**FACTOR, "is_assumed": True}}, None)
    assert "an assumption until two quarters are over" in assumed.words


@pytest.mark.requirement(6)
def test_error_of_the_chances_and_past_forecasts_are_told_with_their_terms() -> None:
    parameters = {"level": 0.0225, "slope": 0.01, "both": 0.0, "outcomes": 60}
    backtest = {"quarters": 4, "error": 0.045, "bias": -0.012, "coverage": 0.75}
    lines = list(trust_lines({"factor": FACTOR, "parameters": parameters}, backtest))
    assert [line.term for line in lines] == ["shared_quarter", "chance_error", "forecast_backtest"]
    spread = 1.2816 * (0.0225 + 0.01 * log(0.1 / 0.9) ** 2) ** 0.5
    low, high = (f"{risk_after(by):.0%}" for by in (-spread, spread))
    assert lines[1].words == f"By 60 outcomes, a stated chance of 10% truly lies between {low} and {high}."
    assert lines[2].words == (
        "Off by 4.5% in the middle one of 4 quarters, bias −1.2% low; the range held 75% of them, 80% is meant."
    )

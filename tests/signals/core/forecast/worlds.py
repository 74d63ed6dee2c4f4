"""Rules as shipped, small books, and quarters of a known market to hold the forecast against."""

import tomllib
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np

from signals.core.forecast.backtest import JudgedQuarter
from signals.core.forecast.book import next_quarter
from signals.core.forecast.draw import OpenRenewal, Plan, draw_quarters, nothing
from signals.core.forecast.figures import band_of
from signals.core.forecast.laws import ParameterLaw, PastRenewal, learn_laws
from signals.core.forecast.rules import ForecastRules, parse_forecast_rules

LIBRARY = Path(__file__).resolve().parents[4] / "signals" / "library" / "forecast.toml"
SEGMENTS = ("small", "mid_market", "strategic")
SHARES = (0.6, 0.3, 0.1)
AMOUNTS = {"small": (6e3, 0.7), "mid_market": (35e3, 0.6), "strategic": (180e3, 0.7)}
CHURN = {"small": 0.22, "mid_market": 0.13, "strategic": 0.07}
Q1 = date(2026, 1, 1)


@cache
def shipped() -> ForecastRules:
    """Return the shipped rules."""
    return parse_forecast_rules(tomllib.loads(LIBRARY.read_text()))


def plan(draws: int = 400, **changes: object) -> Plan:
    """Return a plan by laws of which nothing is known yet."""
    rules = shipped()
    known = Plan(laws=learn_laws((), rules), seed=7, draws=draws, levers={}, lever_rules=rules.levers)
    return replace(known, **changes)


def renewal(number: int = 1, **changes: object) -> OpenRenewal:
    """Return an open renewal of 1,000 a year with one chance in five of being lost."""
    segment = str(changes.pop("segment", "small"))
    known = OpenRenewal(
        renewal_id=number,
        quarter_on=Q1,
        segment=segment,
        cell=(segment, 1, 1),
        amount=1000.0,
        loss_probability=0.2,
        slack_days=30,
        overdue_days=-60,
    )
    return replace(known, **changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Deal:
    segment: str
    amount: float
    foretold: float
    truth: float
    ratio: float


def _quarter(rng: np.random.Generator, market: float, size: int) -> list[_Deal]:
    """Draw what falls due in one quarter: health and sponsors differ, the model sees them with some noise."""
    found = []
    for segment in rng.choice(SEGMENTS, size=size, p=SHARES):
        median, spread = AMOUNTS[segment]
        base = np.log(CHURN[segment] / (1 - CHURN[segment])) - 0.35
        own = float(rng.normal(0, 1.1))
        truth = 1 / (1 + np.exp(-(base + own + market)))
        seen = 1 / (1 + np.exp(-(base + own * 0.9 + rng.normal(0, 0.35))))
        kind = rng.random()
        volume = rng.uniform(0.6, 0.95) if kind < 0.12 else 1.0 if kind < 0.62 else rng.uniform(1.03, 1.35)
        ratio = 0.0 if rng.random() < truth else float(volume)
        found.append(
            _Deal(
                segment=segment,
                amount=median * float(np.exp(rng.normal(0, spread))),
                foretold=seen,
                truth=truth,
                ratio=ratio,
            )
        )
    return found


def judged(seed: int, *, quarters: int, past: int, size: int, draws: int, kind: str = "") -> list[JudgedQuarter]:
    """Return each quarter of a market (AR(1) .6, .25) as it was forecast from those before it, and what it came to.

    Of the kind "coins" no factor is drawn; the "oracle" knows every true chance, the market of the quarter included.
    """
    rng, rules = np.random.default_rng(seed), shipped()
    market, day, known, found = 0.0, Q1, [], []
    for place in range(quarters + past):
        market = 0.6 * market + float(rng.normal(0, 0.25))
        deals = _quarter(rng, market, size)
        if place >= past:
            laws = learn_laws(known[-rules.quarters_back * size :], rules)
            if kind:
                sure = ParameterLaw(level=0.0, slope=0.0, both=0.0, outcomes=0)
                quiet = replace(laws.factor, variance=0.0, segment_variance=0.0)
                laws = replace(laws, factor=quiet, parameters=sure)
            rows = [
                renewal(
                    k + 1,
                    segment=each.segment,
                    amount=each.amount,
                    loss_probability=each.truth if kind == "oracle" else each.foretold,
                    quarter_on=day,
                )
                for k, each in enumerate(deals)
            ]
            drawn = nothing(draws)
            for part in draw_quarters(rows, plan(draws, laws=laws, seed=seed)).values():
                drawn = drawn + part
            band = band_of(drawn.total)
            actual = sum(each.amount * each.ratio for each in deals)
            found.append(JudgedQuarter(low=band.low, middle=band.middle, high=band.high, actual=actual))
        known += [
            PastRenewal(
                quarter_on=day, segment=each.segment, loss_probability=each.foretold, ratio=each.ratio, delay_days=-5
            )
            for each in deals
        ]
        day = next_quarter(day)
    return found

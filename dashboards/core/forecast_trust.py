"""How far to trust a forecast, in sentences to be checked against quarters one remembers. Computes no forecast."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Any

from dashboards.core.forecast_words import bias_words, share_words
from dashboards.core.money import count_words, percent_words
from signals.core.forecast.laws import ParameterLaw

EXAMPLE = 0.1
"""The chance of loss that sentences are told by: that of an ordinary renewal."""
EIGHT_OF_TEN = 1.2816


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustLine:
    """What is told, in words, and the term of the glossary that says how it is reckoned."""

    name: str
    words: str
    term: str


def trust_lines(laws: Mapping[str, Any], backtest: Mapping[str, Any] | None) -> Iterator[TrustLine]:
    """Yield how quarters stray, how far the chances may be off, and how past forecasts did, as far as it is known."""
    factor, stated = laws["factor"], percent_words(EXAMPLE)
    good, bad = _moved(-sqrt(factor["variance"])), _moved(sqrt(factor["variance"]))
    source = "an assumption until two quarters are over"
    if not factor["is_assumed"]:
        source = f"learned from {count_words(factor['quarters'], 'past quarter')}"
    words = f"A renewal with a {stated} chance of loss has {bad} in a bad quarter, {good} in a good one: {source}."
    yield TrustLine(name="Good and bad quarters", words=words, term="shared_quarter")
    if known := laws.get("parameters"):
        spread = EIGHT_OF_TEN * sqrt(max(0.0, ParameterLaw(**known).variance_at(_log_odds(EXAMPLE))))
        outcomes = count_words(known["outcomes"], "outcome")
        words = f"By {outcomes}, a stated chance of {stated} truly lies between {_moved(-spread)} and {_moved(spread)}."
        yield TrustLine(name="The chances themselves", words=words, term="chance_error")
    if backtest:
        held, bias = percent_words(backtest["coverage"]), bias_words(backtest["bias"])
        middle = f"the middle one of {count_words(backtest['quarters'], 'quarter')}"
        off = f"Off by {share_words(backtest['error'])} in {middle}, bias {bias}"
        words = f"{off}; the range held {held} of them, 80% is meant."
        yield TrustLine(name="Past forecasts", words=words, term="forecast_backtest")


def _moved(by: float) -> str:
    return percent_words(1 / (1 + exp(-(_log_odds(EXAMPLE) + by))))


def _log_odds(share: float) -> float:
    return log(share / (1 - share))

"""Renewal risk: additive in log-odds, honest, and right in direction."""

import math
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.core.features import AccountFacts, Tally
from signals.core.risk import RiskResult, parse_risk_model, probability
from signals.core.scorecard import parse_scorecard
from signals.core.scoring import score_account
from signals.queries.library import shipped
from tests.signals.core.worlds import TODAY, anything, book, facts, full, tally, usage

BOOK = book()


def risk(given: AccountFacts, days: int = 90) -> RiskResult:
    return score_account(given, {7: TODAY + timedelta(days=days)}, BOOK).risks[7]


@pytest.mark.requirement(16)
@settings(deadline=None)
@given(anything, st.integers(-400, 900))
def test_base_and_contributions_add_up_to_the_logit(given: AccountFacts, days: int) -> None:
    result = risk(given, days)
    assert math.isclose(math.fsum(part.log_odds for part in result.contributions), result.logit, abs_tol=1e-9)
    if result.value is not None and result.renew_probability is not None:
        assert math.isclose(result.value, 100 / (1 + math.exp(-result.logit)), abs_tol=1e-9)
        assert math.isclose(result.value / 100 + result.renew_probability, 1.0)
        assert 0.0 <= result.value <= 100.0
    assert (result.state == "scored") == (result.coverage >= BOOK.model.coverage_floor)


@pytest.mark.requirement(16)
@pytest.mark.parametrize(
    "worse",
    [
        {"sponsor_left_on": TODAY},
        {"segment": "small"},
        {"tallies": (*full().tallies, tally("relationship.budget", 1, total=-1.0))},
        {"tallies": (*full().tallies, tally("billing.invoice_overdue", 1, total=9.0, subject="I-3"))},
        {"tallies": (*[b for b in full().tallies if b.kind != "usage.events"], *usage([10.0] * 4 + [100.0] * 8))},
    ],
)
def test_worse_news_raises_the_risk(worse: dict[str, Any]) -> None:
    before, after = risk(full()).value, risk(full(**worse)).value
    assert before is not None
    assert after is not None
    assert after > before


@pytest.mark.requirement(17)
@pytest.mark.parametrize(
    ("key", "worse"),
    [
        ("usage_depth", tally("usage.usage_ratio", 1, total=0.05)),
        ("backlog_resolution", tally("support.ticket_opened", 40, total=2.0, subject="T-9")),
        ("perceived_value", tally("relationship.nps", 1, total=0.0)),
    ],
)
def test_depth_backlog_and_perceived_value_combine_with_the_risk(key: str, worse: Tally) -> None:
    before, after = risk(full()), risk(full(tallies=(*full().tallies, worse)))
    assert key in {rule.key for rule in parse_scorecard(shipped("scorecard")).measures}
    assert before.value is not None
    assert after.value is not None
    assert after.value > before.value


def test_nearer_date_raises_the_risk() -> None:
    values = [risk(full(), days).value or 0.0 for days in (400, 180, 90, 30, 0, -30)]
    assert values == sorted(values)
    assert values[2] < values[4]


def test_renewal_of_an_unknown_account_is_not_scored_but_has_its_base() -> None:
    result = risk(facts(segment="small"))
    assert (result.state, result.value, result.renew_probability, result.band) == ("not_scored", None, None, "")
    assert round(result.base_renew_probability, 3) == 0.78
    assert set(result.missing) == {rule.key for rule in BOOK.model.inputs} - {"days_to_renewal"}


@pytest.mark.parametrize(("segment", "rate"), [("small", 0.78), ("mid_market", 0.87), ("strategic", 0.93), ("?", 0.85)])
def test_base_is_the_renewal_rate_of_the_segment(segment: str, rate: float) -> None:
    assert round(1 - probability(BOOK.model.base_log_odds(segment)), 2) == rate


@pytest.mark.parametrize("logit", [-1000.0, -1.0, 0.0, 1.0, 1000.0])
def test_probability_is_symmetric_without_overflow(logit: float) -> None:
    assert math.isclose(probability(logit) + probability(-logit), 1.0)


def test_model_without_a_default_base_is_refused() -> None:
    with pytest.raises(Exception, match="base has no default"):
        parse_risk_model(shipped("risk") | {"base": {}})

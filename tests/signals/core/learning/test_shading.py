"""The pull to the expert: all prior with no room to move, maximum likelihood with much, always the minimum."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from signals.core.learning.booster import learn_booster
from signals.core.learning.frame import Array, object_array
from signals.core.learning.scorecard.model import learn_scorecard, prior_scorecard
from signals.core.learning.scorecard.shading import Evidence, decided_by_data, fit_shaded
from signals.core.learning.settings import Settings
from signals.core.learning.stack import learn_stack
from tests.signals.core.learning.books import book, shipped_prior

RNG = np.random.default_rng(12)
X = np.column_stack([np.ones(300), RNG.normal(size=(300, 3))])
Y = (RNG.random(300) < 1 / (1 + np.exp(-(X @ [-1, 1, 0, -0.5])))).astype(float)
CENTRE = np.array([-1.5, 0.3, 0.2, 0.0])
SEEN = Evidence(x=X, outcome=Y, counts=np.ones(300))


def test_weights_are_the_minimum_of_the_stated_sum() -> None:
    spread = np.array([2.0, 0.3, 0.1, 0.5])

    def cost(b: Array) -> float:
        line = X @ b
        return float((np.logaddexp(0, line) - Y * line).sum() + ((b - CENTRE) ** 2 / (2 * spread**2)).sum())

    found = minimize(cost, CENTRE, method="BFGS", options={"gtol": 1e-8})
    assert fit_shaded(SEEN, CENTRE, spread) == pytest.approx(found.x, abs=1e-5)


def test_room_decides_between_prior_and_outcomes() -> None:
    plain = LogisticRegression(C=np.inf, fit_intercept=False, tol=1e-10, max_iter=500).fit(X, Y).coef_[0]
    assert fit_shaded(SEEN, CENTRE, np.full(4, 1e4)) == pytest.approx(plain, abs=1e-5)
    assert fit_shaded(SEEN, CENTRE, np.full(4, 1e-6)) == pytest.approx(CENTRE, abs=1e-6)
    assert fit_shaded(SEEN, CENTRE, np.zeros(4)).tolist() == CENTRE.tolist()


def test_rows_that_share_a_decision_count_as_one() -> None:
    spread = np.full(4, 0.4)
    thrice = np.repeat(np.arange(300), 3)
    shared = Evidence(x=X[thrice], outcome=Y[thrice], counts=np.full(900, 1 / 3))
    weights = fit_shaded(SEEN, CENTRE, spread)
    assert fit_shaded(shared, CENTRE, spread) == pytest.approx(weights, abs=1e-6)
    assert decided_by_data(shared, weights, spread) == pytest.approx(decided_by_data(SEEN, weights, spread))


def test_share_decided_by_data_grows_with_room() -> None:
    shares = [decided_by_data(SEEN, CENTRE, np.full(4, s)).mean() for s in (1e-4, 0.05, 0.5, 50)]
    assert shares == sorted(shares)
    assert shares[0] == pytest.approx(0, abs=1e-4)
    assert shares[-1] == pytest.approx(1, abs=1e-2)


def test_prior_without_outcomes_orders_by_the_experts_words() -> None:
    frame = replace(book(400), segments=object_array([""] * 400))
    card = prior_scorecard(frame, shipped_prior())
    order = np.argsort(card.log_odds(frame))
    assert frame.outcome[order[:100]].mean() < frame.outcome[order[-100:]].mean()
    assert card.learned_share == 0.0


def test_segments_keep_their_own_base() -> None:
    frame = book(900)
    lost_more = frame.outcome.copy()
    lost_more[frame.segments == "small"] = np.maximum(lost_more, RNG.random(900) < 0.5)[frame.segments == "small"]
    frame = replace(frame, outcome=lost_more)
    card = learn_scorecard(frame, shipped_prior(), settings=Settings(taus=(0.1, 0.4)), seed=1)
    for segment in ("small", "strategic"):
        here = frame.segments == segment
        assert card.probabilities(frame)[here].mean() == pytest.approx(lost_more[here].mean(), abs=0.02)


def test_inverted_expert_is_overruled_by_two_hundred_outcomes() -> None:
    frame, later = book(200, signal=1.5), book(600, seed=9, signal=1.5)
    prior = shipped_prior()
    turned = {key: replace(one, coefficient=-one.coefficient) for key, one in prior.meanings.items()}
    card = learn_scorecard(frame, replace(prior, meanings=turned), settings=Settings(), seed=1)
    order = np.argsort(card.log_odds(later))
    assert later.outcome[order[:150]].mean() + 0.2 < later.outcome[order[-150:]].mean()


def test_stack_never_weighs_a_member_negatively() -> None:
    good = X[:, 1] * 1.2 - 1
    stack = learn_stack(("good", "bad"), np.column_stack([good, RNG.normal(size=300) - 2 * Y]), Y)
    assert stack.weights[0] > 0.3
    assert stack.weights[1] == pytest.approx(0.0, abs=1e-6)


def test_few_rows_have_no_trees() -> None:
    assert learn_booster(book(300), settings=Settings(), seed=1) is None

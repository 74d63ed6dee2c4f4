"""Rows near to the renewal have a scorecard of their own: what is known then says more than half a year before."""

import numpy as np
import pytest
from scipy.special import expit

from signals.core.learning.documents.members import scorecard_in, scorecard_out
from signals.core.learning.frame import Frame, number_column, object_array
from signals.core.learning.protocols import rolling_origin
from signals.core.learning.scorecard.model import learn_scorecard
from signals.core.learning.scorecard.near import learn_by_nearness, rows_it_learns_from
from signals.core.learning.settings import NearPart, Settings
from signals.queries.learned.tables import shipped_prior

PRIOR, SETTINGS = shipped_prior(), Settings(taus=(0.4, 1.6))
FAR, NEAR = 180.0, 14.0


def looked_at_twice(decisions: int) -> Frame:
    """Each decision is looked at twice: what is seen half a year before goes with it far less than the last."""
    rng = np.random.default_rng(4)
    last = rng.normal(size=decisions)
    lost = (rng.random(decisions) < expit(-1.0 + 1.5 * last)).astype(float)
    first = 0.3 * last + 0.95 * rng.normal(size=decisions)
    days = np.datetime64("2023-01-01") + np.sort(rng.integers(0, 900, decisions)).astype("timedelta64[D]")
    return Frame(
        keys=tuple(f"K{n}/{days}" for days in (180, 14) for n in range(decisions)),
        columns=(number_column("seen", np.concatenate([first, last]).tolist(), family="usage"),),
        outcome=np.tile(lost, 2),
        groups=object_array([f"A{n}" for n in range(decisions)] * 2),
        segments=object_array([""] * (2 * decisions)),
        decided_on=np.tile(days, 2),
        days_to_renewal=np.repeat([FAR, NEAR], decisions),
    )


@pytest.mark.requirement(16)
def test_rows_near_to_the_renewal_are_told_by_what_is_learned_from_such_rows() -> None:
    frame = looked_at_twice(600)
    card = learn_by_nearness(frame, PRIOR, settings=SETTINGS, seed=1)
    near = NearPart(days=SETTINGS.near_days).rows(frame)
    alone = learn_scorecard(frame.take(near), PRIOR, settings=SETTINGS, seed=1)
    whole = learn_scorecard(frame, PRIOR, settings=SETTINGS, seed=1)
    said = card.log_odds(frame)
    assert alone.recent != whole.recent
    assert said[near] == pytest.approx(alone.log_odds(frame.take(near)), abs=1e-12)
    assert np.array_equal(said[~near], whole.log_odds(frame.take(~near)))
    assert said[near].std() > 1.3 * whole.log_odds(frame.take(near)).std()


@pytest.mark.requirement(16)
def test_contributions_of_both_add_up_and_a_stored_card_says_the_same() -> None:
    frame = looked_at_twice(300)
    card = learn_by_nearness(frame, PRIOR, settings=SETTINGS, seed=1)
    told = card.base(frame) + np.sum(list(card.contributions(frame).values()), axis=0)
    assert np.abs(told - card.log_odds(frame)).max() < 1e-9
    again = scorecard_in(scorecard_out(card), PRIOR, frame.names)
    assert np.array_equal(again.log_odds(frame), card.log_odds(frame))


def test_few_decisions_seen_from_near_have_no_scorecard_of_their_own() -> None:
    frame = looked_at_twice(300)
    few = frame.take(np.flatnonzero(np.arange(600) < 330))
    assert learn_by_nearness(few, PRIOR, settings=SETTINGS, seed=1).apart == ()
    only_near = frame.take(frame.days_to_renewal == NEAR)
    assert learn_by_nearness(only_near, PRIOR, settings=SETTINGS, seed=1).apart == ()


@pytest.mark.requirement(16)
def test_a_quarter_is_foretold_as_the_model_in_force_would() -> None:
    frame = looked_at_twice(600)
    near = NearPart(days=SETTINGS.near_days).rows(frame)
    last = {bool(near[split.test].all()): split for split in rolling_origin(frame, SETTINGS)}
    assert np.array_equal(rows_it_learns_from(frame, last[True], SETTINGS), near)
    assert rows_it_learns_from(frame, last[False], SETTINGS).all()

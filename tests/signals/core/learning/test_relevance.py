"""Columns that order the training rows get room for their weights; those that do not keep a little."""

from dataclasses import replace

import numpy as np
import pytest

from signals.core.learning.frame import Frame, number_column
from signals.core.learning.scorecard.model import learn_scorecard
from signals.core.learning.scorecard.strongest import LEAST, relevance
from signals.core.learning.scorecard.terms import Shading
from signals.core.learning.settings import Settings
from signals.core.learning.training.model import probabilities_of
from tests.signals.core.learning.books import book, shipped_prior

QUICK = Settings(taus=(0.1, 0.4, 1.6), segment_taus=(0.0,), booster_rows=10**9)


def test_columns_with_a_law_get_room_and_noise_a_little() -> None:
    shares = relevance(book(2_000))
    assert {name for name, share in shares.items() if share > 0.5} == {"tenure_months", "contract", "health_score"}
    assert max(shares["odd"], shares["even"]) < 0.3
    assert min(shares.values()) >= LEAST
    assert max(shares.values()) == 1.0


@pytest.mark.parametrize("outcome", [0.0, 1.0])
def test_one_class_says_nothing_about_columns(outcome: float) -> None:
    frame = book(50)
    assert relevance(replace(frame, outcome=np.full(50, outcome))) == {}
    assert relevance(frame.with_columns([])) == {}


def with_noise(frame: Frame, columns: int = 50) -> Frame:
    rng = np.random.default_rng(1)
    noise = [number_column(f"noise {k}", rng.normal(size=len(frame)), family="usage") for k in range(columns)]
    return frame.with_columns([*frame.columns, *noise])


def loss_of(frame: Frame) -> tuple[float, Shading]:
    """Learn from the first 600 rows; the mean log-loss on the others, and how far weights could move."""
    card = learn_scorecard(frame.take(np.arange(600)), shipped_prior(), settings=QUICK, seed=1)
    later = frame.take(np.arange(600, len(frame)))
    said = probabilities_of(card.log_odds(later))
    return float(-np.log(np.where(later.outcome == 1, said, 1 - said)).mean()), card.shading


def test_fifty_columns_of_noise_cost_little_where_room_goes_by_relevance() -> None:
    whole = book(2_600)
    narrow, of_narrow = loss_of(whole)
    wide, of_wide = loss_of(with_noise(whole))
    assert (of_narrow.focus, of_wide.focus) == (0.0, 1.0)
    assert wide - narrow < 0.02


def test_room_by_relevance_leaves_base_and_expert_as_they_are() -> None:
    layout = learn_scorecard(book(300), shipped_prior(), settings=QUICK, seed=1).layout
    even, by_relevance = layout.spread(Shading(tau=0.4)), layout.spread(Shading(tau=0.4, focus=1.0))
    assert by_relevance[: layout.offsets[1]].tolist() == even[: layout.offsets[1]].tolist()
    share = {span.name: by_relevance[layout.offsets[1] + span.start] / 0.4 for span in layout.encoding.spans}
    assert share == pytest.approx(layout.relevance)

"""How much of the past is learned from, and what a model of the past alone would have foretold."""

from dataclasses import replace

import numpy as np
import pytest

from signals.core.learning.documents.members import scorecard_in, scorecard_out
from signals.core.learning.frame import Frame, category_column
from signals.core.learning.protocols import Protocol
from signals.core.learning.reporting.trials import Trial, trial_rows
from signals.core.learning.scorecard.model import learn_scorecard
from signals.core.learning.settings import Settings
from signals.core.learning.training.run import train
from signals.core.learning.training.window import choose_window, fitted_to_turns, is_broken
from tests.signals.core.learning.books import book, shipped_prior

QUICK = Settings(resamples=30, taus=(0.05, 0.4), booster_rows=10**6, grace_days=0, windows=(150,), tuning_folds=3)
QUICK = replace(QUICK, segment_taus=(0.0,))
QUICK = replace(QUICK, windows_after_a_turn=QUICK.windows)
PRIOR = shipped_prior()


def turning_world(later: float = -2.0) -> Frame:
    """What "odd" means turns over at row 1,100 of 1,600, a little before the last 30 %."""
    frame = book(1600, signal=1.5)
    days = np.datetime64("2022-01-01") + (np.arange(1600) * 0.8).astype("timedelta64[D]")
    turned = frame.column("odd").values * np.where(np.arange(1600) < 1100, 2.0, later)
    lost = (np.random.default_rng(2).random(1600) < 1 / (1 + np.exp(-turned))).astype(float)
    return replace(frame, outcome=lost, decided_on=days)


@pytest.mark.parametrize(("later", "window"), [(-2.0, 150), (2.0, None)])
def test_window_is_short_after_a_turn_and_all_history_in_a_steady_world(later: float, window: int | None) -> None:
    assert choose_window(turning_world(later), prior=PRIOR, settings=QUICK, seed=1) == window


def half_turned() -> Frame:
    """From row 1,100 on "odd" means the opposite for the accounts with the new product, and for them alone."""
    frame = turning_world(2.0)
    product = category_column("product", np.random.default_rng(9).choice(["new", "new", "old"], 1600), family="account")
    turned = (np.arange(1600) >= 1100) & (product.values == "new")
    odds = frame.column("odd").values * np.where(turned, -2.0, 2.0)
    lost = (np.random.default_rng(2).random(1600) < 1 / (1 + np.exp(-odds))).astype(float)
    return replace(frame.with_columns([*frame.columns, product]), outcome=lost)


@pytest.mark.requirement(16)
def test_order_that_broke_in_one_part_asks_for_less_proof_and_shorter_windows() -> None:
    world, settings = half_turned(), replace(QUICK, windows=(), windows_after_a_turn=(150,))
    latest = world.take(np.arange(1300, 1600))
    assert is_broken(latest, 2.0 * latest.column("odd").values)
    assert not is_broken(world.take(np.arange(700, 1000)), 2.0 * world.column("odd").values[700:1000])
    assert choose_window(world, prior=PRIOR, settings=settings, seed=1) == 150


@pytest.mark.requirement(16)
def test_part_that_turned_is_learned_by_itself_and_the_rest_keeps_all_history() -> None:
    world = half_turned()
    settings = fitted_to_turns(world, prior=PRIOR, settings=QUICK, seed=1)
    card = learn_scorecard(world, PRIOR, settings=settings, seed=1)
    ((part, own),) = card.apart
    turned_on = np.datetime64("2022-01-01") + np.timedelta64(880, "D")
    assert (part.column, part.word) == ("product", "new")
    assert part.since is not None
    assert abs((part.since - turned_on) / np.timedelta64(1, "D")) < 60
    assert (settings.window_days, card.rows, own.rows < 400) == (None, 1600, True)
    new = world.column("product").values == "new"
    odd = world.column("odd").values
    said = card.log_odds(world)
    assert np.corrcoef(said[new], odd[new])[0, 1] < -0.5 < 0.5 < np.corrcoef(said[~new], odd[~new])[0, 1]
    told = card.base(world) + np.sum(list(card.contributions(world).values()), axis=0)
    assert np.abs(told - said).max() < 1e-9
    again = scorecard_in(scorecard_out(card), PRIOR, world.names)
    assert np.array_equal(again.log_odds(world), said)


@pytest.mark.parametrize("later", [-2.0, 2.0])
def test_no_part_is_apart_where_all_turned_or_none(later: float) -> None:
    found = fitted_to_turns(turning_world(later), prior=PRIOR, settings=QUICK, seed=1)
    assert found.turned == ()


def test_decision_seen_twice_counts_once_for_the_order() -> None:
    frame = turning_world().take(np.repeat(np.arange(1300, 1320), 2))
    days = np.tile([7.0, 30.0], 20)
    twice = replace(frame, keys=tuple(map(str, range(40))), days_to_renewal=days)
    assert not is_broken(twice, -3.0 * twice.column("odd").values)


def test_rows_without_dates_have_no_window() -> None:
    assert choose_window(book(100), prior=PRIOR, settings=QUICK, seed=1) is None


def test_training_in_order_of_time_takes_the_window_that_was_chosen() -> None:
    frame = turning_world()
    model = train(frame, prior=PRIOR, protocol=Protocol(kind="rolling"), settings=QUICK, seed=1)
    assert model.scorecard is not None
    assert model.scorecard.rows < 400


def test_world_that_turns_shows_in_the_frozen_figure_and_not_in_mixed_folds() -> None:
    frame = turning_world()
    model = train(frame, prior=PRIOR, protocol=Protocol(kind="rolling"), settings=QUICK, seed=1)
    found = trial_rows(frame, model, "scorecard", Trial(prior=PRIOR, settings=QUICK, seed=1))
    assert list(found) == ["random_folds", "frozen_future", "rolling"]
    assert found["frozen_future"]["auc"] < 0.3
    assert found["rolling"]["auc"] > found["frozen_future"]["auc"] + 0.2
    assert len({figures["rows"] for figures in found.values()}) == 1


def test_protected_attribute_is_never_a_feature() -> None:
    frame = book(700)
    gender = category_column("gender", np.random.default_rng(1).choice(["a", "b"], 700))
    frame = frame.with_columns([*frame.columns, gender])
    model = train(frame, prior=PRIOR, protocol=Protocol(dataset="d"), settings=QUICK, seed=1)
    assert [(e.name, e.reason) for e in model.exclusions] == [("gender", "protected")]
    assert "gender" not in [column.name for column in model.columns]


def test_outcomes_dealt_anew_teach_nothing() -> None:
    frame = book(600)
    dealt = replace(frame, outcome=np.random.default_rng(5).permutation(frame.outcome))
    model = train(dealt, prior=PRIOR, protocol=Protocol(dataset="d"), settings=QUICK, seed=5)
    assert model.verdict.code == "no_usable_signal"
    assert abs(model.figures["scorecard"].auc - 0.5) < 0.08

"""Wide tables: only the columns that order the training rows are weighed, and trying is not repeated for nothing."""

from dataclasses import replace

import numpy as np

from signals.core.learning.booster import learn_booster
from signals.core.learning.frame import category_column, number_column
from signals.core.learning.scorecard.model import learn_scorecard
from signals.core.learning.scorecard.strongest import strongest
from signals.core.learning.scorecard.terms import Shading
from signals.core.learning.settings import Settings
from signals.core.learning.training.held_out import Tuned
from tests.signals.core.learning.books import book, shipped_prior

PRIOR = shipped_prior()


def test_strongest_columns_are_kept_in_their_order_with_those_the_expert_knows() -> None:
    rng, plain = np.random.default_rng(1), book(500)
    noise = [number_column(f"noise {n}", rng.normal(size=500).tolist()) for n in range(6)]
    telling = number_column("telling", (plain.outcome + rng.normal(0, 0.3, 500)).tolist())
    words = category_column("words", np.where(plain.outcome == 1, "a", "b").tolist())
    meant = replace(noise[0], name="tenure", meaning="tenure_months")
    frame = plain.with_columns([*noise[:3], telling, meant, words, *noise[3:]])
    assert strongest(frame, PRIOR, 3).names == ("telling", "tenure", "words")


def test_many_columns_of_one_meaning_do_not_push_out_the_only_one_of_another() -> None:
    rng, plain = np.random.default_rng(1), book(500)
    noise = [number_column(f"n{n}", rng.normal(size=500).tolist(), meaning="usage_level") for n in range(8)]
    alone = number_column("alone", rng.normal(size=500).tolist(), meaning="price_uplift")
    assert "alone" in strongest(plain.with_columns([*noise, alone]), PRIOR, 3).names


def test_narrow_table_stays_as_it_is() -> None:
    frame = book(50)
    assert strongest(frame, PRIOR, 60) is frame


def test_column_that_tells_by_being_unknown_is_kept() -> None:
    plain = book(400)
    gone = number_column("gone", [None if lost else 1.0 for lost in plain.outcome])
    noise = number_column("noise", np.random.default_rng(2).normal(size=400).tolist())
    assert strongest(plain.with_columns([noise, gone]), PRIOR, 1).names == ("gone",)


def test_shading_found_before_is_taken_as_it_is() -> None:
    given = Shading(tau=0.07, bend_ratio=0.3)
    card = learn_scorecard(book(200), PRIOR, settings=Settings(), seed=1, shading=given)
    assert card.shading == given


def test_what_was_tuned_serves_until_the_rows_outgrow_it() -> None:
    tuned, settings = Tuned(shading=Shading(tau=0.1), leaves=6, rows=100), Settings(tuned_for=1.5)
    assert tuned.for_rows(149, settings) is tuned
    assert tuned.for_rows(150, settings) == Tuned()


def test_trees_learn_beside_a_column_that_nobody_knew_yet() -> None:
    plain = book(400)
    later = number_column("later", [None] * 400)
    quick = Settings(booster_rows=100, booster_rounds=5, booster_seeds=1, booster_leaves=(6,))
    frame = plain.with_columns([*plain.columns, later])
    made = learn_booster(frame, settings=quick, seed=1)
    assert made is not None
    known = plain.with_columns([*plain.columns, number_column("later", [1.0] * 400)])
    assert np.array_equal(made.log_odds(frame), made.log_odds(known))

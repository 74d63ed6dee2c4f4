"""Columns become terms on training rows alone; unknown and unseen add nothing, absurd values move nothing."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals.core.learning.encoding.categories import RARE, UNKNOWN, learn_category
from signals.core.learning.encoding.design import learn_encoding
from signals.core.learning.encoding.expert import learn_expert
from signals.core.learning.encoding.numbers import learn_number
from signals.core.learning.frame import Array, category_column, number_column, object_array
from signals.core.learning.settings import Settings
from tests.signals.core.learning.books import book, shipped_prior

RNG = np.random.default_rng(8)


def numbers(values: Array) -> Array:
    terms = learn_number(values, knots=5, smallest=10)
    assert terms is not None
    return terms.matrix(values)


def test_line_is_standardised_and_bends_are_orthogonal_to_it() -> None:
    matrix = numbers(RNG.normal(50, 9, 500))
    assert matrix.shape == (500, 4)
    assert matrix.mean(axis=0) == pytest.approx(np.zeros(4), abs=1e-9)
    assert matrix.std(axis=0) == pytest.approx(np.ones(4), abs=1e-9)
    assert (matrix.T @ matrix / 500)[~np.eye(4, dtype=bool)] == pytest.approx(np.zeros(12), abs=1e-9)


def test_skewed_counts_are_taken_as_logarithms() -> None:
    terms = learn_number(RNG.lognormal(3, 1.5, 500), knots=5, smallest=10)
    assert terms is not None
    assert terms.is_logarithmic
    assert np.abs(terms.matrix(np.array([1e14, -5.0]))).max() < 20


def test_few_values_have_a_step_each() -> None:
    values = RNG.choice([1.0, 2.0, 3.0, 4.0], 300)
    terms = learn_number(values, knots=5, smallest=10)
    assert terms is not None
    assert terms.kinds == ("line", "bend", "bend", "bend", "bend")
    assert terms.matrix(values).mean(axis=0) == pytest.approx(np.zeros(5), abs=1e-9)


def test_unknown_number_has_its_own_mark_and_no_other_term() -> None:
    values = RNG.normal(size=200)
    values[:50] = np.nan
    terms = learn_number(values, knots=5, smallest=10)
    assert terms is not None
    assert terms.kinds[-1] == "missing"
    row = terms.matrix(np.array([np.nan]))[0]
    assert row.tolist() == [0.0] * (len(row) - 1) + [0.75]


@pytest.mark.parametrize("size", [1e-300, 1e-12, 1e14])
def test_tiny_and_huge_numbers_give_finite_terms(size: float) -> None:
    values = RNG.normal(size=300) * size
    assert np.isfinite(numbers(values)).all()


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True, width=64), min_size=1, max_size=60))
def test_any_numbers_give_finite_terms(values: list[float]) -> None:
    array = np.array([v if np.isfinite(v) and abs(v) < 1e15 else np.nan for v in values])
    terms = learn_number(array, knots=5, smallest=3)
    if terms is not None:
        assert np.isfinite(terms.matrix(np.array([*array, np.nan, 1e14, -1e14]))).all()


def test_rare_levels_are_pooled_and_unseen_ones_neutral() -> None:
    values = object_array(["a"] * 50 + ["b"] * 30 + [f"x{i}" for i in range(20)] + [None] * 20)
    terms = learn_category(values, smallest=10, most=60)
    assert terms is not None
    assert terms.levels == ("a", "b", RARE, UNKNOWN)
    assert terms.matrix(values).mean(axis=0) == pytest.approx(np.zeros(4), abs=1e-12)
    asked = object_array(["x3", "never", None])
    assert terms.codes(asked).tolist() == [2, -1, 3]
    assert terms.matrix(asked)[1].tolist() == [0.0] * 4
    assert terms.unseen(asked).tolist() == [False, True, False]


def test_ten_thousand_levels_are_few_terms() -> None:
    values = object_array([f"level {i}" for i in RNG.zipf(1.3, 20_000) % 10_000])
    terms = learn_category(values, smallest=10, most=60)
    assert terms is not None
    assert len(terms.levels) == 61
    assert terms.levels[-1] == RARE


def test_same_rows_give_no_terms() -> None:
    assert learn_category(object_array(["a"] * 40), smallest=10, most=60) is None
    assert learn_number(np.full(40, 3.0), knots=5, smallest=10) is None


def test_encoding_looks_at_no_outcome() -> None:
    frame = book(300)
    turned = replace(frame, outcome=1 - frame.outcome)
    assert learn_encoding(frame, Settings()) == learn_encoding(turned, Settings())


def test_expert_reads_words_and_shares_one_meaning_among_columns() -> None:
    prior = shipped_prior()
    one = category_column("contract", ["monthly", "two year", "whenever"], meaning="term_months")
    two = number_column("term", [1.0, 24.0, np.nan], meaning="term_months")
    terms = learn_expert((one, two), prior)
    first, second = (term.log_odds(column, prior) for term, column in zip(terms, (one, two), strict=True))
    assert first.tolist() == second.tolist()
    assert first[0] > 0 > first[1]
    assert first[2] == 0.0
    assert [term.coefficient for term in terms] == [prior.meanings["term_months"].coefficient / 2] * 2

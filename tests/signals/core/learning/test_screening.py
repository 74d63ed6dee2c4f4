"""What is no feature is left out, with its reason; what is one is read as it was meant."""

from dataclasses import replace

import numpy as np
import pytest

from signals.core.learning.cleaning import as_numbers, is_spelled_number
from signals.core.learning.frame import Column, Frame, category_column, number_column
from signals.core.learning.meanings import level_value, suggest_meaning
from signals.core.learning.prior import parse_prior, prior_document
from signals.core.learning.screening import is_protected, screen
from signals.core.learning.settings import Settings
from tests.signals.core.learning.books import book, shipped_prior

PRIOR = shipped_prior()
ROWS = 400


def screened(column: Column, frame: Frame | None = None) -> tuple[list[str], list[str]]:
    table = frame or book(ROWS)
    found = screen(table.with_columns([column]), PRIOR, Settings())
    return list(found.frame.names), [one.reason for one in found.exclusions]


@pytest.mark.parametrize("name", ["gender", "SeniorCitizen", "contact_age", "is_disabled", "date of birth"])
def test_personal_attribute_is_never_a_feature(name: str) -> None:
    values = np.random.default_rng(1).choice(["a", "b"], ROWS)
    assert screened(category_column(name, values)) == ([], ["protected"])


@pytest.mark.parametrize(
    "name",
    [
        "account_age_days",
        "touches.age",
        "volume.support.message.age",
        "usage",
        "stage",
        "ticket age",
        "message",
        "sexton_plan",
    ],
)
def test_word_that_only_holds_a_personal_one_is_no_personal_attribute(name: str) -> None:
    assert not is_protected(name, PRIOR)


def test_column_that_never_varies_is_left_out() -> None:
    assert screened(number_column("x", [3.0] * ROWS)) == ([], ["constant"])
    assert screened(category_column("x", ["a"] * ROWS)) == ([], ["constant"])
    assert screened(number_column("x", [None] * ROWS)) == ([], ["constant"])
    assert screened(number_column("x", [3.0, None] * (ROWS // 2))) == (["x"], [])


def test_names_of_rows_are_left_out_and_measures_kept() -> None:
    rng = np.random.default_rng(2)
    assert screened(category_column("ref", [f"c{i}" for i in range(ROWS)])) == ([], ["identifier"])
    assert screened(number_column("CustomerId", rng.permutation(10**6)[:ROWS])) == ([], ["identifier"])
    assert screened(number_column("anything", range(5, 5 + ROWS))) == ([], ["identifier"])
    assert screened(number_column("revenue", rng.permutation(10**6)[:ROWS])) == (["revenue"], [])
    assert screened(category_column("city", [f"c{i % 150}" for i in range(ROWS)])) == (["city"], [])


def test_column_that_knows_the_outcome_is_left_out_with_its_figure() -> None:
    table = book(ROWS)
    rng = np.random.default_rng(3)
    number = table.outcome * -5 + rng.normal(0, 1, ROWS)
    found = screen(table.with_columns([number_column("refund", number)]), PRIOR, Settings())
    assert [(e.name, e.reason, float(e.detail) > 0.95) for e in found.exclusions] == [("refund", "leak", True)]
    reason = ["price" if lost else None for lost in table.outcome]
    assert screened(category_column("churn_reason", reason), table) == ([], ["leak"])
    bent = np.where(table.outcome == 1, rng.normal(0, 0.1, ROWS), rng.choice([-3.0, 3.0], ROWS))
    assert screened(number_column("bent", bent), table) == ([], ["leak"])


def test_thousands_of_levels_without_a_law_are_no_leak() -> None:
    rng = np.random.default_rng(4)
    table = book(3000)
    column = category_column("postcode", [f"p{i}" for i in rng.integers(0, 2000, 3000)])
    assert screened(column, table) == (["postcode"], [])


def test_few_rows_are_never_suspected() -> None:
    table = book(24)
    assert screened(number_column("lucky", table.outcome + 0.1), table) == (["lucky"], [])


def test_numbers_written_as_words_are_numbers_and_blanks_unknown() -> None:
    column = category_column("total", ["1,200.50", " ", "3", "7%"] + ["5"] * 40)
    assert is_spelled_number(column)
    assert as_numbers(column).values[:4].tolist() == pytest.approx([1200.5, float("nan"), 3, 7], nan_ok=True)
    assert not is_spelled_number(category_column("plan", ["a", "5", None]))


def test_absurd_numbers_are_unknown() -> None:
    column = number_column("x", [1e308, float("inf"), -float("inf"), None, 5])
    assert np.isfinite(as_numbers(column).values).tolist() == [False, False, False, False, True]


@pytest.mark.parametrize(
    ("name", "values", "meaning"),
    [
        ("tenure", [1, 5, 9], "tenure_months"),
        ("Contract", ["Month-to-month", "Two year", "One year"], "term_months"),
        ("contractValue", ["a", "b", "c"], ""),
        ("payment_method", ["Credit card", "Invoice", "Invoice"], "auto_pay"),
        ("TotalTickets", [1, 2, 3], "tickets"),
        ("days since last login", [1, 2, 3], "days_since_use"),
        ("monthly charge", [1, 2, 3], "price_level"),
        ("colour", ["red", "blue", "red"], ""),
        ("tech_support", ["zzz", "qqq", "zzz"], ""),
    ],
)
def test_meaning_is_suggested_by_the_words_of_the_name(name: str, values: list[object], meaning: str) -> None:
    is_words = isinstance(values[0], str)
    column = category_column(name, values) if is_words else number_column(name, values)  # type: ignore[arg-type]  # mixed on purpose
    assert suggest_meaning(column, PRIOR) == meaning


@pytest.mark.parametrize(
    ("level", "months"), [("Month-to-month", 1), ("One year", 12), ("24 months", 24), ("annual", 12), ("18", 18)]
)
def test_word_of_a_term_is_read_as_months(level: str, months: float) -> None:
    assert level_value(level, PRIOR.meanings["term_months"], PRIOR) == months


def test_question_that_does_not_apply_is_unknown_not_no() -> None:
    meaning = PRIOR.meanings["support_included"]
    assert level_value("No", meaning, PRIOR) == 0.0
    assert level_value("Yes", meaning, PRIOR) == 1.0
    assert np.isnan(level_value("No phone service", meaning, PRIOR))


def test_meaning_of_the_mapping_wins_over_the_name() -> None:
    table = book(ROWS)
    column = replace(number_column("tenure", np.arange(ROWS) % 50), meaning="tickets")
    found = screen(table.with_columns([column]), PRIOR, Settings()).frame.column("tenure")
    assert (found.meaning, found.family) == ("tickets", "support")


def test_prior_survives_its_document() -> None:
    assert parse_prior(prior_document(PRIOR)) == PRIOR


def test_column_of_the_product_is_not_read_by_the_words_of_its_name() -> None:
    table = book(ROWS)
    made = number_column("volume.usage.seats.28", np.arange(ROWS) % 50, family="usage")
    told = number_column("seats in use ratio", np.arange(ROWS) % 40)
    frame = screen(table.with_columns([made, told]), PRIOR, Settings()).frame
    assert frame.column(made.name).meaning == ""
    assert suggest_meaning(replace(made, family="attribute"), PRIOR) != ""
    assert frame.column(told.name).meaning == suggest_meaning(told, PRIOR)


def test_numbers_with_a_decimal_comma_are_read_as_such() -> None:
    column = category_column("balance", ["0", "83807,86", "1.234.567,5", "-3,5", None] * 20)
    assert is_spelled_number(column)
    assert as_numbers(column).values[:4].tolist() == [0.0, 83807.86, 1234567.5, -3.5]


def test_comma_between_thousands_stays_one() -> None:
    assert as_numbers(category_column("balance", ["1,234", "12,500"])).values.tolist() == [1234.0, 12500.0]
    assert as_numbers(category_column("balance", ["1,234.5", "12,50"])).values.tolist() == [1234.5, 1250.0]

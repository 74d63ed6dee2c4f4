"""The suggested mapping: by names, synonyms and what stands in the cells."""

from datetime import date, timedelta

import pytest

from renewals.core.imports.kinds.registry import RENEWAL_KINDS
from renewals.core.imports.mapping import OutcomeRule
from renewals.core.imports.suggest import suggest


def test_suggest_finds_ids_names_and_dates() -> None:
    header = ["account_id", "account_name", "industry", "country", "signup_date", "notes"]
    rows = [[f"A-{i}", f"Company {i}", "EdTech", "US", "2024-01-02", "x"] for i in range(30)]
    found = suggest(RENEWAL_KINDS["accounts"], header, rows)
    assert found.mapping.columns == {
        "external_id": "account_id",
        "name": "account_name",
        "industry": "industry",
        "country": "country",
        "started_on": "signup_date",
    }
    assert found.mapping.attributes.include_all
    assert found.confidence["started_on"] > 0.9
    assert "100% of 30 cells are a date" in found.reasons["started_on"]


@pytest.mark.parametrize("name", ["Churn?", "Left", "Attrition", "Exited", "is_lost"])
def test_suggest_sees_the_end_under_many_names(name: str) -> None:
    rows = [["A1", "Yes"], ["A2", "No"]]
    found = suggest(RENEWAL_KINDS["accounts"], ["id", name], rows).mapping.outcome
    assert found is not None
    assert (found.column, found.churned, found.renewed) == (name, ("Yes",), ("No",))


def test_suggest_one_column_is_id_and_name() -> None:
    found = suggest(RENEWAL_KINDS["accounts"], ["account", "sector"], [["Acme", "retail"]] * 5)
    assert found.mapping.columns == {"external_id": "account", "name": "account", "industry": "sector"}


def test_suggest_cells_that_do_not_fit_speak_against_a_name() -> None:
    found = suggest(RENEWAL_KINDS["accounts"], ["id", "country"], [[str(i), f"word {i}"] for i in range(30)])
    assert "country" not in found.mapping.columns


def test_suggest_flat_table_gets_its_outcome() -> None:
    header, rows = ["customerID", "tenure", "Churn"], [["1", "3", "Yes"], ["2", "4", "No"]] * 5
    mapping = suggest(RENEWAL_KINDS["accounts"], header, rows).mapping
    assert mapping.outcome == OutcomeRule(column="Churn", churned=("Yes",), renewed=("No",))
    assert mapping.attribute_columns(header) == ("tenure",)


def test_suggest_running_terms_have_not_been_renewed_yet() -> None:
    header = ["subscription_id", "account_id", "start_date", "churn_flag"]
    rows = [["S-1", "A-1", "2024-01-01", "TRUE"], ["S-2", "A-1", "2024-01-01", "FALSE"]]
    mapping = suggest(RENEWAL_KINDS["contracts"], header, rows).mapping
    assert mapping.outcome == OutcomeRule(column="churn_flag", churned=("TRUE",), renewed=())


def test_suggest_leaves_a_column_alone_that_would_cost_rows() -> None:
    """Half months are no whole months: as a field they would be refused, as an attribute they can be learnt from."""
    rows = [[f"A-{i}", "4.5" if i % 20 == 0 else str(i % 30), "1" if i % 5 == 0 else "0"] for i in range(200)]
    mapping = suggest(RENEWAL_KINDS["accounts"], ["id", "tenure", "churn"], rows).mapping
    assert "tenure_months" not in mapping.columns
    assert mapping.attribute_columns(["id", "tenure", "churn"]) == ("tenure",)


def test_suggest_takes_dates_whose_month_comes_first() -> None:
    rows = [[f"A-{i}", f"{1 + i % 12}/{13 + i % 15}/2024"] for i in range(40)]
    assert (
        suggest(RENEWAL_KINDS["accounts"], ["id", "signup_date"], rows).mapping.columns["started_on"] == "signup_date"
    )


def test_suggest_tells_accounts_apart_by_no_column_of_a_few_words() -> None:
    header = ["account", "account_type", "customer_id"]
    rows = [["basic" if i % 2 else "plus", "savings" if i % 3 else "giro", f"C-{i}"] for i in range(60)]
    assert suggest(RENEWAL_KINDS["accounts"], header, rows).mapping.columns == {"external_id": "customer_id"}


def test_suggest_takes_a_column_that_counts_for_the_id_or_leaves_it_out() -> None:
    rows = [[str(i), f"C-{i * 7 % 101}", "yes" if i % 4 else "no"] for i in range(60)]
    alone = suggest(RENEWAL_KINDS["accounts"], ["line", "shop", "churned"], rows).mapping
    assert alone.columns == {"external_id": "line"}
    beside = suggest(RENEWAL_KINDS["accounts"], ["line", "customer_id", "churned"], rows).mapping
    assert beside.columns == {"external_id": "customer_id"}
    assert beside.attribute_columns(["line", "customer_id", "churned"]) == ()


def test_suggest_skips_rows_that_have_no_end_yet() -> None:
    rows = [[f"A-{i}", ("Churned", "Stayed", "Joined")[i % 3]] for i in range(30)]
    found = suggest(RENEWAL_KINDS["accounts"], ["id", "Customer Status"], rows, ends_are_told=True).mapping
    assert found.skip == {"Customer Status": ("Joined",)}
    assert suggest(RENEWAL_KINDS["accounts"], ["id", "Customer Status"], rows).mapping.outcome is None


TERMS = ["customer_id", "plan", "start_date", "end_date", "mrr"]


def terms(gap: int) -> list[list[str]]:
    """Three terms of thirty days for each of twelve customers, the next beginning `gap` days after the end."""
    first = date(2025, 1, 1)
    starts = [first + timedelta(days=(30 + gap) * number) for number in range(3)]
    return [[f"C-{i}", "basic", str(day), str(day + timedelta(days=30)), "10"] for i in range(12) for day in starts]


@pytest.mark.parametrize(("gap", "field"), [(0, "ends_before"), (1, "ends_on")])
def test_suggest_reads_rows_of_one_customer_as_its_terms(gap: int, field: str) -> None:
    found = suggest(RENEWAL_KINDS["contracts"], TERMS, terms(gap), ends_are_told=True).mapping
    assert (found.columns["external_id"], found.columns["account"]) == ("customer_id", "customer_id")
    assert found.columns[field] == "end_date"
    assert found.observed_until == "last_start"
    assert suggest(RENEWAL_KINDS["contracts"], TERMS, terms(gap)).mapping.observed_until == ""


def test_suggest_sees_no_history_where_no_term_follows_another() -> None:
    rows = [[f"C-{i}", "basic", "2025-01-01", "2025-12-31", "10"] for i in range(40)]
    assert suggest(RENEWAL_KINDS["contracts"], TERMS, rows, ends_are_told=True).mapping.observed_until == ""

"""The suggested mapping: by names, synonyms and what stands in the cells."""

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

"""The column that says how accounts ended: found by its name and its words, with the right side of them."""

import pytest

from renewals.core.imports.endings import Ending, likely_ending


def ending(name: str, *words: str, is_told: bool = True) -> Ending | None:
    return likely_ending(["ref", name], [[str(i), word] for i, word in enumerate(words)], is_told=is_told)


@pytest.mark.requirement(13)
@pytest.mark.parametrize(
    ("name", "churned", "renewed"),
    [
        ("Churn?", "True.", "False."),
        ("attrition_flag", "Attrited Customer", "Existing Customer"),
        ("customer_churned_next_quarter", "1", "0"),
        ("Kündigung", "ja", "nein"),
        ("is_active", "0", "1"),
        ("retained", "No", "Yes"),
        ("Renewed", "FALSE", "TRUE"),
        ("account_status", "Closed", "Open"),
        ("Status", "Inactive", "Active"),
        ("Churn", "Churner", "Non-churner"),
        ("churn", "1", "-1"),
        ("target", "1", "0"),
        ("Churn Label", "gone", "subscriber"),
    ],
)
def test_end_is_read_from_name_and_words(name: str, churned: str, renewed: str) -> None:
    assert ending(name, renewed, churned, renewed) == Ending(column=name, churned=(churned,), renewed=(renewed,))


def test_word_that_is_no_end_yet_is_undecided() -> None:
    found = ending("Customer Status", "Stayed", "Joined", "Churned")
    assert found == Ending(column="Customer Status", churned=("Churned",), renewed=("Stayed",), undecided=("Joined",))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("churn_date", ("1", "0")),
        ("churn_score", ("1", "0")),
        ("cancellations", ("0", "1", "2")),
        ("state", ("NY", "CA")),
        ("status", ("1", "0")),
        ("plan", ("active", "cancelled")),
    ],
)
def test_column_that_does_not_tell_the_end_is_not_taken(name: str, words: tuple[str, ...]) -> None:
    assert ending(name, *words) is None


def test_plainest_name_wins_wherever_it_stands() -> None:
    header = ["is_active", "status", "Exited"]
    found = likely_ending(header, [["1", "open", "0"], ["0", "closed", "1"]], is_told=True)
    assert found is not None
    assert found.column == "Exited"


@pytest.mark.parametrize("name", ["is_active", "status", "target"])
def test_state_of_a_running_account_is_no_end_unless_ends_are_told(name: str) -> None:
    words = ("1", "0") if name != "status" else ("active", "cancelled")
    assert ending(name, *words, is_told=True) is not None
    assert ending(name, *words, is_told=False) is None


def test_one_class_alone_is_an_end_only_where_ends_are_told() -> None:
    assert ending("exited", "0", "0") == Ending(column="exited", churned=(), renewed=("0",))
    assert ending("exited", "0", "0", is_told=False) is None

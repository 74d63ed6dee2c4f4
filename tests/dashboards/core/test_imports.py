"""The words of an import: its finding, how far it is, and what a person chose put into the mapping."""

import pytest

from dashboards.core.import_mapping import changed_mapping, changed_reading, is_read_anew
from dashboards.core.imports import finding, mapping_title, progress_bar, rejects_name, size_words
from renewals.core.imports.kinds.accounts import ACCOUNTS
from renewals.core.imports.mapping import AttributeRule, ImportMapping, Reading

REPORT = {"read": 1_000, "created": 900, "updated": 40, "unchanged": 50, "rejected": 10}
MAPPING = ImportMapping(
    kind="accounts",
    columns={"external_id": "id", "name": "title"},
    constants={"currency": "USD"},
    values={"tier": {"A": "strategic"}},
    attributes=AttributeRule(include=("seats",)),
)


@pytest.mark.parametrize(
    ("state", "report", "has_questions", "said"),
    [
        ("previewed", REPORT, False, "a.csv would create 900, change 40, refuse 10 of 1,000 rows"),
        ("previewed", {"read": 5, "unchanged": 5}, False, "a.csv would change nothing"),
        ("previewed", {}, True, "A question about a.csv"),
        ("done", REPORT, False, "a.csv: 1,000 rows, 900 created, 40 changed, 50 as before, 10 refused"),
        ("done", {"read": 1, "duplicate": 1}, False, "a.csv: 1 row, nothing to change"),
        ("failed", {}, False, "a.csv was not imported"),
    ],
)
def test_finding_states_what_matters(state: str, report: dict[str, int], has_questions: bool, said: str) -> None:
    assert finding(state, "a.csv", report, has_questions=has_questions) == said


@pytest.mark.parametrize(
    ("phase", "rows", "fraction", "seconds", "percent", "words"),
    [
        ("reading", 500, 0.25, 2.0, 21, "Reading · 500 rows · 250 a second · about 6 s left to read"),
        ("reading", 500, 1.0, 2.0, 85, "Reading · 500 rows · 250 a second"),
        ("reading", 500, 0.25, 0.5, 21, "Reading · 500 rows"),
        ("checking", 500, None, 2.0, 90, "Comparing with what is known · 500 rows · 250 a second"),
        ("waiting for another import of accounts", 0, None, 1.0, None, "Waiting for another import of accounts"),
    ],
)
def test_progress_tells_rate_and_time_left(
    phase: str, rows: int, fraction: float | None, seconds: float, percent: int | None, words: str
) -> None:
    bar = progress_bar(state="previewing", phase=phase, rows=rows, fraction=fraction, seconds=seconds, has_begun=True)
    assert (bar.percent, bar.words) == (percent, words)


def test_progress_of_an_import_never_goes_back() -> None:
    told = (("reading", 0.1), ("reading", 1.0), ("checking", None), ("writing", None), ("opening renewals", None))
    shown = [
        progress_bar(state="running", phase=phase, rows=5, fraction=part, seconds=3.0, has_begun=True).percent
        for phase, part in told
    ]
    assert shown == [5, 50, 55, 65, 85]


def test_progress_that_nobody_has_begun_waits() -> None:
    bar = progress_bar(state="running", phase="", rows=0, fraction=None, seconds=0, has_begun=False)
    assert (bar.title, bar.percent, bar.words) == ("Importing", None, "Waiting for a worker")


@pytest.mark.parametrize(
    ("number", "words"), [(812, "812 bytes"), (35_400, "35 kB"), (1_000_000, "1.0 MB"), (19_960_000, "20.0 MB")]
)
def test_size_is_said_in_the_unit_that_fits(number: int, words: str) -> None:
    assert size_words(number) == words


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("a.csv", "a-refused.csv"),
        ("a.b.xlsx", "a.b-refused.csv"),
        ("a.csv.gz", "a-refused.csv"),
        ("", "import-refused.csv"),
    ],
)
def test_file_of_refused_rows_is_named_after_the_file(name: str, refused: str) -> None:
    assert rejects_name(name) == refused


def test_ready_mapping_has_a_readable_name() -> None:
    assert mapping_title("ravenstack_feature_usage") == "RavenStack feature usage"


def test_choice_of_a_column_changes_that_field_alone() -> None:
    after = changed_mapping(MAPPING, ACCOUNTS, {"column-name": "company", "constant-currency": " EUR "})
    assert after.columns == {"external_id": "id", "name": "company"}
    assert (after.constants, after.values, after.attributes) == (
        {"currency": "EUR"},
        MAPPING.values,
        MAPPING.attributes,
    )


def test_empty_choice_takes_the_column_away() -> None:
    after = changed_mapping(MAPPING, ACCOUNTS, {"column-name": "", "constant-currency": ""})
    assert (after.columns, after.constants) == ({"external_id": "id"}, {})


@pytest.mark.parametrize(
    ("word", "rule"),
    [
        ("all", AttributeRule(include_all=True)),
        ("none", AttributeRule()),
        ("some", AttributeRule(include=("seats",))),
        ("nonsense", AttributeRule(include=("seats",))),
    ],
)
def test_other_columns_are_kept_as_chosen(word: str, rule: AttributeRule) -> None:
    assert changed_mapping(MAPPING, ACCOUNTS, {"other-columns": word}).attributes == rule


def test_answer_outside_the_list_is_left_out_and_an_empty_one_asks_again() -> None:
    reading = Reading(date_order="day_first", decimal="comma")
    assert changed_reading(reading, {"date_order": "year_first", "decimal": "", "percent": "fraction"}) == Reading(
        date_order="day_first", percent="fraction"
    )


@pytest.mark.parametrize(
    ("changes", "is_anew"),
    [
        ({"date_order": "day_first"}, False),
        ({"encoding": "utf-16"}, True),
        ({"sheet": "2"}, True),
        ({"separator": ";"}, True),
    ],
)
def test_file_has_other_columns_when_it_is_cut_differently(changes: dict[str, str], is_anew: bool) -> None:
    assert is_read_anew(Reading(), changed_reading(Reading(), changes)) is is_anew

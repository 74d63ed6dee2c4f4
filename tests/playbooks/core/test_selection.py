"""Which playbook a renewal enters and when; unknown enrols nobody; once per contract period."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.core.facts import SelectionFacts
from playbooks.core.selection import Selected, Selection, SelectionRules, parse_selection, select_playbook
from renewals.core.conditions import Op, Predicate
from tests.playbooks.core.specimens import LIBRARY, library_table, shipped_keys, shipped_playbook

KEYS = shipped_keys("playbooks")
PLAYBOOKS = {key: shipped_playbook(key) for key in KEYS}
RULES: SelectionRules = parse_selection(library_table(".", "selection"), playbook_keys=frozenset(KEYS))[0]
RENEWAL_ON = date(2027, 3, 31)


def select(segment: str | None, days_left: int, **changes: object) -> Selection:
    facts = SelectionFacts(
        workspace_id=1,
        renewal_id=5,
        renewal_on=RENEWAL_ON,
        is_renewal_open=True,
        enrolled_occurrences=(),
        facts={"account.segment": segment},
    )
    changed = replace(facts, **changes)  # type: ignore[arg-type]  # a test names the fields it changes
    return select_playbook(RULES, PLAYBOOKS, changed, today=RENEWAL_ON - timedelta(days=days_left))


def test_shipped_rules_have_no_problem() -> None:
    assert (LIBRARY / "selection.toml").exists()
    assert parse_selection(library_table(".", "selection"), playbook_keys=frozenset(KEYS))[1] == ()


@pytest.mark.requirement(19, 83, 84, 85)
@pytest.mark.parametrize(
    ("segment", "days_left", "selected", "playbook"),
    [
        ("strategic", 181, Selected.WAIT, "strategic"),
        ("strategic", 180, Selected.ENROL, "strategic"),
        ("mid_market", 121, Selected.WAIT, "mid_market"),
        ("mid_market", 120, Selected.ENROL, "mid_market"),
        ("small", 46, Selected.WAIT, "small"),
        ("small", 45, Selected.ENROL, "small"),
        ("small", 0, Selected.ENROL, "small"),
        ("small", -1, Selected.NONE, "small"),
        ("anything_else", 45, Selected.ENROL, "small"),
        (None, 45, Selected.UNKNOWN, None),
    ],
)
def test_renewal_enters_the_playbook_of_its_segment_in_its_window(
    segment: str | None, days_left: int, selected: Selected, playbook: str | None
) -> None:
    found = select(segment, days_left)
    assert (found.selected, found.playbook_key, found.occurrence) == (selected, playbook, RENEWAL_ON)


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"is_renewal_open": False}, "renewal_closed"), ({"enrolled_occurrences": (RENEWAL_ON,)}, "already_enrolled")],
)
def test_closed_or_enrolled_renewal_enters_nothing(changes: dict[str, object], code: str) -> None:
    found = select("strategic", 100, **changes)
    assert (found.selected, [item.code for item in found.reasons]) == (Selected.NONE, [code])


def test_earlier_period_does_not_stop_the_next_one() -> None:
    found = select("strategic", 100, enrolled_occurrences=(date(2026, 3, 31),))
    assert (found.selected, found.opens_on) == (Selected.ENROL, date(2026, 10, 2))


def test_reasons_say_which_case_and_which_window() -> None:
    codes = {item.code: dict(item.values) for item in select("mid_market", 100).reasons}
    assert codes["case"]["case"] == "mid_market_accounts"
    assert codes["window"] == {"window_days": 120, "days_left": 100, "opens_on": date(2026, 12, 1)}


@pytest.mark.parametrize(("score", "selected"), [(70, Selected.ENROL), (10, Selected.NONE), (None, Selected.UNKNOWN)])
def test_entry_condition_is_three_valued(score: int | None, selected: Selected) -> None:
    entry = Predicate(field="risk.score", op=Op.GE, value=60)
    books = {**PLAYBOOKS, "small": replace(PLAYBOOKS["small"], entry=entry)}
    facts = SelectionFacts(
        workspace_id=1,
        renewal_id=5,
        renewal_on=RENEWAL_ON,
        is_renewal_open=True,
        enrolled_occurrences=(),
        facts={"account.segment": "small", "risk.score": score},
    )
    found = select_playbook(RULES, books, facts, today=RENEWAL_ON - timedelta(days=20))
    assert found.selected is selected


def test_playbook_that_is_not_published_enters_nothing() -> None:
    facts = SelectionFacts(
        workspace_id=1,
        renewal_id=5,
        renewal_on=RENEWAL_ON,
        is_renewal_open=True,
        enrolled_occurrences=(),
        facts={"account.segment": "small"},
    )
    found = select_playbook(RULES, {}, facts, today=RENEWAL_ON)
    assert (found.selected, found.reasons[-1].code) == (Selected.NONE, "no_playbook")


def test_rules_without_default_or_with_unknown_playbook_are_refused() -> None:
    table = library_table(".", "selection")
    table["default_playbook"] = "smal"
    problems = parse_selection(table, playbook_keys=frozenset(KEYS))[1]
    assert [(problem.code, problem.remedy) for problem in problems] == [("E-CAD-10", "Did you mean 'small'?")]
    del table["default_playbook"]
    problems = parse_selection(table, playbook_keys=frozenset(KEYS))[1]
    assert [(problem.code, problem.where) for problem in problems] == [("E-CAD-05", "selection, default_playbook")]


@given(segment=st.sampled_from(["strategic", "mid_market", "small"]), days_left=st.integers(-10, 400))
def test_same_facts_give_the_same_decision(segment: str, days_left: int) -> None:
    assert select(segment, days_left) == select(segment, days_left)

"""Why a renewal is not in a playbook: each gate with the fact behind it, and never another answer than selection's."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.core.audience import chosen_playbook, first_shut, playbook_gates
from playbooks.core.definition import Playbook
from playbooks.core.facts import SelectionFacts
from playbooks.core.selection import Selected, SelectionCase, SelectionRules, select_playbook
from renewals.core.conditions import AllOf, Answer, AnyOf, Condition, NotOf, Op, Predicate, deciding
from tests.playbooks.core.specimens import shipped_keys, shipped_playbook

RENEWAL_ON = date(2027, 3, 31)
SEGMENT = {key: Predicate(field="account.segment", op=Op.EQ, value=key) for key in ("strategic", "mid_market")}
RISKY = Predicate(field="risk.score", op=Op.GE, value=60)
RULES = SelectionRules(
    version=1,
    cases=(
        SelectionCase(key="strategic_accounts", condition=SEGMENT["strategic"], playbook="strategic"),
        SelectionCase(key="mid_market_accounts", condition=SEGMENT["mid_market"], playbook="mid_market"),
        SelectionCase(key="risky_accounts", condition=RISKY, playbook="strategic"),
    ),
    default_playbook="small",
)
PLAYBOOKS = {key: shipped_playbook(key) for key in shipped_keys("playbooks")}
PLAYBOOKS |= {"small": replace(PLAYBOOKS["small"], entry=NotOf(part=RISKY))}


def facts_of(segment: str | None, risk: float | None, **changes: object) -> SelectionFacts:
    facts = SelectionFacts(
        workspace_id=1,
        renewal_id=5,
        renewal_on=RENEWAL_ON,
        is_renewal_open=True,
        enrolled_occurrences=(),
        facts={"account.segment": segment, "risk.score": risk},
    )
    return replace(facts, **changes)  # type: ignore[arg-type]  # a test names the fields it changes


def shut(key: str, facts: SelectionFacts, days_left: int, books: dict[str, Playbook] | None = None) -> tuple[str, str]:
    today = RENEWAL_ON - timedelta(days=days_left)
    gates = playbook_gates(RULES, key, (books or PLAYBOOKS).get(key), facts, today=today)
    gate = first_shut(gates)
    return (gate.code, gate.answer.value) if gate else ("", "")


@pytest.mark.parametrize(
    ("key", "segment", "risk", "days_left", "expected"),
    [
        ("strategic", "strategic", 10, 180, ("", "")),
        ("strategic", "strategic", 10, 181, ("window", "no")),
        ("strategic", "strategic", 10, -1, ("window", "no")),
        ("strategic", "small", 70, 180, ("", "")),
        ("strategic", "small", 59, 180, ("own_case", "no")),
        ("strategic", "small", None, 180, ("own_case", "unknown")),
        ("strategic", "mid_market", 70, 100, ("other_case", "no")),
        ("strategic", None, 70, 100, ("own_case", "unknown")),
        ("mid_market", "strategic", 10, 100, ("other_case", "no")),
        ("mid_market", "small", 10, 100, ("own_case", "no")),
        ("small", "strategic", 10, 40, ("other_case", "no")),
        ("small", None, 10, 40, ("other_case", "unknown")),
        ("small", "small", 10, 40, ("", "")),
        ("small", "small", 70, 40, ("other_case", "no")),
        ("nowhere", "small", 10, 40, ("own_case", "no")),
    ],
)
def test_first_gate_that_keeps_out_is_named(
    key: str, segment: str | None, risk: float | None, days_left: int, expected: tuple[str, str]
) -> None:
    assert shut(key, facts_of(segment, risk), days_left) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"is_renewal_open": False}, ("renewal_open", "no")),
        ({"enrolled_occurrences": (RENEWAL_ON,)}, ("not_enrolled", "no")),
        ({"enrolled_occurrences": (date(2026, 3, 31),)}, ("", "")),
    ],
)
def test_closed_or_enrolled_renewal_is_kept_out(changes: dict[str, object], expected: tuple[str, str]) -> None:
    assert shut("strategic", facts_of("strategic", 10, **changes), 100) == expected


def test_playbook_that_is_not_published_keeps_everybody_out() -> None:
    books = {key: book for key, book in PLAYBOOKS.items() if key != "strategic"}
    assert shut("strategic", facts_of("strategic", 10), 100, books) == ("published", "no")


def test_entry_condition_keeps_out_with_the_fact_it_found() -> None:
    books = PLAYBOOKS | {"strategic": replace(PLAYBOOKS["strategic"], entry=RISKY)}
    gates = playbook_gates(RULES, "strategic", books["strategic"], facts_of("strategic", 12), today=date(2027, 1, 1))
    gate = first_shut(gates)
    assert gate is not None
    assert [(item.evidence.field, item.evidence.found, item.is_negated) for item in gate.deciding] == [
        ("risk.score", 12, False)
    ]


A, B, C = (Predicate(field=name, op=Op.EQ, value=1) for name in "abc")


@pytest.mark.parametrize(
    ("condition", "facts", "expected"),
    [
        (None, {}, []),
        (A, {"a": 2}, [("a", False)]),
        (AllOf(parts=(A, B, C)), {"a": 1, "b": 2, "c": 2}, [("b", False), ("c", False)]),
        (AllOf(parts=(A, B)), {"a": 1}, [("b", False)]),
        (AnyOf(parts=(A, B)), {"a": 2, "b": 2}, [("a", False), ("b", False)]),
        (AnyOf(parts=(A, B)), {"a": 2, "b": 1}, [("b", False)]),
        (NotOf(part=AnyOf(parts=(A, B))), {"a": 1, "b": 2}, [("a", True)]),
        (NotOf(part=NotOf(part=A)), {"a": 2}, [("a", False)]),
    ],
)
def test_deciding_predicates_are_those_that_gave_the_answer(
    condition: Condition | None, facts: dict[str, int], expected: list[tuple[str, bool]]
) -> None:
    assert [(item.evidence.field, item.is_negated) for item in deciding(condition, facts)] == expected


@given(
    key=st.sampled_from(sorted(PLAYBOOKS)),
    segment=st.sampled_from(["strategic", "mid_market", "small", None]),
    risk=st.none() | st.integers(0, 100),
    days_left=st.integers(-5, 200),
    is_open=st.booleans(),
    is_enrolled=st.booleans(),
)
def test_gates_agree_with_selection(
    key: str, segment: str | None, risk: int | None, days_left: int, is_open: bool, is_enrolled: bool
) -> None:
    facts = facts_of(segment, risk, is_renewal_open=is_open, enrolled_occurrences=(RENEWAL_ON,) if is_enrolled else ())
    today = RENEWAL_ON - timedelta(days=days_left)
    found = select_playbook(RULES, PLAYBOOKS, facts, today=today)
    is_chosen = found.selected is Selected.ENROL and found.playbook_key == key
    gates = playbook_gates(RULES, key, PLAYBOOKS[key], facts, today=today)
    assert (first_shut(gates) is None) == is_chosen
    if found.selected is Selected.ENROL:
        assert chosen_playbook(RULES, facts) == found.playbook_key
    if found.playbook_key == key:
        assert all(gate.answer is not Answer.UNKNOWN for gate in gates if gate.code == "other_case")

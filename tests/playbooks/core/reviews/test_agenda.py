"""What comes onto an agenda: rules on facts, one item a subject, carried items always, unknown raises nothing."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.core.reviews.agenda import CarriedItem, Subject, Why, build_agenda
from playbooks.core.reviews.rules import About, ReviewKind, ReviewRules, parse_review_rules
from playbooks.queries.library import review_rules

FACTS: dict[str, Any] = {
    "risk.band": "high",
    "playbook.is_open": False,
    "quote.is_out": True,
    "renewal.days_to_due": 120,
    "renewal.days_to_notice": 60,
    "risk.got_worse": False,
}


def renewal(number: int, weight: str | None = "9000", **facts: Any) -> Subject:
    return Subject(
        key=f"renewal:{number}",
        about=About.RENEWAL,
        facts=FACTS | {name.replace("__", "."): value for name, value in facts.items()},
        weight_amount=None if weight is None else Decimal(weight),
    )


def carried(number: int, age: int = 1) -> CarriedItem:
    return CarriedItem(
        key=f"renewal:{number}",
        about=About.RENEWAL,
        item_id=number,
        age=age,
        first_on=date(2026, 11, 3),
        weight_amount=Decimal(100),
    )


def rules() -> ReviewRules:
    return review_rules()


AT_RISK = rules().kinds[ReviewKind.AT_RISK]


def raised(subject: Subject, least: Decimal | None = None) -> list[str]:
    return [why.rule for item in build_agenda(AT_RISK, [subject], [], least_amount=least).items for why in item.why]


@pytest.mark.requirement(34)
@pytest.mark.parametrize(
    ("subject", "keys"),
    [
        (renewal(1), ["risk_without_playbook"]),
        (renewal(1, playbook__is_open=True), []),
        (renewal(1, playbook__is_open=None), []),
        (renewal(1, "4999"), []),
        (renewal(1, None), ["risk_without_playbook"]),
        (renewal(1, renewal__days_to_due=181), []),
        (renewal(1, playbook__is_open=True, risk__got_worse=True), ["risk_got_worse"]),
        (renewal(1, playbook__is_open=True, risk__got_worse=None), []),
        (renewal(1, "1", quote__is_out=False, renewal__days_to_notice=30), ["notice_without_quote"]),
        (renewal(1, "1", quote__is_out=False, renewal__days_to_notice=-1), []),
        (renewal(1, "1", renewal__days_to_due=-1), ["overdue_open"]),
        (renewal(1, "10000", playbook__is_open=True, renewal__days_to_due=90), ["high_risk_near"]),
    ],
)
def test_renewal_comes_up_for_the_rules_that_are_yes(subject: Subject, keys: list[str]) -> None:
    assert raised(subject) == keys


def test_series_sets_its_own_least_amount_where_a_rule_has_one() -> None:
    assert raised(renewal(1, "4999"), Decimal(4999)) == ["risk_without_playbook"]
    assert raised(renewal(1, "9000"), Decimal(9001)) == []
    assert raised(renewal(1, "1", renewal__days_to_due=-1), Decimal(9001)) == ["overdue_open"]


@pytest.mark.requirement(34)
def test_item_keeps_the_rule_and_the_facts_that_decided_it() -> None:
    (item,) = build_agenda(AT_RISK, [renewal(1)], []).items
    inputs = (("risk.band", "high"), ("playbook.is_open", False), ("renewal.days_to_due", 120))
    assert item.why == (Why(rule="risk_without_playbook", inputs=inputs),)


@pytest.mark.requirement(34)
def test_carried_item_stays_whether_or_not_a_rule_raises_it() -> None:
    quiet = renewal(2, "70", playbook__is_open=True)
    agenda = build_agenda(AT_RISK, [renewal(1), quiet], [carried(1), carried(2, 3), carried(3)])
    found = {item.key: (bool(item.why), item.carried.age if item.carried else 0) for item in agenda.items}
    assert found == {"renewal:1": (True, 1), "renewal:2": (False, 3), "renewal:3": (False, 1)}
    assert {item.key: item.weight_amount for item in agenda.items}["renewal:2"] == Decimal(70)


def test_agenda_has_room_for_the_weightiest_and_says_what_it_left_out() -> None:
    kind = replace(AT_RISK, most=2)
    subjects = [renewal(1, "6000"), renewal(2, "9000"), renewal(3, "7000"), renewal(4, "100000")]
    agenda = build_agenda(kind, subjects, [carried(1)])
    assert [item.key for item in agenda.items] == ["renewal:4", "renewal:2", "renewal:1"]
    assert agenda.left_out == 1


@given(
    weights=st.lists(st.none() | st.integers(0, 10**6), max_size=30),
    old=st.sets(st.integers(0, 40)),
    most=st.integers(1, 10),
)
def test_no_carried_item_is_ever_lost_and_none_comes_twice(weights: list[int | None], old: set[int], most: int) -> None:
    subjects = [renewal(n, None if weight is None else str(weight)) for n, weight in enumerate(weights)]
    agenda = build_agenda(replace(AT_RISK, most=most), subjects, [carried(n) for n in old])
    keys = [item.key for item in agenda.items]
    assert len(keys) == len(set(keys))
    assert {f"renewal:{n}" for n in old} <= set(keys)
    assert sum(item.carried is None for item in agenda.items) <= most


def test_shipped_rules_cover_every_kind_and_each_asks_something() -> None:
    for kind in ReviewKind:
        found = rules().kinds[kind]
        assert len(found.rules) >= 4
        assert all(rule.asks.endswith("?") for rule in found.rules)


@pytest.mark.parametrize(
    "rule",
    [
        {"when": {"field": "renewal.colour", "op": "eq", "value": "red"}},
        {"when": None},
        {"about": "weather"},
    ],
)
def test_rule_that_cannot_be_read_is_told(rule: dict[str, Any]) -> None:
    whole = {"key": "x", "name": "X", "about": "renewal", "asks": "What?"}
    table = {
        "version": 1,
        "at_risk": {"rules": [whole | {"when": {"field": "risk.band", "op": "eq", "value": "high"}} | rule]},
        "forecast": {"rules": []},
        "quarterly": {"rules": []},
    }
    assert [problem for problem in parse_review_rules(table)[1] if problem.is_error]

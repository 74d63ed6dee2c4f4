"""Why an account is not in a list, in words: each condition, the first that keeps it out, and what would mend it."""

from collections.abc import Mapping
from datetime import date

import pytest

from dashboards.core.missing import (
    GATE_NAMES,
    GATE_WORDS,
    Check,
    Value,
    answer_of,
    filter_check,
    first_failing,
    gate_check,
    reach_check,
)
from dashboards.core.parts import Link
from dashboards.core.rule_words import evidence_words
from playbooks.core.audience import Gate
from renewals.core.conditions import Answer, Deciding, Evidence, FactValue, Op, Predicate, evaluate
from renewals.core.roles import Scope

OFF = Link(text="Take the filter off", href="/queue/")


def check(answer: Answer, because: str = "", *, is_hidden: bool = False) -> Check:
    return Check(name="x", answer=answer, wanted="w", found="f", because=because, mend=OFF, is_hidden=is_hidden)


def evidence(field: str, op: Op, expected: FactValue, found: FactValue) -> Evidence:
    return evaluate(Predicate(field=field, op=op, value=expected), {field: found}).evidence[0]


@pytest.mark.parametrize(
    ("found", "answer", "because", "mend"),
    [
        (Value(key="small", words="Small"), Answer.YES, "", None),
        (Value(key="strategic", words="Strategic"), Answer.NO, "segment is Strategic, not Small", OFF),
        (None, Answer.UNKNOWN, "segment is not known, and the filter asks for Small", OFF),
    ],
)
def test_filter_says_what_it_asks_and_what_it_found(
    found: Value | None, answer: Answer, because: str, mend: Link | None
) -> None:
    told = filter_check("segment", Value(key="small", words="Small"), found, OFF)
    assert (told.answer, told.because, told.mend) == (answer, because, mend)


@pytest.mark.parametrize(
    ("reach", "is_reached", "because"),
    [
        (Scope.ALL, True, ""),
        (Scope.OWN, False, "it belongs to Mo Idris, and this list shows you your own"),
        (Scope.TEAM, False, "it belongs to Mo Idris, and this list shows you those of your team"),
    ],
)
def test_reach_names_the_owner(reach: Scope, is_reached: bool, because: str) -> None:
    told = reach_check(reach, is_reached=is_reached, owner="Mo Idris", noun="renewals", mend=OFF)
    assert (told.because, told.mend) == (because, None if is_reached else OFF)


YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


@pytest.mark.parametrize(
    ("checks", "because"),
    [
        ((check(YES), check(YES)), None),
        ((check(YES), check(NO, "b"), check(NO, "c")), "b"),
        ((check(UNKNOWN, "a"), check(NO, "b")), "a"),
        ((check(UNKNOWN, "a", is_hidden=True), check(NO, "b")), "b"),
        ((check(UNKNOWN, "a", is_hidden=True), check(YES)), "a"),
    ],
)
def test_first_failing_condition_is_named_and_a_hidden_one_last(checks: tuple[Check, ...], because: str | None) -> None:
    failing = first_failing(checks)
    assert (failing.because if failing else None) == because


def test_answer_is_a_sentence_with_the_link_that_helps() -> None:
    shut = (check(YES), check(NO, "health 71 is not below 40"), check(UNKNOWN, "d"), check(UNKNOWN, is_hidden=True))
    told = answer_of("Acme", shut, here=None, where="", otherwise="fits")
    assert (told.sentence, told.link, told.is_here) == ("Acme is not here: health 71 is not below 40.", OFF, False)
    assert told.note == "1 more condition keeps it out, see below."
    assert [row[1].text for row in told.table.rows] == [
        "Fits", "Keeps it out", "Not known, keeps it out", "Not shown to you"
    ]  # fmt: skip
    assert answer_of("Acme", (check(YES),), here=None, where="", otherwise="fits").sentence == "Acme fits."
    here = answer_of("Acme", (check(YES), check(NO)), here=OFF, where=", under Today", otherwise="")
    assert (here.sentence, here.is_here, here.link) == ("Acme is here, under Today.", True, OFF)
    assert [row[1].text for row in here.table.rows] == ["Fits", "Not so any more"]


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (evidence("health.score", Op.LT, 40, 71), "health 71 is not below 40"),
        (evidence("health.score", Op.LT, 40, 12), "health 12 is below 40"),
        (evidence("risk.score", Op.GE, 60, None), "risk is not known"),
        (evidence("account.segment", Op.EQ, "strategic", "mid_market"), "segment is Mid-market, not Strategic"),
        (evidence("account.segment", Op.EQ, "small", "small"), "segment is Small"),
        (evidence("account.region", Op.IN, ("EMEA", "APAC"), "AMER"), "region is Amer, not Emea or Apac"),
        (evidence("account.segment", Op.NE, "small", "small"), "segment is Small"),
        (evidence("health.band", Op.EQ, "red", "amber"), "health is Needs care, not At risk"),
        (evidence("contact.champion_known", Op.EQ, True, False), "champion known is no, not yes"),
        (evidence("account.country", Op.KNOWN, True, None), "country is not known"),
        (evidence("account.country", Op.KNOWN, False, "DE"), "country is known"),
        (evidence("account.country", Op.LT, 5, "DE"), "country De cannot be compared with 5"),
        (evidence("x.day", Op.LT, date(2027, 1, 1), date(2027, 2, 1)), "day 1 Feb 2027 is not below 1 Jan 2027"),
    ],
)
def test_evidence_is_told_as_a_fact(item: Evidence, words: str) -> None:
    assert evidence_words(item) == words


SEGMENT = Deciding(evidence=evidence("account.segment", Op.EQ, "strategic", "small"), is_negated=False)
CASE = {"case": "strategic_accounts", "playbook": "strategic"}
WINDOW = {"window_days": 45, "days_left": 60, "opens_on": date(2027, 1, 1), "closes_on": date(2027, 2, 15)}


@pytest.mark.parametrize(
    ("code", "answer", "values", "because"),
    [
        ("own_case", NO, CASE, "segment is Small, not Strategic"),
        ("own_case", NO, CASE | {"case": ""}, "no case leads it here, and without one it goes to “Key accounts”"),
        ("other_case", NO, CASE, "the case “Strategic accounts” comes first and leads to “Key accounts”: segment"),
        ("other_case", UNKNOWN, CASE, "whether the case “Strategic accounts” takes it into “Key accounts” first"),
        ("window", NO, WINDOW, "60 days are left, and the playbook begins 45 days before the due date"),
        ("window", NO, WINDOW | {"days_left": -3}, "its due date has passed"),
        ("entry", NO, {}, "segment is Small, not Strategic"),
        ("published", NO, {}, "the playbook is not published"),
        ("renewal_open", NO, {}, "its renewal is closed"),
        ("not_enrolled", NO, {}, "it went through a playbook for this date"),
    ],
)
def test_gate_of_a_playbook_is_told(code: str, answer: Answer, values: Mapping[str, object], because: str) -> None:
    gate = Gate(code=code, answer=answer, deciding=(SEGMENT,), values=values)  # type: ignore[arg-type]  # test values
    told = gate_check(gate, {"strategic": "Key accounts"}, is_hidden=False)
    assert told.because.startswith(because)
    hidden = gate_check(gate, {}, is_hidden=True)
    assert (hidden.answer, hidden.found, "Small" in hidden.because) == (UNKNOWN, "not shown to you", False)


def test_every_gate_has_a_name_and_words() -> None:
    assert GATE_NAMES.keys() == GATE_WORDS.keys()

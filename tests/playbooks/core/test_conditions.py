"""Conditions answer yes, no or unknown, and unknown never turns into yes by accident."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewals.core.conditions import (
    AllOf,
    Answer,
    AnyOf,
    Condition,
    Evidence,
    Facts,
    NotOf,
    Op,
    Predicate,
    evaluate,
    fields_of,
)

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


def test_predicate_keeps_what_it_found_as_evidence() -> None:
    finding = evaluate(Predicate(field="risk.score", op=Op.GE, value=60), {"risk.score": 61})
    expected = Evidence(field="risk.score", op=Op.GE, expected=60, found=61, answer=YES)
    assert (finding.answer, finding.evidence) == (YES, (expected,))


@pytest.mark.parametrize(
    ("op", "found", "expected", "answer"),
    [
        (Op.EQ, "strategic", "strategic", YES),
        (Op.EQ, "small", "strategic", NO),
        (Op.NE, "small", "strategic", YES),
        (Op.NE, 3, "strategic", UNKNOWN),
        (Op.EQ, 3, "3", UNKNOWN),
        (Op.EQ, True, 1, UNKNOWN),
        (Op.EQ, True, True, YES),
        (Op.LT, 59, 60, YES),
        (Op.LT, 60, 60, NO),
        (Op.LE, 60, 60, YES),
        (Op.GT, Decimal("60.1"), 60, YES),
        (Op.GE, 0.6, Decimal("0.6"), YES),
        (Op.GE, float("nan"), 60, UNKNOWN),
        (Op.GE, "80", 60, UNKNOWN),
        (Op.GE, None, 60, UNKNOWN),
        (Op.GT, "b", "a", UNKNOWN),
        (Op.LT, date(2027, 1, 1), date(2027, 1, 2), YES),
        (Op.EQ, date(2027, 1, 1), date(2027, 1, 1), YES),
        (Op.EQ, date(2027, 1, 1), "2027-01-01", UNKNOWN),
        (Op.IN, "EMEA", ("EMEA", "APAC"), YES),
        (Op.IN, "AMER", ("EMEA", "APAC"), NO),
        (Op.IN, ("AMER", "APAC"), ("EMEA", "APAC"), YES),
        (Op.IN, None, ("EMEA",), UNKNOWN),
        (Op.IN, "EMEA", "EMEA", UNKNOWN),
        (Op.NOT_IN, "AMER", ("EMEA",), YES),
        (Op.NOT_IN, None, ("EMEA",), UNKNOWN),
        (Op.KNOWN, None, True, NO),
        (Op.KNOWN, 0, True, YES),
        (Op.KNOWN, None, False, YES),
        (Op.KNOWN, 0, False, NO),
    ],
)
def test_predicate_with_each_operator_gives_documented_answer(
    op: Op, found: object, expected: object, answer: Answer
) -> None:
    predicate = Predicate(field="x", op=op, value=expected)  # type: ignore[arg-type]  # any value on purpose
    assert evaluate(predicate, {"x": found}).answer is answer  # type: ignore[dict-item]  # any value on purpose


def _known(answer: Answer) -> tuple[Condition, Facts]:
    facts: Facts = {"yes": 1, "no": 0}
    return Predicate(field=answer.value, op=Op.EQ, value=1), facts


@pytest.mark.parametrize("left", list(Answer))
@pytest.mark.parametrize("right", list(Answer))
def test_groups_follow_three_valued_logic(left: Answer, right: Answer) -> None:
    facts: Facts = {"yes": 1, "no": 0}
    parts = (_known(left)[0], _known(right)[0])
    rank = {NO: 0, UNKNOWN: 1, YES: 2}
    lowest, highest = min((left, right), key=rank.__getitem__), max((left, right), key=rank.__getitem__)
    assert evaluate(AllOf(parts=parts), facts).answer is lowest
    assert evaluate(AnyOf(parts=parts), facts).answer is highest


@pytest.mark.parametrize(("inner", "outer"), [(YES, NO), (NO, YES), (UNKNOWN, UNKNOWN)])
def test_not_of_unknown_stays_unknown(inner: Answer, outer: Answer) -> None:
    condition, facts = _known(inner)
    assert evaluate(NotOf(part=condition), facts).answer is outer


def test_no_condition_is_yes_without_evidence() -> None:
    finding = evaluate(None, {})
    assert (finding.answer, finding.evidence, fields_of(None)) == (YES, (), ())


def test_evidence_lists_every_predicate_in_order() -> None:
    condition = AllOf(parts=(_known(NO)[0], NotOf(part=AnyOf(parts=(_known(UNKNOWN)[0],)))))
    assert [item.field for item in evaluate(condition, {"no": 0}).evidence] == ["no", "unknown"]
    assert fields_of(condition) == ("no", "unknown")


PREDICATES = st.builds(
    Predicate,
    field=st.sampled_from(["a", "b", "c"]),
    op=st.sampled_from([Op.EQ, Op.NE, Op.LT, Op.LE, Op.GT, Op.GE]),
    value=st.integers(-3, 3),
)
CONDITIONS = st.recursive(
    PREDICATES,
    lambda inner: st.one_of(
        st.builds(NotOf, part=inner),
        st.builds(AllOf, parts=st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(AnyOf, parts=st.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)


@pytest.mark.requirement(19)
@given(condition=CONDITIONS, facts=st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(-3, 3)))
def test_learning_a_missing_fact_never_overturns_an_answer(condition: Condition, facts: dict[str, int]) -> None:
    before = evaluate(condition, facts).answer
    for value in (-3, 0, 3):
        after = evaluate(condition, {"a": value, "b": value, "c": value, **facts}).answer
        assert before is UNKNOWN or after is before
        assert after is not UNKNOWN

"""Three-valued conditions over a mapping of facts: yes, no or unknown, with evidence.

Unknown never contacts anybody.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

FactValue = str | int | float | bool | Decimal | date | tuple[str, ...] | None
Facts = Mapping[str, FactValue]


class Answer(StrEnum):
    """The three answers of a condition."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Op(StrEnum):
    """How a fact is compared with the value written in the definition."""

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    IN = "in"
    NOT_IN = "not_in"
    KNOWN = "known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicate:
    """`field op value`, for example health.score lt 60. `known` compares only whether the fact is there."""

    field: str
    op: Op
    value: FactValue


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    """Yes when every part is yes; no as soon as one part is no."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """Yes as soon as one part is yes; no when every part is no."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotOf:
    """Turns yes and no round; unknown stays unknown."""

    part: "Condition"


Condition = Predicate | AllOf | AnyOf | NotOf


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One predicate as it was found; `found` is None when the fact was missing."""

    field: str
    op: Op
    expected: FactValue
    found: FactValue
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The answer of a whole condition, with every predicate looked at, in the order of the definition."""

    answer: Answer
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """A predicate that decided a condition; `is_negated` when the condition asked for its opposite."""

    evidence: Evidence
    is_negated: bool


def evaluate(condition: Condition | None, facts: Facts) -> Finding:
    """Return the three-valued answer (Kleene logic) and its evidence; no condition (None) is yes without evidence."""
    if condition is None:
        return Finding(answer=Answer.YES, evidence=())
    if isinstance(condition, Predicate):
        return _evaluate_predicate(condition, facts)
    if isinstance(condition, NotOf):
        inner = evaluate(condition.part, facts)
        return Finding(answer=_NEGATION[inner.answer], evidence=inner.evidence)
    parts = [evaluate(part, facts) for part in condition.parts]
    deciding = Answer.NO if isinstance(condition, AllOf) else Answer.YES
    return Finding(
        answer=_combine([part.answer for part in parts], deciding),
        evidence=tuple(item for part in parts for item in part.evidence),
    )


def deciding(condition: Condition | None, facts: Facts, *, is_negated: bool = False) -> tuple[Deciding, ...]:
    """Return the predicates that gave a condition its answer, in the order of the definition.

    Of an "all of" that is no these are the parts that are no; a predicate under an odd number of "not" is negated.
    """
    if condition is None:
        return ()
    if isinstance(condition, Predicate):
        return (Deciding(evidence=_evaluate_predicate(condition, facts).evidence[0], is_negated=is_negated),)
    if isinstance(condition, NotOf):
        return deciding(condition.part, facts, is_negated=not is_negated)
    answer = evaluate(condition, facts).answer
    parts = (part for part in condition.parts if evaluate(part, facts).answer is answer)
    return tuple(item for part in parts for item in deciding(part, facts, is_negated=is_negated))


def fields_of(condition: Condition | None) -> tuple[str, ...]:
    """Return the fact names a condition reads, in order, with repeats."""
    if condition is None:
        return ()
    if isinstance(condition, Predicate):
        return (condition.field,)
    if isinstance(condition, NotOf):
        return fields_of(condition.part)
    return tuple(name for part in condition.parts for name in fields_of(part))


def _combine(answers: Sequence[Answer], deciding: Answer) -> Answer:
    if deciding in answers:
        return deciding
    return Answer.UNKNOWN if Answer.UNKNOWN in answers else _NEGATION[deciding]


def _evaluate_predicate(predicate: Predicate, facts: Facts) -> Finding:
    found = facts.get(predicate.field)
    answer = _compare(predicate, found)
    evidence = Evidence(field=predicate.field, op=predicate.op, expected=predicate.value, found=found, answer=answer)
    return Finding(answer=answer, evidence=(evidence,))


def _compare(predicate: Predicate, found: FactValue) -> Answer:
    if predicate.op is Op.KNOWN:
        return _answer((found is not None) == (predicate.value is not False))
    if predicate.op in (Op.IN, Op.NOT_IN):
        return _compare_members(predicate, found)
    left, right = _number(found), _number(predicate.value)
    if left is not None and right is not None:
        return _answer(_COMPARISONS[predicate.op](left, right))
    if type(found) is not type(predicate.value) or found is None:
        return Answer.UNKNOWN  # a text where a number is due tells us nothing, so nobody is contacted on it
    if isinstance(found, date) and isinstance(predicate.value, date):
        return _answer(_COMPARISONS[predicate.op](found.toordinal(), predicate.value.toordinal()))
    return _compare_equal(predicate.op, found == predicate.value)


def _compare_members(predicate: Predicate, found: FactValue) -> Answer:
    if found is None or not isinstance(predicate.value, tuple):
        return Answer.UNKNOWN
    found_values = found if isinstance(found, tuple) else (str(found),)
    is_member = any(value in predicate.value for value in found_values)
    return _answer(is_member == (predicate.op is Op.IN))


def _compare_equal(op: Op, is_equal: bool) -> Answer:
    if op not in (Op.EQ, Op.NE):
        return Answer.UNKNOWN  # texts, truths and lists have no order
    return _answer(is_equal == (op is Op.EQ))


def _number(value: FactValue) -> Decimal | None:
    """Floats count as the decimals they print as (0.6 equals Decimal("0.6")); truths and NaN are not numbers."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    number = Decimal(str(value))
    return None if number.is_nan() else number


def _answer(holds: bool) -> Answer:
    return Answer.YES if holds else Answer.NO


_NEGATION = {Answer.YES: Answer.NO, Answer.NO: Answer.YES, Answer.UNKNOWN: Answer.UNKNOWN}

_COMPARISONS: Mapping[Op, Callable[[Decimal | int, Decimal | int], bool]] = {
    Op.EQ: lambda found, expected: found == expected,
    Op.NE: lambda found, expected: found != expected,
    Op.LT: lambda found, expected: found < expected,
    Op.LE: lambda found, expected: found <= expected,
    Op.GT: lambda found, expected: found > expected,
    Op.GE: lambda found, expected: found >= expected,
}

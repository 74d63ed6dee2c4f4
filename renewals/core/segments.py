"""Which segment and tier an account belongs to: ordered cases, first match wins, with a compulsory default.

A case looks at attributes, contract value and renewal timing together. An unknown fact never makes a case match; it is
reported, so that a page can say what to fill in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from operator import eq, ge, gt, le, lt, ne
from typing import Literal

from renewals.core.errors import InvalidInput

Value = str | int | Decimal | bool
Answer = Literal["yes", "no", "unknown"]

_COMPARISONS: Mapping[str, Callable[[Value, Value], bool]] = {
    ">=": ge,
    ">": gt,
    "<=": le,
    "<": lt,
    "=": eq,
    "!=": ne,
}

NUMBER_FIELDS = frozenset({"arr_amount", "term_months", "renewals_a_year", "days_to_renewal", "employees"})
WORD_FIELDS = frozenset({"industry", "region", "country", "product_complexity"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentFacts:
    """What is known of an account; `arr_amount` in the workspace's currency; None is unknown, never zero."""

    arr_amount: Decimal | None = None
    term_months: int | None = None
    days_to_renewal: int | None = None
    employees: int | None = None
    industry: str = ""
    region: str = ""
    country: str = ""
    product_complexity: str = ""
    attributes: Mapping[str, Value] = field(default_factory=dict)

    def value(self, name: str) -> Value | None:
        """Return the fact of this name, None when unknown; `attributes.x` reads a custom attribute."""
        if name.startswith("attributes."):
            return self.attributes.get(name.removeprefix("attributes."))
        if name == "renewals_a_year":
            return None if self.term_months is None else Decimal(12) / max(1, self.term_months)
        found: Value | None = getattr(self, name)
        return None if found == "" else found


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentTest:
    """One comparison, such as arr_amount >= 100000; `among` a list when `comparison` is "in"."""

    fact: str
    comparison: str
    value: Value | tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentCase:
    """All tests must hold; the first case that matches decides."""

    rule: str
    segment: str
    tests: tuple[SegmentTest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentBook:
    """The cases of a workspace in order, the tier of each segment, and the compulsory default."""

    version: int
    default_segment: str
    tiers: Mapping[str, str]
    names: Mapping[str, str]
    cases: tuple[SegmentCase, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One test with the value it saw and its three-valued answer."""

    fact: str
    comparison: str
    wanted: str
    seen: str
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentDecision:
    """The segment and tier, the rule that gave them ('default' if none matched), and what was looked at."""

    segment: str
    tier: str
    rule: str
    version: int
    evidence: tuple[Evidence, ...]
    unknown_facts: tuple[str, ...]


def decide_segment(book: SegmentBook, facts: SegmentFacts) -> SegmentDecision:
    """Return the segment of the first case whose tests all answer yes, else the default with its evidence."""
    seen: list[Evidence] = []
    for case in book.cases:
        evidence = tuple(_ask(test, facts) for test in case.tests)
        if all(item.answer == "yes" for item in evidence):
            return _decision(book, segment=case.segment, rule=case.rule, evidence=evidence, seen=(*seen, *evidence))
        seen.extend(evidence)
    return _decision(book, segment=book.default_segment, rule="default", evidence=tuple(seen), seen=tuple(seen))


def _decision(
    book: SegmentBook, *, segment: str, rule: str, evidence: tuple[Evidence, ...], seen: tuple[Evidence, ...]
) -> SegmentDecision:
    unknown = dict.fromkeys(item.fact for item in seen if item.answer == "unknown")
    return SegmentDecision(
        segment=segment,
        tier=book.tiers[segment],
        rule=rule,
        version=book.version,
        evidence=evidence,
        unknown_facts=tuple(unknown),
    )


def _ask(test: SegmentTest, facts: SegmentFacts) -> Evidence:
    seen = facts.value(test.fact)
    return Evidence(
        fact=test.fact,
        comparison=test.comparison,
        wanted=_shown(test.value),
        seen="" if seen is None else _shown(seen),
        answer="unknown" if seen is None else _answer(test, seen),
    )


def _shown(value: Value | tuple[Value, ...]) -> str:
    return ", ".join(str(item) for item in value) if isinstance(value, tuple) else str(value)


def _answer(test: SegmentTest, seen: Value) -> Answer:
    if isinstance(test.value, tuple):
        return "yes" if seen in test.value else "no"
    try:
        return "yes" if _COMPARISONS[test.comparison](seen, test.value) else "no"
    except TypeError:  # a custom attribute holds a word where the rule expects a number
        return "unknown"


def read_segment_book(document: Mapping[str, object]) -> SegmentBook:
    """Return the book of a parsed segments.toml; raises InvalidInput naming the case and what is wrong with it."""
    segments = {str(row["key"]): row for row in _tables(document, "segments")}
    default = str(document.get("default_segment", ""))
    if default not in segments:
        raise InvalidInput("segments.toml needs a default_segment that is one of its segments.")
    cases = tuple(_read_case(row, segments) for row in _tables(document, "cases"))
    return SegmentBook(
        version=int(str(document["version"])),
        default_segment=default,
        tiers={key: str(row["tier"]) for key, row in segments.items()},
        names={key: str(row["name"]) for key, row in segments.items()},
        cases=cases,
    )


def _read_case(row: Mapping[str, object], segments: Mapping[str, object]) -> SegmentCase:
    rule, segment = str(row["rule"]), str(row["segment"])
    if segment not in segments:
        raise InvalidInput(f"Case '{rule}' gives segment '{segment}', which is not in the list.")
    tests = tuple(_read_test(test, rule) for test in _tables(row, "when"))
    if not tests:
        raise InvalidInput(f"Case '{rule}' has no test: it would match everybody before the default.")
    return SegmentCase(rule=rule, segment=segment, tests=tests)


def _read_test(row: Mapping[str, object], rule: str) -> SegmentTest:
    fact, comparison, value = str(row["fact"]), str(row["is"]), row["value"]
    if fact not in NUMBER_FIELDS | WORD_FIELDS and not fact.startswith("attributes."):
        raise InvalidInput(f"Case '{rule}' asks for '{fact}', which is not a fact of an account.")
    if isinstance(value, list):
        return SegmentTest(fact=fact, comparison="in", value=tuple(_plain(item) for item in value))
    if comparison not in _COMPARISONS:
        raise InvalidInput(f"Case '{rule}' compares with '{comparison}'.", remedy=f"Use {', '.join(_COMPARISONS)}.")
    return SegmentTest(fact=fact, comparison=comparison, value=_plain(value))


def _plain(value: object) -> Value:
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, (str, int)):
        return value
    raise InvalidInput(f"{value!r} is not a word or a number.")


def _tables(document: Mapping[str, object], name: str) -> tuple[Mapping[str, object], ...]:
    rows = document.get(name, ())
    if not isinstance(rows, (list, tuple)) or not all(isinstance(row, Mapping) for row in rows):
        raise InvalidInput(f"'{name}' must be a list of tables.")
    return tuple(rows)

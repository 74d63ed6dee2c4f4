"""Segments: the shipped book, first match wins, unknown facts, and books that cannot work."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import renewals
from renewals.core.errors import InvalidInput
from renewals.core.segments import SegmentBook, SegmentFacts, decide_segment, read_segment_book

SHIPPED = Path(renewals.__file__).parent / "library" / "segments.toml"


def shipped_book() -> SegmentBook:
    """Return the book that a new workspace gets."""
    return read_segment_book(tomllib.loads(SHIPPED.read_text(encoding="utf-8")))


BOOK = shipped_book()


def facts(arr: int | None, months: int | None = 12, **more: object) -> SegmentFacts:
    """Return the facts of an account with this ARR and term."""
    amount = None if arr is None else Decimal(arr)
    return SegmentFacts(arr_amount=amount, term_months=months, **more)  # type: ignore[arg-type]  # typed by the caller


@pytest.mark.requirement(66)
@pytest.mark.parametrize(
    ("given_facts", "segment", "tier", "rule"),
    [
        (facts(100_000), "strategic", "strategic", "strategic_by_value"),
        (facts(60_000, 24), "strategic", "strategic", "strategic_by_value_and_long_term"),
        (facts(60_000, 12), "mid_market", "growth", "mid_market_by_value"),
        (
            facts(60_000, 12, product_complexity="high", employees=2000),
            "strategic",
            "strategic",
            "strategic_by_complex_product_and_size",
        ),
        (facts(20_000, 1), "small", "basic", "small_by_short_cycle"),
        (facts(20_000, 12), "mid_market", "growth", "mid_market_by_value"),
        (facts(8_000, 12, employees=250), "mid_market", "growth", "mid_market_by_size_and_long_term"),
        (facts(8_000, 12, employees=249), "small", "basic", "default"),
        (facts(0), "small", "basic", "default"),
    ],
)
def test_shipped_segments_look_at_value_attributes_and_timing_together(
    given_facts: SegmentFacts, segment: str, tier: str, rule: str
) -> None:
    decided = decide_segment(BOOK, given_facts)
    assert (decided.segment, decided.tier, decided.rule, decided.version) == (segment, tier, rule, 1)


def test_matched_case_shows_the_numbers_it_saw() -> None:
    evidence = decide_segment(BOOK, facts(61_000, 36)).evidence
    assert [(e.fact, e.comparison, e.wanted, e.seen, e.answer) for e in evidence] == [
        ("arr_amount", ">=", "60000", "61000", "yes"),
        ("term_months", ">=", "24", "36", "yes"),
    ]


def test_unknown_facts_never_match_and_are_named() -> None:
    decided = decide_segment(BOOK, SegmentFacts())
    assert (decided.segment, decided.rule) == ("small", "default")
    assert decided.unknown_facts == ("arr_amount", "term_months", "product_complexity", "employees")


@given(
    st.one_of(st.none(), st.integers(0, 10**7)),
    st.one_of(st.none(), st.integers(1, 60)),
    st.one_of(st.none(), st.integers(0, 10**5)),
)
def test_every_account_gets_exactly_one_segment_with_a_tier(
    arr: int | None, months: int | None, employees: int | None
) -> None:
    decided = decide_segment(BOOK, facts(arr, months, employees=employees))
    assert decided.tier == BOOK.tiers[decided.segment]
    assert decided == decide_segment(BOOK, facts(arr, months, employees=employees))


def test_custom_attributes_and_cycles_a_year_are_facts_too() -> None:
    book = read_segment_book(
        {
            "version": 2,
            "default_segment": "b",
            "segments": [{"key": "a", "name": "A", "tier": "growth"}, {"key": "b", "name": "B", "tier": "basic"}],
            "cases": [
                {
                    "rule": "gold",
                    "segment": "a",
                    "when": [
                        {"fact": "attributes.plan", "is": "in", "value": ["gold", "platinum"]},
                        {"fact": "renewals_a_year", "is": "<=", "value": 1.5},
                    ],
                }
            ],
        }
    )
    assert decide_segment(book, facts(None, 12, attributes={"plan": "gold"})).rule == "gold"
    assert decide_segment(book, facts(None, 6, attributes={"plan": "gold"})).rule == "default"
    assert decide_segment(book, facts(None, 12, attributes={})).unknown_facts == ("attributes.plan",)


SEGMENTS = [{"key": "a", "name": "A", "tier": "basic"}]
GOOD = {"version": 1, "default_segment": "a", "segments": SEGMENTS}


@pytest.mark.parametrize(
    "document",
    [
        {"version": 1, "segments": SEGMENTS},
        {"version": 1, "default_segment": "b", "segments": SEGMENTS},
        {"version": 1, "default_segment": "a", "segments": "a"},
        {
            "version": 1,
            "default_segment": "a",
            "segments": SEGMENTS,
            "cases": [{"rule": "r", "segment": "z", "when": []}],
        },
        {
            "version": 1,
            "default_segment": "a",
            "segments": SEGMENTS,
            "cases": [{"rule": "r", "segment": "a", "when": []}],
        },
        {
            "version": 1,
            "default_segment": "a",
            "segments": SEGMENTS,
            "cases": [{"rule": "r", "segment": "a", "when": [{"fact": "shoe_size", "is": ">", "value": 1}]}],
        },
        {
            "version": 1,
            "default_segment": "a",
            "segments": SEGMENTS,
            "cases": [{"rule": "r", "segment": "a", "when": [{"fact": "employees", "is": "~", "value": 1}]}],
        },
        {
            "version": 1,
            "default_segment": "a",
            "segments": SEGMENTS,
            "cases": [{"rule": "r", "segment": "a", "when": [{"fact": "employees", "is": ">", "value": {}}]}],
        },
    ],
)
def test_book_that_cannot_work_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        read_segment_book(document)

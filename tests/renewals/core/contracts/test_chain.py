"""The chain of a contract: each kind of gap and overlap is found with its days, a sound chain has none."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from renewals.core.contracts.chain import ChainProblem, DueDate, chain_problems
from renewals.core.contracts.standing import StandingFacts, line_standings
from renewals.core.contracts.states import LineState
from renewals.core.terms import Line, Term

AT = datetime(2026, 1, 1, tzinfo=UTC)


def line(first: date, last: date | None = None, *, item: str = "", name: str = "seats") -> Line:
    """Return a line of 100 a year."""
    return Line(external_id=name, arr_amount=Decimal(100), starts_on=first, ends_on=last, item=item)


def term(number: int, first: date, last: date | None, *lines: Line) -> Term:
    """Return a live term; with a line of its own length when none is given."""
    return Term(
        number=number,
        version=1,
        starts_on=first,
        ends_on=last,
        recorded_at=AT,
        lines=lines or (line(first),),
    )


ONE = term(1, date(2026, 1, 1), date(2026, 12, 31))
TWO = term(2, date(2027, 1, 1), date(2027, 12, 31))


def test_sound_chain_has_no_problem() -> None:
    assert chain_problems((TWO, ONE), renewals=(DueDate(term=2, due_on=date(2028, 1, 1)),)) == ()


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        (
            (ONE, term(2, date(2027, 1, 3), date(2027, 12, 31))),
            {"code": "term_gap", "term": 2, "from_on": date(2027, 1, 1), "until_on": date(2027, 1, 2)},
        ),
        (
            (ONE, term(2, date(2026, 12, 31), date(2027, 12, 31))),
            {"code": "term_overlap", "term": 2, "from_on": date(2026, 12, 31), "until_on": date(2026, 12, 31)},
        ),
        (
            (ONE, replace(TWO, number=3)),
            {"code": "term_number_skipped", "term": 3, "from_on": TWO.starts_on, "until_on": TWO.ends_on},
        ),
        (
            (replace(ONE, lines=()),),
            {"code": "term_without_lines", "term": 1, "from_on": ONE.starts_on, "until_on": ONE.ends_on},
        ),
        (
            (
                term(
                    1,
                    ONE.starts_on,
                    ONE.ends_on,
                    line(ONE.starts_on, date(2026, 2, 28), item="s", name="a"),
                    line(date(2026, 3, 2), item="s", name="b"),
                ),
            ),
            {"code": "phase_gap", "term": 1, "from_on": date(2026, 3, 1), "until_on": date(2026, 3, 1), "item": "s"},
        ),
        (
            (
                term(
                    1,
                    ONE.starts_on,
                    ONE.ends_on,
                    line(ONE.starts_on, item="s", name="a"),
                    line(date(2026, 3, 2), item="s", name="b"),
                ),
            ),
            {"code": "phase_overlap", "term": 1, "from_on": date(2026, 3, 2), "until_on": ONE.ends_on, "item": "s"},
        ),
        (
            (term(1, ONE.starts_on, ONE.ends_on, line(ONE.starts_on, date(2027, 1, 1))),),
            {
                "code": "line_outside_term",
                "term": 1,
                "from_on": ONE.starts_on,
                "until_on": date(2027, 1, 1),
                "item": "seats",
            },
        ),
    ],
)
def test_each_kind_of_problem_is_found_with_its_days(terms, found) -> None:
    assert chain_problems(terms) == (ChainProblem(**found),)


def test_renewal_that_is_not_due_the_day_after_its_term_is_found() -> None:
    (problem,) = chain_problems((ONE,), renewals=(DueDate(term=1, due_on=date(2027, 1, 2)),))
    assert (problem.code, problem.from_on, problem.until_on) == ("renewal_off_term", date(2027, 1, 2), ONE.ends_on)


def test_lines_stand_by_day_term_and_phase() -> None:
    ramp = term(
        1,
        ONE.starts_on,
        ONE.ends_on,
        line(ONE.starts_on, date(2026, 6, 30), item="seats", name="seats"),
        line(date(2026, 7, 1), item="seats", name="seats@2026-07-01"),
        line(ONE.starts_on, date(2026, 9, 30), name="support"),
    )
    facts = StandingFacts(terms=(ramp,), on=date(2026, 7, 1), open_terms=frozenset({1}))
    assert [(each.line.external_id, each.state) for each in line_standings(facts)] == [
        ("seats", LineState.CLOSED),
        ("seats@2026-07-01", LineState.TO_RENEW),
        ("support", LineState.UPCOMING_CLOSE),
    ]
    renewed = replace(facts, terms=(ramp, TWO), open_terms=frozenset())
    assert [each.state for each in line_standings(renewed)] == [
        LineState.CLOSED,
        LineState.IN_PROGRESS,
        LineState.UPCOMING_CLOSE,
        LineState.UPCOMING,
    ]
    cancelled = replace(facts, cancelled_on=date(2026, 7, 1))
    assert {each.state for each in line_standings(cancelled)} == {LineState.CANCELLED}

"""Terms in two times, ARR on a day, and what is odd between terms."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewals.core.money import Money
from renewals.core.terms import EndAction, Line, Term, TermFinding, arr_on, known_terms, term_findings, term_on

MARCH, JUNE = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)


def line(amount: str, **changes: object) -> Line:
    """Return a recurring line of 2026 with this ARR."""
    facts = {"external_id": "L1", "arr_amount": Decimal(amount), "starts_on": date(2026, 1, 1)} | changes
    return Line(**facts)  # type: ignore[arg-type]  # facts are typed by the caller


def term(number: int, starts_on: date, ends_on: date | None, **changes: object) -> Term:
    """Return a live first version recorded on 1 January 2026."""
    facts = {"version": 1, "recorded_at": datetime(2026, 1, 1, tzinfo=UTC)} | changes
    return Term(number=number, starts_on=starts_on, ends_on=ends_on, **facts)  # type: ignore[arg-type]  # as above


FIRST = term(1, date(2026, 1, 1), date(2026, 12, 31), superseded_at=JUNE, lines=(line("100"),))
AMENDED = term(1, date(2026, 1, 1), date(2026, 12, 31), version=2, recorded_at=JUNE, lines=(line("150"),))
SECOND = term(2, date(2027, 1, 1), date(2027, 12, 31), recorded_at=JUNE, lines=(line("200"),))


@pytest.mark.requirement(90)
@pytest.mark.parametrize(
    ("on", "known_at", "amount"),
    [
        (date(2026, 2, 1), MARCH, "100"),
        (date(2026, 2, 1), JUNE, "150"),
        (date(2026, 2, 1), None, "150"),
        (date(2027, 2, 1), MARCH, "0"),
        (date(2027, 2, 1), None, "200"),
        (date(2025, 12, 31), None, "0"),
        (date(2028, 1, 1), None, "0"),
    ],
)
def test_arr_on_a_day_as_known_at_an_instant_reads_both_times(on: date, known_at: datetime | None, amount: str) -> None:
    found = arr_on((SECOND, AMENDED, FIRST), currency="EUR", on=on, known_at=known_at)
    assert found == Money(Decimal(amount), "EUR")


def test_version_is_known_from_its_recording_until_it_is_superseded() -> None:
    instant = JUNE - timedelta(microseconds=1)
    assert known_terms((FIRST, AMENDED), known_at=instant) == (FIRST,)
    assert known_terms((FIRST, AMENDED), known_at=JUNE) == (AMENDED,)
    assert known_terms((FIRST, AMENDED), known_at=datetime(2025, 1, 1, tzinfo=UTC)) == ()


@given(st.integers(-400, 400).map(lambda days: MARCH + timedelta(days=days, minutes=days)))
def test_at_any_instant_at_most_one_version_of_a_term_is_known(instant: datetime) -> None:
    numbers = [known.number for known in known_terms((FIRST, AMENDED, SECOND), known_at=instant)]
    assert len(numbers) == len(set(numbers))


def test_both_ends_of_a_term_belong_to_it() -> None:
    assert [term_on((AMENDED,), on=day) for day in (date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1))] == [
        AMENDED,
        AMENDED,
        None,
    ]


def test_evergreen_term_goes_on_with_the_lines_of_its_last_day() -> None:
    lines = (line("100", ends_on=date(2026, 6, 30)), line("70", external_id="L2", starts_on=date(2026, 7, 1)))
    evergreen = term(1, date(2026, 1, 1), date(2026, 12, 31), end_action=EndAction.EVERGREEN, lines=lines)
    assert arr_on((evergreen,), currency="EUR", on=date(2029, 1, 1)) == Money(Decimal(70), "EUR")
    assert term_on((evergreen,), on=date(2025, 1, 1)) is None


def test_cancelled_contract_has_no_term_from_that_day() -> None:
    days = (date(2026, 5, 31), date(2026, 6, 1))
    assert [term_on((AMENDED,), on=day, cancelled_on=date(2026, 6, 1)) for day in days] == [AMENDED, None]


def test_one_off_lines_and_lines_of_other_days_never_count_as_arr() -> None:
    lines = (
        line("100"),
        line("500", external_id="setup", is_recurring=False),
        line("30", external_id="pilot", ends_on=date(2026, 3, 31)),
    )
    only = term(1, date(2026, 1, 1), None, lines=lines)
    assert arr_on((only,), currency="EUR", on=date(2026, 3, 31)) == Money(Decimal(130), "EUR")
    assert arr_on((only,), currency="EUR", on=date(2026, 4, 1)) == Money(Decimal(100), "EUR")


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "expected"),
    [
        (date(2027, 1, 1), date(2027, 12, 31), ()),
        (date(2027, 2, 1), date(2027, 12, 31), (("W-DATE-06", date(2027, 1, 1), date(2027, 1, 31)),)),
        (date(2026, 12, 1), date(2027, 11, 30), (("E-DATE-05", date(2026, 12, 1), date(2026, 12, 31)),)),
        (date(2026, 12, 1), None, (("E-DATE-05", date(2026, 12, 1), date(2026, 12, 31)),)),
    ],
)
def test_findings_between_neighbouring_terms_name_the_days(
    starts_on: date, ends_on: date | None, expected: tuple[tuple[str, date, date], ...]
) -> None:
    found = term_findings((AMENDED, term(2, starts_on, ends_on)))
    assert found == tuple(
        TermFinding(code=code, earlier=1, later=2, from_on=first, until_on=last)  # type: ignore[arg-type]  # the table holds literals
        for code, first, last in expected
    )


def test_term_after_an_open_ended_one_overlaps_it() -> None:
    found = term_findings((term(1, date(2026, 1, 1), None), term(2, date(2027, 1, 1), None)))
    assert found == (
        TermFinding(code="E-DATE-05", earlier=1, later=2, from_on=date(2027, 1, 1), until_on=date(2027, 1, 1)),
    )

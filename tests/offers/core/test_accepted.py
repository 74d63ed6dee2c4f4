"""The next term is exactly what was accepted, line by line."""

from datetime import date
from decimal import Decimal

import pytest

from offers.core.accepted import following_of
from renewals.core.contracts.following import following_term
from renewals.core.contracts.phases import check_ramps
from renewals.core.errors import InvalidInput
from renewals.core.money import Money
from renewals.core.records import LineRow, TermRow

TERM = TermRow(
    number=1,
    starts_on=date(2025, 4, 1),
    ends_on=date(2026, 3, 31),
    lines=(
        LineRow(external_id="seats", arr_amount=Decimal(800), quantity=Decimal(10), unit="seats"),
        LineRow(external_id="support", arr_amount=Decimal(200)),
    ),
)


def price(*lines: tuple[str, str, str | None], currency: str = "EUR") -> dict[str, object]:
    rows = [
        {"key": key, "name": key.title(), "currency": currency, "net": net, "list_price": None}
        | ({"quantity": quantity} if quantity is not None else {})
        for key, net, quantity in lines
    ]
    return {"currency": "EUR", "term_months": 24, "lines": rows}


def test_next_term_has_the_accepted_lines_and_months() -> None:
    agreed = following_of(price(("seats", "900.01", "12"), ("support", "0", "0"), ("reports", "50", None)))
    made = following_term(TERM, final=Money(Decimal("950.01"), "EUR"), agreed=agreed)
    assert (made.number, made.starts_on, made.ends_on) == (2, date(2026, 4, 1), date(2028, 3, 31))
    assert [(line.external_id, line.arr_amount, line.quantity, line.unit) for line in made.lines] == [
        ("seats", Decimal("900.01"), Decimal(12), "seats"),
        ("reports", Decimal(50), Decimal(1), ""),
    ]


def test_lines_that_miss_the_accepted_sum_are_refused() -> None:
    agreed = following_of(price(("seats", "900", None)))
    with pytest.raises(InvalidInput, match="sum up to 900"):
        following_term(TERM, final=Money(Decimal(901), "EUR"), agreed=agreed)


def test_lines_in_other_currencies_share_the_accepted_sum() -> None:
    agreed = following_of(price(("seats", "900", None), currency="USD"))
    made = following_term(TERM, final=Money(Decimal(1001), "EUR"), agreed=agreed)
    assert [line.arr_amount for line in made.lines] == [Decimal("800.80"), Decimal("200.20")]


def test_rising_price_becomes_phases_that_sum_up_year_by_year() -> None:
    agreed = following_of(price(("seats", "800.01", "10"), ("support", "200", None)) | {"ramp_percent": "3"})
    made = following_term(TERM, final=Money(Decimal("1000.01"), "EUR"), agreed=agreed)
    check_ramps(made)
    years: dict[date, Decimal] = {}
    for line in made.lines:
        years[line.starts_on] = years.get(line.starts_on, Decimal(0)) + line.arr_amount
    assert years == {date(2026, 4, 1): Decimal("1000.01"), date(2027, 4, 1): Decimal("1030.01")}
    assert len({line.external_id for line in made.lines}) == 4
    assert {line.ends_on for line in made.lines} == {date(2027, 3, 31), date(2028, 3, 31)}

"""Cells become values, or say by code and words why not (the bad-input catalogue, cell by cell)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewals.core.imports.cells.dates import date_reading, parse_date, parse_moment
from renewals.core.imports.cells.emails import display_name, parse_email
from renewals.core.imports.cells.numbers import (
    number_reading,
    parse_decimal,
    parse_integer,
    parse_money,
    parse_percent,
)
from renewals.core.imports.cells.text import parse_identifier, parse_text
from renewals.core.imports.cells.words import parse_boolean, parse_choice, parse_country, parse_currency, parse_zone


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2026-03-04", "", date(2026, 3, 4)),
        ("2026/3/4", "", date(2026, 3, 4)),
        ("20260304", "", date(2026, 3, 4)),
        ("04.03.2026", "", date(2026, 3, 4)),
        ("03/04/2026", "day_first", date(2026, 4, 3)),
        ("03/04/2026", "month_first", date(2026, 3, 4)),
        ("13/04/2026", "month_first", date(2026, 4, 13)),
        ("04/13/2026", "", date(2026, 4, 13)),
        ("05/05/2026", "", date(2026, 5, 5)),
        ("3 March 2026", "", date(2026, 3, 3)),
        ("3. März 2026", "", date(2026, 3, 3)),
        ("Mar 3, 2026", "", date(2026, 3, 3)),
        ("46112", "", date(2026, 3, 31)),
        ("2026-03-04 10:15:00", "", date(2026, 3, 4)),
        (" 2026-03-04 ", "", date(2026, 3, 4)),
    ],
)
def test_parse_date_reads_the_ways_files_write(text: str, order: str, day: date) -> None:
    assert parse_date(text, order=order).value == day


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("2026-02-30", "E-DATE-01", "30 February does not exist."),
        ("31.11.2026", "E-DATE-01", "31 November does not exist."),
        ("29.02.2027", "E-DATE-01", "2027 has no 29 February."),
        ("2026-13-01", "E-DATE-01", "There is no month 13."),
        ("1/1/26", "E-DATE-02", "Give four digits for the year."),
        ("9999-12-31", "E-DATE-03", "'Never ends'? Leave it empty"),
        ("0026-01-01", "E-DATE-03", "outside 1990–2100"),
        ("2206-01-01", "E-DATE-03", "outside 1990–2100"),
        ("soon", "E-DATE-08", "'soon' is not a date."),
        ("03/04/2026", "E-ASK-01", "day-first or month-first"),
    ],
)
def test_parse_date_refuses_with_code_and_words(text: str, code: str, said: str) -> None:
    cell = parse_date(text)
    assert (cell.value, cell.code) == (None, code)
    assert said in cell.text


@given(
    st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31)), st.sampled_from(["day_first", "month_first"])
)
def test_parse_date_written_either_way_comes_back(day: date, order: str) -> None:
    written = f"{day:%d/%m/%Y}" if order == "day_first" else f"{day:%m/%d/%Y}"
    assert parse_date(day.isoformat()).value == day
    assert parse_date(written, order=order).value == day


@pytest.mark.parametrize(
    ("text", "proof"),
    [("13/04/2026", "day_first"), ("04/13/2026", "month_first"), ("03/04/2026", "either"), ("2026-03-04", ""),
     ("3.4.2026", ""), ("05/05/2026", "")],
)  # fmt: skip
def test_date_reading_says_what_a_date_proves(text: str, proof: str) -> None:
    assert date_reading(text) == proof


def test_parse_moment_without_offset_is_local() -> None:
    cell = parse_moment("2023-07-28 3:00", order="", zone=ZoneInfo("Europe/Berlin"))
    assert cell.value == datetime(2023, 7, 28, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01T09:00:00+01:00", datetime(2026, 3, 1, 8, 0, tzinfo=UTC)),
        ("2026-03-01T09:00:00.123Z", datetime(2026, 3, 1, 9, 0, tzinfo=UTC)),
        ("2026-03-01 3:05 PM", datetime(2026, 3, 1, 15, 5, tzinfo=UTC)),
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
    ],
)
def test_parse_moment_reads_offsets_and_halves(text: str, moment: datetime) -> None:
    assert parse_moment(text, order="", zone=UTC).value == moment


def test_parse_moment_25_o_clock_is_refused() -> None:
    assert parse_moment("2026-03-01 25:00", order="", zone=UTC).code == "E-DATE-09"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("€ 1 234", "1234"),
        ("1\u00a0234,50 €", "1234.50"),
        ("1'234.50", "1234.50"),
        ("EUR 1.234,56", "1234.56"),
        ("12,5", "12.5"),
        ("1100.0", "1100.0"),
        ("0.35000000000000003", "0.35"),
        ("0", "0"),
    ],
)
def test_parse_money_unambiguous_is_read(text: str, amount: str) -> None:
    assert parse_money(text).value == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("$1.2k", "E-MONEY-01"),
        ("1e6", "E-MONEY-01"),
        ("twelve", "E-MONEY-01"),
        ("-5", "E-MONEY-02"),
        ("(12.50)", "E-MONEY-02"),
        ("9999999999999", "E-MONEY-04"),
        ("NaN", "E-MONEY-04"),
        ("Infinity", "E-MONEY-04"),
        ("1,234", "E-ASK-01"),
        ("1.234", "E-ASK-01"),
    ],
)
def test_parse_money_refuses_with_code(text: str, code: str) -> None:
    assert parse_money(text).code == code


@pytest.mark.parametrize(("text", "mark", "amount"), [("1,234", "point", 1234), ("1.234", "comma", 1234)])
def test_parse_money_answered_mark_settles_it(text: str, mark: str, amount: int) -> None:
    assert parse_money(text, mark=mark).value == amount


@given(st.decimals(min_value=0, max_value=10**9, places=2))
def test_parse_money_written_in_both_styles_comes_back(amount: Decimal) -> None:
    point = f"{amount:,.2f}"
    comma = point.translate(str.maketrans(",.", ".,"))
    assert parse_money(point, mark="point").value == amount
    assert parse_money(comma, mark="comma").value == amount


@pytest.mark.parametrize(
    ("text", "proof"), [("1,234.5", "point"), ("1.234,5", "comma"), ("1,234", "either"), ("12", ""), ("1.5", "point")]
)
def test_number_reading_says_what_a_number_proves(text: str, proof: str) -> None:
    assert number_reading(text) == proof


@pytest.mark.parametrize(
    ("text", "scale", "value", "code"),
    [
        ("15 %", "", Decimal("0.15"), ""),
        ("15", "", Decimal("0.15"), ""),
        ("0.15", "fraction", Decimal("0.15"), ""),
        ("0.15", "", None, "E-PCT-01"),
        ("150", "percent", None, "E-PCT-01"),
        ("-1", "percent", None, "E-PCT-01"),
    ],
)
def test_parse_percent_by_scale(text: str, scale: str, value: Decimal | None, code: str) -> None:
    cell = parse_percent(text, mark="point", scale=scale)
    assert (cell.value, cell.code) == (value, code)


@pytest.mark.parametrize(
    ("text", "value", "code"), [("12", 12, ""), ("12.0", 12, ""), ("12.5", None, "E-NUM-03"), ("-1", None, "E-NUM-04"),
                                ("x", None, "E-NUM-01")],
)  # fmt: skip
def test_parse_integer_by_range(text: str, value: int | None, code: str) -> None:
    cell = parse_integer(text, mark="", lowest=0, highest=100)
    assert (cell.value, cell.code) == (value, code)


def test_parse_decimal_below_zero_is_refused_when_it_may_not() -> None:
    assert parse_decimal("-1", may_be_negative=False).code == "E-NUM-02"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("J", True),
        ("N", False),
        ("oui", True),
        ("1", True),
        ("0", False),
        ("FALSE", False),
        ("nein", False),
        ("x", True),
    ],
)
def test_parse_boolean_knows_languages(text: str, value: bool) -> None:
    assert parse_boolean(text).value is value


def test_parse_boolean_other_word_is_refused() -> None:
    assert parse_boolean("maybe").code == "E-BOOL-01"


def test_parse_choice_near_miss_is_named() -> None:
    cell = parse_choice("Stratgic", choices=("basic", "growth", "strategic"))
    assert cell.code == "E-ENUM-01"
    assert "Did you mean 'strategic'?" in cell.text
    assert parse_choice("Economic Buyer", choices=("economic_buyer",)).value == "economic_buyer"


@pytest.mark.parametrize(("text", "code"), [("EUR", "EUR"), ("eur", "EUR"), ("€", "EUR"), ("£", "GBP")])
def test_parse_currency_codes_and_symbols(text: str, code: str) -> None:
    assert parse_currency(text).value == code


def test_parse_currency_euro_is_named() -> None:
    assert "did you mean EUR?" in parse_currency("EURO").text


@pytest.mark.parametrize(
    ("text", "code"), [("UK", "GB"), ("de", "DE"), ("United States", "US"), ("Côte d’Ivoire", "CI")]
)
def test_parse_country_codes_and_names(text: str, code: str) -> None:
    assert parse_country(text).value == code


def test_parse_country_typo_is_named() -> None:
    assert parse_country("Philipines").text == "Country 'Philipines' is unknown; did you mean 'Philippines' (PH)?"


@pytest.mark.parametrize("text", ["EST", "GMT+2", "Europe/Berln"])
def test_parse_zone_other_than_region_is_refused(text: str) -> None:
    assert parse_zone(text).code == "E-TZ-01"


@pytest.mark.parametrize("text", ["a@b", "a@b..c", "a@@b.com", "a b@x.com", "a@x.com.", "@x.com", "a@xn--\u200b.com"])
def test_parse_email_no_address_is_refused(text: str) -> None:
    assert parse_email(text).code == "E-MAIL-01"


def test_parse_email_name_several_and_idn() -> None:
    assert parse_email('"Bob, X" <b@x.com>').value == "b@x.com"
    assert display_name('"Bob, X" <b@x.com>') == "Bob, X"
    assert parse_email("a@x.com; b@x.com").code == "E-MAIL-02"
    assert parse_email("jo+tag@bücher.de").value == "jo+tag@xn--bcher-kva.de"
    assert parse_email("info@x.com").code == "W-MAIL-03"


def test_parse_email_254_characters_pass_255_do_not() -> None:
    domain = ".".join(["d" * 61] * 3)
    local = "a" * (254 - len(domain) - 5)
    assert parse_email(f"{local}@{domain}.com").code == ""
    assert parse_email(f"{local}a@{domain}.com").code == "E-MAIL-01"


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("  Acme   Ltd\u00a0", "Acme Ltd", "N-TXT-05"),
        ("Cafe\u0301", "Café", "N-TXT-05"),
        ("A\x00cme", None, "E-TXT-01"),
        ("A\u202ecme", "A\u202ecme", "W-TXT-02"),
        ("A\ncme", None, "E-TXT-04"),
        ("x" * 10_000, None, "E-TXT-03"),
        ("   ", None, ""),
        ("👍 日本 שלום", "👍 日本 שלום", ""),
        ("'=1+1", "=1+1", "N-TXT-05"),
        ("<script>", "<script>", ""),
        ("{{ 7*7 }}", "{{ 7*7 }}", ""),
    ],
)
def test_parse_text_tidies_or_refuses(text: str, value: str | None, code: str) -> None:
    cell = parse_text(text, label="Name", max_length=200)
    assert (cell.value, cell.code) == (value, code)


def test_parse_text_names_the_place_and_the_limit() -> None:
    assert parse_text("Name\x00", label="Name", max_length=200).text.endswith("at position 5.")
    assert parse_text("x" * 10_000, label="Name", max_length=200).text == "200 characters at most (10,000 given)."


def test_parse_identifier_invisible_character_is_refused() -> None:
    assert parse_identifier("A\u200b1", label="Id", max_length=200).code == "E-TXT-02"

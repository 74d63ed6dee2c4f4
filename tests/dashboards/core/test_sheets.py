"""A table of a page as a sheet: values that count, words that are no formula, a workbook that others can read."""

import csv
import io
import re
import zipfile
from datetime import date
from decimal import Decimal

import pytest
import python_calamine
from hypothesis import given
from hypothesis import strategies as st

from dashboards.core.dates import date_cell
from dashboards.core.money import HIDDEN, money_cell
from dashboards.core.parts import Cell, Column, Table
from dashboards.core.scores import ScoreFacts, score_badge
from dashboards.core.sheets import Value, cell_value, cell_words, sheet_plan, sheet_rows, without_formula
from dashboards.gathered import TableNames
from dashboards.workbooks import csv_pieces, workbook_pieces
from renewals.core.money import Money
from tests.dashboards.components.gallery import NOW

TODAY = date(2026, 11, 22)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40)


def read(pieces: bytes) -> list[list[object]]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(pieces))
    return book.get_sheet_by_index(0).to_python()


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (Cell(text="1,204", is_amount=True), Value(text="1204", number=Decimal(1204))),
        (Cell(text="−3.5", is_amount=True), Value(text="-3.5", number=Decimal("-3.5"))),
        (Cell(text="62%", is_amount=True), Value(text="62%", number=Decimal("0.62"), is_share=True)),
        (Cell(text="1,204"), Value(text="1,204")),
        (Cell(text="not known", is_amount=True), Value(text="not known")),
        (Cell(text="8%", note="base rate", is_amount=True), Value(text="8% (base rate)")),
        (Cell(money=money_cell(Money(Decimal("48000.5"), "USD"))), Value(text="48000.50", number=Decimal("48000.50"))),
        (Cell(money=HIDDEN), Value(text="Hidden")),
        (Cell(date=date_cell(TODAY, today=TODAY)), Value(text="2026-11-22", day=TODAY)),
        (Cell(date=date_cell(None, today=TODAY, missing="none agreed")), Value(text="none agreed")),
    ],
)
def test_cell_counts_as_what_it_shows(cell: Cell, expected: Value) -> None:
    assert cell_value(cell) == expected


def test_amounts_scores_and_notes_take_columns_of_their_own() -> None:
    badge = score_badge(ScoreFacts(kind="risk", score=62.0, word="High", state="bad"), now=NOW)
    table = Table(
        caption="Some",
        columns=(Column(title="Account"), Column(title="ARR"), Column(title="Due, USD"), Column(title="Risk")),
        rows=(
            (
                Cell(text="Sable", note="new"),
                Cell(money=money_cell(Money(Decimal(5), "EUR"))),
                Cell(money=money_cell(Money(Decimal(6), "USD"))),
                Cell(score=badge),
            ),
        ),
    )
    plan = sheet_plan(table)
    assert plan.heads == ("Account", "Account, note", "ARR", "ARR, currency", "Due, USD", "Risk", "Risk, in words")
    assert [value.text for value in next(sheet_rows(table, plan))] == [
        "Sable",
        "new",
        "5.00",
        "EUR",
        "6.00",
        "62",
        "High",
    ]


@given(st.lists(st.lists(WORDS, min_size=2, max_size=2), max_size=5))
def test_no_words_of_a_file_are_a_formula_and_all_come_back(rows: list[list[str]]) -> None:
    values = [[Value(text=words) for words in row] for row in rows]
    text = b"".join(csv_pieces(("a", "b"), values)).decode("utf-8-sig")
    found = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert found == [[without_formula(words) for words in row] for row in rows]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in found for cell in row)


def test_workbook_is_read_by_others_with_its_types() -> None:
    rows = [
        (Value(text="=1+1"), Value(text="x", number=Decimal("-5.25")), Value(text="2027-01-02", day=date(2027, 1, 2)))
    ]
    pieces = list(workbook_pieces("What/is [it]?", ("a", "b", "c"), rows))
    assert read(b"".join(pieces)) == [["a", "b", "c"], ["=1+1", -5.25, date(2027, 1, 2)]]
    assert pieces == list(workbook_pieces("What/is [it]?", ("a", "b", "c"), rows))


def test_counts_and_shares_are_shown_with_the_digits_they_have_and_a_second_sheet_says_where_they_are_from() -> None:
    rows = [
        (
            Value(text="8", number=Decimal(8)),
            Value(text="8.50", number=Decimal("8.50")),
            Value(text="62%", number=Decimal("0.62"), is_share=True),
            Value(text="62.5%", number=Decimal("0.625"), is_share=True),
        )
    ]
    file = b"".join(
        workbook_pieces("Due", ("a", "b", "c", "d"), rows, (("Filters", "=Segment: small"), ("As of", "x")))
    )
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(file))
    assert book.sheet_names == ["Due", "About this sheet"]
    assert book.get_sheet_by_index(1).to_python() == [["Filters", "=Segment: small"], ["As of", "x"]]
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        sheet, styles = (parts.read(f"xl/{name}.xml").decode() for name in ("worksheets/sheet1", "styles"))
    codes = dict(re.findall(r'numFmtId="(\d+)" formatCode="([^"]+)"', styles)) | {
        "3": "#,##0",
        "4": "#,##0.00",
        "9": "0%",
    }
    used = re.findall(r'<xf numFmtId="(\d+)"', styles.split("<cellXfs")[1])
    shown = [codes[used[int(style)]] for style in re.findall(r'<c r="[A-D]2" s="(\d+)"', sheet)]
    assert shown == ["#,##0", "#,##0.00", "0%", "0.0%"]


def test_workbook_holds_no_more_than_a_row_at_a_time() -> None:
    taken: list[int] = []

    def rows():
        for number in range(3000):
            taken.append(number)
            yield [Value(text=f"row {number} of many words that do not press well {number * 7919}")]

    largest = max(len(piece) for piece in workbook_pieces("Long", ("a",), rows()))
    assert len(taken) == 3000
    assert largest < 40_000


def test_words_that_xml_cannot_hold_are_left_out() -> None:
    assert read(b"".join(workbook_pieces("x", ('a\x00<&">',), [])))[0] == ['a<&">']


def test_tables_of_one_caption_have_two_names() -> None:
    names = TableNames()
    assert [names.next_name("ARR at risk, by segment!") for _ in range(2)] == [
        "arr-at-risk-by-segment",
        "arr-at-risk-by-segment-2",
    ]
    assert names.next_name("…") == "table"


def test_words_of_a_cell_stand_for_it_in_a_chart_file() -> None:
    assert cell_words(Cell(text="Q1 2027")) == "Q1 2027"

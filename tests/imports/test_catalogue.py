"""The import rows of the bad-input catalogue: each with its code, and a broken file changes nothing."""

import gzip
import io
import re
import zipfile
from dataclasses import replace

import pytest

from renewals.core.imports.problems import AnswersMissing, BrokenFile
from renewals.core.imports.report import ImportReport
from renewals.models import Account, ImportRun
from renewals.queries.imports.limits import UPLOAD
from tests.imports.conftest import Importing, workbook, zipped

ACCOUNTS = '[columns]\nexternal_id = "id"\nname = "name"\n'
GOOD = "id,name\nA-1,Acme\nA-2,Globex\n"
pytestmark = pytest.mark.requirement(4)


def codes(report: ImportReport) -> dict[str, int]:
    return dict(report.problem_counts)


def said(report: ImportReport, code: str) -> str:
    return next(problem.text for problem in report.problems if problem.code == code)


def remade(content: bytes, change: dict[str, bytes | None]) -> bytes:
    """Return the workbook with parts replaced, added, or (None) left out."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in change:
                new.writestr(name, old.read(name))
        for name, data in change.items():
            if data is not None:
                new.writestr(name, data)
    return target.getvalue()


def part(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return book.read(name)


BOOK = workbook([["id", "name"], ["A-1", "Acme"], ["A-2", "Globex"]])
SHEET = "xl/worksheets/sheet1.xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
BROKEN = {
    "1 empty": (b"", "file.csv", "E-FILE-01", "The file is empty."),
    "2 header only": (b"id,name\n", "file.csv", "E-FILE-02", "The file has a header but no rows."),
    "3 no header": (b"1,Acme\n2,Globex\n", "file.csv", "E-FILE-03", "Did you leave out the header?"),
    "4 21 MB": (b"id,name\n" + b"x" * 21_000_000, "file.csv", "E-FILE-04", "21.0 MB; the limit is 20 MB."),
    "5 zip bomb": (
        remade(BOOK, {"xl/media/a.bin": b"0" * 60_000_000}), "file.xlsx", "E-FILE-05", "unpacks to far more",
    ),
    "5 gzip of one endless line": (
        b"", "file.csv.gz", "E-FILE-05", "one endless line",
    ),
    "7 old Excel": (OLE, "file.xls", "E-FILE-07", "Save as .xlsx or .csv."),
    "7 PDF named csv": (b"%PDF-1.7\n%\xe2\xe3", "file.csv", "E-FILE-07", "Save as .xlsx or .csv."),
    "7 macros": (remade(BOOK, {"xl/vbaProject.bin": b"x"}), "file.xlsx", "E-FILE-07", "macro"),
    "7 workbook named csv": (BOOK, "file.csv", "E-FILE-07", "Save as"),
    "7 binary": (bytes(range(256)) * 40, "file.csv", "E-FILE-07", "Save as"),
    "8 protected": (OLE + "EncryptedPackage".encode("utf-16-le"), "file.xlsx", "E-FILE-08", "Remove the password."),
    "9 truncated zip": (BOOK[:-200], "file.xlsx", "E-FILE-09", "damaged or incomplete"),
    "9 cut in a quoted field": (b'id,name\nA-1,Acme\nA-2,"Glo', "file.csv", "E-FILE-09", "in the middle of row 3."),
    "9 gz cut in half": (
        zipped("id,name\n" + "".join(f"A-{i},Name {i * 7919}\n" for i in range(9_000)))[:-4_000],
        "file.csv.gz", "E-FILE-09", "in the middle of row",
    ),
    "10 DTD": (
        remade(BOOK, {SHEET: b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>' + part(BOOK, SHEET)[55:]}),
        "file.xlsx", "E-FILE-10", "re-save values only",
    ),
    "10 external link": (
        remade(BOOK, {"xl/externalLinks/externalLink1.xml": b"<x/>"}), "file.xlsx", "E-FILE-10", "external references",
    ),
    "13 one name twice": (b"id,name,Email,Email\nA,B,c,d\n", "file.csv", "E-COL-01", "'Email' appears twice (C, D)."),
    "15 column missing": (b"key,name\nA-1,Acme\n", "file.csv", "E-COL-03", "Column 'id' is missing."),
    "16 quote inside a field": (b'id,name\nA-1,"Ac"me\n', "file.csv", "E-ROW-02", "Row 2"),
    "18 Windows-1252": (
        "id,name\nA-1,Acme – Süd\n".encode("windows-1252"), "file.csv", "E-ENC-01", "byte 0x96 is not UTF-8",
    ),
    "201 columns": (
        (",".join(f"c{i}" for i in range(201)) + "\n" + "," * 200).encode(), "file.csv", "E-COL-04", "the limit is 200",
    ),
    "dimension to the last cell": (
        remade(BOOK, {SHEET: re.sub(rb'ref="A1:B3"', b'ref="A1:XFD1048576"', part(BOOK, SHEET))}),
        "file.xlsx", "E-FILE-06", "More than 200,000 rows.",
    ),
    "unclosed quote swallows the rest": (
        b'id,name\nA-1,"' + b"x" * 40_000, "file.csv", "E-ROW-02", "an opening quote alone?",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", list(BROKEN))
def test_broken_file_is_refused_with_its_code_and_changes_nothing(bring: Importing, case: str) -> None:
    content, name, code, text = BROKEN[case]
    if case == "5 gzip of one endless line":
        content = gzip.compress(b"id,name\nA-1," + b"x" * 30_000_000)
    with pytest.raises(BrokenFile) as refusal:
        bring("accounts", content, ACCOUNTS, name=name)
    assert refusal.value.problem.code == code
    assert text in refusal.value.problem.text
    assert (Account.objects.count(), ImportRun.objects.count()) == (0, 0)


def test_6_too_many_rows(bring: Importing) -> None:
    with pytest.raises(BrokenFile, match="More than 1 rows"):
        bring("accounts", GOOD, ACCOUNTS, limits=replace(UPLOAD, rows=1))


def test_11_hidden_rows_merged_cells_and_filters_are_said(bring: Importing) -> None:
    sheet = part(BOOK, SHEET).replace(b'<row r="2"', b'<row r="2" hidden="1"')
    sheet = sheet.replace(b"</sheetData>", b'</sheetData><autoFilter ref="A1:B3"/>')
    report = bring("accounts", remade(BOOK, {SHEET: sheet}), ACCOUNTS, name="file.xlsx")
    assert report.counts.created == 2
    assert [note.code for note in report.notes] == ["W-FILE-11", "W-FILE-11"]
    assert report.notes[0].text == "Row 2 is hidden; they will be imported."


def test_12_several_sheets_ask_which(bring: Importing) -> None:
    content = workbook([["id", "name"], ["A-1", "Acme"]], sheets=("One", "Two"))
    asked = bring("accounts", content, ACCOUNTS, name="file.xlsx", dry_run=True)
    assert [(question.name, len(question.answers)) for question in asked.questions] == [("sheet", 2)]
    with pytest.raises(AnswersMissing):
        bring("accounts", content, ACCOUNTS, name="file.xlsx")
    answered = bring("accounts", content, f'{ACCOUNTS}[reading]\nsheet = "Two"\n', name="file.xlsx")
    assert answered.counts.created == 1


def test_14_unknown_column_is_a_note(bring: Importing) -> None:
    report = bring("accounts", "id,name,Fax\nA-1,Acme,1\n", ACCOUNTS)
    assert [(n.code, n.column, n.text) for n in report.notes] == [
        ("W-COL-02", "Fax", "'Fax' is not known and will be ignored.")
    ]


def test_16_ragged_rows_are_refused_and_the_others_taken(bring: Importing) -> None:
    report = bring("accounts", "id,name\nA-1,Acme,x\nA-2\nA-3,Initech\n", ACCOUNTS)
    assert (report.counts.created, report.counts.rejected, codes(report)) == (1, 2, {"E-ROW-01": 2})
    assert said(report, "E-ROW-01") == "Row 2 has 3 fields, expected 2. An unquoted comma?"


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_17_other_separators_are_found_out(bring: Importing, separator: str) -> None:
    assert bring("accounts", GOOD.replace(",", separator), ACCOUNTS).counts.created == 2


def test_18_windows_1252_chosen_is_read(bring: Importing) -> None:
    content = "id,name\nA-1,Acme – Süd\n".encode("windows-1252")
    bring("accounts", content, f'{ACCOUNTS}[reading]\nencoding = "windows-1252"\n')
    assert Account.objects.get().name == "Acme – Süd"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_19_bom_and_utf_16_are_read(bring: Importing, encoding: str) -> None:
    assert bring("accounts", GOOD.encode(encoding), ACCOUNTS).counts.created == 2


def test_mixed_line_ends_and_gzip_are_read(bring: Importing) -> None:
    text = "id,name\r\nA-1,Acme\rA-2,Globex\nA-3,Initech"
    assert bring("accounts", zipped(text), ACCOUNTS, name="file.csv.gz").counts.created == 3


ROWS = {
    "20 NUL": ("A-1,Na\0me", "E-TXT-01", "Account name contains an invisible control character at position 3."),
    "21 bidi": ("A-1,A\u202ecme", "W-TXT-02", "direction-changing"),
    "22 long name": (f"A-1,{'x' * 10_000}", "E-TXT-03", "200 characters at most (10,000 given)."),
    "24 blanks in a required field": (" ,Acme", "E-REQ-01", "Account id is required."),
    "31 line break": ('A-1,"Ac\nme"', "E-TXT-04", "Line breaks are not allowed"),
}


@pytest.mark.parametrize("case", list(ROWS))
def test_bad_row_has_its_code_and_never_stops_the_others(bring: Importing, case: str) -> None:
    row, code, text = ROWS[case]
    report = bring("accounts", f"id,name\n{row}\nA-9,Good\n", ACCOUNTS)
    assert codes(report) == {code: 1}
    assert text in said(report, code)
    assert Account.objects.filter(external_id="A-9").exists()
    assert Account.objects.count() == (2 if code.startswith("W") else 1)


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "@SUM(1)", "+cmd", "<script>x</script>", "{{ 7*7 }}", "👍 日本"])
def test_25_26_29_30_text_is_kept_as_text(bring: Importing, text: str) -> None:
    bring("accounts", f"id,name\nA-1,{text}\n", ACCOUNTS)
    assert Account.objects.get().name == text


def test_23_25_blanks_and_forms_are_one_account(bring: Importing) -> None:
    report = bring("accounts", "id,name\nCafe\u0301,  Acme   Ltd\u00a0\nCafé,Acme Ltd\n", ACCOUNTS)
    assert codes(report) == {"E-DUP-01": 1}
    assert Account.objects.get().name == "Acme Ltd"
    assert [note.code for note in report.notes] == ["N-TXT-05"]


def test_27_28_formula_without_value_and_error_cells(bring: Importing) -> None:
    sheet = part(BOOK, SHEET)
    cell = re.search(rb'<c r="B2"[^>]*>.*?</c>', sheet)
    assert cell is not None
    bare = remade(BOOK, {SHEET: sheet.replace(cell[0], b'<c r="B2"><f>A1+1</f></c>')})
    assert said(bring("accounts", bare, ACCOUNTS, name="file.xlsx"), "E-CELL-01") == (
        "B2 is a formula without a stored value."
    )
    error = workbook([["id", "name"], ["A-5", "#REF!"]])
    assert said(bring("accounts", error, ACCOUNTS, name="file.xlsx"), "E-CELL-02") == (
        "B2 holds a spreadsheet error (#REF!)."
    )


DATED = '[columns]\nexternal_id = "id"\nstarted_on = "since"\n'


def test_32_ambiguous_dates_ask_once_for_the_file(bring: Importing) -> None:
    text = "id,since\nA-1,03/04/2026\nA-2,05/06/2026\n"
    asked = bring("accounts", text, DATED, dry_run=True)
    assert [question.name for question in asked.questions] == ["date_order"]
    with pytest.raises(AnswersMissing, match="Which comes first in dates such as 03/04/2026"):
        bring("accounts", text, DATED)
    bring("accounts", text, f'{DATED}[reading]\ndate_order = "day_first"\n')
    assert Account.objects.get(external_id="A-1").started_on.isoformat() == "2026-04-03"


def test_32_one_telling_date_settles_the_file(bring: Importing) -> None:
    bring("accounts", "id,since\nA-1,03/04/2026\nA-2,25/06/2026\n", DATED)
    assert Account.objects.get(external_id="A-1").started_on.isoformat() == "2026-04-03"


def test_35_spreadsheet_days_are_dates(bring: Importing) -> None:
    bring("accounts", workbook([["id", "since"], ["A-1", 46112]]), DATED, name="file.xlsx")
    assert Account.objects.get().started_on.isoformat() == "2026-03-31"

"""import_data and suggest_mapping as a shell uses them: exit codes, JSON, refused rows that go in again when mended."""

import csv
import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from renewals.core.imports.mapping import ImportMapping
from renewals.core.imports.mapping_file import read_mapping
from renewals.models import Account, Workspace
from renewals.queries.imports.mappings import shipped_mappings
from signals.actions.imports import all_kinds

pytestmark = pytest.mark.requirement(4)


@pytest.fixture
def run(inside: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    def running(text: str, *more: str) -> tuple[int, str]:
        path = tmp_path / "accounts.csv"
        path.write_text(text)
        with pytest.raises(SystemExit) as end:
            call_command("import_data", "accounts", str(path), "--workspace", "acme", *more)
        return int(end.value.code or 0), capsys.readouterr().out

    return running


def test_import_data_exit_codes_and_json(run) -> None:
    code, out = run("id,name\nA-1,Acme\n", "--json")
    found = json.loads(out)
    assert (code, found["created"], found["rejected"], found["dry_run"]) == (0, 1, 0, False)
    assert run("id,name\nA-1,Acme\n,Nameless\n")[0] == 1
    code, out = run("", "--json")
    assert (code, json.loads(out)["broken"]["code"]) == (1, "E-FILE-01")


def test_import_data_wrong_usage_is_2(inside: Workspace, tmp_path: Path) -> None:
    for arguments in (
        ("accounts", str(tmp_path / "none.csv"), "--workspace", "acme"),
        ("accounts", str(tmp_path), "--workspace", "nowhere"),
    ):
        with pytest.raises(CommandError) as error:
            call_command("import_data", *arguments)
        assert error.value.returncode == 2


def test_refused_rows_mended_go_in_by_the_same_mapping(run, tmp_path: Path) -> None:
    errors, mapping = tmp_path / "errors.csv", tmp_path / "map.toml"
    mapping.write_text('kind = "accounts"\n[columns]\nexternal_id = "id"\nname = "name"\n[attributes]\ninclude = "*"\n')
    text = "id,name,note\nA-1,Acme,=1+1\n,Globex,=2+2\n"
    code, _ = run(text, "--mapping", str(mapping), "--errors", str(errors))
    assert code == 1
    rows = list(csv.reader(errors.open(encoding="utf-8-sig")))
    assert rows == [
        ["import row", "import code", "import reason", "id", "name", "note"],
        ["3", "E-REQ-01", "id: Account id is required.", "", "Globex", "'=2+2"],
    ]
    rows[1][3] = "A-2"
    sheet = io.StringIO()
    csv.writer(sheet, quoting=csv.QUOTE_ALL).writerows(rows)
    assert run(sheet.getvalue(), "--mapping", str(mapping))[0] == 0
    assert Account.objects.get(external_id="A-2").attributes == {"note": "=2+2"}


def test_import_data_reads_standard_input(
    inside: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"id,name\nA-1,Acme\n")))
    with pytest.raises(SystemExit):
        call_command("import_data", "accounts", "-", "--workspace", "acme", "--dry-run", "--json")
    assert json.loads(capsys.readouterr().out)["created"] == 1


def test_suggest_mapping_prints_a_mapping(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "f.csv"
    path.write_text("account_id,sector\nA-1,retail\n")
    call_command("suggest_mapping", "accounts", str(path))
    mapping = read_mapping(capsys.readouterr().out, kinds=all_kinds())
    assert mapping.columns == {"external_id": "account_id", "industry": "sector"}


def suggestion(path: Path, capsys: pytest.CaptureFixture[str]) -> ImportMapping:
    call_command("suggest_mapping", "accounts", str(path), "--ends-are-told")
    return read_mapping(capsys.readouterr().out, kinds=all_kinds())


def test_suggest_mapping_sees_the_end_in_a_file_that_is_sorted_by_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first thousands of rows say one word only."""
    path = tmp_path / "f.csv"
    path.write_text("id,exited\n" + "".join(f"C-{i * 31 % 6011},{int(i > 5_900)}\n" for i in range(6_000)))
    outcome = suggestion(path, capsys).outcome
    assert outcome is not None
    assert (outcome.churned, outcome.renewed) == (("1",), ("0",))


def test_suggest_mapping_proposes_how_a_western_file_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes("Kundennummer;Ort;Kündigung\n1;Köln;ja\n2;Bonn;nein\n".encode("windows-1252"))
    found = suggestion(path, capsys)
    assert found.reading.encoding == "windows-1252"
    assert found.outcome is not None
    assert found.outcome.churned == ("ja",)


def test_suggest_mapping_tells_of_a_broken_file_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "f.csv"
    path.write_text("id,plan,plan\n1,a,b\n")
    with pytest.raises(SystemExit) as ended:
        call_command("suggest_mapping", "accounts", str(path), "--json")
    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out)["broken"]["code"] == "E-COL-01"


@pytest.mark.parametrize("name", sorted(shipped_mappings()))
def test_shipped_mapping_is_valid(name: str) -> None:
    read_mapping(shipped_mappings()[name], kinds=all_kinds())

"""`make requirements`."""

import json
from pathlib import Path

import pytest

from tests.requirements_table import main


def test_table_lists_every_requirement_with_its_tests(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = tmp_path / "requirements.json"
    results.write_text(json.dumps({"1": {"b": "passed", "a": "passed"}, "3": {"c": "skipped"}, "X13": {"d": "passed"}}))
    assert main(results) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:5] == ["  1  passed", "       passed   a", "       passed   b", "  2  none", "  3  none"]
    assert lines[5:7] == ["       skipped  c", "  4  none"]
    assert lines[lines.index("X13  passed") :][:3] == ["X13  passed", "       passed   d", "X14  none"]
    assert lines[-1] == "2 passed, 0 failed, 133 none, of 135 requirements"


def test_table_with_a_failure_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = tmp_path / "requirements.json"
    results.write_text(json.dumps({"115": {"a": "passed", "b": "failed"}}))
    assert main(results) == 1
    assert "115  failed" in capsys.readouterr().out.splitlines()

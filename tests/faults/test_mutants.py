"""The broken engines of the fault suite: their words are where they say; each is caught when that is asked for."""

import json
import os
from pathlib import Path

import pytest

from tests.faults.mutants import MUTANTS, Mutant, main, misplaced, run
from tests.faults.world import dump_schema

ASKED = MUTANTS if "full" in os.environ.get("FAULTS", "").split(",") else ()


def test_words_of_every_mutant_are_in_the_sources_once() -> None:
    assert [told for item in MUTANTS for told in misplaced(item)] == []


def test_every_mutant_names_who_must_notice_and_no_two_share_a_name() -> None:
    assert [item.name for item in MUTANTS if bool(item.profile) == bool(item.tests)] == []
    assert len({item.name for item in MUTANTS}) == len(MUTANTS) >= 16


def test_unknown_mutant_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nothing"]) == 2
    assert "No mutant is called nothing" in capsys.readouterr().err


if ASKED:

    @pytest.mark.timeout(1200)
    @pytest.mark.parametrize("item", ASKED, ids=[item.name for item in ASKED])
    def test_broken_engine_is_caught(
        item: Mutant, committed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """`FAULTS=full` only: each takes up to some minutes."""
        monkeypatch.setenv("FAULT_SCHEMA", str(dump_schema(tmp_path / "schema.sql")))
        told = run(item)
        assert told["caught"], json.dumps(told)

"""The acceptance ends with a table of every bar; parts that were measured one by one add up in it."""

from pathlib import Path
from typing import Any

import pytest

from benchmarks.acceptance import __main__ as command
from benchmarks.acceptance import run
from benchmarks.acceptance.sheet import ALL, wanted_of
from benchmarks.acceptance.table import keep, kept, table


def row(bar: int, met: bool, **more: Any) -> dict[str, Any]:
    return {"bar": bar, "figure": "AUC", "value": 0.85021, "target": ">= 0.846", "met": met, "set": "telco"} | more


def test_every_bar_has_a_line_and_one_that_was_not_run_says_so() -> None:
    lines = table([row(1, True), row(10, False, value=None)]).splitlines()
    told = [line.split()[:2] for line in lines[2:-1]]
    assert told == [[str(bar), {1: "yes", 10: "NO"}.get(bar, "-")] for bar in sorted(ALL)]
    assert lines[2].split() == ["1", "yes", "0.8502", ">=", "0.846", "telco", "AUC"]
    assert lines[-1] == (
        "1 of 2 figures meet their bar; not run: bar 2, bar 3, bar 4, bar 5, bar 6, bar 7, bar 8, bar 9."
    )


def test_parts_measured_one_by_one_add_up_and_the_newest_holds(tmp_path: Path) -> None:
    place = tmp_path / "parts"
    keep(place, "telco_ibm", [row(1, False)], {"seconds": 1.0})
    keep(place, "known world 7", [row(7, True, set="known world 7")], {})
    keep(place, "telco_ibm", [row(1, True)], {"seconds": 2.0})
    assert sorted((each["bar"], each["met"]) for each in kept(place)) == [(1, True), (7, True)]


@pytest.mark.parametrize("with_place", [True, False])
def test_command_ends_with_the_table(
    with_place: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "parts"
    keep(place, "earlier", [row(4, True, set="earlier")], {})
    monkeypatch.setenv("DATA", str(tmp_path))
    monkeypatch.setenv("KEPT", str(place) if with_place else "")
    found = {"bars": [row(1, True)], "broken": [], "missed": []}
    monkeypatch.setattr(run, "everything", lambda folder, *, wanted, is_full, place: found)
    assert command.main() == 0
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1].startswith("1 of 1 figures meet their bar; not run: bar ")
    assert ("earlier" in "".join(lines)) is with_place


def test_known_worlds_of_other_seeds_and_sizes_are_asked_for() -> None:
    wanted = wanted_of({"SEEDS": "101, 102", "ACCOUNTS": "3000"})
    assert (wanted.seeds, wanted.accounts) == ((101, 102), 3000)
    assert (wanted_of({}).seeds, wanted_of({}).accounts) == ((), 0)

"""The acceptance ends with a table of every bar; parts that were measured one by one add up in it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.acceptance import __main__ as command
from benchmarks.acceptance import run
from benchmarks.acceptance.bars import MEASURED, at_least, at_most, between, equal
from benchmarks.acceptance.kept import Part, code_mark, keep, kept, part_of
from benchmarks.acceptance.progress import Progress
from benchmarks.acceptance.sheet import ALL, wanted_of
from benchmarks.acceptance.table import table


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


def part(name: str, *bars: dict[str, Any], asked: tuple[int, ...], **more: Any) -> Part:
    return Part(name=name, bars=bars, asked=asked, **({"figures": {}, "size": "small", "code": code_mark()} | more))


def test_parts_measured_one_by_one_add_up_and_the_newest_holds(tmp_path: Path) -> None:
    place = tmp_path / "parts"
    keep(place, part("telco_ibm", row(1, False), asked=(1,), figures={"seconds": 1.0}))
    keep(place, part("known world 7", row(7, True, set="known world 7"), asked=(7,)))
    keep(place, part("telco_ibm", row(6, True), asked=(6,)))
    keep(place, part("telco_ibm", row(1, True), asked=(1,), figures={"seconds": 2.0}))
    assert sorted((each["bar"], each["met"]) for each in kept(place)) == [(1, True), (6, True), (7, True)]
    assert part_of(place, "telco_ibm").asked == (1, 6)
    assert part_of(place, "telco_ibm").seconds == 2.0


def test_part_of_older_code_is_shown_as_such_and_replaced_as_a_whole(tmp_path: Path) -> None:
    keep(tmp_path, part("telco_ibm", row(1, True), asked=(1,), code="older"))
    assert [each["figure"] for each in kept(tmp_path)] == ["AUC (by older code)"]
    keep(tmp_path, part("telco_ibm", row(6, True), asked=(6,)))
    assert [(each["bar"], each["figure"]) for each in kept(tmp_path)] == [(6, "AUC")]


@pytest.mark.parametrize(
    ("asked", "size", "code", "is_answered"),
    [
        ((1,), "small", None, True),
        ((1, 2), "small", None, True),
        ((1, 3), "small", None, False),
        ((1,), "full", None, False),
        ((1,), "small", "older", False),
    ],
)
def test_part_answers_for_its_bars_size_and_code(
    asked: tuple[int, ...], size: str, code: str | None, is_answered: bool
) -> None:
    made = part("telco_ibm", row(1, True), asked=(1, 2), code=code or code_mark())
    assert made.answers(asked, size) is is_answered


def test_run_goes_on_with_what_is_missing_and_says_how_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place, asked, measured = tmp_path / "parts", (7, 10), []
    keep(place, part("known world 7", row(7, True), asked=asked, size="100 accounts", figures={"seconds": 90.0}))
    keep(place, part("known world 8", row(7, True, target=MEASURED), asked=asked, size="100 accounts"))

    def side_by_side(jobs: list[run.Job], at_once: int) -> Iterator[run.Measured]:
        for job in jobs:
            measured.append((job.name, job.asked, at_once))
            yield run.Measured(name=job.name, figures={"seconds": 120.0}, bars=[row(7, False)])

    monkeypatch.setattr(run, "_side_by_side", side_by_side)
    wanted = wanted_of({"SEEDS": "7,8,9", "ACCOUNTS": "100", "SETS": "known world", "AT_ONCE": "1"})
    found = run.everything(tmp_path, wanted=wanted, is_full=False, place=place)
    assert measured == [("known world 8", asked, 1), ("known world 9", asked, 1)]
    assert (found["met"], len(found["missed"]), found["broken"]) == (1, 2, [])
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        "known world 7: kept from an earlier run, 1 of 1 bars met",
        "known world 8: 120 s, 0 of 1 bars met; 1 of 2 parts done, about 2 min left",
        "known world 9: 120 s, 0 of 1 bars met; 2 of 2 parts done",
    ]
    assert [part_of(place, f"known world {seed}").seconds for seed in (7, 8, 9)] == [90.0, 120.0, 120.0]


def test_figures_of_numpy_become_plain_rows() -> None:
    value = np.float64(0.9)
    made = [at_least(7, "a", value, 0.85), at_most(7, "a", value, 1.0), between(7, "a", value, 0.85, 1.15)]
    made.append(equal(7, "a", value, 0.9))
    assert json.loads(json.dumps([bar.met for bar in made])) == [True] * 4


def test_part_that_breaks_as_a_whole_is_a_figure_that_could_not_be_taken() -> None:
    job = run.Job(name="known world 7", spare=Path(), wanted=wanted_of({}), is_full=False, seed=7, accounts=100)
    left = run._lost(job, RuntimeError("gone"))
    assert (left.name, left.is_broken, left.bars[0]["value"]) == ("known world 7", True, "RuntimeError: gone")


def test_time_left_is_stretched_by_what_the_parts_took() -> None:
    progress = Progress(expected={"a": 100.0, "b": 100.0, "c": 3000.0}, at_once=1)
    assert progress.ended("a", 200.0) == "1 of 3 parts done, about 1.7 hours left"
    assert progress.ended("b", 50.0) == "2 of 3 parts done, about 62 min left"
    assert progress.ended("c", 60.0) == "3 of 3 parts done"


@pytest.mark.parametrize("with_place", [True, False])
def test_command_ends_with_the_table(
    with_place: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "parts"
    keep(place, part("earlier", row(4, True, set="earlier"), asked=(4,)))
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
    assert (wanted_of({}).at_once, wanted_of({"AT_ONCE": "1"}).at_once) == (2, 1)

"""A part of the acceptance can be asked for, what breaks is told and stops nothing, and the exit status says so."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.acceptance import __main__ as command
from benchmarks.acceptance import families, run
from benchmarks.acceptance.bars import Bar, at_least, at_most, judged
from benchmarks.acceptance.copies import LEAK, numbered, permuted, table_of, with_leak
from benchmarks.acceptance.data_sets import MEND, ROW_KEY, Part, data_sets, parts_of
from benchmarks.acceptance.families import FAMILIES, Maker, compared, tables_of
from benchmarks.acceptance.flat import bars_of
from benchmarks.acceptance.sheet import ALL, Sheet, Wanted, wanted_of
from signals.core.learning.protocols import hashed_folds
from tests.signals.core.learning.books import book


def test_nothing_said_wants_every_bar_and_set() -> None:
    wanted = wanted_of({})
    assert (wanted.bars, wanted.has("anything")) == (ALL, True)


def test_bars_and_sets_are_named_with_commas() -> None:
    wanted = wanted_of({"BARS": "1, 4", "SETS": "Telco,world"})
    assert wanted.bars == {1, 4}
    assert (wanted.takes(2, 4), wanted.takes(2, 3)) == (True, False)
    assert [name for name in ("telco_ibm", "known world 11", "maven") if wanted.has(name)] == [
        "telco_ibm",
        "known world 11",
    ]


@pytest.mark.parametrize("words", ["11", "0", "first"])
def test_bar_that_is_not_there_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r"bar|invalid literal"):
        wanted_of({"BARS": words})


def test_files_that_cannot_be_used_are_named_with_what_to_do_and_the_rest_is_found(tmp_path: Path) -> None:
    """One broken mapping says so of its own file; a table beside it with a mapping that fits is still measured."""
    (tmp_path / "zip.csv.gz").write_bytes(b"no gzip")
    (tmp_path / "mapped.csv").write_text("a,b\n1,2\n")
    (tmp_path / "mapped.toml").write_text('kind = "accounts\n')
    (tmp_path / "good.csv").write_text("key,end\n1,yes\n")
    (tmp_path / "good.toml").write_text(
        'kind = "accounts"\n[columns]\nexternal_id = "key"\n[outcome]\ncolumn = "end"\nchurned = ["yes"]\n'
    )
    said: list[str] = []
    found = list(data_sets(tmp_path, spare=tmp_path, leave_out=said.append))
    assert [each.name for each in found] == [f"{tmp_path.name}-good"]
    assert [line.partition(":")[0] for line in said] == [
        f"{tmp_path.name}/{name}" for name in ("mapped.csv", "zip.csv.gz")
    ]
    assert all(MEND in line for line in said)


def test_table_whose_columns_nobody_knows_is_numbered_by_its_rows(tmp_path: Path) -> None:
    """The product sees the end of each account and no other field: rows are told apart by their numbers."""
    (tmp_path / "kunden.csv").write_text("Ref,Left\n1,Yes\n1,No\n2,Yes\n2,No\n1,Perhaps\n")
    (part,) = parts_of(tmp_path / "kunden.csv", tmp_path)
    assert part.tables["columns"] == {"external_id": ROW_KEY}
    assert part.tables["outcome"] == {"column": "Left", "churned": ["Yes"], "renewed": ["No"]}
    assert (part.dataset, part.is_flat) == ("kunden", True)


def test_file_without_a_known_end_names_the_columns_that_could_tell_it(tmp_path: Path) -> None:
    (tmp_path / "players.csv").write_text("guild,level,still_there\n" + "".join(f"{i},{i},{i % 2}\n" for i in range(9)))
    said: list[str] = []
    assert list(data_sets(tmp_path, spare=tmp_path, leave_out=said.append)) == []
    assert "players.csv" in said[0]
    assert "one may be the end: still_there." in said[0]


def test_related_files_with_columns_of_their_own_are_read_as_the_product_proposes(tmp_path: Path) -> None:
    """Customers, their terms one after the other, and what they did; what is none of these is named."""
    place = tmp_path / "shop"
    place.mkdir()
    days = ("2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01")
    (place / "people.csv").write_text("user_id,channel\n" + "".join(f"U{i},web\n" for i in range(12)))
    (place / "plans.csv").write_text(
        "user_id,plan,start_date,end_date\n"
        + "".join(f"U{i},basic,{start},{end}\n" for i in range(12) for start, end in pairwise(days))
    )
    (place / "clicks.csv").write_text("user_id,event_date,event_name,event_count\nU1,2025-01-03,search,4\n")
    (place / "prices.csv").write_text("plan,price\nbasic,9\n")
    said: list[str] = []
    (found,) = data_sets(tmp_path, spare=tmp_path, leave_out=said.append)
    assert [(part.path.name, part.kind) for part in found.parts] == [
        ("people.csv", "accounts"),
        ("plans.csv", "contracts"),
        ("clicks.csv", "signals"),
    ]
    clicks = found.parts[2].tables
    assert (clicks["columns"]["subject"], clicks["constants"]["kind"]) == ("event_name", "usage.feature_used")
    assert found.parts[1].tables["history"] == {"observed_until": "last_start"}
    assert {part.dataset for part in found.parts} == {"shop"}
    assert [line.partition(":")[0] for line in said] == ["shop/prices.csv"]


def test_copies_are_made_of_what_the_product_reads(tmp_path: Path) -> None:
    """A western file with semicolons: its copies are plain CSV, with a mapping that says nothing of the first file."""
    (tmp_path / "kunden.csv").write_bytes(
        "Ort;Preis;Kündigung\nKöln;1,5;ja\nBonn;2;nein\nBonn;2;nein\n".encode("cp1252")
    )
    (tmp_path / "kunden.toml").write_text(
        f'kind = "accounts"\n[columns]\nexternal_id = "{ROW_KEY}"\n[attributes]\ninclude = "*"\n[outcome]\n'
        'column = "Kündigung"\nchurned = ["ja"]\nrenewed = ["nein"]\n[reading]\nencoding = "windows-1252"\n',
        encoding="utf-8",
    )
    spare = tmp_path / "spare"
    spare.mkdir()
    part = Part(path=tmp_path / "kunden.csv", mapping=tmp_path / "kunden.toml")
    assert table_of(part).repeated() == 1
    made = numbered(part, spare)
    assert table_of(made).header == (ROW_KEY, "Ort", "Preis", "Kündigung")
    assert table_of(made).rows[0] == ["R-000001", "Köln", "1,5", "ja"]
    assert "reading" not in made.tables
    assert sorted(table_of(permuted(made, spare, 1)).column("Kündigung")) == ["ja", "nein", "nein"]
    leaky = table_of(with_leak(made, spare, 1))
    assert [float(cell) >= 1.0 for cell in leaky.column(LEAK)] == [True, False, False]


def test_bars_of_a_set_are_found_by_its_folder_and_no_other_file_of_its_name_is_judged_by_them() -> None:
    assert bars_of("pysurvival_churn", "churn") == "pysurvival_churn"
    assert bars_of("telco_ibm", "telco") == "telco"
    assert list(judged({"concordance": 0.6}, dataset=bars_of("another", "churn"), part="survival")) == []


def test_part_that_breaks_is_a_bar_not_met_and_the_next_goes_on() -> None:
    def breaks() -> Iterator[Bar]:
        yield at_least(6, "first", 0.9, 0.8)
        raise RuntimeError("half-way")

    sheet = Sheet(wanted=Wanted())
    assert sheet.part((6,), "cold start", breaks) is False
    assert sheet.part((9,), "survival", lambda: [at_most(9, "gap", 0.0, 1e-9)]) is True
    assert [(bar.bar, bar.figure, bar.value, bar.met) for bar in sheet.bars] == [
        (6, "first", 0.9, True),
        (6, "cold start", "RuntimeError: half-way", False),
        (9, "gap", 0.0, True),
    ]


def test_part_of_no_wanted_bar_is_not_run_and_other_bars_of_a_part_are_not_kept() -> None:
    sheet = Sheet(wanted=Wanted(bars=frozenset({1})))
    sheet.part((6,), "cold start", lambda: pytest.fail("was run"))
    sheet.part((1, 2), "learned", lambda: [at_least(1, "auc", 0.7, 0.8), at_least(2, "slope", 1.0, 0.85)])
    assert [(bar.bar, bar.met) for bar in sheet.bars] == [(1, False)]


@pytest.mark.parametrize(
    ("found", "status"),
    [
        ({"bars": [], "broken": [], "missed": []}, 0),
        ({"bars": [], "broken": [], "missed": ["telco, bar 1: auc"]}, 1),
        ({"bars": [], "broken": ["telco"], "missed": ["telco, bar 1: auc"]}, 3),
    ],
)
def test_exit_status_says_whether_bars_are_met(
    found: dict[str, list[str]], status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA", str(tmp_path))
    monkeypatch.setattr(run, "everything", lambda folder, *, wanted, is_full, place: found)
    assert command.main() == status


@pytest.mark.parametrize("given", [{"DATA": ""}, {"DATA": "/nowhere/at/all"}, {"BARS": "12"}])
def test_wrong_usage_is_status_two(given: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ({"DATA": str(tmp_path)} | given).items():
        monkeypatch.setenv(name, value)
    assert command.main() == 2


SMALL_KNOBS = {"n_estimators": 25, "max_iter": 60}


def small(maker: Maker) -> Maker:
    """The same family with few trees and steps."""

    def make(**knobs: Any) -> Any:
        model = maker(**knobs)
        return model.set_params(**{name: most for name, most in SMALL_KNOBS.items() if name in model.get_params()})

    return make


def test_families_find_the_law_on_the_rows_of_the_product(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(families, "FAMILIES", {name: (small(make), of[:1]) for name, (make, of) in FAMILIES.items()})
    monkeypatch.setattr(families, "FOLDS", 2)
    frame = book(400, signal=2.0)
    ours = frame.column("tenure_months").values * -0.04
    found = compared(frame, hashed_folds(frame, "d")[:2], ours)
    assert list(found.areas) == list(FAMILIES)
    assert min(found.areas.values()) > 0.65
    assert found.behind.holds(found.areas[found.best] - found.ours)
    assert 0.0 < found.behind.high - found.behind.low < 0.4


def test_families_are_tuned_on_a_part_of_a_large_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole folds are learned from and asked; only the choice of knobs reads fewer rows."""
    sizes: list[int] = []

    class Counting:
        def fit(self, rows: Any, outcome: Any) -> "Counting":
            sizes.append(len(outcome))
            return self

        def predict_proba(self, rows: Any) -> Any:
            return np.column_stack([np.zeros(len(rows)), rows[:, 0]])

    monkeypatch.setattr(families, "FAMILIES", {"counting": (lambda **_: Counting(), ({}, {}))})
    monkeypatch.setattr(families, "TUNING_ROWS", 60)
    frame = book(400, signal=2.0)
    (split,) = hashed_folds(frame, "d")[:1]
    compared(frame, [split], frame.column("tenure_months").values)
    assert max(sizes[:-1]) <= 60
    assert sizes[-1] == len(split.train)


def test_tables_of_families_know_unknown_from_zero() -> None:
    frame = book(50)
    tables = tables_of(frame)
    health = frame.column("health_score")
    assert (tables.plain[:, -3][~health.is_known] == -1e9).all()
    assert tables.plain.shape[0] == tables.smooth.shape[0] == 50
    assert abs(tables.smooth.mean(axis=0)).max() < 1e-9

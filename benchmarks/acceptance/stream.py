"""Event streams and CRM tables: everything in, every decision reproduced, snapshots timed, trained in order of time."""

import csv
import gzip
import io
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection

from benchmarks.acceptance.bars import Bar, at_most, equal
from benchmarks.acceptance.data_sets import DataSet, Part
from benchmarks.acceptance.flat import has_no_signal, learned_bars, short_report
from benchmarks.acceptance.inside import Inside
from benchmarks.acceptance.product import bring_in, make_workspace, timed, train
from benchmarks.acceptance.referees import families_bar
from benchmarks.acceptance.sheet import Sheet
from renewals.actions.scope import in_workspace

SNAPSHOT_SECONDS = 300.0
OF_TRAINING = (1, 2, 3, 4)
DECIDED = """SELECT c.external_id, r.due_on, o.kind = 'churned' FROM renewals_outcome o
JOIN renewals_renewal r ON r.id = o.renewal_id JOIN renewals_contract c ON c.id = r.contract_id"""


def stream_set(sheet: Sheet, found: DataSet, spare: Path) -> None:
    """Fill the sheet for one set of related files."""
    slug, figures, dataset = make_workspace(found.slug), sheet.figures, found.parts[0].dataset
    figures["imports"] = {part.path.name: bring_in(part.kind, part.path, part.mapping, slug) for part in found.parts}
    inside, said = Inside(slug), spare / f"said-{slug}.csv"
    figures["snapshots"], seconds = timed("build_snapshots", "--workspace", slug, "--no-mid-term")
    kept = figures["snapshots"]["kept"]
    sheet.part((8,), "snapshots", lambda: [at_most(8, f"seconds for {kept:,} snapshots", seconds, SNAPSHOT_SECONDS)])
    sheet.part((8,), "decisions", lambda: [bar for part in found.parts for bar in _decisions(part, inside)])
    if sheet.wanted.takes(*OF_TRAINING):
        report = train(slug, "--predictions", str(said))
        figures["report"] = short_report(report)
        sheet.part((1, 2, 4), "what was learned", lambda: learned_bars(report, dataset))
        sheet.part((3,), "time", lambda: _honest_about_time(report))
        if not has_no_signal(dataset):
            sheet.part((2,), "five tuned families", lambda: families_bar(inside, report, said, figures))
    if kept:
        sheet.part((5,), "later facts", lambda: _later_facts(inside))


def _later_facts(inside: Inside) -> Iterator[Bar]:
    later = inside.later_facts()
    yield equal(5, "later facts change no stored snapshot", later["snapshots"], True)
    yield equal(5, "later facts change no table of an earlier moment", later["table"], True)


def _honest_about_time(report: dict[str, Any]) -> list[Bar]:
    """The figure a reader sees first must be the one of later quarters, with the flattering one named as such."""
    if report["what"]["protocol"] != "rolling" or not report["tests"]:
        return []
    names = sorted(report["tests"])
    complete = set(names) >= {"frozen_future", "rolling", "random_folds"}
    return [equal(3, "the report has the frozen model's future beside rolling and random folds", complete, True)]


def _decisions(part: Part, inside: Inside) -> list[Bar]:
    """Compare every decision with what the file itself says, read by other means than the product's."""
    tables = part.tables
    columns = tables.get("columns", {})
    if part.kind != "contracts" or "history" not in tables or "ends_before" not in columns:
        return []
    expected = _expected(part, columns)
    with in_workspace(inside.workspace_id, by=inside.by, why="acceptance"), connection.cursor() as cursor:
        cursor.execute(DECIDED)
        found = {(contract, due_on): bool(lost) for contract, due_on, lost in cursor.fetchall()}
    wrong = sum(found.get(key) != lost for key, lost in expected.items()) + len(set(found) - set(expected))
    return [equal(8, f"renewal decisions that differ, of {len(expected):,}", wrong, 0)]


def _expected(part: Part, columns: dict[str, str]) -> dict[tuple[str, date], bool]:
    """Rows of one contract and start are a term; one that ended by the last start without a successor is lost."""
    terms: dict[str, dict[date, date]] = defaultdict(dict)
    with gzip.open(part.path, "rb") if part.path.suffix == ".gz" else part.path.open("rb") as raw:
        for row in csv.DictReader(io.TextIOWrapper(raw, encoding="utf-8-sig")):
            starts, ends = (date.fromisoformat(row[columns[name]][:10]) for name in ("starts_on", "ends_before"))
            known = terms[row[columns["external_id"]]]
            known[starts] = max(known.get(starts, ends), ends)
    last = max(start for known in terms.values() for start in known)
    return {
        (contract, ends): not any(start >= ends for start in known)
        for contract, known in terms.items()
        for ends in known.values()
        if ends <= last
    }

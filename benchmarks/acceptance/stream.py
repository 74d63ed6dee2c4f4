"""Event streams and CRM tables: everything in, every decision reproduced, snapshots timed, trained in order of time."""

import csv
import gzip
import io
from collections import defaultdict
from datetime import date
from typing import Any

from django.db import connection

from benchmarks.acceptance.bars import Bar, at_most, equal
from benchmarks.acceptance.data_sets import DataSet, Part
from benchmarks.acceptance.flat import learned_bars, short_report
from benchmarks.acceptance.inside import Inside
from benchmarks.acceptance.product import bring_in, make_workspace, timed, train
from renewals.actions.scope import in_workspace

SNAPSHOT_SECONDS = 300.0
DECIDED = """SELECT c.external_id, r.due_on, o.kind = 'churned' FROM renewals_outcome o
JOIN renewals_renewal r ON r.id = o.renewal_id JOIN renewals_contract c ON c.id = r.contract_id"""


def stream_set(found: DataSet, _spare: object) -> tuple[dict[str, Any], list[Bar]]:
    """Return the figures of one set of related files and its bars."""
    slug = make_workspace(found.slug)
    imports = {part.path.name: bring_in(part.kind, part.path, part.mapping, slug) for part in found.parts}
    taken, seconds = timed("build_snapshots", "--workspace", slug, "--no-mid-term")
    report = train(slug)
    inside = Inside(slug)
    figures: dict[str, Any] = {"imports": imports, "snapshots": taken, "report": short_report(report)}
    bars = [at_most(8, f"seconds for {taken['kept']:,} snapshots", seconds, SNAPSHOT_SECONDS)]
    bars += [bar for part in found.parts if (bar := _decisions(part, inside)) is not None]
    bars += learned_bars(report, found.parts[0].dataset)
    bars += _honest_about_time(report)
    if taken["kept"]:
        later = inside.later_facts()
        bars.append(equal(5, "later facts change no stored snapshot", later["snapshots"], True))
        bars.append(equal(5, "later facts change no table of an earlier moment", later["table"], True))
    return figures, bars


def _honest_about_time(report: dict[str, Any]) -> list[Bar]:
    """The figure a reader sees first must be the one of later quarters, with the flattering one named as such."""
    if report["what"]["protocol"] != "rolling" or not report["tests"]:
        return []
    names = sorted(report["tests"])
    complete = set(names) >= {"frozen_future", "rolling", "random_folds"}
    return [equal(3, "the report has the frozen model's future beside rolling and random folds", complete, True)]


def _decisions(part: Part, inside: Inside) -> Bar | None:
    """Compare every decision with what the file itself says, read by other means than the product's."""
    tables = part.tables
    columns = tables.get("columns", {})
    if part.kind != "contracts" or "history" not in tables or "ends_before" not in columns:
        return None
    expected = _expected(part, columns)
    with in_workspace(inside.workspace_id, by=inside.by, why="acceptance"), connection.cursor() as cursor:
        cursor.execute(DECIDED)
        found = {(contract, due_on): bool(lost) for contract, due_on, lost in cursor.fetchall()}
    wrong = sum(found.get(key) != lost for key, lost in expected.items()) + len(set(found) - set(expected))
    return equal(8, f"renewal decisions that differ, of {len(expected):,}", wrong, 0)


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

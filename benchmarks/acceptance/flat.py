"""Flat tables with a known end per row: figures out of fold, negative controls, cold start, explanations, survival."""

import tomllib
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.acceptance.bars import FILE, Bar, at_most, between, equal, judged
from benchmarks.acceptance.copies import LEAK, numbered, permuted, table_of, with_leak
from benchmarks.acceptance.data_sets import DataSet, Part
from benchmarks.acceptance.inside import Inside
from benchmarks.acceptance.product import bring_in, make_workspace, train
from benchmarks.acceptance.referees import families_bar
from benchmarks.acceptance.sheet import Sheet

COLD_FROM_ROWS = 3_000
COLD_REPEATS = 20
"""Fewer draws of 50 rows have a mean AUC that is uncertain by half a point."""
SURVIVAL_FROM_ROWS = 500
CHANCE_ROWS = 3_000
REPEATED = ("W-ODD-01", "W-ODD-10")
"""What the import says of rows that repeat earlier ones: in all columns, or in all but the id it was given."""


def flat_set(sheet: Sheet, found: DataSet, spare: Path, *, is_full: bool) -> None:
    """Fill the sheet for one table; bars of its own name where bars.toml has them."""
    part, slug = numbered(found.parts[0], spare), make_workspace(found.slug)
    figures, dataset = sheet.figures, bars_of(found.name, found.parts[0].dataset)
    figures["import"] = bring_in(part.kind, part.path, part.mapping, slug)
    sheet.part((2,), "repeated rows", lambda: _repeated(found.parts[0], figures["import"]))
    sheet.part((2,), "imported again", lambda: _again(part, slug, figures))
    said, inside = spare / f"said-{slug}.csv", Inside(slug)
    report = train(slug, "--predictions", str(said))
    figures["report"] = short_report(report)
    rows, is_learned = report["what"]["outcomes"], report["is_promotable"]
    sheet.part((1, 2, 4), "what was learned", lambda: learned_bars(report, dataset))
    if not has_no_signal(dataset):
        sheet.part((2,), "five tuned families", lambda: families_bar(inside, report, said, figures))
    sheet.part((10,), "explanations", lambda: _explained(inside))
    if is_learned:
        sheet.part((4,), "permuted copies", lambda: _permuted(part, spare, slug, 3 if is_full else 1, figures))
        sheet.part((5,), "planted leak", lambda: _leak(part, spare, slug))
    if is_learned and rows >= COLD_FROM_ROWS:
        sheet.part((6,), "cold start", lambda: _cold(inside, dataset, figures))
    if "tenure_months" in part.tables["columns"] and rows >= SURVIVAL_FROM_ROWS:
        sheet.part((9,), "survival", lambda: _survival(inside, dataset, figures))


def _again(part: Part, slug: str, figures: dict[str, Any]) -> Iterator[Bar]:
    again = bring_in(part.kind, part.path, part.mapping, slug)
    figures["again"] = again
    yield equal(2, "imported again: rows changed", again["created"] + again["updated"], 0)


def _repeated(part: Part, report: Mapping[str, Any]) -> Iterator[Bar]:
    """Yield whether the import tells of every row of the file that repeats an earlier one in every cell."""
    told = sum(each["count"] for each in report["oddities"] if each["code"] in REPEATED)
    repeated = table_of(part).repeated()
    yield equal(
        2, f"rows that repeat another exactly, {repeated:,}: all reported by the import", told >= repeated, True
    )


def _cold(inside: Inside, dataset: str, figures: dict[str, Any]) -> Iterator[Bar]:
    figures["cold_start"] = inside.cold_start(repeats=COLD_REPEATS)
    yield from judged(figures["cold_start"], dataset=dataset, part="cold_start")
    yield _falls(figures["cold_start"])


def _survival(inside: Inside, dataset: str, figures: dict[str, Any]) -> Iterator[Bar]:
    figures["survival"] = inside.survival(dataset=dataset)
    yield from judged(figures["survival"], dataset=dataset, part="survival")
    yield at_most(9, "Kaplan-Meier against its definition", figures["survival"]["curve_gap"], 1e-9)


def bars_of(name: str, dataset: str) -> str:
    """Return the name that bars.toml has bars for: that of the folder, or the one the mapping gives the data set."""
    return name if name in tomllib.loads(FILE.read_text("utf-8")) else dataset


def has_no_signal(dataset: str) -> bool:
    """Answer whether a set is known to hold nothing to be learned."""
    return bool(tomllib.loads(FILE.read_text("utf-8")).get(dataset, {}).get("has_no_signal"))


def learned_bars(report: Mapping[str, Any], dataset: str) -> Iterator[Bar]:
    """Yield the bars of what was learned; a set that is known to hold no signal must say so."""
    if has_no_signal(dataset):
        says_so = "no usable signal" in report["verdict_words"].lower()
        yield equal(4, f'verdict {report["verdict"]}: says "no usable signal"', says_so, True)
        yield equal(4, "promotable", report["is_promotable"], False)
        return
    champion = report["members"].get(report["best"], {})
    yield from judged(champion, dataset=dataset, part="champion")
    yield from judged(champion, dataset=dataset, part="calibration")
    yield from judged(report["members"].get("scorecard", {}), dataset=dataset, part="scorecard")


def _permuted(part: Part, spare: Path, slug: str, repeats: int, figures: dict[str, Any]) -> Iterator[Bar]:
    """Yield what became of copies with outcomes dealt anew."""
    for seed in range(1, repeats + 1):
        report = _train_copy(permuted(part, spare, seed), f"{slug}-permuted-{seed}")
        auc = report["members"]["scorecard"]["auc"]
        figures[f"permuted {seed}"] = {"auc": auc, "verdict": report["verdict"]}
        room = chance_room(report["what"]["outcomes"], report["what"]["lost"])
        yield between(4, f"permuted copy {seed}: AUC", auc, 0.5 - room, 0.5 + room)
        yield equal(4, f"permuted copy {seed}: promotable", report["is_promotable"], False)
        yield equal(4, f"permuted copy {seed}: verdict", report["verdict"], "no_usable_signal")


def _leak(part: Part, spare: Path, slug: str) -> Iterator[Bar]:
    leaky = _train_copy(with_leak(part, spare, seed=1), f"{slug}-leak")
    left_out = {each["column"].rpartition(".")[2]: each["code"] for each in leaky["exclusions"]}
    yield equal(5, "planted leak is flagged and left out", left_out.get(LEAK), "leak")


def chance_room(rows: int, lost: int) -> float:
    """Return how far from 0.5 the AUC of no signal may lie: 0.01, on few rows two standard errors of chance."""
    if rows >= CHANCE_ROWS:
        return 0.01
    kept = rows - lost
    return max(0.01, 2 * ((rows + 1) / (12 * lost * kept)) ** 0.5) if lost and kept else 0.5


def _train_copy(part: Part, slug: str) -> dict[str, Any]:
    bring_in(part.kind, part.path, part.mapping, make_workspace(slug[-40:].strip("-")))
    return train(slug[-40:].strip("-"))


def _explained(inside: Inside) -> Iterator[Bar]:
    """Yield whether base and contributions add up, and whether the words keep off causes."""
    told = inside.explanations()
    yield at_most(10, "contributions + base against log-odds", told["largest_gap"], 1e-6)
    yield equal(10, "words of cause in the report", told["causal_words"], 0)


def _falls(cold: Mapping[str, float]) -> Bar:
    steps = [cold[name] for name in ("auc_0", "auc_50", "auc_200", "auc_1000") if name in cold]
    largest = max((before - after for before, after in pairwise(steps)), default=0.0)
    return at_most(6, "largest fall of AUC as outcomes grow", max(largest, 0.0), 0.005)


def short_report(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return the report without the parts that a page needs and a reader does not."""
    return {name: part for name, part in report.items() if name not in ("baseline", "curve", "columns")}

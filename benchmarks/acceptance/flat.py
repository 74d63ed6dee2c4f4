"""Flat tables with a known end per row: figures out of fold, negative controls, cold start, explanations, survival."""

import tomllib
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.acceptance.bars import FILE, Bar, at_most, between, equal, judged
from benchmarks.acceptance.copies import LEAK, numbered, permuted, with_leak
from benchmarks.acceptance.data_sets import DataSet, Part
from benchmarks.acceptance.inside import Inside
from benchmarks.acceptance.product import bring_in, make_workspace, train

COLD_FROM_ROWS = 3_000
COLD_REPEATS = 20
"""Fewer draws of 50 rows have a mean AUC that is uncertain by half a point."""
SURVIVAL_FROM_ROWS = 500
CHANCE_ROWS = 3_000


def flat_set(found: DataSet, spare: Path, *, is_full: bool) -> tuple[dict[str, Any], list[Bar]]:
    """Return the figures of one table and its bars; bars of its own name where bars.toml has them."""
    part = numbered(found.parts[0], spare)
    slug = make_workspace(found.slug)
    first, again = (bring_in(part.kind, part.path, part.mapping, slug) for _ in range(2))
    report = train(slug)
    inside = Inside(slug)
    rows = report["what"]["outcomes"]
    figures: dict[str, Any] = {"import": first, "again": again, "report": short_report(report)}
    bars = [equal(2, "imported again: rows changed", again["created"] + again["updated"], 0)]
    bars += learned_bars(report, part.dataset)
    bars += _explained(inside)
    if report["is_promotable"]:
        bars += _controls(part, spare, found.slug, repeats=3 if is_full else 1, figures=figures)
    if report["is_promotable"] and rows >= COLD_FROM_ROWS:
        figures["cold_start"] = inside.cold_start(repeats=COLD_REPEATS)
        bars += judged(figures["cold_start"], dataset=part.dataset, part="cold_start")
        bars += [_falls(figures["cold_start"])]
    if "tenure_months" in part.tables["columns"] and rows >= SURVIVAL_FROM_ROWS:
        figures["survival"] = inside.survival(dataset=part.dataset)
        bars += judged(figures["survival"], dataset=part.dataset, part="survival")
        bars.append(at_most(9, "Kaplan-Meier against its definition", figures["survival"]["curve_gap"], 1e-9))
    return figures, bars


def learned_bars(report: Mapping[str, Any], dataset: str) -> Iterator[Bar]:
    """Yield the bars of what was learned; a set that is known to hold no signal must say so."""
    rules = tomllib.loads(FILE.read_text("utf-8")).get(dataset, {})
    if rules.get("has_no_signal"):
        says_so = "no usable signal" in report["verdict_words"].lower()
        yield equal(4, f'verdict {report["verdict"]}: says "no usable signal"', says_so, True)
        yield equal(4, "promotable", report["is_promotable"], False)
        return
    champion = report["members"].get(report["best"], {})
    yield from judged(champion, dataset=dataset, part="champion")
    yield from judged(champion, dataset=dataset, part="calibration")
    yield from judged(report["members"].get("scorecard", {}), dataset=dataset, part="scorecard")


def _controls(part: Part, spare: Path, slug: str, *, repeats: int, figures: dict[str, Any]) -> Iterator[Bar]:
    """Yield what became of permuted copies and of a planted leak."""
    for seed in range(1, repeats + 1):
        report = _train_copy(permuted(part, spare, seed), f"{slug}-permuted-{seed}")
        auc = report["members"]["scorecard"]["auc"]
        figures[f"permuted {seed}"] = {"auc": auc, "verdict": report["verdict"]}
        room = chance_room(report["what"]["outcomes"], report["what"]["lost"])
        yield between(4, f"permuted copy {seed}: AUC", auc, 0.5 - room, 0.5 + room)
        yield equal(4, f"permuted copy {seed}: promotable", report["is_promotable"], False)
        yield equal(4, f"permuted copy {seed}: verdict", report["verdict"], "no_usable_signal")
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

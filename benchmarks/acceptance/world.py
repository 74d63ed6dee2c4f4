"""The known world: what a model finds in it, held against the truth that made it; and a world without any signal."""

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.acceptance.bars import Bar, at_least, at_most, between, equal
from benchmarks.acceptance.drivers import top_drivers
from benchmarks.acceptance.product import manage, train
from signals.core.learning.metrics.honesty import brier, calibration_error
from signals.core.learning.metrics.ranking import area_under_curve, area_within

FULL: dict[str, Any] = {"accounts": 3_000, "months": 48, "seeds": (11, 12)}
SMALL: dict[str, Any] = {"accounts": 700, "months": 48, "seeds": (11,)}
SILENT = 300
"""Accounts of the world without signal when the known world is small."""
SHARE, EXCESS = 0.85, 0.012

Truth = Mapping[tuple[str, str], tuple[float, int]]


def known_world(spare: Path, *, is_full: bool) -> tuple[dict[str, Any], list[Bar]]:
    """Return figures and bars of worlds that nobody has seen; small ones have few accounts and wide figures."""
    size = FULL if is_full else SMALL
    figures: dict[str, Any] = {"size": {name: value for name, value in size.items() if name != "seeds"}}
    bars: list[Bar] = []
    for seed in size["seeds"]:
        told, judged = _world(size, seed, spare)
        figures[f"seed {seed}"] = told
        bars += judged
    silent = f"silent-{size['seeds'][0]}"
    _seed(silent, size if is_full else size | {"accounts": SILENT}, size["seeds"][0], signal=0)
    report = train(silent)
    figures["without signal"] = {"verdict": report["verdict"], "members": report["members"]}
    return figures, [*bars, equal(7, "a world without signal promotes nothing", report["is_promotable"], False)]


def _world(size: dict[str, Any], seed: int, spare: Path) -> tuple[dict[str, Any], list[Bar]]:
    slug, truth, said = f"world-{seed}", spare / f"truth-{seed}", spare / f"said-{seed}.csv"
    _seed(slug, size, seed, signal=1, truth=truth)
    report = train(slug, "--predictions", str(said))
    rows = _nearest(said, report["best"], _truth(truth / "renewals.csv"))
    figures: dict[str, Any] = {"verdict": report["verdict"], "members": report["members"], "rows": len(rows)}
    if len(rows) < 30 or len({row["lost"] for row in rows}) < 2:
        return figures, [at_least(7, f"seed {seed}: rows to judge", len(rows), 30)]
    lost, model, oracle = (np.array([float(row[name]) for row in rows]) for name in ("lost", "model", "oracle"))
    areas = area_under_curve(lost, model), area_under_curve(lost, oracle)
    quarters = np.array([row["quarter"] for row in rows])
    within = area_within(lost, model, quarters), area_within(lost, oracle, quarters)
    figures |= {"auc": areas[0], "oracle_auc": areas[1], "auc_within": within[0], "oracle_auc_within": within[1]}
    share, share_within = ((found[0] - 0.5) / (found[1] - 0.5) for found in (areas, within))
    bars = [
        at_least(7, f"seed {seed}: (AUC - .5) / (oracle - .5), all quarters mixed", share, SHARE),
        at_least(7, f"seed {seed}: the same over pairs of one quarter, as the product counts", share_within, SHARE),
        at_most(7, f"seed {seed}: Brier above the oracle's", brier(lost, model) - brier(lost, oracle), EXCESS),
    ]
    figures["drivers"], told = top_drivers(slug, truth / "renewals.csv")
    return figures, [*bars, *_segments(rows, seed), *told]


def _segments(rows: list[dict[str, Any]], seed: int) -> list[Bar]:
    bars = []
    for segment in sorted({row["segment"] for row in rows} - {""}):
        part = [row for row in rows if row["segment"] == segment]
        lost, model = (np.array([float(row[name]) for row in part]) for name in ("lost", "model"))
        if lost.sum() < 10:
            continue
        bars.append(between(7, f"seed {seed}, {segment}: lost per foretold", lost.sum() / model.sum(), 0.85, 1.15))
        bars.append(at_most(7, f"seed {seed}, {segment}: calibration error", calibration_error(lost, model), 0.03))
    return bars


def _nearest(said: Path, member: str, truth: Truth) -> list[dict[str, Any]]:
    """Return one row per renewal, the one nearest to its end, with the model's and the true chance of loss."""
    nearest: dict[str, tuple[int, dict[str, str]]] = {}
    with said.open(encoding="utf-8") as text:
        for row in csv.DictReader(text):
            renewal, _, horizon = row["key"].rpartition("/")
            if row.get(member) and (renewal not in nearest or int(horizon) < nearest[renewal][0]):
                nearest[renewal] = (int(horizon), row)
    found = []
    for renewal, (_, row) in sorted(nearest.items()):
        known = truth.get((row["account"], renewal.rpartition("/")[2]))
        if known is not None:
            given = {"lost": row["lost"], "model": row[member], "segment": row["segment"]}
            found.append({**given, "oracle": known[0], "quarter": known[1]})
    return found


def _truth(path: Path) -> Truth:
    """Return the true chance of loss and the quarter of each renewal, by account and term."""
    with path.open(encoding="utf-8") as text:
        rows = [row for row in csv.DictReader(text) if row["churn_probability"]]
    return {(row["account"], row["term"]): (float(row["churn_probability"]), _quarter(row["ends_on"])) for row in rows}


def _quarter(day: str) -> int:
    on = date.fromisoformat(day)
    return on.year * 4 + (on.month - 1) // 3


def _seed(slug: str, size: dict[str, Any], seed: int, *, signal: int, truth: Path | None = None) -> None:
    options = ["--accounts", str(size["accounts"]), "--months", str(size["months"]), "--seed", str(seed)]
    options += ["--truth", str(truth)] if truth else []
    manage("seed_demo", "--workspace", slug, "--history", "--signal", str(signal), *options)

"""The known world: what a model finds in it, held against the truth that made it; and a world without any signal."""

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.acceptance.bars import Bar, at_least, at_most, between, equal
from benchmarks.acceptance.drivers import top_drivers
from benchmarks.acceptance.product import manage, train
from benchmarks.acceptance.sheet import Sheet
from signals.core.learning.metrics.honesty import brier, calibration_error
from signals.core.learning.metrics.ranking import area_under_curve, area_within

FULL: dict[str, Any] = {"accounts": 3_000, "months": 48, "seeds": (11, 12)}
SMALL: dict[str, Any] = {"accounts": 700, "months": 48, "seeds": (11,)}
SILENT: dict[str, Any] = {"accounts": 1_500, "months": 48}
FEWEST = 30
SHARE, EXCESS = 0.85, 0.012

Truth = Mapping[tuple[str, str], tuple[float, int]]


def known_world(sheet: Sheet, spare: Path, *, seed: int, is_full: bool) -> None:
    """Fill the sheet for a world that nobody has seen; a small one has few accounts and wide figures."""
    size, figures = FULL if is_full else SMALL, sheet.figures
    slug, truth, said = f"world-{seed}", spare / f"truth-{seed}", spare / f"said-{seed}.csv"
    seeded(slug, size, seed, "--truth", str(truth))
    report = train(slug, "--predictions", str(said))
    figures |= {"accounts": size["accounts"], "verdict": report["verdict"], "members": report["members"]}
    rows = _nearest(said, report["best"], _truth(truth / "renewals.csv"))
    figures["rows"] = len(rows)
    sheet.part((7,), "against the oracle", lambda: _against_oracle(rows, figures))
    sheet.part((7,), "by segment", lambda: _segments(rows))
    sheet.part((7, 10), "drivers", lambda: _drivers(slug, truth, figures))


def silent_world(sheet: Sheet, *, seed: int) -> None:
    """Fill the sheet for a world in which nothing foretells a loss."""
    slug = f"silent-{seed}"
    seeded(slug, SILENT, seed, "--signal", "0")
    report = train(slug)
    sheet.figures |= {**SILENT, "verdict": report["verdict"], "members": report["members"]}
    sheet.part((7,), "verdict", lambda: _silence(report))


def _silence(report: Mapping[str, Any]) -> Iterator[Bar]:
    yield equal(7, "a world without signal promotes nothing", report["is_promotable"], False)


def _drivers(slug: str, truth: Path, figures: dict[str, Any]) -> Iterator[Bar]:
    figures["drivers"], told = top_drivers(slug, truth / "renewals.csv")
    yield from told


def _against_oracle(rows: list[dict[str, Any]], figures: dict[str, Any]) -> Iterator[Bar]:
    if len(rows) < FEWEST or len({row["lost"] for row in rows}) < 2:
        yield at_least(7, "rows to judge", len(rows), FEWEST)
        return
    lost, model, oracle = (np.array([float(row[name]) for row in rows]) for name in ("lost", "model", "oracle"))
    areas = area_under_curve(lost, model), area_under_curve(lost, oracle)
    quarters = np.array([row["quarter"] for row in rows])
    within = area_within(lost, model, quarters), area_within(lost, oracle, quarters)
    figures |= {"auc": areas[0], "oracle_auc": areas[1], "auc_within": within[0], "oracle_auc_within": within[1]}
    share, share_within = ((found[0] - 0.5) / (found[1] - 0.5) for found in (areas, within))
    yield at_least(7, "(AUC - .5) / (oracle - .5), all quarters mixed", share, SHARE)
    yield at_least(7, "the same over pairs of one quarter, as the product counts", share_within, SHARE)
    yield at_most(7, "Brier above the oracle's", brier(lost, model) - brier(lost, oracle), EXCESS)


def _segments(rows: list[dict[str, Any]]) -> list[Bar]:
    bars = []
    for segment in sorted({row["segment"] for row in rows} - {""}):
        part = [row for row in rows if row["segment"] == segment]
        lost, model = (np.array([float(row[name]) for row in part]) for name in ("lost", "model"))
        if lost.sum() < 10:
            continue
        bars.append(between(7, f"{segment}: lost per foretold", lost.sum() / model.sum(), 0.85, 1.15))
        bars.append(at_most(7, f"{segment}: calibration error", calibration_error(lost, model), 0.03))
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


def seeded(slug: str, size: Mapping[str, Any], seed: int, *more: str) -> None:
    """Live through a world of that size in a workspace of its own; `more` are options of the command."""
    options = ["--accounts", str(size["accounts"]), "--months", str(size["months"]), "--seed", str(seed)]
    manage("seed_demo", "--workspace", slug, "--history", *options, *more)

"""The known world: what a model finds in it, held against the truth that made it; and a world without any signal."""

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import expit, logit

from benchmarks.acceptance.bars import Bar, at_least, at_most, between, equal
from benchmarks.acceptance.drivers import top_drivers
from benchmarks.acceptance.product import manage, train
from benchmarks.acceptance.sheet import Sheet
from signals.core.learning.metrics.honesty import brier, calibration_error
from signals.core.learning.metrics.ranking import area_under_curve, area_within

FULL: dict[str, Any] = {"accounts": 3_000, "months": 48, "seeds": (11, 12)}
SMALL: dict[str, Any] = {"accounts": 700, "months": 48, "seeds": (11,)}
SILENT_SIZE: dict[str, Any] = {"accounts": 1_500, "months": 48}
FEWEST = 30
SHARE, EXCESS = 0.85, 0.012

Truth = Mapping[tuple[str, str], Mapping[str, float]]
"""Of each renewal the true chance of loss, the same without the market of its quarter, and the quarter."""


def known_world(sheet: Sheet, spare: Path, *, seed: int, is_full: bool) -> None:
    """Fill the sheet for a world that nobody has seen; a small one has few accounts and wide figures."""
    size, figures = _size(sheet, FULL if is_full else SMALL), sheet.figures
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
    size = _size(sheet, SILENT_SIZE)
    seeded(slug, size, seed, "--signal", "0")
    report = train(slug)
    sheet.figures |= {**size, "verdict": report["verdict"], "members": report["members"]}
    sheet.part((7,), "verdict", lambda: _silence(report))


def _size(sheet: Sheet, usual: Mapping[str, Any]) -> dict[str, Any]:
    return {**usual, "accounts": sheet.wanted.accounts or usual["accounts"]}


def _silence(report: Mapping[str, Any]) -> Iterator[Bar]:
    yield equal(7, "a world without signal promotes nothing", report["is_promotable"], False)


def _drivers(slug: str, truth: Path, figures: dict[str, Any]) -> Iterator[Bar]:
    figures["drivers"], told = top_drivers(slug, truth / "renewals.csv")
    yield from told


def _against_oracle(rows: list[dict[str, Any]], figures: dict[str, Any]) -> Iterator[Bar]:
    if len(rows) < FEWEST or len({row["lost"] for row in rows}) < 2:
        yield at_least(7, "rows to judge", len(rows), FEWEST)
        return
    lost, model, oracle, calm = (np.array([float(row[n]) for row in rows]) for n in ("lost", "model", "oracle", "calm"))
    quarters = np.array([row["quarter"] for row in rows])
    mixed = {name: area_under_curve(lost, said) for name, said in (("ours", model), ("oracle", oracle), ("calm", calm))}
    within = {name: area_within(lost, said, quarters) for name, said in (("ours", model), ("oracle", oracle))}
    excess, known = brier(lost, model) - brier(lost, oracle), brier(lost, calm) - brier(lost, oracle)
    figures |= {"auc": mixed, "auc_within": within, "brier_without_market": known}
    yield at_least(7, "(AUC - .5) / (oracle - .5), pairs of one quarter", _share(within, "ours"), SHARE)
    most = f"the true laws without the market to come: {_share(mixed, 'calm'):.3f}"
    yield at_least(7, f"the same, all quarters mixed ({most})", _share(mixed, "ours"), SHARE)
    yield at_most(7, f"Brier above the oracle's (without the market to come: {known:.4f})", excess, EXCESS)


def _share(areas: Mapping[str, float], name: str) -> float:
    return (areas[name] - 0.5) / (areas["oracle"] - 0.5)


def _segments(rows: list[dict[str, Any]]) -> list[Bar]:
    bars = []
    for segment in sorted({row["segment"] for row in rows} - {""}):
        part = [row for row in rows if row["segment"] == segment]
        lost, model, oracle = (np.array([float(row[name]) for row in part]) for name in ("lost", "model", "oracle"))
        if lost.sum() < 10:
            continue
        # What even the true chances miss is luck of the draw, and shown so that nobody tunes to it.
        told = f"{lost.sum():.0f} of {len(part)} lost, the true chances: {_ratio(lost, oracle):.2f}"
        bars.append(between(7, f"{segment}: lost per foretold ({told})", _ratio(lost, model), 0.85, 1.15))
        bars.append(at_most(7, f"{segment}: calibration error", calibration_error(lost, model), 0.03))
    return bars


def _ratio(lost: np.ndarray, foretold: np.ndarray) -> float:
    return float(lost.sum() / foretold.sum())


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
            found.append({**given, **known})
    return found


def _truth(path: Path) -> Truth:
    with path.open(encoding="utf-8") as text:
        rows = [row for row in csv.DictReader(text) if row["churn_probability"]]
    return {(row["account"], row["term"]): _true(row) for row in rows}


def _true(row: Mapping[str, str]) -> dict[str, float]:
    chance = float(row["churn_probability"])
    calm = float(expit(logit(chance) - float(row["market"])))
    return {"oracle": chance, "calm": calm, "quarter": _quarter(row["ends_on"])}


def _quarter(day: str) -> int:
    on = date.fromisoformat(day)
    return on.year * 4 + (on.month - 1) // 3


def seeded(slug: str, size: Mapping[str, Any], seed: int, *more: str) -> None:
    """Live through a world of that size in a workspace of its own; `more` are options of the command."""
    options = ["--accounts", str(size["accounts"]), "--months", str(size["months"]), "--seed", str(seed)]
    manage("seed_demo", "--workspace", slug, "--history", *options, *more)

"""Holds what the product foretold unseen against five tuned families on the same rows and folds."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.acceptance.bars import Bar, at_most
from benchmarks.acceptance.families import BEHIND, compared
from benchmarks.acceptance.inside import Inside
from signals.core.learning.frame import Array, Frame
from signals.core.learning.protocols import Protocol, latest_quarters
from signals.core.learning.screening import screen
from signals.core.learning.settings import Settings
from signals.core.learning.training.run import with_horizon
from signals.queries.learned.tables import ROLLING, shipped_prior

FEWEST_ROWS, FEWEST_OF_A_KIND = 200, 30
LATEST = 6
"""Quarters on which families are asked in order of time: each costs as much as a whole set of folds."""


def families_bar(inside: Inside, report: Mapping[str, Any], said: Path, figures: dict[str, Any]) -> Iterator[Bar]:
    """Yield how far the product is behind the best family; nothing on a table too small to tell.

    Columns that the product leaves out (personal ones, names of rows, those that know the outcome) nobody reads.
    """
    settings = Settings()
    whole = screen(with_horizon(inside.frame()), shipped_prior(), settings).frame
    frame = whole.take(whole.is_decided)
    lost = int(frame.outcome.sum())
    if len(frame) < FEWEST_ROWS or min(lost, len(frame) - lost) < FEWEST_OF_A_KIND:
        return
    kind = report["what"]["protocol"]
    splits = Protocol(kind=kind, dataset=report["what"]["dataset"]).splits(frame, settings)
    splits = latest_quarters(splits, LATEST) if kind == ROLLING else splits
    found = compared(frame, splits, foretold(frame, said, report["best"]))
    best, low, high = found.areas[found.best], found.behind.low, found.behind.high
    figures["families"] = {"ours": found.ours, "best": found.best, "behind": [low, high], **found.areas}
    interval = f"{low:.3f} to {high:.3f} in 95 of 100 draws of its accounts, {lost} rows lost"
    what = f"AUC behind the best of five tuned families ({found.best}, {best:.4f}; {interval})"
    yield at_most(2, what, best - found.ours, BEHIND)


def foretold(frame: Frame, said: Path, member: str) -> Array:
    """Return what the member said of each row of the frame without having seen it; nan where it said nothing."""
    with said.open(encoding="utf-8") as text:
        known = {row["key"]: float(row[member]) for row in csv.DictReader(text) if row.get(member)}
    return np.array([known.get(key, np.nan) for key in frame.keys])

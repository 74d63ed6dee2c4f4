"""Holds the driver that an explanation names first against the drivers that truly made an account risky."""

import csv
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.acceptance.bars import Bar, at_least
from benchmarks.acceptance.inside import Inside
from renewals.actions.scope import in_workspace
from signals.core.learning.explaining.explain import explain
from signals.core.learning.frame import Array
from signals.core.learning.training.run import readable
from signals.queries.learned.models import ready_model
from signals.queries.learned.versions import versions

DRIVERS = ("health", "trend", "sponsor", "time_to_value", "late", "price")
NAMED = 3
SHARE = 0.75
RISKIEST = 0.2
"""High-risk accounts are the riskiest fifth by the model: a threshold would leave none in a calm world."""
SPEAKS_OF: tuple[tuple[str, str], ...] = (
    ("sponsor", "sponsor"),
    ("time_to_value", "time_to_value"),
    ("milestone", "time_to_value"),
    ("unit_price_change", "price"),
    ("payment", "late"),
    ("billing", "late"),
    ("velocity", "trend"),
    (".trend", "trend"),
    (".change", "trend"),
)
"""Words in the name of a column, and the true driver that it speaks of; the first that fits holds."""
FAMILIES = {"usage", "support", "relationship", "marketing", "health"}
"""What is seen of an account otherwise speaks of its latent health; contract facts speak of no driver."""


def driver_of(name: str, family: str) -> str:
    """Return the true driver that a column or a family of columns speaks of; "" for none."""
    for word, driver in SPEAKS_OF:
        if word in name:
            return driver
    return "health" if family in FAMILIES else ""


def top_drivers(slug: str, truth: Path) -> tuple[dict[str, Any], Bar]:
    """Return how often the driver named first is one of the true top three, over the riskiest renewals decided.

    `share_among_signals` leaves contract facts aside, which drive nothing in this world though experts believe in them.
    """
    known, inside = true_drivers(truth), Inside(slug)
    frame = inside.frame()
    with in_workspace(inside.workspace_id, by=inside.by, why="acceptance"):
        model = ready_model(versions()[0]).model
    keys = [(str(group), key.split("/")[-2]) for key, group in zip(frame.keys, frame.groups, strict=True)]
    rows = [at for at in _nearest(frame.keys) if keys[at] in known and frame.is_decided[at]]
    told = explain(model, readable(model, frame.take(np.array(rows, dtype=np.int64))))
    riskiest = np.argsort(-told.log_odds)[: max(1, int(RISKIEST * len(rows)))]
    families = {column.name: column.family for column in model.columns}
    drivers = {name: driver_of(name, families.get(name, name.partition(" ")[0])) for name in told.columns}
    signals = {name: told.columns[name] for name, driver in drivers.items() if driver}
    truly = [known[keys[rows[at]]][:NAMED] for at in riskiest]
    first, first_signal = ([_first(parts, at) for at in riskiest] for parts in (told.columns, signals))
    share, of_signals = (
        sum(drivers[name] in true for name, true in zip(names, truly, strict=True)) / len(riskiest)
        for names in (first, first_signal)
    )
    figures = {
        "renewals": len(riskiest),
        "in_force": model.in_force,
        "named": dict(Counter(first).most_common(8)),
        "share": share,
        "share_among_signals": of_signals,
    }
    what = f"driver named first is a true top {NAMED} of {len(riskiest)} risky renewals"
    return figures, at_least(10, what, share, SHARE)


def _first(parts: Mapping[str, Array], at: int) -> str:
    return max(parts, key=lambda name: float(parts[name][at]))


def true_drivers(path: Path) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Return the drivers that raised the risk of each term, strongest first."""
    with path.open(encoding="utf-8") as text:
        return {(row["account"], row["term"]): _ordered(row) for row in csv.DictReader(text)}


def _ordered(row: Mapping[str, str]) -> tuple[str, ...]:
    raising = [(float(row[name]), name) for name in DRIVERS if float(row[name]) > 0]
    return tuple(name for _, name in sorted(raising, reverse=True))


def _nearest(keys: tuple[str, ...]) -> list[int]:
    """Return the place of the row nearest to the end of each renewal."""
    nearest: dict[str, tuple[int, int]] = {}
    for at, key in enumerate(keys):
        renewal, _, horizon = key.rpartition("/")
        nearest[renewal] = min(nearest.get(renewal, (int(horizon), at)), (int(horizon), at))
    return sorted(at for _, at in nearest.values())

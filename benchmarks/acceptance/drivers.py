"""Holds the driver that an explanation names first against the drivers that truly made an account risky."""

import csv
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.acceptance.bars import Bar, at_least, equal
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
    ("first_value", "time_to_value"),
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


def top_drivers(slug: str, truth: Path) -> tuple[dict[str, Any], list[Bar]]:
    """Return whether each true driver is told with its right sign, and how often the one named first is a true top 3.

    The first is over all renewals decided, the second over the riskiest of them.
    """
    amounts, inside = true_amounts(truth), Inside(slug)
    frame = inside.frame()
    with in_workspace(inside.workspace_id, by=inside.by, why="acceptance"):
        model = ready_model(versions()[0]).model
    keys = [(str(group), key.split("/")[-2]) for key, group in zip(frame.keys, frame.groups, strict=True)]
    rows = [at for at in _nearest(frame.keys) if keys[at] in amounts and frame.is_decided[at]]
    told = explain(model, readable(model, frame.take(np.array(rows, dtype=np.int64))))
    families = {column.name: column.family for column in model.columns}
    drivers = {name: driver_of(name, families.get(name, name.partition(" ")[0])) for name in told.columns}
    riskiest = np.argsort(-told.log_odds)[: max(1, int(RISKIEST * len(rows)))]
    first = [_first(told.columns, at) for at in riskiest]
    truly = [_raising(amounts[keys[rows[at]]])[:NAMED] for at in riskiest]
    share = sum(drivers[name] in true for name, true in zip(first, truly, strict=True)) / len(riskiest)
    signs = _signs(told.columns, drivers, [amounts[keys[at]] for at in rows])
    figures = {
        "renewals": len(riskiest),
        "in_force": model.in_force,
        "named": dict(Counter(first).most_common(8)),
        "share": share,
        "signs": signs,
    }
    wrong = sorted(name for name, sign in signs.items() if not sign > 0)
    what = f"driver named first is a true top {NAMED} of {len(riskiest)} risky renewals"
    return figures, [equal(7, "true drivers told with a wrong sign", wrong, []), at_least(10, what, share, SHARE)]


def _signs(
    columns: Mapping[str, Array], drivers: Mapping[str, str], amounts: list[Mapping[str, float]]
) -> dict[str, float]:
    """Return for each true driver how what is told of it goes with what it truly added: a correlation."""
    found = {}
    for driver in DRIVERS:
        told = [values for name, values in columns.items() if drivers[name] == driver]
        truth = np.array([each[driver] for each in amounts])
        if told and truth.std() > 0:
            told_sum = np.sum(told, axis=0)
            found[driver] = float(np.corrcoef(told_sum, truth)[0, 1]) if told_sum.std() > 0 else 0.0
    return found


def _first(parts: Mapping[str, Array], at: int) -> str:
    return max(parts, key=lambda name: float(parts[name][at]))


def true_amounts(path: Path) -> Mapping[tuple[str, str], Mapping[str, float]]:
    """Return what each driver truly added to the log-odds of a loss, by account and term."""
    with path.open(encoding="utf-8") as text:
        rows = list(csv.DictReader(text))
    return {(row["account"], row["term"]): {name: float(row[name]) for name in DRIVERS} for row in rows}


def _raising(amounts: Mapping[str, float]) -> tuple[str, ...]:
    """Return the drivers that raised the risk, strongest first."""
    return tuple(sorted((name for name in DRIVERS if amounts[name] > 0), key=lambda name: -amounts[name]))


def _nearest(keys: tuple[str, ...]) -> list[int]:
    """Return the place of the row nearest to the end of each renewal."""
    nearest: dict[str, tuple[int, int]] = {}
    for at, key in enumerate(keys):
        renewal, _, horizon = key.rpartition("/")
        nearest[renewal] = min(nearest.get(renewal, (int(horizon), at)), (int(horizon), at))
    return sorted(at for _, at in nearest.values())

"""Referees: five families of scikit-learn, tuned, on the rows and folds of the product. The product uses none of them.

Each split trains on the same rows and is asked about the same rows as the product's own learners. A family is tuned by
three folds of whole accounts within the training rows; in order of time what was tuned serves until the past has
grown by half, as the product does it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from signals.core.learning.frame import NUMBER, Array, Column, Frame
from signals.core.learning.metrics.intervals import Interval, resampled
from signals.core.learning.metrics.ranking import area_under_curve, area_within
from signals.core.learning.protocols import Split, tuning_folds
from signals.core.learning.settings import Settings

BEHIND = 0.007
FOLDS, SEED, GROWN = 3, 1, 1.5
DRAWS = 500
"""So many times the accounts are drawn for the interval of the difference."""
TUNING_ROWS = Settings().tuning_rows
KNOTS = (0.1, 0.3, 0.5, 0.7, 0.9)
MOST_WORDS, FEWEST = 30, 10

Maker = Callable[..., Any]
FAMILIES: dict[str, tuple[Maker, Sequence[dict[str, Any]]]] = {
    "logistic, splines": (
        lambda **knobs: LogisticRegression(max_iter=300, **knobs),
        ({"C": 0.003}, {"C": 0.03}, {"C": 0.3}, {"C": 3.0}),
    ),
    "boosted trees": (
        lambda **knobs: HistGradientBoostingClassifier(
            learning_rate=0.05, early_stopping=True, n_iter_no_change=15, max_iter=400, random_state=SEED, **knobs
        ),
        ({"max_leaf_nodes": 4}, {"max_leaf_nodes": 10}, {"max_leaf_nodes": 31, "min_samples_leaf": 40}),
    ),
    "random forest": (
        lambda **knobs: RandomForestClassifier(n_estimators=200, random_state=SEED, **knobs),
        ({"min_samples_leaf": 5}, {"min_samples_leaf": 15}, {"min_samples_leaf": 40}),
    ),
    "extra trees": (
        lambda **knobs: ExtraTreesClassifier(n_estimators=200, random_state=SEED, **knobs),
        ({"min_samples_leaf": 5}, {"min_samples_leaf": 15, "max_features": 0.5}, {"min_samples_leaf": 40}),
    ),
    "neural network": (
        lambda **knobs: MLPClassifier(
            hidden_layer_sizes=(32,), learning_rate_init=0.003, early_stopping=True, random_state=SEED, **knobs
        ),
        ({"alpha": 0.01}, {"alpha": 1.0}, {"alpha": 10.0}),
    ),
}
SMOOTH = ("logistic, splines", "neural network")
"""Families that read standardised terms with bends; the others read plain values."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tables:
    """The rows as numbers: plain (unknown is -1e9), and as standardised terms with bends and marks for unknown."""

    plain: Array
    smooth: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """AUC within folds or quarters of ours and of each family, over the rows that all of them foretold.

    `behind` is the 95 % interval of how far ours is behind the best: the same accounts drawn for both.
    """

    ours: float
    areas: Mapping[str, float]
    behind: Interval

    @property
    def best(self) -> str:
        """The family that orders best."""
        return max(self.areas, key=lambda name: self.areas[name])


def compared(frame: Frame, splits: Sequence[Split], ours: Array) -> Compared:
    """Return ours beside each family."""
    tables, order = tables_of(frame), _order(frame, splits)
    said = {name: _held_out(name, tables, frame, splits) for name in FAMILIES}
    known = np.isfinite(ours) & (order >= 0) & np.all([np.isfinite(each) for each in said.values()], axis=0)
    rows, strata = frame.take(known), order[known]
    areas = {name: area_within(rows.outcome, each[known], strata) for name, each in said.items()}
    best, mine = said[max(areas, key=lambda name: areas[name])][known], ours[known]

    def behind(drawn: Array) -> float:
        outcome, within = rows.outcome[drawn], strata[drawn]
        return area_within(outcome, best[drawn], within) - area_within(outcome, mine[drawn], within)

    interval = resampled(behind, rows.groups, rng=np.random.default_rng(SEED), repeats=DRAWS)
    return Compared(ours=area_within(rows.outcome, mine, strata), areas=areas, behind=interval)


def tables_of(frame: Frame) -> Tables:
    """Return the columns as numbers in both readings. Nothing here looks at an outcome."""
    parts = [_terms(column) for column in frame.columns]
    return Tables(plain=np.hstack([plain for plain, _ in parts]), smooth=np.hstack([smooth for _, smooth in parts]))


def _terms(column: Column) -> tuple[Array, Array]:
    known = column.is_known
    if column.kind != NUMBER:
        marks = _marks(column.values)
        return marks, marks - marks.mean(axis=0)
    values = np.where(known, column.values, np.nan)
    middle = float(np.nanmedian(values)) if known.any() else 0.0
    filled = np.where(known, values, middle)
    ranks = np.searchsorted(np.sort(filled), filled, side="right") / len(filled)
    scaled = (filled - filled.mean()) / (filled.std() or 1.0)
    missing = (~known).astype(np.float64)
    bends = [np.maximum(ranks - knot, 0.0) * 3.0 for knot in KNOTS]
    terms = np.column_stack([np.clip(scaled, -4.0, 4.0), ranks * 3.0, *bends, missing])
    return np.where(known, column.values, -1e9)[:, None], terms - terms.mean(axis=0)


def _marks(values: Array) -> Array:
    words = np.array(["" if value is None else str(value) for value in values])
    names, counts = np.unique(words, return_counts=True)
    commonest = names[np.argsort(-counts, kind="stable")][:MOST_WORDS]
    kept = [name for name in commonest if (words == name).sum() >= FEWEST]
    return np.column_stack([np.zeros(len(words)), *[(words == name).astype(np.float64) for name in kept]])


def _order(frame: Frame, splits: Sequence[Split]) -> Array:
    order, names = np.full(len(frame), -1), [split.name for split in splits]
    for split in splits:
        order[split.test] = names.index(split.name)
    return order


def _held_out(name: str, tables: Tables, frame: Frame, splits: Sequence[Split]) -> Array:
    maker, candidates = FAMILIES[name]
    rows = tables.smooth if name in SMOOTH else tables.plain
    said, tuned = np.full(len(frame), np.nan), dict[int, tuple[dict[str, Any], int]]()
    is_timed = len({split.name for split in splits}) < len(splits) or any(split.lane for split in splits)
    for split in splits:
        outcome = frame.outcome[split.train]
        if min(outcome.sum(), len(outcome) - outcome.sum()) < FEWEST:
            continue
        knobs, grown = tuned.get(split.lane, ({}, 0))
        if not is_timed or len(split.train) >= GROWN * grown:
            knobs = _tuned(maker, candidates, rows[split.train], frame.take(split.train))
            tuned[split.lane] = knobs, len(split.train)
        said[split.test] = _asked(maker(**knobs).fit(rows[split.train], outcome), rows[split.test])
    return said


def _tuned(maker: Maker, candidates: Sequence[dict[str, Any]], rows: Array, frame: Frame) -> dict[str, Any]:
    """Return the knobs with the highest AUC on folds of whole accounts; of a large table, on as many rows as ours."""
    if len(frame) > TUNING_ROWS:
        some = np.random.default_rng(SEED).permutation(len(frame))[:TUNING_ROWS]
        rows, frame = rows[some], frame.take(some)
    folds = tuning_folds(frame, FOLDS, SEED)

    def area(knobs: dict[str, Any]) -> float:
        found = []
        for fold in range(FOLDS):
            held = folds == fold
            if len(np.unique(frame.outcome[held])) == 2 and len(np.unique(frame.outcome[~held])) == 2:
                said = _asked(maker(**knobs).fit(rows[~held], frame.outcome[~held]), rows[held])
                found.append(area_under_curve(frame.outcome[held], said))
        return float(np.mean(found)) if found else 0.0

    return max(candidates, key=area)


def _asked(model: Any, rows: Array) -> Array:
    return np.asarray(model.predict_proba(rows)[:, 1])

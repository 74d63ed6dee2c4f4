"""The learner that finds interactions: gradient boosted trees with small steps, stopped early, seeds averaged.

It has no class weights and no resampling: probabilities would suffer (van den Goorbergh 2022).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from signals.core.learning.encoding.categories import CategoryTerms, learn_category
from signals.core.learning.frame import NUMBER, Array, Frame
from signals.core.learning.late import Late
from signals.core.learning.protocols import tuning_folds
from signals.core.learning.settings import Settings

ENSEMBLE = Late("sklearn.ensemble")

SEGMENT = "(segment)"
STOP_FOLDS = 7
CATEGORY_BINS = 250


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Booster:
    """The fitted trees, one set per seed, and the codes of the words; the names are those of the columns used."""

    names: tuple[str, ...]
    levels: Mapping[str, CategoryTerms]
    trees: tuple[Any, ...]
    leaves: int = 0
    """The size of tree that was found best; 0 for trees of a document."""
    shift: float = 0.0
    """What the latest outcomes moved the base of all learners by, in log-odds."""

    def log_odds(self, frame: Frame) -> Array:
        """Return the log-odds of loss of each row: the mean over the seeds."""
        rows = booster_matrix(frame, self.names, self.levels)
        if not len(rows):
            return np.zeros(0)
        return np.asarray(self.shift + np.mean([trees.decision_function(rows) for trees in self.trees], axis=0))


def booster_matrix(frame: Frame, names: tuple[str, ...], levels: Mapping[str, CategoryTerms]) -> Array:
    """Return one column of numbers per name; words become codes, unknown and unseen become nan."""
    rows = np.empty((len(frame), len(names)))
    for place, name in enumerate(names):
        values = frame.segments if name == SEGMENT else frame.column(name).values
        if name in levels:
            codes = levels[name].codes(values).astype(np.float64)
            values = np.where(codes < 0, np.nan, codes)
        rows[:, place] = values
    return rows


def learn_booster(frame: Frame, *, settings: Settings, seed: int, leaves: int | None = None) -> Booster | None:
    """Return trees fitted to decided rows (every outcome known); None when there are too few rows for trees.

    `leaves` is a size of tree that was found before; None tries those of the settings.
    """
    smaller = min(frame.outcome.sum(), len(frame) - frame.outcome.sum())
    if len(frame) < settings.booster_rows or smaller < settings.booster_rows / 20:
        return None
    levels = _levels(frame, settings)
    segments = (SEGMENT,) if SEGMENT in levels else ()
    names = tuple(c.name for c in frame.columns if c.kind == NUMBER or c.name in levels) + segments
    if not names:
        return None
    rows = booster_matrix(frame, names, levels)
    table = _Table(rows=rows, frame=frame, is_word=np.array([name in levels for name in names]))
    sizes = settings.booster_leaves if leaves is None else (leaves,)
    first = [_grow(table, size, settings, seed * 1000) for size in sizes]
    best = int(np.argmax([max(trees.validation_score_) for trees in first]))
    later = [_grow(table, sizes[best], settings, seed * 1000 + k) for k in range(1, settings.booster_seeds)]
    return Booster(names=names, levels=levels, trees=(first[best], *later), leaves=sizes[best])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Table:
    rows: Array
    frame: Frame
    is_word: Array


def _levels(frame: Frame, settings: Settings) -> dict[str, CategoryTerms]:
    words = {column.name: column.values for column in frame.columns if column.kind != NUMBER}
    most = min(CATEGORY_BINS, settings.most_levels)
    learnt = {n: learn_category(v, smallest=settings.smallest_level, most=most) for n, v in words.items()}
    learnt[SEGMENT] = learn_category(frame.segments, smallest=settings.smallest_level, most=most)
    return {name: terms for name, terms in learnt.items() if terms is not None}


def _grow(table: _Table, leaves: int, settings: Settings, seed: int) -> Any:
    """Grow until held-out accounts gain nothing more; whole accounts are held out, so nothing is known twice."""
    rows, outcome = table.rows, table.frame.outcome.astype(int)
    held = tuning_folds(table.frame, STOP_FOLDS, seed) == 0
    if len(np.unique(outcome[held])) < 2 or len(np.unique(outcome[~held])) < 2:
        held = np.arange(len(rows)) % STOP_FOLDS == 0
    trees = ENSEMBLE.HistGradientBoostingClassifier(
        learning_rate=settings.booster_rate,
        max_leaf_nodes=leaves,
        l2_regularization=settings.booster_ridge,
        max_iter=settings.booster_rounds,
        early_stopping=True,
        n_iter_no_change=settings.booster_patience,
        max_features=0.5 if rows.shape[1] > settings.booster_columns else 1.0,
        categorical_features=table.is_word if table.is_word.any() else None,
        random_state=seed,
    )
    learnt = rows[~held]  # a copy: a column that nobody knew yet cannot be put in bins, and a constant never splits
    learnt[:, ~np.isfinite(learnt).any(axis=0)] = 0.0
    return trees.fit(learnt, outcome[~held], X_val=rows[held], y_val=outcome[held])

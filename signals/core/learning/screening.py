"""Decides which columns may be features, and says of each one left out why.

Left out: personal attributes, names of rows, columns that never vary, and columns that know the outcome.
"""

from dataclasses import dataclass

import numpy as np

from signals.core.learning.cleaning import as_numbers, as_words, is_spelled_number
from signals.core.learning.frame import NUMBER, Array, Column, Frame
from signals.core.learning.meanings import with_meaning
from signals.core.learning.metrics.ranking import area_under_curve
from signals.core.learning.prior import Prior
from signals.core.learning.protocols import folds_of
from signals.core.learning.settings import Settings
from signals.core.learning.wording import mentions_any, words_of

PROTECTED, IDENTIFIER, CONSTANT, LEAK = "protected", "identifier", "constant", "leak"
UNIQUE_SHARE = 0.95
UNIQUE_ROWS = 30
RATE_STEPS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """A column that is no feature: the reason as a code, and a figure or word behind it."""

    name: str
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Screened:
    """The frame with the columns that may be learnt from, read and given their meaning, and what was left out."""

    frame: Frame
    exclusions: tuple[Exclusion, ...]


def screen(frame: Frame, prior: Prior, settings: Settings) -> Screened:
    """Return the usable columns; outcomes are looked at only to find columns that know them."""
    kept, exclusions = [], []
    for column in frame.columns:
        read = as_numbers(column) if column.kind == NUMBER or is_spelled_number(column) else as_words(column)
        found = _exclusion(read, frame, prior, settings)
        if found is None:
            kept.append(with_meaning(read, prior))
        else:
            exclusions.append(found)
    return Screened(frame=frame.with_columns(kept), exclusions=tuple(exclusions))


def is_protected(name: str, prior: Prior) -> bool:
    """Answer whether the name speaks of a personal attribute; "account age" does not."""
    words = words_of(name)
    named = any(word in words for word in prior.protected) or "".join(words) in prior.protected
    return named and not mentions_any(words, prior.never_protected)


def _exclusion(column: Column, frame: Frame, prior: Prior, settings: Settings) -> Exclusion | None:
    if is_protected(column.name, prior):
        return Exclusion(name=column.name, reason=PROTECTED)
    if _is_constant(column):
        return Exclusion(name=column.name, reason=CONSTANT)
    if _is_identifier(column, prior):
        return Exclusion(name=column.name, reason=IDENTIFIER)
    area = knows_outcome(column, frame, settings)
    if area > settings.leak_auc:
        return Exclusion(name=column.name, reason=LEAK, detail=f"{area:.3f}")
    return None


def _is_constant(column: Column) -> bool:
    known = column.is_known
    if not known.any():
        return True
    return bool(known.all()) and len(set(column.values.tolist())) == 1


def _is_identifier(column: Column, prior: Prior) -> bool:
    """A word that differs in nearly every row; or a whole number that does and is called like one, or just counts."""
    known = column.values[column.is_known]
    if len(known) < UNIQUE_ROWS or len(set(known.tolist())) < UNIQUE_SHARE * len(known):
        return False
    if column.kind != NUMBER:
        return True
    if (known != np.round(known)).any():
        return False
    in_order = np.sort(known)
    counts = bool((np.diff(in_order) == 1).all())
    return counts or any(word in prior.identifiers for word in words_of(column.name))


def knows_outcome(column: Column, frame: Frame, settings: Settings) -> float:
    """Return the best AUC of the column alone, in either direction, as it stands or by rate of its levels.

    0.5 when a class has too few rows to tell. The rates are of other folds, so a column of many levels gains nothing.
    """
    decided = frame.is_decided
    outcome = frame.outcome[decided]
    if min(outcome.sum(), len(outcome) - outcome.sum()) < settings.leak_class:
        return 0.5
    read = column.take(decided)
    folds = folds_of("screening", (str(group) for group in frame.groups[decided]))
    areas = [area_under_curve(outcome, _held_out_rates(_levels(read), outcome, folds))]
    if column.kind == NUMBER:
        known = read.is_known
        areas.append(area_under_curve(outcome[known], read.values[known]) if known.mean() > 0.5 else 0.5)
    return max(max(area, 1 - area) for area in areas if np.isfinite(area))


def _levels(column: Column) -> Array:
    """Codes of the levels; numbers in equally filled steps; unknown is a level of its own."""
    codes = np.zeros(len(column), dtype=np.int64)
    known = column.is_known
    values = column.values[known]
    if column.kind == NUMBER and len(np.unique(values)) > RATE_STEPS:
        edges = np.unique(np.quantile(values, np.linspace(0, 1, RATE_STEPS + 1)[1:-1]))
        codes[known] = 1 + np.searchsorted(edges, values, side="right")
    else:
        codes[known] = 1 + np.unique(values.astype(str), return_inverse=True)[1]
    return codes


def _held_out_rates(codes: Array, outcome: Array, folds: Array) -> Array:
    """The loss rate of each row's level in the other folds, pulled to the rate of all by one row."""
    rates = np.empty(len(outcome))
    for fold in np.unique(folds):
        held = folds == fold
        rate = outcome[~held].mean() if (~held).any() else 0.5
        losses = np.bincount(codes[~held], outcome[~held], minlength=codes.max() + 1)
        rows = np.bincount(codes[~held], minlength=codes.max() + 1)
        rates[held] = ((losses + rate) / (rows + 1))[codes[held]]
    return rates

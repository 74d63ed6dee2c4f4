"""Which rows are predicted by a model that never saw them: hashed folds of accounts, or quarters in order of time.

A fold is decided by a hash of the key, so it never changes when rows are added or sorted.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from signals.core.learning.frame import Array, Frame
from signals.core.learning.settings import Settings

FOLDS = 5
QUARTER_MONTHS = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Split:
    """Train on `train`, predict `test` (positions in the frame); `name` says which fold or quarter it is.

    `lane` counts the rows of a quarter that share an embargo: what was tuned for one lane serves no other. `embargo` is
    that of the lane in days; None without time.
    """

    name: str
    train: Array
    test: Array
    lane: int = 0
    embargo: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """How rows are held out. `kind` is "hash5" or "rolling"; `dataset` salts the hash."""

    kind: str = "hash5"
    dataset: str = ""

    def splits(self, frame: Frame, settings: Settings) -> tuple[Split, ...]:
        """Return the splits of the decided rows, in the order in which they are to be run."""
        if self.kind == "rolling":
            return rolling_origin(frame, settings)
        return hashed_folds(frame, self.dataset)


def fold_of(dataset: str, key: str, folds: int = FOLDS) -> int:
    """Return the fold of a key: sha256 of "dataset:key" as a whole number, modulo the folds."""
    return int(hashlib.sha256(f"{dataset}:{key}".encode()).hexdigest(), 16) % folds


def folds_of(dataset: str, keys: Iterable[str]) -> Array:
    """Return the fold of each key."""
    return np.array([fold_of(dataset, key) for key in keys], dtype=np.int64)


def hashed_folds(frame: Frame, dataset: str) -> tuple[Split, ...]:
    """Return five folds by key; rows of one account share a fold, so then the account is the key."""
    has_repeats = len(set(frame.groups.tolist())) < len(frame)
    fold = folds_of(dataset, (str(group) for group in frame.groups) if has_repeats else frame.keys)
    decided = frame.is_decided
    splits = (
        Split(name=f"fold {k}", train=np.flatnonzero(decided & (fold != k)), test=np.flatnonzero(decided & (fold == k)))
        for k in range(FOLDS)
    )
    return tuple(split for split in splits if len(split.test) and len(split.train))


def quarter_of(days: Array) -> Array:
    """Return the quarter of each day as a count of quarters since 1970."""
    return np.asarray(month_of(days).astype(np.int64) // QUARTER_MONTHS)


def month_of(days: Array) -> Array:
    """Return the month of each day, as numpy writes months."""
    return np.asarray(days.astype("datetime64[M]"))


def quarter_name(quarter: int) -> str:
    """Return a quarter in words, e.g. 2026 Q3."""
    return f"{1970 + quarter // 4} Q{quarter % 4 + 1}"


def rolling_origin(frame: Frame, settings: Settings) -> tuple[Split, ...]:
    """Return one split per quarter and embargo, trained only on what was decided before the embargo of its first day.

    A row predicted at D-180 could not know outcomes of the half year before its quarter; one at D-14 could know those
    of two months before.
    """
    if frame.decided_on is None:
        return ()
    decided = frame.is_decided & ~np.isnat(frame.decided_on)
    quarter, lanes = quarter_of(frame.decided_on), _lanes(frame, settings)
    splits = []
    for q in sorted(set(quarter[decided].tolist())):
        starts_on = np.datetime64(int(q) * QUARTER_MONTHS, "M").astype("datetime64[D]")
        for lane, (rows, embargo) in enumerate(lanes):
            train = np.flatnonzero(known_before(frame, starts_on, embargo, settings))
            test = np.flatnonzero(decided & (quarter == q) & rows)
            if len(test) and _is_enough(frame, train, settings):
                splits.append(Split(name=quarter_name(int(q)), train=train, test=test, lane=lane, embargo=embargo))
    return tuple(splits)


def known_before(frame: Frame, day: np.datetime64, embargo: int, settings: Settings) -> Array:
    """Answer for each row whether its outcome was known so many days before a day, and lies within the window."""
    if frame.decided_on is None:
        return np.zeros(len(frame), dtype=bool)
    until = day - np.timedelta64(embargo, "D")
    dated = frame.is_decided & ~np.isnat(frame.decided_on)
    return np.asarray(dated & (frame.decided_on < until) & in_window(frame, until, settings))


def latest_quarters(splits: tuple[Split, ...], count: int) -> tuple[Split, ...]:
    """Return the splits of the last so many quarters."""
    names = list(dict.fromkeys(split.name for split in splits))[-count:]
    return tuple(split for split in splits if split.name in names)


def _is_enough(frame: Frame, train: Array, settings: Settings) -> bool:
    """Answer whether anything would have been learned by then: so many decisions, and enough of either kind."""
    known = frame.take(train)
    lost = float((known.counts * known.outcome).sum())
    decided = float(known.counts.sum())
    return decided >= settings.smallest_training_rows and min(lost, decided - lost) >= settings.smallest_training_class


def _lanes(frame: Frame, settings: Settings) -> list[tuple[Array, int]]:
    """Return masks of rows with the embargo of each: far horizons first, so that no lane learns from a later one."""
    everything = np.ones(len(frame), dtype=bool)
    if frame.days_to_renewal is None or settings.embargo_days is not None:
        return [(everything, embargo_days(frame, settings))]
    is_near = np.nan_to_num(frame.days_to_renewal, nan=np.inf) <= settings.near_days
    found = []
    for rows in (~is_near, is_near):
        if rows.any():
            found.append((rows, embargo_days(frame.take(rows), settings)))
    return found


def in_window(frame: Frame, until: np.datetime64, settings: Settings) -> Array:
    """Answer for each row whether it was decided within the window before a day; all are when there is no window."""
    if settings.window_days is None or frame.decided_on is None:
        return np.ones(len(frame), dtype=bool)
    return np.asarray(frame.decided_on >= until - np.timedelta64(settings.window_days, "D"))


def embargo_days(frame: Frame, settings: Settings) -> int:
    """Return the days between the last outcome used and the quarter predicted."""
    if settings.embargo_days is not None:
        return settings.embargo_days
    horizons = frame.days_to_renewal
    known = horizons[np.isfinite(horizons)] if horizons is not None else np.array([])
    return settings.grace_days + (int(known.max()) if len(known) else 0)


def tuning_folds(frame: Frame, folds: int, seed: int) -> Array:
    """Return a fold for each row within a training set, whole accounts together, dependent on the seed alone."""
    names = {group: fold_of(f"tuning {seed}", str(group), folds) for group in set(frame.groups.tolist())}
    return np.array([names[group] for group in frame.groups.tolist()], dtype=np.int64)

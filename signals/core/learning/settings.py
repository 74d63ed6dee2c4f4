"""The knobs of learning, with defaults that suit any table; none of them knows the name of a column."""

from dataclasses import dataclass

import numpy as np

from signals.core.learning.frame import Array, Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnedPart:
    """The accounts with a word in a column ("": of a segment), whose losses follow another order since a day."""

    column: str
    word: str
    since: np.datetime64 | None = None

    def rows(self, frame: Frame) -> Array:
        """Answer for each row whether it is of the part."""
        if self.column and self.column not in frame.names:
            return np.zeros(len(frame), dtype=bool)
        values = frame.column(self.column).values if self.column else frame.segments
        return np.asarray(values == self.word, dtype=bool)

    def rows_since(self, frame: Frame) -> Array:
        """Answer for each row whether it is of the part, and was decided since the turn."""
        if self.since is None or frame.decided_on is None:
            return self.rows(frame)
        return np.asarray(self.rows(frame) & (frame.decided_on >= self.since))


@dataclass(frozen=True, slots=True, kw_only=True)
class NearPart:
    """The rows at most so many days before the renewal: more is known then, and it says more."""

    days: int

    def rows(self, frame: Frame) -> Array:
        """Answer for each row whether it is so near; a row without a day is not."""
        if frame.days_to_renewal is None:
            return np.zeros(len(frame), dtype=bool)
        return np.asarray(np.nan_to_num(frame.days_to_renewal, nan=np.inf) <= self.days)


Part = TurnedPart | NearPart


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a training run may be told. Numbers of rows count decided rows."""

    smallest_class: int = 5
    """Below this many losses or retentions nothing is learned: the prior stays."""
    leak_auc: float = 0.95
    """A single feature that orders outcomes better than this knows the outcome."""
    leak_class: int = 15
    """A leak is only suspected with this many rows of each class: fewer separate by chance."""
    smallest_level: int = 10
    """A level of a category with fewer rows is pooled with the other rare ones."""
    most_levels: int = 60
    knots: int = 5
    many_knots: int = 7
    """Knots of a bend in a column with at least `many_rows` known values (Harrell: 7 for large samples)."""
    many_rows: int = 2_000
    taus: tuple[float, ...] = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.0)
    """How far a coefficient may move from the expert's: standard deviations tried, in log-odds."""
    segment_taus: tuple[float, ...] = (0.0, 0.05, 0.15, 0.4)
    segment_rows: int = 150
    """A segment with fewer rows has an intercept of its own, and the coefficients of all."""
    tuning_folds: int = 5
    tuning_rows: int = 12_000
    tuning_cells: int = 1_500_000
    """Rows x terms of the table that is tuned on; a wide table is tuned on fewer of its rows."""
    fewest_tuning_rows: int = 1_500
    tuned_for: float = 1.5
    """In order of time, what was tuned on the past is used until the past has grown by this factor."""
    most_columns: int = 60
    """The scorecard weighs so many columns at most: those that alone order the training rows best."""
    focus_columns: int = 30
    """From so many columns on, room by relevance is tried: a machine made them, and most of them say nothing."""
    focus_class: int = 150
    """... and from so many decisions of each kind: fewer name the wrong columns, and make them bold."""
    booster_rows: int = 400
    """Below this many rows trees only learn noise, and the scorecard stands alone."""
    booster_seeds: int = 3
    booster_leaves: tuple[int, ...] = (6, 15, 31)
    """Sizes of a tree that are tried; the one with the lowest held-out log-loss grows with every seed."""
    booster_columns: int = 40
    """With more columns each split of a tree is chosen from a random half of them."""
    booster_rate: float = 0.05
    booster_ridge: float = 1.0
    booster_rounds: int = 600
    booster_patience: int = 20
    resamples: int = 300
    stack_confidence: float = 0.8
    """The stack replaces the scorecard when it is better with this confidence: reasons are easier in a scorecard."""
    background_rows: int = 32
    smallest_training_rows: int = 50
    smallest_training_class: int = 15
    """Rolling origin predicts a quarter only when so many decisions were known before it, and so many of each kind."""
    embargo_days: int | None = None
    """Days between the last outcome used and the quarter predicted; None: the longest horizon plus `grace_days`."""
    grace_days: int = 30
    near_days: int = 30
    """In order of time, rows so near to the renewal have an embargo and a scorecard of their own: more was known by
    then, and it says more."""
    recent_days: int = 60
    """In order of time the base is set by outcomes that count half after so many days: times change for all alike."""
    recent_spread: float = 0.4
    """How far recent outcomes may move the base, in log-odds: a standard deviation."""
    turned: tuple[TurnedPart, ...] = ()
    """Parts of the book that turned: the scorecard of each is learned by itself, from what was decided since."""
    window_days: int | None = None
    """Learn only from outcomes of the last so many days, in a world that turns; None: from all of them."""
    windows: tuple[int, ...] = (365, 730)
    """Windows that are tried in order of time when `window_days` is None."""
    windows_after_a_turn: tuple[int, ...] = (180, 365, 730)
    """Those that are tried where losses broke the order that all history foretold."""

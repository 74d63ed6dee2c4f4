"""What a training run leaves: the fitted members, how good they were on rows they never saw, and the verdict."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from signals.core.learning.booster import Booster
from signals.core.learning.frame import Array, Column, Frame
from signals.core.learning.metrics.figures import Figures
from signals.core.learning.metrics.intervals import Interval
from signals.core.learning.scorecard.model import Scorecard
from signals.core.learning.screening import Exclusion
from signals.core.learning.stack import Stack

PRIOR, SCORECARD, BOOSTER, STACK = "prior", "scorecard", "booster", "stack"
MEMBERS = (PRIOR, SCORECARD, BOOSTER, STACK)
RATE, AGE = "rate", "age"
"""The references that know only how many were lost, and how old the contracts are."""

LEARNED = "learned"
PRIOR_HOLDS = "prior_holds"
NO_SIGNAL = "no_usable_signal"
ONE_CLASS = "one_class"
TOO_FEW = "too_few_outcomes"
NO_OUTCOMES = "no_outcomes"
VERDICTS = {
    LEARNED: "The learned model foretells losses better than the expert weights on accounts it never saw.",
    PRIOR_HOLDS: "The outcomes do not improve on the expert weights yet: the expert weights stay in force.",
    NO_SIGNAL: "No usable signal: nothing foretells losses better than the loss rate and the age of contracts.",
    ONE_CLASS: "All recorded outcomes are the same, so there is nothing to tell apart.",
    TOO_FEW: "No usable signal yet: too few losses or retentions are recorded to learn from.",
    NO_OUTCOMES: "No outcome is recorded yet: the expert weights stand alone.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """May the learned model be promoted? `code` is a key of VERDICTS, `words` its sentence."""

    code: str
    is_promotable: bool

    @property
    def words(self) -> str:
        """The verdict as a sentence."""
        return VERDICTS[self.code]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Mean log-loss of `challenger` less that of `reference` on the same rows; below 0 the challenger is better."""

    challenger: str
    reference: str
    difference: float
    interval: Interval

    @property
    def is_better(self) -> bool:
        """Answer whether the challenger is better beyond chance."""
        return self.interval.high < 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Report:
    """Held-out results. `held_out[member]` has one probability per row of the frame, nan where none was made."""

    protocol: str
    rows: int
    decided_rows: int
    losses: int
    split_names: Array
    held_out: Mapping[str, Array]
    figures: Mapping[str, Figures]
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrainedModel:
    """A model for `predict` and `explain`. `in_force` names the member that speaks: prior, scorecard or stack.

    `columns` are the features with their reading and meaning, without rows; `background` are rows for explanations.
    """

    in_force: str
    verdict: Verdict
    exclusions: tuple[Exclusion, ...]
    columns: tuple[Column, ...]
    prior_card: Scorecard
    scorecard: Scorecard | None
    booster: Booster | None
    stack: Stack | None
    calibrations: Mapping[str, Stack]
    background: Frame | None
    report: Report
    seed: int

    @property
    def learned_share(self) -> float:
        """The share of the weights that outcomes decided: 0 while the prior is in force."""
        return self.scorecard.learned_share if self.scorecard is not None and self.in_force != PRIOR else 0.0

    @property
    def figures(self) -> Mapping[str, Figures]:
        """The held-out figures of each member."""
        return self.report.figures

    def member_log_odds(self, frame: Frame, member: str) -> Array:
        """Return the log-odds of loss of one member; the frame must have been read like the training frame."""
        if member == STACK and self.stack is not None:
            parts = [self.member_raw(frame, name) for name in self.stack.members]
            return self.stack.log_odds(columns_of(parts))
        raw = self.member_raw(frame, member)
        return self.calibrations[member].log_odds(raw[:, None]) if member in self.calibrations else raw

    def member_raw(self, frame: Frame, member: str) -> Array:
        """Return the log-odds of one learner before calibration; raise KeyError for a learner that is not there."""
        learners = {PRIOR: self.prior_card, SCORECARD: self.scorecard, BOOSTER: self.booster}
        learner = learners[member]
        if learner is None:
            raise KeyError(member)
        return learner.log_odds(frame)

    def member_probabilities(self, frame: Frame, member: str) -> Array:
        """Return the probabilities of loss of one member, for a frame read like the training frame."""
        return probabilities_of(self.member_log_odds(frame, member))


def probabilities_of(log_odds: Array) -> Array:
    """Return log-odds as probabilities."""
    return np.asarray(expit(log_odds))


def columns_of(parts: list[Array]) -> Array:
    """Return the parts side by side."""
    return np.column_stack(parts)

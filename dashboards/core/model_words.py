"""The words for risk models: states, verdicts, forms, figures, what was left out, what is watched."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from dashboards.core.money import percent_words
from dashboards.core.parts import Reason
from dashboards.core.wording import column_title, title

STATES: Mapping[str, tuple[str, str]] = {
    "proposed": ("Proposed", "accent"),
    "in_force": ("In force", "good"),
    "retired": ("Retired", ""),
    "rejected": ("Rejected", ""),
}
VERDICTS: Mapping[str, tuple[str, str]] = {
    "learned": ("Better than judgement", "good"),
    "prior_holds": ("No better than judgement", "watch"),
    "no_usable_signal": ("No usable signal", "bad"),
    "one_class": ("One kind of outcome", "watch"),
    "too_few_outcomes": ("Too few outcomes", "watch"),
    "no_outcomes": ("No outcomes yet", "watch"),
}
FORMS: Mapping[str, str] = {
    "prior": "Expert judgement",
    "scorecard": "Learned scorecard",
    "booster": "Trees",
    "stack": "Stack of both",
}
EXCLUSIONS: Mapping[str, str] = {
    "leak": "knows the outcome: a leak",
    "protected": "protected: never a feature",
    "constant": "the same in every row",
    "unknown": "not known in any row",
    "identifier": "names the row",
    "empty": "not known in any row",
}
TESTS: Mapping[str, tuple[str, str]] = {
    "random_folds": ("Random folds", "mixes past and future; flatters, never used for a decision"),
    "frozen_future": ("Frozen, then the future", "trained once, judged on everything later"),
    "rolling": ("Retrained as time passes", "as it is run here: each quarter by a model of the quarters before"),
    "hash5": ("Five folds by hash", "for tables without time"),
}
CHECKS: Mapping[str, str] = {
    "drift": "Values have moved (PSI)",
    "missing": "Not known more often than in training",
    "unseen": "Categories never seen in training",
    "observed_expected": "Losses against those foretold",
    "log_loss": "Log-loss",
    "order": "Losses no longer in the order foretold",
}
CAUSES: Mapping[str, str] = {"schedule": "the monthly schedule", "alarm": "an alarm", "person": "a person"}
FIGURES: tuple[tuple[str, str, str], ...] = (
    ("auc", "AUC", "auc"),
    ("brier", "Brier", "brier_score"),
    ("log_loss", "Log-loss", "log_loss"),
    ("calibration_error", "Calibration error", "calibration_error"),
    ("slope", "Slope", "calibration_slope"),
    ("top_lift", "Lift of the top tenth", "top_lift"),
)
"""Key in a report, words, and term of the glossary, in the order in which they are shown."""


def number_words(value: float | None, *, digits: int = 3) -> str:
    """Return a figure with fixed decimals; "not known" for None."""
    return "not known" if value is None else f"{value:.{digits}f}"


def share_words(value: float | None) -> str:
    """Return a share as a percentage; "not known" for None."""
    return "not known" if value is None else percent_words(value)


def interval_words(figures: Mapping[str, float | None]) -> str:
    """Return the 95 % interval of an AUC, "" when it was not measured."""
    low, high = figures.get("auc_low"), figures.get("auc_high")
    return f"{low:.3f} to {high:.3f}" if low is not None and high is not None else ""


def exclusion_words(code: str) -> str:
    """Return why a column was left out."""
    return EXCLUSIONS.get(code, title(code).lower())


def form_words(form: str) -> str:
    """Return what sort of model it is."""
    return FORMS.get(form, title(form))


class Checked(Protocol):
    """A figure of the watch: what it is of, the month it is about, and its limits."""

    kind: str
    subject: str
    month_on: date
    value: float
    low: float | None
    high: float | None
    is_alarm: bool


def alarm_words(check: Checked) -> Reason:
    """Return a figure of the watch as a sentence with its numbers."""
    subject = f": {column_title(check.subject)}" if check.subject else ""
    limits = [
        f"{word} {number_words(limit, digits=2)}"
        for word, limit in (("at least", check.low), ("at most", check.high))
        if limit is not None
    ]
    expected = f"; expected {' and '.join(limits)}" if limits else ""
    return Reason(
        text=f"{CHECKS[check.kind]}{subject}",
        state="bad" if check.is_alarm else "good",
        note=f"{number_words(check.value, digits=2)} in {check.month_on:%B %Y}{expected}",
    )

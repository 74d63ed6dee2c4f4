"""The tables of signals and scores."""

from signals.models.intake import AccountChange, KindHeard, Signal, SignalKey, Source, SourceFeed
from signals.models.scores import CurrentRisk, CurrentScore, Score, ScorecardVersion

__all__ = [
    "AccountChange",
    "CurrentRisk",
    "CurrentScore",
    "KindHeard",
    "Score",
    "ScorecardVersion",
    "Signal",
    "SignalKey",
    "Source",
    "SourceFeed",
]

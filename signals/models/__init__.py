"""The tables of signals and scores."""

from signals.models.intake import AccountChange, KindHeard, Signal, SignalKey, Source, SourceFeed
from signals.models.learned import (
    RiskModelBody,
    RiskModelCheck,
    RiskModelVersion,
    RiskPrediction,
    RiskTraining,
)
from signals.models.scores import CurrentRisk, CurrentScore, Score, ScorecardVersion

__all__ = [
    "AccountChange",
    "CurrentRisk",
    "CurrentScore",
    "KindHeard",
    "RiskModelBody",
    "RiskModelCheck",
    "RiskModelVersion",
    "RiskPrediction",
    "RiskTraining",
    "Score",
    "ScorecardVersion",
    "Signal",
    "SignalKey",
    "Source",
    "SourceFeed",
]

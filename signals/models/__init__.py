"""The tables of signals and scores."""

from signals.models.intake import AccountChange, KindHeard, Signal, SignalKey, Source, SourceFeed
from signals.models.learned import (
    RiskModelBody,
    RiskModelCheck,
    RiskModelVersion,
    RiskPrediction,
    RiskTraining,
)
from signals.models.scores import CurrentExpansion, CurrentRisk, CurrentScore, Score, ScorecardVersion
from signals.models.tiers import TierPeriod

__all__ = [
    "AccountChange",
    "CurrentExpansion",
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
    "TierPeriod",
]

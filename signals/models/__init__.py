"""The tables of signals and scores."""

from signals.models.forecast import (
    CurrentCall,
    ForecastAdjustment,
    ForecastCall,
    ForecastDisagreement,
    ForecastFreeze,
    ForecastPart,
    ForecastRun,
    ForecastScenario,
    ForecastSnapshot,
    ForecastTally,
)
from signals.models.honesty import HonestyReport
from signals.models.inbox import (
    Delivery,
    Hook,
    HookRefusal,
    Pull,
    PullState,
    PullTarget,
    SourceMapping,
    SourceSecret,
    UnknownEvent,
)
from signals.models.intake import AccountChange, KindHeard, Signal, SignalKey, Source, SourceFeed
from signals.models.learned import (
    RiskModelBody,
    RiskModelCheck,
    RiskModelVersion,
    RiskPrediction,
    RiskTraining,
)
from signals.models.matching import AccountAlias, SourceDay, Unmatched
from signals.models.people import NotedFact, ScoreOverride
from signals.models.scorecards import ScorecardPreview, ScorecardPreviewRow, ScorecardVersion
from signals.models.scores import CurrentExpansion, CurrentRisk, CurrentScore, Score
from signals.models.snapshots import FeatureRules, LabelLook, LabelWait, RenewalLabel, Snapshot
from signals.models.tiers import TierPeriod
from signals.models.tones import ToneCorrection, ToneModel

__all__ = [
    "AccountAlias",
    "AccountChange",
    "CurrentCall",
    "CurrentExpansion",
    "CurrentRisk",
    "CurrentScore",
    "Delivery",
    "FeatureRules",
    "ForecastAdjustment",
    "ForecastCall",
    "ForecastDisagreement",
    "ForecastFreeze",
    "ForecastPart",
    "ForecastRun",
    "ForecastScenario",
    "ForecastSnapshot",
    "ForecastTally",
    "HonestyReport",
    "Hook",
    "HookRefusal",
    "KindHeard",
    "LabelLook",
    "LabelWait",
    "NotedFact",
    "Pull",
    "PullState",
    "PullTarget",
    "RenewalLabel",
    "RiskModelBody",
    "RiskModelCheck",
    "RiskModelVersion",
    "RiskPrediction",
    "RiskTraining",
    "Score",
    "ScoreOverride",
    "ScorecardPreview",
    "ScorecardPreviewRow",
    "ScorecardVersion",
    "Signal",
    "SignalKey",
    "Snapshot",
    "Source",
    "SourceDay",
    "SourceFeed",
    "SourceMapping",
    "SourceSecret",
    "TierPeriod",
    "ToneCorrection",
    "ToneModel",
    "UnknownEvent",
    "Unmatched",
]

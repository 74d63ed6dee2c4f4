"""Health and risk of a whole chunk of accounts at once, with the exact contributions of each."""

from signals.core.scoring.chunk import (
    AccountScores,
    ChunkScores,
    OpenRenewal,
    RuleBook,
    score_account,
    score_chunk,
)
from signals.core.scoring.expansion import expansion_columns
from signals.core.scoring.health import HealthColumns, health_columns, health_of
from signals.core.scoring.risk import RiskChunk, RiskColumns, RiskJudge, risk_columns
from signals.core.scoring.sheet import Judged, Sheet, sheet_of
from signals.core.scoring.sheets import expansion_sheet, health_sheet, risk_sheet

__all__ = [
    "AccountScores",
    "ChunkScores",
    "HealthColumns",
    "Judged",
    "OpenRenewal",
    "RiskChunk",
    "RiskColumns",
    "RiskJudge",
    "RuleBook",
    "Sheet",
    "expansion_columns",
    "expansion_sheet",
    "health_columns",
    "health_of",
    "health_sheet",
    "risk_columns",
    "risk_sheet",
    "score_account",
    "score_chunk",
    "sheet_of",
]

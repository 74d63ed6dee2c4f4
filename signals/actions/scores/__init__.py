"""Scores: refresh them for accounts that have changed, and publish the rules they follow."""

from signals.actions.scores.changes import mark_all_changed, mark_changed, mark_outdated
from signals.actions.scores.refresh import RefreshResult, refresh_scores, score_as_of
from signals.actions.scores.versions import ensure_scorecards, publish_scorecard

__all__ = [
    "RefreshResult",
    "ensure_scorecards",
    "mark_all_changed",
    "mark_changed",
    "mark_outdated",
    "publish_scorecard",
    "refresh_scores",
    "score_as_of",
]

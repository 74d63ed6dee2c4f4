"""Scores: refresh them for accounts that have changed, and the life of the rules they follow."""

from signals.actions.scores.approval import approve_version, mark_next, propose_earlier, reject_version
from signals.actions.scores.changes import mark_all_changed, mark_changed, mark_outdated
from signals.actions.scores.drafts import (
    bring_up_to_date,
    edit_draft,
    replace_draft,
    start_draft,
    submit_draft,
    take_back,
)
from signals.actions.scores.previews import order_preview, work_preview
from signals.actions.scores.refresh import RefreshResult, refresh_scores, score_as_of
from signals.actions.scores.versions import ensure_scorecards, publish_scorecard

__all__ = [
    "RefreshResult",
    "approve_version",
    "bring_up_to_date",
    "edit_draft",
    "ensure_scorecards",
    "mark_all_changed",
    "mark_changed",
    "mark_next",
    "mark_outdated",
    "order_preview",
    "propose_earlier",
    "publish_scorecard",
    "refresh_scores",
    "reject_version",
    "replace_draft",
    "score_as_of",
    "start_draft",
    "submit_draft",
    "take_back",
    "work_preview",
]

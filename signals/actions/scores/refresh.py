"""Score the accounts that have changed: claim, load, decide, write; one chunk in one transaction.

A second run right after changes nothing. An account whose scoring fails is pushed forward and stops nobody else. What a
person sets over a computed score belongs between deciding and writing (`_sheets`), a further kind of score beside them.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, transaction

from renewals.core.actors import Actor
from signals.actions.scores.changes import claim, mark_changed, release
from signals.actions.scores.standing import settle_overrides
from signals.actions.scores.tiers import derive_tiers
from signals.actions.scores.versions import ensure_scorecards
from signals.actions.scores.write import drop_closed, write_sheets
from signals.core.scoring import (
    ChunkScores,
    Sheet,
    expansion_columns,
    expansion_sheet,
    health_sheet,
    risk_sheet,
    score_chunk,
)
from signals.queries.facts import load_chunk, renewals_of
from signals.queries.histories import ended_histories
from signals.queries.learned.scoring import by_model_in_force
from signals.queries.scorecards import RulesInForce
from signals.queries.scores import not_scored
from signals.queries.tallies import Moment

logger = logging.getLogger(__name__)
CHUNK = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshResult:
    """What one chunk did. `claimed` equal to the limit means that there may be more to do."""

    claimed: int
    written: int
    unchanged: int
    failed: int


def refresh_scores(
    *,
    workspace_id: int,
    account_ids: list[int] | None = None,
    limit: int = CHUNK,
    by: Actor,
    now: datetime,
) -> RefreshResult:
    """Score these accounts, or up to `limit` of those marked as changed.

    `written` counts history rows: health and risks whose value or inputs differ from the last. Call it again, each
    time in a new transaction, until `claimed` is below `limit`. Accounts held by another worker are left to it.
    """
    with transaction.atomic():
        rules = ensure_scorecards(workspace_id=workspace_id, by=by, now=now)
        if account_ids is not None:
            mark_changed(workspace_id=workspace_id, account_ids=account_ids, by=by, now=now)
            limit = max(limit, len(account_ids))
        claimed = claim(workspace_id, account_ids=account_ids, limit=limit, now=now)
        result, failed = _refresh(workspace_id, claimed, Moment(as_of=now, known_at=now), rules)
        _look_back(workspace_id, claimed, rules, now)
        if claimed:
            settle_overrides(workspace_id=workspace_id, account_ids=claimed, by=by, now=now)
            derive_tiers(workspace_id=workspace_id, account_ids=claimed, by=by, now=now)
            release(workspace_id, done=[each for each in claimed if each not in failed], failed=failed, now=now)
    return result


def _look_back(workspace_id: int, account_ids: list[int], rules: RulesInForce, now: datetime) -> None:
    """Score accounts that cannot be scored now as of the day their own sources fell silent, if that is long ago.

    So a history that was loaded late shows how things stood when it ended, beside "Not scored" today. It is measured
    against what those sources ever sent: what others send of other accounts lowers no coverage of it.
    """
    for history in ended_histories(workspace_id, not_scored(account_ids), now=now):
        moment = Moment(as_of=history.ended_at, known_at=now, sources=history.source_ids)
        _refresh(workspace_id, list(history.account_ids), moment, rules)


def score_as_of(
    *, workspace_id: int, account_ids: list[int], as_of: datetime, by: Actor, now: datetime
) -> RefreshResult:
    """Score these accounts as of an earlier moment, with what is known now; current rows and marks stay as they are."""
    with transaction.atomic():
        rules = ensure_scorecards(workspace_id=workspace_id, by=by, now=now)
        result, _ = _refresh(workspace_id, account_ids, Moment(as_of=as_of, known_at=now), rules)
    return result


def _refresh(
    workspace_id: int, account_ids: list[int], moment: Moment, rules: RulesInForce
) -> tuple[RefreshResult, dict[int, str]]:
    failed: dict[int, str] = {}
    written = total = 0
    for scores in _score(workspace_id, sorted(account_ids), moment, rules, failed):
        sheets = _learned(workspace_id, _sheets(scores, rules), moment, rules)
        written += write_sheets(workspace_id, sheets=sheets, moment=moment)
        write_sheets(workspace_id, sheets=(_expansion(scores, rules),), moment=moment)
        total += scores.chunk.size + len(scores.renewals)
        scored = [each.account_id for each in scores.chunk.accounts]
        drop_closed(workspace_id, account_ids=scored, open_ids=[each.id for each in scores.renewals])
    counts = RefreshResult(claimed=len(account_ids), written=written, unchanged=total - written, failed=len(failed))
    return counts, failed


def _sheets(scores: ChunkScores, rules: RulesInForce) -> tuple[Sheet, ...]:
    health_id, risk_id = rules.health_version_id, rules.risk_version_id
    return (
        health_sheet(scores, version_id=health_id),
        risk_sheet(scores, version_id=risk_id, health_version_id=health_id),
    )


def _learned(workspace_id: int, sheets: tuple[Sheet, ...], moment: Moment, rules: RulesInForce) -> tuple[Sheet, ...]:
    """Let the model in force speak for risks of now; an earlier moment is told by the scorecard alone."""
    if moment.as_of != moment.known_at:
        return sheets
    now = moment.as_of
    return tuple(
        by_model_in_force(workspace_id, sheet, rules=rules, now=now) if sheet.kind == "risk" else sheet
        for sheet in sheets
    )


def _expansion(scores: ChunkScores, rules: RulesInForce) -> Sheet:
    book = rules.expansion
    return expansion_sheet(
        scores,
        expansion_columns(scores, book.rules, book.scorecard),
        version_id=rules.expansion_version_id,
        health_version_id=rules.health_version_id,
    )


def _score(
    workspace_id: int, account_ids: Sequence[int], moment: Moment, rules: RulesInForce, failed: dict[int, str]
) -> list[ChunkScores]:
    """Return the scores of the accounts in one chunk; where that fails, in smaller ones, down to the broken account."""
    if not account_ids:
        return []
    try:
        chunk = load_chunk(workspace_id, account_ids, moment)
        if not chunk.size:
            return []
        return [score_chunk(chunk, renewals_of(chunk), rules.book)]
    except Exception as error:  # whatever is wrong with one account must not stop the others
        if isinstance(error, DatabaseError):
            raise
        if len(account_ids) == 1:
            logger.exception("Scoring failed", extra={"account_id": account_ids[0]})
            failed[account_ids[0]] = f"{type(error).__name__}: {error}"
            return []
    half = len(account_ids) // 2
    parts = (account_ids[:half], account_ids[half:])
    return [scores for part in parts for scores in _score(workspace_id, part, moment, rules, failed)]

"""Score the accounts that have changed: claim, load, decide, write; one chunk in one transaction.

A second run right after changes nothing. An account whose scoring fails is pushed forward and stops nobody else.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from renewals.core.actors import Actor
from signals.actions.scores.changes import claim, mark_changed, release
from signals.actions.scores.standing import settle_overrides
from signals.actions.scores.versions import ensure_scorecards
from signals.actions.scores.write import Scored, write_scores
from signals.core.scoring import score_account
from signals.queries.facts import Moment, account_facts, open_renewals
from signals.queries.scorecards import RulesInForce
from signals.queries.scores import not_scored
from signals.queries.signals import last_heard_at

logger = logging.getLogger(__name__)
CHUNK = 1_000
LONG_AGO = timedelta(days=30)


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
            release(workspace_id, done=[each for each in claimed if each not in failed], failed=failed, now=now)
    return result


def _look_back(workspace_id: int, account_ids: list[int], rules: RulesInForce, now: datetime) -> None:
    """Score accounts that cannot be scored now as of the day the workspace last heard anything, if that is long ago.

    So a history that was loaded late shows how things stood when it ended, beside "Not scored" today.
    """
    heard_at = last_heard_at() if account_ids else None
    if heard_at is not None and now - heard_at > LONG_AGO:
        _refresh(workspace_id, not_scored(account_ids), Moment(as_of=heard_at, known_at=now), rules)


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
    if not account_ids:
        return RefreshResult(claimed=0, written=0, unchanged=0, failed=0), {}
    scored, failed = _score(workspace_id, account_ids, moment, rules)
    written = write_scores(workspace_id, scored=scored, moment=moment, rules=rules)
    total = sum(1 + len(each.renewals) for each in scored)
    counts = RefreshResult(claimed=len(account_ids), written=written, unchanged=total - written, failed=len(failed))
    return counts, failed


def _score(
    workspace_id: int, account_ids: list[int], moment: Moment, rules: RulesInForce
) -> tuple[list[Scored], dict[int, str]]:
    renewals = open_renewals(account_ids)
    scored: list[Scored] = []
    failed: dict[int, str] = {}
    for facts in account_facts(workspace_id, account_ids, moment):
        dates = renewals.get(facts.account_id, {})
        try:
            scores = score_account(facts, dates, rules.book)
        except Exception as error:  # whatever is wrong with one account must not stop the others
            logger.exception("Scoring failed", extra={"account_id": facts.account_id})
            failed[facts.account_id] = f"{type(error).__name__}: {error}"
            continue
        scored.append(Scored(facts=facts, renewals=dates, scores=scores))
    return scored, failed

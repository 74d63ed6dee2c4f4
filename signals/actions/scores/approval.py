"""A second person puts a version in force, or refuses it; an earlier one comes back the same way.

The accounts are marked for scoring in chunks, so that publishing is quick on a book of any size.
"""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from renewals.core.actors import Actor
from renewals.core.errors import RequiredValueMissing
from signals.actions.scores.drafts import check_up_to_date, locked, start_draft
from signals.core.editing.life import check_step
from signals.core.errors import SecondPersonNeeded, VersionNotInState
from signals.models import ScorecardVersion
from signals.models.scorecards import VersionState

MARKED_AT_ONCE = 5_000
MARK_NEXT = """
WITH next AS (
  SELECT id FROM renewals_account WHERE workspace_id = %(workspace)s AND id > %(after)s ORDER BY id LIMIT %(limit)s
), marked AS (
  INSERT INTO signals_accountchange (workspace_id, account_id, changed_at, retry_at, attempts, last_error)
  SELECT %(workspace)s, id, %(now)s, %(now)s, 0, '' FROM next
  ON CONFLICT (workspace_id, account_id)
  DO UPDATE SET changed_at = excluded.changed_at, retry_at = excluded.retry_at, attempts = 0, last_error = ''
)
SELECT max(id), count(*) FROM next
"""


@transaction.atomic
def approve_version(*, version_id: int, by: Actor, now: datetime) -> ScorecardVersion:
    """Put a version that waits in force, retire the one before, and begin to mark the accounts for scoring.

    Raises SecondPersonNeeded for who had a hand in it, ScorecardInForce when another was published meanwhile.
    """
    version = locked(version_id)
    check_step(version.state, VersionState.PUBLISHED)
    if by.kind != "person" or by.id in version.editor_ids:
        raise SecondPersonNeeded(
            f"{by.label} cannot approve this version.", why="A second person looks at rules before they score anybody."
        )
    check_up_to_date(version)
    in_force = ScorecardVersion.objects.filter(kind=version.kind, state=VersionState.PUBLISHED)
    in_force.update(state=VersionState.RETIRED, retired_at=now, marked_up_to=None)
    last = ScorecardVersion.objects.filter(kind=version.kind).aggregate(last=Max("number"))["last"]
    version.state, version.number, version.published_at = VersionState.PUBLISHED, (last or 0) + 1, now
    version.approver_id, version.approved_by, version.marked_up_to = by.id, by.label, 0
    version.save()
    mark_next(workspace_id=version.workspace_id, by=by, now=now)
    version.refresh_from_db()
    return version


@transaction.atomic
def reject_version(*, version_id: int, reason: str, by: Actor, now: datetime) -> ScorecardVersion:
    """Set a draft aside, or refuse one that waits, with the reason; it stays in the list."""
    version = locked(version_id)
    check_step(version.state, VersionState.REJECTED)
    if not reason.strip():
        raise RequiredValueMissing("Say why it is not to be published.", where="reason")
    version.state, version.ended_reason, version.ended_by = VersionState.REJECTED, reason.strip(), by.label
    version.save(update_fields=["state", "ended_reason", "ended_by"])
    return version


@transaction.atomic
def propose_earlier(*, version_id: int, reason: str, by: Actor, now: datetime) -> ScorecardVersion:
    """Hand in the rules of an earlier version for approval, as a new version; nothing is taken out of the history."""
    earlier = locked(version_id)
    if earlier.state != VersionState.RETIRED:
        raise VersionNotInState(f"This version is {earlier.state}; only one that was in force before can come back.")
    draft = start_draft(
        workspace_id=earlier.workspace_id, kind=earlier.kind, reason=reason, from_version=earlier, by=by, now=now
    )
    draft.state, draft.submitted_at = VersionState.WAITING, now
    draft.save(update_fields=["state", "submitted_at"])
    return draft


@transaction.atomic
def mark_next(*, workspace_id: int, by: Actor, now: datetime) -> int:
    """Mark the next accounts that a newly published version has to score; return how many, 0 when all are marked."""
    waiting = ScorecardVersion.objects.select_for_update(skip_locked=True).filter(marked_up_to__isnull=False)
    version = waiting.order_by("id").first()
    if version is None:
        return 0
    with connection.cursor() as cursor:
        limits = {"workspace": workspace_id, "after": version.marked_up_to, "limit": MARKED_AT_ONCE, "now": now}
        cursor.execute(MARK_NEXT, limits)
        last, count = cursor.fetchone()
    version.marked_up_to = last if count == MARKED_AT_ONCE else None
    version.save(update_fields=["marked_up_to"])
    return int(count)

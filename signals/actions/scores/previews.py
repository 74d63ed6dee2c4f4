"""Previews of a draft on the whole book: ordered by a person, worked out by a worker, chunk by chunk.

They keep counts and a row for each score, so that who sees a part of the book gets that part counted. They never touch
a score, and a later edit makes them stale.
"""

import logging
from datetime import datetime

from django.db import connection, transaction
from psycopg2.extras import execute_values

from renewals.core.actors import Actor
from renewals.queries.accounts import accounts
from signals.actions.scores.drafts import locked
from signals.core.editing.preview import Shift, counted
from signals.models import ScorecardPreview, ScorecardVersion
from signals.queries.previews import shifts_under
from signals.queries.scorecards import version_in_force
from signals.queries.tallies import Moment

log = logging.getLogger(__name__)
CHUNK = 1_000
ROWS = """
INSERT INTO signals_scorecardpreviewrow
  (workspace_id, preview_id, account_id, renewal_id, from_band, to_band, before, after) VALUES %s
"""


@transaction.atomic
def order_preview(*, version_id: int, by: Actor, now: datetime) -> ScorecardPreview:
    """Return the preview of a version as it is now, begun if there was none; earlier ones of it are dropped."""
    version = locked(version_id)
    found = ScorecardPreview.objects.filter(version=version, revision=version.revision).first()
    if found is not None and found.state != ScorecardPreview.State.FAILED:
        return found
    _drop(version)
    return ScorecardPreview.objects.create(
        workspace_id=version.workspace_id,
        version=version,
        revision=version.revision,
        against=version_in_force(version.kind),
        requested_by=by.label,
        requested_at=now,
        total=accounts().count(),
    )


@transaction.atomic
def work_preview(*, workspace_id: int, by: Actor, now: datetime, limit: int = CHUNK) -> int:
    """Look at the next accounts of one preview that runs; return how many, 0 when there is nothing to do."""
    running = ScorecardPreview.objects.select_for_update(skip_locked=True, of=("self",))
    preview = running.filter(state=ScorecardPreview.State.RUNNING).select_related("version").order_by("id").first()
    if preview is None:
        return 0
    ids = list(accounts().filter(id__gt=preview.cursor).order_by("id").values_list("id", flat=True)[:limit])
    try:
        with transaction.atomic():
            _look_at(preview, ids, now)
    except Exception as error:  # whatever is wrong is said on the page, and the other previews go on
        log.exception("Preview %s failed", preview.id)
        preview.state, preview.error = ScorecardPreview.State.FAILED, f"{type(error).__name__}: {error}"[:300]
    else:
        preview.done = min(preview.done + len(ids), preview.total)
        preview.cursor = ids[-1] if ids else preview.cursor
        if len(ids) < limit:
            preview.state, preview.finished_at, preview.total = ScorecardPreview.State.DONE, now, preview.done
    preview.save()
    return len(ids)


def _look_at(preview: ScorecardPreview, ids: list[int], now: datetime) -> None:
    version = preview.version
    shifts = shifts_under(ids, version, moment=Moment(as_of=now, known_at=now))
    preview.counts = counted(shifts, preview.counts)
    _write(preview, shifts)


def _write(preview: ScorecardPreview, shifts: list[Shift]) -> None:
    rows = [
        (
            preview.workspace_id,
            preview.id,
            shift.account_id,
            shift.renewal_id,
            shift.from_band,
            shift.to_band,
            shift.before,
            shift.after,
        )
        for shift in shifts
    ]
    if rows:
        with connection.cursor() as cursor:
            execute_values(cursor.cursor, ROWS, rows, page_size=1000)


def _drop(version: ScorecardVersion) -> None:
    for preview in ScorecardPreview.objects.filter(version=version):
        preview.rows.all().delete()
        preview.delete()

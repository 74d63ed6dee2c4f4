"""Pause and resume sending in a workspace. Senders hold the workspace's row, so a pause is ordered with every send.

Its key stays free: whoever notes how a send ended refers to the workspace while it holds the message.
"""

from datetime import datetime

from django.db import connection, transaction

from renewals.core.actors import Actor
from renewals.models import Workspace

IS_PAUSED = "SELECT sending_paused_at IS NOT NULL FROM renewals_workspace WHERE id = %s FOR SHARE"


@transaction.atomic
def pause_sending(*, reason: str, by: Actor, now: datetime) -> Workspace:
    """Let nothing leave this workspace from the commit on; a second pause keeps the first reason."""
    row = Workspace.objects.select_for_update(no_key=True).get(id=by.workspace_id)
    if row.sending_paused_at is None:
        row.sending_paused_at, row.sending_pause_reason = now, reason[:200]
        row.save(update_fields=["sending_paused_at", "sending_pause_reason"])
    return row


@transaction.atomic
def resume_sending(*, by: Actor, now: datetime) -> Workspace:
    """Let messages leave again; what was held goes out in its turn, if it still makes sense by then."""
    row = Workspace.objects.select_for_update(no_key=True).get(id=by.workspace_id)
    row.sending_paused_at, row.sending_pause_reason = None, ""
    row.save(update_fields=["sending_paused_at", "sending_pause_reason"])
    return row


def holds_pause(*, workspace_id: int) -> bool:
    """Answer whether sending is paused, and keep it so until the transaction of the caller ends; others may ask too."""
    with connection.cursor() as cursor:
        cursor.execute(IS_PAUSED, [workspace_id])
        return bool(cursor.fetchone()[0])

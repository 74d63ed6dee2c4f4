"""Keep a message as it came, before anything is read from it; count those that were turned away.

One round trip, one commit: the answer to the sender waits for nothing else.
"""

from datetime import datetime

from django.db import connection, transaction

from renewals.core.actors import Actor
from signals.models import Delivery, HookRefusal
from signals.queries.hooks import HookDoor

# Outside a transaction these statements are one: scope, row and count commit together in a single round trip.
KEEP = """
SELECT set_config('perennial.workspace', %(workspace)s, true);
WITH door AS (
  SELECT source_id FROM signals_hook
  WHERE workspace_id = %(workspace)s::bigint AND id = %(hook)s AND version = %(version)s AND is_active
), kept AS (
  INSERT INTO signals_delivery (workspace_id, source_id, message_id, received_at, body, state, attempts,
                                events_count, counts, verdicts, is_incomplete)
  SELECT %(workspace)s::bigint, source_id, %(message)s, %(now)s, %(body)s, 'waiting', 0, 0, '{}', '[]', false FROM door
  ON CONFLICT (workspace_id, source_id, message_id) DO NOTHING RETURNING id
)
SELECT set_config('perennial.door', (SELECT count(*) FROM door)::text, true), count(*) FROM kept;
SELECT current_setting('perennial.door'), set_config('perennial.workspace', '', true)
"""


def keep_delivery(*, door: HookDoor, message_id: str, body: str, by: Actor, now: datetime) -> bool:
    """Keep a verified message durably; one of the same id is kept once. False: the door has changed meanwhile."""
    parameters = {
        "workspace": str(door.workspace_id),
        "hook": door.hook_id,
        "version": door.version,
        "message": message_id,
        "body": body,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(KEEP, parameters)
        return bool(cursor.fetchone()[0] == "1")


@transaction.atomic
def note_refusal(*, hook_id: int, reason: str, by: Actor, now: datetime) -> None:
    """Count a message that was turned away; one row per hook, day and reason, however many there are."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO signals_hookrefusal AS r (workspace_id, hook_id, refused_on, reason, refused_count, last_at)"
            " VALUES (%s, %s, %s, %s, 1, %s) ON CONFLICT (workspace_id, hook_id, refused_on, reason)"
            " DO UPDATE SET refused_count = r.refused_count + 1, last_at = excluded.last_at",
            [by.workspace_id, hook_id, now.date(), reason, now],
        )


@transaction.atomic
def read_again(*, source_id: int, by: Actor, now: datetime) -> int:
    """Have every kept message read again that failed or held events without a signal; return how many.

    What gave signals before gives none a second time: they are known by their ids.
    """
    rows = Delivery.objects.filter(source_id=source_id).exclude(state=Delivery.State.WAITING)
    found = rows.filter(state=Delivery.State.FAILED) | rows.filter(is_incomplete=True)
    return found.update(state=Delivery.State.WAITING, attempts=0, retry_at=None)


@transaction.atomic
def forget_deliveries(*, read_before: datetime, any_before: datetime, by: Actor, now: datetime) -> int:
    """Delete raw messages: read ones from before `read_before`, any from before `any_before`; return how many."""
    read = Delivery.objects.filter(state=Delivery.State.DONE, is_incomplete=False, received_at__lt=read_before)
    gone, _ = read.delete()
    old, _ = Delivery.objects.filter(received_at__lt=any_before).delete()
    HookRefusal.objects.filter(last_at__lt=any_before).delete()
    return gone + old

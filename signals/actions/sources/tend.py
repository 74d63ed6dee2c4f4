"""Look after the sources: count signals by day, forget raw messages and held signals that are old."""

from datetime import UTC, datetime, time, timedelta

from django.db import connection, transaction

from renewals.core.actors import Actor
from signals.actions.intake.unmatched import forget_unmatched
from signals.actions.sources.deliveries import forget_deliveries
from signals.models import SourceDay

YOUNG_DAYS, COUNTED_DAYS = 3, 70
KEEP_READ, KEEP_ANY, KEEP_HELD = timedelta(days=30), timedelta(days=90), timedelta(days=365)

COUNT = """
INSERT INTO signals_sourceday (workspace_id, source_id, kind, day, signals_count, delay_days)
SELECT workspace_id, source_id, kind, (occurred_at AT TIME ZONE 'UTC')::date, count(*),
       percentile_disc(0.9) WITHIN GROUP (ORDER BY greatest(
           (received_at AT TIME ZONE 'UTC')::date - (occurred_at AT TIME ZONE 'UTC')::date, 0))
FROM signals_signal
WHERE workspace_id = %s AND occurred_at >= %s AND occurred_at < %s GROUP BY 1, 2, 3, 4
"""


@transaction.atomic
def count_days(*, workspace_id: int, by: Actor, now: datetime) -> int:
    """Count the signals of the last days anew, of ten weeks once a day; return how many rows that gave.

    Days are UTC days of occurrence, so that late signals still find their day.
    """
    today = now.astimezone(UTC).date()
    is_fresh = SourceDay.objects.filter(day=today).exists()
    first = today - timedelta(days=YOUNG_DAYS if is_fresh else COUNTED_DAYS)
    SourceDay.objects.filter(day__gte=first).delete()
    SourceDay.objects.filter(day__lt=today - timedelta(days=COUNTED_DAYS)).delete()
    start = datetime.combine(first, time(), UTC)
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [workspace_id, start, now + timedelta(days=1)])
        return cursor.rowcount


def tend_sources(*, workspace_id: int, by: Actor, now: datetime) -> int:
    """Count and forget; return how many rows were forgotten."""
    count_days(workspace_id=workspace_id, by=by, now=now)
    gone = forget_deliveries(read_before=now - KEEP_READ, any_before=now - KEEP_ANY, by=by, now=now)
    return gone + forget_unmatched(before=now - KEEP_HELD, by=by, now=now)

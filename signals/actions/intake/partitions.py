"""The months of signals: made before they are needed, dropped when no workspace keeps them any more."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import OperationalError, connection, transaction

log = logging.getLogger(__name__)
MONTHS_AHEAD = 3
ENSURE = "SELECT count(signals_ensure_partition(m)) FROM unnest(%(months)s::timestamptz[]) AS m"


def ensure_partitions(moments: Iterable[datetime]) -> None:
    """Make the months that hold `moments`, where they are missing."""
    with connection.cursor() as cursor:
        cursor.execute(ENSURE, {"months": months_of(moments)})


def months_of(moments: Iterable[datetime]) -> list[datetime]:
    """Return one of the moments (in UTC) for each month they lie in, ascending."""
    return sorted({(moment.year, moment.month): moment for moment in moments}.values())


def ensure_months_ahead(*, now: datetime) -> None:
    """Make the partitions of this month and the next three, so that no signal waits for its month to be made."""
    first = now.replace(day=1)
    ensure_partitions(first + timedelta(days=31 * ahead) for ahead in range(MONTHS_AHEAD + 1))


def drop_old_months() -> tuple[str, ...]:
    """Drop the months that are older than every workspace keeps its signals, and return their names.

    A month that somebody reads just now is left for the next call: nobody waits longer than two seconds.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT signals_drop_old_partitions()")
            gone = tuple(cursor.fetchone()[0])
    except OperationalError as error:
        log.warning("Old signals are in use; their months are dropped later: %s", error)
        return ()
    if gone:
        log.info("Dropped months of signals that no workspace keeps", extra={"months": gone})
    return gone

"""Signals of many moments at once, summed up: as tallies for the measures, and as raw volumes per kind.

The signals of a chunk of accounts are read once and joined with the moments; each moment sees its own past alone.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from functools import cache
from itertools import groupby
from typing import Any

from django.db import connection

from signals.core.features import Tally
from signals.core.snapshots.facts import Volume
from signals.core.snapshots.moments import SnapshotMoment
from signals.queries.library import catalogue
from signals.queries.tallies import CLOCK_SKEW, FLOW_DAYS, LOOKBACK, SEASON_DAYS, counted_kinds

NAMED_KINDS = ("usage.feature_used",)
"""Kinds whose subject is a thing used by many accounts, and so a volume of its own."""

# Of a kind that was received by then already, a back-fill sees what had been received: a late arrival was not known.
# Of a kind first heard later it sees all that occurred: a history that was loaded tells its days as they were.
# A corrected tone counts from the correction on; what stands in for a message by it was not known before.
SEEN = """
WITH m AS (SELECT * FROM unnest(%(positions)s::int[], %(owners)s::bigint[], %(as_of)s::timestamptz[],
  %(known_at)s::timestamptz[], %(ends)s::timestamptz[]) AS m(position, account_id, as_of, known_at, ends)),
kept AS MATERIALIZED (SELECT account_id, kind, source_id, subject, value::numeric AS value, occurred_at, received_at,
  expires_at, attributes ->> 'tone_of' IS NOT NULL AS is_stand_in FROM signals_signal
  WHERE workspace_id = %(workspace)s AND account_id = ANY(%(accounts)s)
  AND occurred_at > %(since)s AND occurred_at <= %(until)s),
seen AS (SELECT m.position, k.kind, k.source_id, k.subject, k.value,
  greatest(date_part('day', m.ends - k.occurred_at)::int, 0) AS age
  FROM m JOIN kept k ON k.account_id = m.account_id
  LEFT JOIN signals_kindheard h ON h.workspace_id = %(workspace)s AND h.kind = k.kind
  WHERE k.occurred_at > m.as_of - %(lookback)s AND k.occurred_at <= m.as_of + %(skew)s AND k.received_at <= m.known_at
  AND least(k.occurred_at, k.received_at) <= m.as_of
  AND (k.received_at <= m.as_of OR (NOT k.is_stand_in AND coalesce(h.first_received_at > m.as_of, true)))
  AND (k.expires_at IS NULL OR k.expires_at > m.as_of))
"""
# The same sums as `signals.queries.tallies`; a test holds them equal. Sums are numeric: exact in any order.
TALLIES = (
    SEEN
    + """
SELECT position, kind, source_id, CASE WHEN kind = ANY(%(subjects)s || %(subject_weeks)s) THEN subject ELSE '' END,
       count(*), count(value), coalesce(sum(value), 0)::float8, max(age), min(age),
       CASE WHEN kind = ANY(%(subjects)s) THEN 0 WHEN kind = ANY(%(days)s) OR kind LIKE 'health.%%' THEN age
            ELSE age / 7 END AS part
FROM seen WHERE (age < %(flow_days)s OR kind = ANY(%(kept_long)s) OR kind LIKE 'health.%%'
       OR (kind LIKE 'usage.%%' AND age >= %(season_from)s AND age < %(season_to)s))
  AND (kind = ANY(%(scored)s) OR kind LIKE 'usage.%%' OR kind LIKE 'marketing.%%' OR kind LIKE 'health.%%')
GROUP BY 1, 2, 3, 4, part ORDER BY 1, 2, 3, 4, part
"""
)
VOLUMES = (
    SEEN
    + """
SELECT position, kind, CASE WHEN kind = ANY(%(named)s) THEN left(subject, 60) ELSE '' END,
       count(*) FILTER (WHERE age < 28), (sum(value) FILTER (WHERE age < 28))::float8,
       count(*) FILTER (WHERE age < 91), (sum(value) FILTER (WHERE age < 91))::float8,
       count(*) FILTER (WHERE age < 182), (sum(value) FILTER (WHERE age < 182))::float8, min(age)
FROM seen GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
)


def tallies_of(workspace_id: int, moments: Sequence[SnapshotMoment]) -> dict[int, tuple[Tally, ...]]:
    """Return the tallies of each moment, by its position in `moments`."""
    rows = groupby(_rows(TALLIES, workspace_id, moments), lambda row: row[0])
    return {position: tuple(Tally._make(row[1:9]) for row in group) for position, group in rows}


def volumes_of(workspace_id: int, moments: Sequence[SnapshotMoment]) -> dict[int, tuple[Volume, ...]]:
    """Return the volumes of each kind at each moment, by its position in `moments`."""
    rows = groupby(_rows(VOLUMES, workspace_id, moments), lambda row: row[0])
    return {position: tuple(Volume._make(row[1:]) for row in group) for position, group in rows}


def _rows(statement: str, workspace_id: int, moments: Sequence[SnapshotMoment]) -> list[tuple[Any, ...]]:
    if not moments:
        return []
    parameters = {
        "workspace": workspace_id,
        "positions": list(range(len(moments))),
        "owners": [each.account_id for each in moments],
        "as_of": [each.as_of for each in moments],
        "known_at": [each.known_at for each in moments],
        "ends": [_end_of_day(each) for each in moments],
        "accounts": sorted({each.account_id for each in moments}),
        "since": min(each.as_of for each in moments) - LOOKBACK,
        "until": max(each.as_of for each in moments) + CLOCK_SKEW,
        "skew": CLOCK_SKEW,
        "lookback": LOOKBACK,
        "flow_days": FLOW_DAYS,
        "season_from": SEASON_DAYS[0],
        "season_to": SEASON_DAYS[1],
        "named": list(NAMED_KINDS),
        **_kinds(),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def _end_of_day(moment: SnapshotMoment) -> datetime:
    return datetime.combine(moment.day + timedelta(days=1), time(), UTC) - timedelta(microseconds=1)


@cache
def _kinds() -> dict[str, list[str]]:
    known = catalogue()
    return {
        **counted_kinds(),
        "subjects": list(known.keys_of_grain("subject")),
        "subject_weeks": list(known.keys_of_grain("subject_week")),
        "days": list(known.keys_of_grain("day")),
    }

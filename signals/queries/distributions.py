"""How the measures of the workspace's accounts are spread now, from the stored inputs of their latest scores.

At most about a thousand accounts are read, evenly spread over the ids, so that a page stays quick on a large book.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import connection

SAMPLE = 1_000
# Every account where they are few, else the next one from each of so many points between the first and the last id.
DRAWN = """
SELECT account_id FROM (SELECT account_id FROM {rows} LIMIT %(few)s) AS c
WHERE (SELECT count(*) FROM (SELECT FROM {rows} LIMIT %(few)s) AS f) <= %(sample)s
UNION
SELECT next.account_id
FROM (SELECT min(account_id) AS first, max(account_id) AS last FROM {rows}) AS ends,
  generate_series(ends.first, ends.last, greatest((ends.last - ends.first) / %(sample)s, 1)) AS point,
  LATERAL (SELECT account_id FROM {rows} AS c WHERE c.account_id >= point ORDER BY account_id LIMIT 1) AS next
WHERE (SELECT count(*) FROM (SELECT FROM {rows} LIMIT %(few)s) AS f) > %(sample)s
"""
SPREAD = """
SELECT k.key, coalesce(s.details -> 'facts' ->> 'segment', ''), array_agg(s.inputs[k.n][1] ORDER BY s.inputs[k.n][1])
FROM {rows} c
JOIN signals_score s ON s.workspace_id = c.workspace_id AND s.id = c.score_id
CROSS JOIN LATERAL jsonb_array_elements_text(s.details -> 'keys') WITH ORDINALITY AS k(key, n)
WHERE c.account_id = ANY(%s) AND s.inputs[k.n][1] <> 'NaN'::float8
GROUP BY 1, 2
"""
ROWS = {"health": "signals_currentscore", "expansion": "signals_currentexpansion"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The known values of each measure by the segment of their accounts, sorted; `accounts` were looked at."""

    accounts: int
    values: dict[str, dict[str, list[float]]]

    def of(self, measure: str, segment: str | None = None) -> list[float]:
        """Return the values of a measure, lowest first; of one segment when it is named."""
        known = self.values.get(measure, {})
        return sorted(chain.from_iterable(known.values())) if segment is None else known.get(segment, [])


def measure_spread(kind: str = "health", accounts: Sequence[int] | None = None) -> Spread:
    """Return how the measures of health or expansion are spread over the accounts here, by their latest scores.

    `accounts` None: over all of them.
    """
    rows = ROWS[kind]
    values: dict[str, dict[str, list[float]]] = defaultdict(dict)
    with connection.cursor() as cursor:
        drawn = _drawn(cursor, rows, accounts)
        cursor.execute(SPREAD.format(rows=rows), [drawn])
        for key, segment, found in cursor.fetchall():
            values[key][segment] = found
    return Spread(accounts=len(drawn), values=dict(values))


def _drawn(cursor: Any, rows: str, accounts: Sequence[int] | None) -> list[int]:
    if accounts is None:
        cursor.execute(DRAWN.format(rows=rows), {"sample": SAMPLE, "few": SAMPLE + 1})
        return [row[0] for row in cursor.fetchall()]
    cursor.execute(f"SELECT account_id FROM {rows} WHERE account_id = ANY(%s) ORDER BY 1", [list(accounts)])
    found = [row[0] for row in cursor.fetchall()]
    return found[:: max(1, len(found) // SAMPLE)]

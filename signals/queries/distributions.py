"""How the measures of the workspace's accounts are spread now, from the stored inputs of their latest scores.

At most about a thousand accounts are read, evenly spread over the ids, so that a page stays quick on a large book.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from django.db import connection

SAMPLE = 1_000
# Every account where they are few, else the next one from each of so many points between the first and the last id.
EVENLY = """
size(n) AS MATERIALIZED (SELECT count(*) FROM (SELECT FROM {rows} LIMIT %(sample)s + 1) AS f),
drawn AS MATERIALIZED (
  SELECT account_id, score_id FROM {rows} WHERE (SELECT n FROM size) <= %(sample)s
  UNION
  SELECT next.account_id, next.score_id
  FROM (SELECT min(account_id) AS first, max(account_id) AS last FROM {rows}) AS ends,
    generate_series(ends.first, ends.last, greatest((ends.last - ends.first) / %(sample)s, 1)) AS point,
    LATERAL (SELECT account_id, score_id FROM {rows} AS c WHERE c.account_id >= point
      ORDER BY account_id LIMIT 1) AS next
  WHERE (SELECT n FROM size) > %(sample)s)
"""
# Of some accounts each one where they are few, else every so manieth.
OF_SOME = """
listed AS MATERIALIZED (
  SELECT account_id, score_id, row_number() OVER (ORDER BY account_id) - 1 AS place, count(*) OVER () AS n
  FROM {rows} WHERE account_id = ANY(%(accounts)s)),
drawn AS MATERIALIZED (SELECT account_id, score_id FROM listed WHERE place %% greatest(n / %(sample)s, 1) = 0)
"""
# Values are taken out of their scores before they are put together: sorting whole scores spilled to the disk. Each
# score is looked up by its key; a join read the history of the workspace.
SPREAD = """
WITH {drawn}
SELECT NULL, '', NULL, count(*) FROM drawn
UNION ALL
SELECT key, segment, array_agg(value), 0 FROM (
  SELECT k.key, coalesce(s.details -> 'facts' ->> 'segment', '') AS segment, s.inputs[k.n][1] AS value
  FROM drawn
  CROSS JOIN LATERAL (SELECT inputs, details FROM signals_score WHERE id = drawn.score_id OFFSET 0) AS s
  CROSS JOIN LATERAL jsonb_array_elements_text(s.details -> 'keys') WITH ORDINALITY AS k(key, n) OFFSET 0
) AS known WHERE value <> 'NaN'::float8 GROUP BY key, segment
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
    drawn = (EVENLY if accounts is None else OF_SOME).format(rows=ROWS[kind])
    values: dict[str, dict[str, list[float]]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(SPREAD.format(drawn=drawn), {"sample": SAMPLE, "accounts": list(accounts or ())})
        (_, _, _, number), *rows = cursor.fetchall()
    for key, segment, found, _ in rows:
        values[key][segment] = sorted(found)
    return Spread(accounts=number, values=dict(values))

"""How the measures of the workspace's accounts are spread now, from the stored inputs of their latest scores.

At most about two thousand accounts are read, evenly spread over the ids, so that a page stays quick on a large book.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

SAMPLE = 2_000
SPREAD = """
SELECT k.key, coalesce(s.details -> 'facts' ->> 'segment', ''), s.inputs[k.n][1]
FROM {rows} c
JOIN signals_score s ON s.workspace_id = c.workspace_id AND s.id = c.score_id
CROSS JOIN LATERAL jsonb_array_elements_text(s.details -> 'keys') WITH ORDINALITY AS k(key, n)
WHERE c.account_id %% greatest((SELECT count(*) FROM {rows} c WHERE {mine}) / %(sample)s, 1) = 0 AND {mine}
  AND s.inputs[k.n][1] <> 'NaN'::float8
ORDER BY 1, 3
"""
COUNTS = """
SELECT count(*) FROM {rows} c
WHERE c.account_id %% greatest((SELECT count(*) FROM {rows} c WHERE {mine}) / %(sample)s, 1) = 0 AND {mine}
"""
MINE = "(%(accounts)s::bigint[] IS NULL OR c.account_id = ANY(%(accounts)s::bigint[]))"
ROWS = {"health": "signals_currentscore", "expansion": "signals_currentexpansion"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The known values of each measure, sorted, with the segment of their accounts; `accounts` were looked at."""

    accounts: int
    values: dict[str, list[tuple[str, float]]]

    def of(self, measure: str, segment: str | None = None) -> list[float]:
        """Return the values of a measure, lowest first; of one segment when it is named."""
        return [value for where, value in self.values.get(measure, ()) if segment in (None, where)]


def measure_spread(kind: str = "health", accounts: Sequence[int] | None = None) -> Spread:
    """Return how the measures of health or expansion are spread over the accounts here, by their latest scores.

    `accounts` None: over all of them.
    """
    rows = ROWS[kind]
    values: dict[str, list[tuple[str, float]]] = defaultdict(list)
    with connection.cursor() as cursor:
        told = {"sample": SAMPLE, "accounts": None if accounts is None else list(accounts)}
        cursor.execute(COUNTS.format(rows=rows, mine=MINE), told)
        number = int(cursor.fetchone()[0])
        cursor.execute(SPREAD.format(rows=rows, mine=MINE), told)
        for key, segment, value in cursor.fetchall():
            values[key].append((segment, value))
    return Spread(accounts=number, values=dict(values))

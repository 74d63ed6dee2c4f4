"""Which checkpoints are over and not frozen yet, and what each caller had said by the end of that day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from signals.core.forecast.checkpoints import Checkpoint, checkpoint_of
from signals.models import ForecastSnapshot

# A checkpoint counts from the day the renewal was opened until it was decided; after an outage those that ended
# meanwhile are found by the day of their outcome.
PASSED = """
SELECT r.id, r.account_id, r.due_on, r.owner_id, r.currency, r.target_amount, a.segment
FROM renewals_renewal r
JOIN renewals_account a ON a.workspace_id = r.workspace_id AND a.id = r.account_id
WHERE r.due_on - %(days)s < %(today)s AND r.opened_on <= r.due_on - %(days)s
  AND (r.closed_on IS NULL OR (r.closed_on > r.due_on - %(days)s AND r.closed_on >= %(since)s))
  AND NOT EXISTS (SELECT 1 FROM signals_forecastfreeze f WHERE f.workspace_id = r.workspace_id
    AND f.renewal_id = r.id AND f.caller = 'model' AND f.checkpoint_days = %(days)s)
ORDER BY r.id LIMIT %(limit)s
"""
SAID = """
SELECT t.renewal_id, c.caller, c.category, c.amount, c.likelihood, c.made_by_id
FROM unnest(%(renewals)s::bigint[], %(ends)s::timestamptz[]) AS t(renewal_id, ends_at)
JOIN LATERAL (
  SELECT DISTINCT ON (k.caller) k.caller, k.category, k.amount, k.likelihood, k.made_by_id FROM signals_forecastcall k
  WHERE k.renewal_id = t.renewal_id AND k.made_at < t.ends_at ORDER BY k.caller, k.made_at DESC, k.id DESC
) c ON true
"""
# Only what was written down by then: a score that was computed with hindsight is no call.
FORETOLD = """
SELECT t.renewal_id, s.renew_probability,
       CASE WHEN s.details #>> '{model,number}' IS NULL THEN 'scorecard ' || v.number
       ELSE 'model ' || (s.details #>> '{model,number}') END
FROM unnest(%(accounts)s::bigint[], %(renewals)s::bigint[], %(ends)s::timestamptz[])
  AS t(account_id, renewal_id, ends_at)
JOIN LATERAL (
  SELECT * FROM signals_score c WHERE c.workspace_id = current_setting('perennial.workspace')::bigint
    AND c.account_id = t.account_id AND c.kind = 'risk'
    AND c.renewal_id = t.renewal_id AND c.as_of < t.ends_at AND c.recorded_at < t.ends_at
  ORDER BY c.as_of DESC, c.id DESC LIMIT 1
) s ON s.renew_probability IS NOT NULL
JOIN signals_scorecardversion v ON v.workspace_id = s.workspace_id AND v.id = s.scorecard_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A renewal at a checkpoint that is over."""

    renewal_id: int
    account_id: int
    due_on: date
    owner_id: int
    currency: str
    target_amount: Decimal
    segment: str
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a person had called."""

    caller: str
    category: str
    amount: Decimal
    likelihood: float | None
    person_id: int


def passed_unfrozen(*, days: int, today: date, since: date, limit: int) -> list[Passed]:
    """Return renewals whose checkpoint is over and not frozen."""
    rows = _rows(PASSED, {"days": days, "today": today, "since": since, "limit": limit})
    names = ("renewal_id", "account_id", "due_on", "owner_id", "currency", "target_amount", "segment")
    return [Passed(**dict(zip(names, row, strict=True)), checkpoint=checkpoint_of(row[2], days)) for row in rows]


def said_by_then(passed: Sequence[Passed]) -> dict[tuple[int, str], Said]:
    """Return the newest call of each person by the end of the checkpoint, by renewal and caller."""
    ends = [each.checkpoint.ends_at for each in passed]
    rows = _rows(SAID, {"renewals": [each.renewal_id for each in passed], "ends": ends})
    return {
        (renewal, caller): Said(
            caller=caller, category=category, amount=amount, likelihood=likelihood, person_id=person
        )
        for renewal, caller, category, amount, likelihood, person in rows
    }


def foretold_by_then(passed: Sequence[Passed]) -> dict[int, tuple[float, str]]:
    """Return the chance of renewal as it was recorded by then, and which version said it, by renewal."""
    parameters = {
        "accounts": [each.account_id for each in passed],
        "renewals": [each.renewal_id for each in passed],
        "ends": [each.checkpoint.ends_at for each in passed],
    }
    return {renewal: (chance, maker) for renewal, chance, maker in _rows(FORETOLD, parameters)}


def known_mean_ratios() -> list[tuple[date, dict[str, float]]]:
    """Return the mean ratios of kept renewals as they were known week by week, the oldest first."""
    rows = ForecastSnapshot.objects.filter(segment="").order_by("week_on", "quarter_on")
    return list(dict(rows.values_list("week_on", "mean_ratios")).items())


def _rows(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()

"""Bring the current scores in line with the overrides that stand: put in, and taken out when they have ended.

Called in the transaction that writes scores, and whenever an override begins or ends.
"""

from datetime import datetime

from django.db import connection, transaction

from renewals.core.actors import Actor
from signals.core.scorecard import Band, band_of, parse_bands
from signals.models import CurrentRisk, CurrentScore, ScoreOverride
from signals.models.scores import ScoreState
from signals.queries.library import shipped
from signals.queries.noted import ever_overridden, live_overrides
from signals.queries.scorecards import version_in_force

SHIPPED = {"health": "scorecard", "risk": "risk"}
TAKE_OUT = """
UPDATE {table} c SET state = computed ->> 'state', band = computed ->> 'band',
  value = (computed ->> 'value')::float8, {probability} override_id = NULL, computed = NULL
WHERE c.workspace_id = %(workspace)s AND c.account_id = ANY(%(accounts)s) AND c.override_id IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM signals_scoreoverride o
    WHERE o.workspace_id = c.workspace_id AND o.id = c.override_id AND o.ended_at IS NULL AND o.expires_at > %(now)s)
"""
PROBABILITY = "renew_probability = (computed ->> 'renew_probability')::float8,"


def settle_overrides(*, workspace_id: int, account_ids: list[int], by: Actor, now: datetime) -> int:
    """Take out of the current scores what has ended, put in what stands, and return how many scores are overridden."""
    if not ever_overridden(account_ids):
        return 0
    with transaction.atomic():
        _take_out(workspace_id, account_ids, now)
        standing = live_overrides(account_ids, now=now)
        for override in standing:
            _put_in(override)
    return len(standing)


def current_row(account_id: int, renewal_id: int | None) -> CurrentScore | CurrentRisk | None:
    """Return the current health of an account, or the current risk of a renewal; None before the first scoring."""
    if renewal_id is None:
        return CurrentScore.objects.filter(account_id=account_id).first()
    return CurrentRisk.objects.filter(renewal_id=renewal_id).first()


def _take_out(workspace_id: int, account_ids: list[int], now: datetime) -> None:
    parameters = {"workspace": workspace_id, "accounts": account_ids, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(TAKE_OUT.format(table="signals_currentscore", probability=""), parameters)
        cursor.execute(TAKE_OUT.format(table="signals_currentrisk", probability=PROBABILITY), parameters)


def _put_in(override: ScoreOverride) -> None:
    row = current_row(override.account_id, override.renewal_id)
    if row is None or row.override_id is not None:
        return
    computed = {"state": row.state, "band": row.band, "value": row.value}
    row.state, row.value, row.override_id = ScoreState.SCORED, override.value, override.id
    row.band = band_of(override.value, _bands(override.kind))
    changed = ["state", "value", "band", "override", "computed"]
    if isinstance(row, CurrentRisk):
        computed["renew_probability"] = row.renew_probability
        row.renew_probability = 1.0 - override.value / 100.0
        changed.append("renew_probability")
    row.computed = computed
    row.save(update_fields=changed)


def _bands(kind: str) -> tuple[Band, ...]:
    version = version_in_force(kind)
    return parse_bands((version.definition if version else shipped(SHIPPED[kind]))["bands"])

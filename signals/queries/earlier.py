"""The last numbers of accounts that have none now: read for a whole list at once, one index look-up a row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from signals.core.risk import parse_risk_model
from signals.core.scorecard import band_of
from signals.models.scores import ScoreKind
from signals.queries.scorecards import version_in_force

LAST_OF = """
SELECT a.id, s.value, s.as_of FROM unnest(%(ids)s::bigint[]) AS a(id)
CROSS JOIN LATERAL (
    SELECT value, as_of FROM signals_score
    WHERE workspace_id = current_setting('perennial.workspace')::bigint AND account_id = a.id AND kind = %(kind)s
      AND value IS NOT NULL
    ORDER BY as_of DESC, id DESC LIMIT 1
) AS s
"""

RISKS_AT = """
SELECT a.renewal, s.value FROM unnest(%(accounts)s::bigint[], %(renewals)s::bigint[]) AS a(account, renewal)
CROSS JOIN LATERAL (
    SELECT value FROM signals_score
    WHERE workspace_id = current_setting('perennial.workspace')::bigint AND account_id = a.account AND kind = 'risk'
      AND renewal_id = a.renewal AND as_of <= %(at)s
    ORDER BY as_of DESC, id DESC LIMIT 1
) AS s WHERE s.value IS NOT NULL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierScore:
    """A number of 0 to 100 and the moment it describes."""

    value: float
    as_of: datetime


def earlier_scores(account_ids: Iterable[int], *, kind: str) -> dict[int, EarlierScore]:
    """Return the newest score with a number by account, of "health" or "risk"; accounts without one are left out.

    For a risk it is that of the renewal that was scored last.
    """
    ids = sorted(set(account_ids))
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(LAST_OF, {"ids": ids, "kind": kind})
        return {pk: EarlierScore(value=value, as_of=as_of) for pk, value, as_of in cursor.fetchall()}


def risk_bands_at(renewals: Mapping[int, int], *, at: datetime) -> dict[int, str]:
    """Return the risk band of each renewal (given with its account) at a moment, by the bands in force now.

    Renewals without a number then are left out; so is everything while no rules of risk are in force.
    """
    version = version_in_force(ScoreKind.RISK)
    if not renewals or version is None:
        return {}
    bands = parse_risk_model(version.definition).bands
    with connection.cursor() as cursor:
        cursor.execute(RISKS_AT, {"accounts": list(renewals.values()), "renewals": list(renewals), "at": at})
        return {renewal: band_of(value, bands) for renewal, value in cursor.fetchall()}


def risk_band_order() -> tuple[str, ...]:
    """Return the keys of the risk bands in force, the best first; none before there are rules of risk."""
    version = version_in_force(ScoreKind.RISK)
    return tuple(band.key for band in parse_risk_model(version.definition).bands) if version else ()

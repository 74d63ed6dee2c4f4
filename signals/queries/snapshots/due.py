"""Which renewals are to be looked at, at which horizons: those that have no snapshot there by the present rules."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import connection

from signals.core.snapshots.moments import SnapshotMoment, moment_times
from signals.queries.library import snapshot_rules
from signals.queries.snapshots.versions import PRESENT

# Renewals of an account table with known ends (interfaces, "[outcome]"): the contract came with the account.
STATED = """SELECT i.row_id FROM renewals_importchange i JOIN renewals_importrun u ON u.id = i.run_id
WHERE u.kind = 'accounts' AND i.table_name = 'renewals_contract' AND i.action = 'created'"""

# What was looked at by other rules of features alone is looked at again.
NOT_TAKEN = f"""NOT EXISTS (SELECT FROM signals_snapshot s WHERE s.workspace_id = r.workspace_id
AND s.renewal_id = r.id AND s.horizon_days = h.days AND s.rules_version = ANY({PRESENT}))"""

COLUMNS = """r.id, r.account_id, r.contract_id, r.term_number, h.days, r.due_on, (SELECT min(k.recorded_at)
FROM renewals_termversion k WHERE k.contract_id = r.contract_id AND k.number = r.term_number)"""

TERM = """JOIN renewals_termversion t ON t.contract_id = r.contract_id AND t.number = r.term_number
AND t.superseded_at IS NULL AND t.starts_on < r.due_on - h.days"""

# Open renewals come by the index of their due date: the cost is that of the days looked at.
FALLING_DUE = f"""
SELECT {COLUMNS} FROM unnest(%(horizons)s::int[]) AS h(days)
JOIN renewals_renewal r ON r.workspace_id = %(workspace)s AND r.closed_on IS NULL
AND r.due_on > %(today)s::date + h.days - %(within)s AND r.due_on <= %(today)s::date + h.days
{TERM} WHERE {NOT_TAKEN}
ORDER BY r.account_id, r.id, h.days LIMIT %(limit)s
"""

# Of what is over, a horizon counts that lies inside the term and before the decision.
PAST = f"""
SELECT {{columns}} FROM renewals_renewal r CROSS JOIN unnest(%(horizons)s::int[]) AS h(days)
{TERM} WHERE r.workspace_id = %(workspace)s AND r.due_on - h.days <= %(today)s::date
AND (r.closed_on IS NULL OR r.closed_on >= r.due_on - h.days)
AND r.contract_id NOT IN (SELECT row_id FROM stated) AND {NOT_TAKEN}
"""
# A table row is looked at once, as of the end of its term.
ENDS = f"""
SELECT {{columns}} FROM renewals_renewal r CROSS JOIN (SELECT 0 AS days) AS h {TERM}
WHERE r.workspace_id = %(workspace)s AND r.contract_id IN (SELECT row_id FROM stated) AND {NOT_TAKEN}
"""
BEHIND = f"""
WITH stated AS MATERIALIZED ({STATED}), due AS ({PAST.format(columns="r.account_id")}
UNION ALL {ENDS.format(columns="r.account_id")})
SELECT account_id, count(*) FROM due GROUP BY 1 ORDER BY 1
"""
OF_ACCOUNTS = f"""
WITH stated AS MATERIALIZED ({STATED}), due AS ({PAST.format(columns=COLUMNS)} AND r.account_id = ANY(%(accounts)s)
UNION ALL {ENDS.format(columns=COLUMNS)} AND r.account_id = ANY(%(accounts)s))
SELECT * FROM due ORDER BY 2, 1, 5
"""


def falling_due(workspace_id: int, *, now: datetime, limit: int) -> list[SnapshotMoment]:
    """Return the moments of open renewals that have come in the last days and have not been looked at."""
    rules = snapshot_rules()
    parameters = _parameters(workspace_id, now) | {"within": rules.live_within_days, "limit": limit}
    return [*_moments(_rows(FALLING_DUE, parameters), now)]


def accounts_behind(workspace_id: int, *, now: datetime, with_mid_term: bool = True) -> list[tuple[int, int]]:
    """Return the accounts with past moments that have no snapshot, and how many each has."""
    return _rows(BEHIND, _parameters(workspace_id, now, with_mid_term=with_mid_term))


def moments_behind(
    workspace_id: int, account_ids: Iterable[int], *, now: datetime, with_mid_term: bool = True
) -> list[SnapshotMoment]:
    """Return the past moments of these accounts that have no snapshot, by account, renewal and horizon."""
    parameters = _parameters(workspace_id, now, with_mid_term=with_mid_term) | {"accounts": list(account_ids)}
    return [*_moments(_rows(OF_ACCOUNTS, parameters), now)]


def open_moments(workspace_id: int, renewal_ids: Iterable[int], *, now: datetime) -> list[SnapshotMoment]:
    """Return the present moment of these renewals: as of now, with what is known now. For predictions."""
    statement = """SELECT id, account_id, contract_id, term_number, due_on FROM renewals_renewal
    WHERE workspace_id = %(workspace)s AND id = ANY(%(renewals)s) ORDER BY account_id, id"""
    return [
        SnapshotMoment(
            renewal_id=renewal_id,
            account_id=account_id,
            contract_id=contract_id,
            term_number=number,
            horizon_days=max((due_on - now.date()).days, 0),
            due_on=due_on,
            as_of=now,
            known_at=now,
            is_backfilled=False,
            is_mid_term=False,
        )
        for renewal_id, account_id, contract_id, number, due_on in _rows(
            statement, {"workspace": workspace_id, "renewals": list(renewal_ids)}
        )
    ]


def _moments(rows: Iterable[tuple[Any, ...]], now: datetime) -> Iterator[SnapshotMoment]:
    rules = snapshot_rules()
    for renewal_id, account_id, contract_id, number, horizon, due_on, known_since in rows:
        as_of, known_at, is_backfilled = moment_times(
            due_on=due_on, horizon_days=horizon, known_since=known_since, now=now, rules=rules
        )
        yield SnapshotMoment(
            renewal_id=renewal_id,
            account_id=account_id,
            contract_id=contract_id,
            term_number=number,
            horizon_days=horizon,
            due_on=due_on,
            as_of=as_of,
            known_at=known_at,
            is_backfilled=is_backfilled,
            is_mid_term=rules.is_mid_term(horizon),
        )


def _parameters(workspace_id: int, now: datetime, *, with_mid_term: bool = True) -> dict[str, Any]:
    rules = snapshot_rules()
    horizons = rules.all_horizons if with_mid_term else tuple(sorted(rules.horizons))
    return {"workspace": workspace_id, "today": now.date(), "horizons": list(horizons)}


def _rows(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()

"""Stored snapshots as rows for a model that was trained before them, and what became of what it foretold."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from signals.core.learning.frame import Array, Frame, object_array
from signals.core.snapshots.columns import ColumnSpec, columns_of
from signals.models import RiskModelVersion
from signals.queries.snapshots.versions import PRESENT

# A look that older rules of features had made before was told then; made again by these it says nothing new.
UNTOLD = f"""
SELECT s.id, s.renewal_id, s.account_id, (s.as_of AT TIME ZONE 'UTC')::date, s.features FROM signals_snapshot s
WHERE s.workspace_id = %(workspace)s AND s.as_of > %(since)s AND NOT EXISTS (SELECT FROM signals_riskprediction p
WHERE p.workspace_id = s.workspace_id AND p.version_id = %(version)s AND p.snapshot_key = s.id::text)
AND s.rules_version = ANY({PRESENT}) AND NOT EXISTS (SELECT FROM signals_snapshot t WHERE t.id < s.id
  AND t.workspace_id = s.workspace_id AND t.renewal_id = s.renewal_id AND t.horizon_days = s.horizon_days)
ORDER BY s.id LIMIT %(limit)s
"""
OF_MONTH = f"""
SELECT s.id, s.renewal_id, s.account_id, (s.as_of AT TIME ZONE 'UTC')::date, s.features FROM signals_snapshot s
WHERE s.workspace_id = %(workspace)s AND s.as_of > %(since)s AND s.as_of <= %(until)s
AND s.rules_version = ANY({PRESENT}) ORDER BY s.id LIMIT %(limit)s
"""
# Only what was said before the outcome was known is a foretelling. Of the youngest only what was kept is known: they
# wait until every renewal of their date is.
FORETOLD = """
SELECT p.snapshot_key, p.loss_probability, p.segment, p.account_id, l.decided_on, l.kind = 'churned', p.renewal_id,
p.taken_on, s.features::json #>> '{account,complexity}'
FROM signals_riskprediction p LEFT JOIN signals_snapshot s ON s.workspace_id = p.workspace_id
AND s.id::text = p.snapshot_key JOIN LATERAL (SELECT * FROM signals_renewallabel l
WHERE l.workspace_id = p.workspace_id AND l.renewal_id = p.renewal_id ORDER BY l.version DESC LIMIT 1) l ON true
WHERE p.workspace_id = %(workspace)s AND p.version_id = %(version)s AND l.kind <> 'censored'
AND l.is_lead AND coalesce(l.decided_on, l.due_on) > %(since)s AND l.matures_on <= %(today)s ORDER BY p.id
"""
MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotRows:
    """Snapshots as a frame without outcomes, with what each row is of."""

    frame: Frame
    snapshot_ids: tuple[int, ...]
    renewal_ids: tuple[int, ...]
    account_ids: tuple[int, ...]
    taken_on: tuple[date, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Foretold:
    """What a version said of snapshots whose outcome is known by now."""

    keys: tuple[str, ...]
    outcome: Array
    probability: Array
    segments: Array
    groups: Array
    decided_on: Array
    renewals: Array
    taken_on: Array
    complexities: Array

    @property
    def is_last(self) -> NDArray[np.bool_]:
        """Answer for each row whether it is the last that was foretold of its decision: outcomes count once."""
        last: dict[int, int] = {}
        for place, renewal in enumerate(self.renewals.tolist()):
            if renewal not in last or self.taken_on[place] >= self.taken_on[last[renewal]]:
                last[renewal] = place
        return np.isin(np.arange(len(self.renewals)), list(last.values()))


def untold_rows(version: RiskModelVersion, specs: Sequence[ColumnSpec], *, limit: int) -> SnapshotRows:
    """Return snapshots taken after the version was trained of which it has said nothing yet."""
    return _rows(UNTOLD, version, specs, {"since": version.as_of, "limit": limit})


def rows_between(
    version: RiskModelVersion, specs: Sequence[ColumnSpec], *, since: datetime, until: datetime
) -> SnapshotRows:
    """Return the snapshots of a stretch of time, 20,000 at most."""
    return _rows(OF_MONTH, version, specs, {"since": since, "until": until, "limit": MOST_ROWS})


def foretold(version: RiskModelVersion, *, today: date) -> Foretold:
    """Return what the version said of snapshots that have been decided since it was trained, lost and kept alike."""
    parameters = {"workspace": version.workspace_id, "version": version.id, "since": version.as_of.date()}
    parameters["today"] = today
    with connection.cursor() as cursor:
        cursor.execute(FORETOLD, parameters)
        found = cursor.fetchall()
    return Foretold(
        keys=tuple(row[0] for row in found),
        probability=np.array([row[1] for row in found], dtype=np.float64),
        segments=object_array([row[2] for row in found]),
        groups=object_array([str(row[3]) for row in found]),
        decided_on=np.array([row[4] for row in found], dtype="datetime64[D]"),
        outcome=np.array([1.0 if row[5] else 0.0 for row in found], dtype=np.float64),
        renewals=np.array([row[6] for row in found], dtype=np.int64),
        taken_on=np.array([row[7] for row in found], dtype="datetime64[D]"),
        complexities=object_array([row[8] or "" for row in found]),
    )


def _rows(
    statement: str, version: RiskModelVersion, specs: Sequence[ColumnSpec], parameters: dict[str, Any]
) -> SnapshotRows:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"workspace": version.workspace_id, "version": version.id, **parameters})
        found = cursor.fetchall()
    documents = [json.loads(row[4]) for row in found]
    frame = Frame(
        keys=tuple(str(row[0]) for row in found),
        columns=columns_of(documents, specs),
        outcome=np.full(len(found), np.nan),
        groups=object_array([str(row[2]) for row in found]),
        segments=object_array([document["segment"] for document in documents]),
        days_to_renewal=np.array([document["days_to_renewal"] for document in documents], dtype=np.float64),
    )
    return SnapshotRows(
        frame=frame,
        snapshot_ids=tuple(row[0] for row in found),
        renewal_ids=tuple(row[1] for row in found),
        account_ids=tuple(row[2] for row in found),
        taken_on=tuple(row[3] for row in found),
    )

"""Snapshots and labels as a table to learn from, and open renewals as a table to predict: one path for both.

Only snapshots made by the rules of features in force enter a table; those of older rules are counted, never mixed in.

Documents are streamed: the memory is that of the numbers, not of the texts.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from django.db import connection

from signals.core.learning.frame import Column, Frame, object_array
from signals.core.scoring.kept import with_health_by
from signals.core.snapshots.columns import Census, ColumnSpec, census_of, column_specs, columns_of
from signals.core.snapshots.document import snapshot_documents
from signals.queries.library import snapshot_rules
from signals.queries.scorecards import RulesInForce
from signals.queries.snapshots.due import STATED, open_moments
from signals.queries.snapshots.facts import snapshot_facts
from signals.queries.snapshots.versions import looks_by_older_rules, numbers_of
from signals.queries.snapshots.world import world_of

Read = tuple[tuple[Column, ...], list[float], list[str]]
"""The columns of documents, and beside them their days to the renewal and segments."""
CHUNK = 2_000
PREDICTED_AT_ONCE = 1_000
AMOUNT = "contract.annual_amount"
# What a table without time makes up: its terms were made for it from the tenure alone.
MADE_UP = (
    "days_to_renewal",
    "contract.term_months",
    "contract.months_into_term",
    "contract.renewals_before",
    "contract.is_auto_renewing",
    "contract.notice_days",
    "contract.end_action",
    "contract.other_contracts",
    "contract.account_amount",
    "contract.lines",
    "contract.quantity",
)

ROWS = """
SELECT s.id, CASE WHEN s.horizon_days = 0 THEN a.external_id
  ELSE c.external_id || '/' || r.term_number || '/' || s.horizon_days END,
  coalesce(p.external_id, a.external_id), s.due_on, r.target_amount::float8,
  l.kind, l.decided_on, l.labelled_at <= %(as_of)s AND l.matures_on <= (%(as_of)s AT TIME ZONE 'UTC')::date,
  s.renewal_id
FROM signals_snapshot s JOIN renewals_renewal r ON r.id = s.renewal_id
JOIN renewals_contract c ON c.id = r.contract_id JOIN renewals_account a ON a.id = s.account_id
LEFT JOIN renewals_account p ON p.id = a.parent_id
LEFT JOIN LATERAL (SELECT * FROM signals_renewallabel l WHERE l.workspace_id = s.workspace_id
  AND l.renewal_id = s.renewal_id ORDER BY l.version DESC LIMIT 1) l ON r.closed_on IS NOT NULL
WHERE s.workspace_id = %(workspace)s AND s.as_of <= %(as_of)s AND s.rules_version = ANY(%(versions)s)
  AND coalesce(l.is_lead, true)
  AND (s.horizon_days = 0) = %(is_flat)s AND (%(horizons)s::int[] IS NULL OR s.horizon_days = ANY(%(horizons)s))
  AND (%(source)s = '' OR c.source = %(source)s)
ORDER BY s.due_on, s.id
"""
TEXTS = "SELECT id, features FROM signals_snapshot WHERE id = ANY(%(ids)s)"


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameRows:
    """A frame with what made it: its columns' specifications, and the renewal behind each row.

    `older_count` is how many looks were left out because only older rules of features had made them.
    """

    frame: Frame
    specs: tuple[ColumnSpec, ...]
    renewal_ids: tuple[int, ...] = ()
    older_count: int = 0


def frame_of(
    workspace_id: int,
    *,
    as_of: datetime,
    rules: RulesInForce,
    is_flat: bool = False,
    horizons: Sequence[int] | None = None,
    source: str = "",
) -> FrameRows:
    """Return the snapshots up to `as_of` with the outcomes that were known by then; later ones are nan.

    `is_flat` picks the rows of account tables with known ends (one row an account), else renewals by horizon: those
    given, or the fixed ones. `source` keeps the contracts of one source. No rows: a frame without columns.
    """
    wanted = None if is_flat else list(snapshot_rules().horizons if horizons is None else horizons)
    parameters = {"workspace": workspace_id, "as_of": as_of, "is_flat": is_flat, "horizons": wanted, "source": source}
    parameters["versions"] = numbers_of(rules)
    with connection.cursor() as cursor:
        cursor.execute(ROWS, parameters)
        rows = cursor.fetchall()
    ids = [row[0] for row in rows]
    census = sum((census_of(part) for part in _documents(ids, rules)), Census())
    specs = _useful(column_specs(census, snapshot_rules(), _families(rules)), is_flat=is_flat)
    read = _columns(_documents(ids, rules), specs)
    return FrameRows(
        frame=_frame(rows, read, is_flat=is_flat),
        specs=specs,
        renewal_ids=tuple(row[8] for row in rows),
        older_count=looks_by_older_rules(parameters),
    )


def _frame(rows: Sequence[tuple[Any, ...]], read: Read, *, is_flat: bool) -> Frame:
    columns, days, segments = read
    return Frame(
        keys=tuple(row[1] for row in rows),
        columns=columns,
        outcome=np.array([_lost(kind, is_known) for *_, kind, _, is_known, _ in rows], dtype=np.float64),
        groups=object_array([row[2] for row in rows]),
        segments=object_array(segments),
        decided_on=np.array([row[6] or row[3] for row in rows], dtype="datetime64[D]"),
        days_to_renewal=None if is_flat else np.array(days, dtype=np.float64),
        amounts=np.array([row[4] for row in rows], dtype=np.float64),
    )


def has_flat_rows(workspace_id: int) -> bool:
    """Answer whether accounts with stated ends were imported here: those are learnt from one row an account."""
    statement = f"""SELECT EXISTS (SELECT FROM renewals_contract
    WHERE workspace_id = %(workspace)s AND id IN ({STATED}))"""
    with connection.cursor() as cursor:
        cursor.execute(statement, {"workspace": workspace_id})
        return bool(cursor.fetchone()[0])


def open_frame(
    workspace_id: int,
    renewal_ids: Iterable[int],
    *,
    specs: Sequence[ColumnSpec],
    rules: RulesInForce,
    now: datetime,
) -> FrameRows:
    """Return these renewals as they stand now, with exactly the columns of `specs`; outcomes are nan.

    Nothing is stored. Columns that cannot be filled are unknown in every row.
    """
    moments = open_moments(workspace_id, renewal_ids, now=now)
    world = world_of(workspace_id, moments)
    parts, segments, days = [], [], []
    for start in range(0, len(moments), PREDICTED_AT_ONCE):
        found = list(snapshot_facts(workspace_id, moments[start : start + PREDICTED_AT_ONCE], world))
        documents = snapshot_documents(found, rules.book, snapshot_rules())
        parts.append(columns_of(documents, specs))
        segments += [document["segment"] for document in documents]
        days += [document["days_to_renewal"] for document in documents]
    accounts = _external_ids([each.account_id for each in moments])
    frame = Frame(
        keys=tuple(str(each.renewal_id) for each in moments),
        columns=_joined(parts) if parts else (),
        outcome=np.full(len(moments), np.nan),
        groups=object_array([accounts[each.account_id] for each in moments]),
        segments=object_array(segments),
        days_to_renewal=np.array(days, dtype=np.float64),
    )
    return FrameRows(frame=frame, specs=tuple(specs), renewal_ids=tuple(each.renewal_id for each in moments))


def _documents(ids: Sequence[int], rules: RulesInForce) -> Iterator[list[dict[str, Any]]]:
    """Yield the documents in the order of `ids`, a chunk at a time, with the health that `rules` give."""
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        with connection.cursor() as cursor:
            cursor.execute(TEXTS, {"ids": part})
            texts = dict(cursor.fetchall())
        yield with_health_by([json.loads(texts[each]) for each in part], rules.book)


def _columns(chunks: Iterable[list[dict[str, Any]]], specs: Sequence[ColumnSpec]) -> Read:
    parts, days, segments = [], [], []
    for documents in chunks:
        parts.append(columns_of(documents, specs))
        days += [float(document["days_to_renewal"]) for document in documents]
        segments += [document["segment"] for document in documents]
    return (_joined(parts) if parts else ()), days, segments


def _joined(parts: Sequence[tuple[Column, ...]]) -> tuple[Column, ...]:
    return tuple(
        Column(
            name=same[0].name,
            kind=same[0].kind,
            values=np.concatenate([column.values for column in same]),
            family=same[0].family,
            meaning=same[0].meaning,
            is_actionable=same[0].is_actionable,
        )
        for same in zip(*parts, strict=True)
    )


def _useful(specs: tuple[ColumnSpec, ...], *, is_flat: bool) -> tuple[ColumnSpec, ...]:
    """Leave out what a table without time makes up, and call its amount by what it is."""
    if not is_flat:
        return specs
    # There is no contract size in such a table: its amount is what one account pays against the others.
    priced = (replace(each, meaning="price_level") if each.name == AMOUNT else each for each in specs)
    return tuple(spec for spec in priced if spec.name not in MADE_UP)


def _families(rules: RulesInForce) -> dict[str, str]:
    return {rule.key: rule.family for rule in rules.book.scorecard.measures}


def _lost(kind: str | None, is_known: bool | None) -> float:
    if kind is None or not is_known or kind == "censored":
        return float("nan")
    return 1.0 if kind == "churned" else 0.0


def _external_ids(account_ids: Sequence[int]) -> dict[int, str]:
    statement = "SELECT id, external_id FROM renewals_account WHERE id = ANY(%(ids)s)"
    with connection.cursor() as cursor:
        cursor.execute(statement, {"ids": list(account_ids)})
        return dict(cursor.fetchall())

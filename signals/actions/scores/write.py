"""Write sheets of scores: history for those that changed, and the current rows, each with one statement per sheet.

A sheet is streamed into a staging table first (COPY takes no table under row-level security). What is the same as
before is left alone. It knows no kinds of score but by the table of their current rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from django.db import connection

from renewals.queries.any_of import id_array
from signals.actions.scores.staging import STAGED, copy_rows
from signals.core.scoring import Sheet
from signals.queries.tallies import Moment

CURRENT_TABLES: Mapping[str, str] = {
    "health": "signals_currentscore",
    "risk": "signals_currentrisk",
    "expansion": "signals_currentexpansion",
}
"""Where the current rows of a kind stand. One with a `renewal_id` has a row per renewal, else per account."""

# What the rules said counts, also while a person's word stands in its place.
BEFORE = """
SELECT account_id, {renewal}, score_id, replace(input_hash::text, '-', ''), (as_of AT TIME ZONE 'UTC')::date,
       CASE WHEN computed IS NULL THEN value ELSE (computed->>'value')::float8 END, previous_value
FROM {table} WHERE workspace_id = %s AND account_id = ANY(%s::bigint[])
"""
KEPT = """
SELECT DISTINCT ON (account_id, renewal_id) account_id, coalesce(renewal_id, 0), replace(input_hash::text, '-', '')
FROM signals_score
WHERE workspace_id = %s AND kind = %s AND account_id = ANY(%s::bigint[]) AND as_of <= %s
ORDER BY account_id, renewal_id, as_of DESC, id DESC
"""
CLOSED = """
DELETE FROM signals_currentrisk
WHERE workspace_id = %s AND account_id = ANY(%s::bigint[]) AND renewal_id <> ALL(%s::bigint[])
"""
# The name of the sequence is looked up once, not for every number.
IDS = """
SELECT nextval(numbers.name) FROM generate_series(1, %s),
  (SELECT pg_get_serial_sequence('signals_score', 'id')::regclass AS name OFFSET 0) AS numbers
"""
HISTORY = f"""
INSERT INTO signals_score (id, workspace_id, account_id, renewal_id, scorecard_id, kind, state, as_of, recorded_at,
                           value, renew_probability, coverage, input_hash, inputs, details)
SELECT score_id, %(workspace)s, account_id, nullif(renewal_id, 0), %(version)s, %(kind)s, state, %(as_of)s,
       %(known_at)s, value, renew_probability, coverage, input_hash, inputs, details::jsonb
FROM {STAGED} WHERE is_fresh
"""
SHARED = (
    "workspace_id, account_id, score_id, state, band, value, previous_value, coverage, known_count, measures_count,"
    " stale_count, oldest_input_days, as_of, scored_at, reasons, input_hash"
)
CURRENT = f"""
INSERT INTO {{table}} ({SHARED}{{more}})
SELECT %(workspace)s, account_id, score_id, state, band, value, previous_value, coverage, known_count, measures_count,
       stale_count, oldest_input_days, %(as_of)s, %(known_at)s, reasons::jsonb, input_hash{{more}}
FROM {STAGED} WHERE moves ORDER BY account_id, renewal_id
ON CONFLICT (workspace_id, {{unique}}) DO UPDATE SET {{changes}}
"""


class Before(NamedTuple):
    """The current row as it is."""

    score_id: int
    input_hash: str
    as_of_on: date
    value: float | None
    previous_value: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What becomes of each row of a sheet: whether it enters the history and the current rows, and under which id."""

    is_fresh: list[bool]
    moves: list[bool]
    score_ids: list[int]
    previous: list[float | None]


def write_sheets(workspace_id: int, *, sheets: Iterable[Sheet], moment: Moment) -> int:
    """Write history and current rows of every sheet and return how many history rows there are."""
    return sum(_write(workspace_id, sheet, moment) for sheet in sheets if len(sheet.account_ids))


def drop_closed(workspace_id: int, *, account_ids: list[int], open_ids: list[int]) -> None:
    """A closed renewal has no risk any more; its history stays."""
    with connection.cursor() as cursor:
        cursor.execute(CLOSED, [workspace_id, id_array(account_ids), id_array(open_ids)])


def _write(workspace_id: int, sheet: Sheet, moment: Moment) -> int:
    plan = _plan(workspace_id, sheet, moment)
    touched = [n for n, (fresh, moves) in enumerate(zip(plan.is_fresh, plan.moves, strict=True)) if fresh or moves]
    if not touched:
        return 0
    parameters = {
        "workspace": workspace_id,
        "version": sheet.version_id,
        "kind": sheet.kind,
        "as_of": moment.as_of,
        "known_at": moment.known_at,
    }
    with connection.cursor() as cursor:
        copy_rows(cursor, _rows(sheet, plan, touched))
        if any(plan.is_fresh):
            cursor.execute(HISTORY, parameters)
        if any(plan.moves):
            cursor.execute(_upsert(sheet), parameters)
    return sum(plan.is_fresh)


def _plan(workspace_id: int, sheet: Sheet, moment: Moment) -> Plan:
    keys = _keys(sheet)
    before = _before(workspace_id, sheet)
    earlier = moment.as_of < moment.known_at
    kept = _kept(workspace_id, sheet, moment) if earlier else {key: row.input_hash for key, row in before.items()}
    is_fresh = [kept.get(key) != made for key, made in zip(keys, sheet.hashes, strict=True)]
    rows = [before.get(key) for key in keys]
    fresh_ids = iter(_new_ids(sum(is_fresh)))
    day = moment.day
    return Plan(
        is_fresh=is_fresh,
        moves=[_moves(made, row, day) for made, row in zip(sheet.hashes, rows, strict=True)],
        score_ids=[
            next(fresh_ids) if fresh else row.score_id if row else 0 for fresh, row in zip(is_fresh, rows, strict=True)
        ],
        previous=[_previous(row, day) for row in rows],
    )


def _keys(sheet: Sheet) -> list[tuple[int, int]]:
    renewals = [0] * len(sheet.account_ids) if sheet.renewal_ids is None else sheet.renewal_ids.tolist()
    return list(zip(sheet.account_ids.tolist(), renewals, strict=True))


def _before(workspace_id: int, sheet: Sheet) -> dict[tuple[int, int], Before]:
    renewal = "0" if sheet.renewal_ids is None else "renewal_id"
    with connection.cursor() as cursor:
        statement = BEFORE.format(renewal=renewal, table=CURRENT_TABLES[sheet.kind])
        cursor.execute(statement, [workspace_id, id_array(sheet.account_ids.tolist())])
        return {(row[0], row[1]): Before(*row[2:]) for row in cursor.fetchall()}


def _kept(workspace_id: int, sheet: Sheet, moment: Moment) -> dict[tuple[int, int], str]:
    """Return the last history row of each score at an earlier moment, by its input hash."""
    with connection.cursor() as cursor:
        cursor.execute(KEPT, [workspace_id, sheet.kind, id_array(sheet.account_ids.tolist()), moment.as_of])
        return {(account_id, renewal_id): made for account_id, renewal_id, made in cursor.fetchall()}


def _new_ids(count: int) -> list[int]:
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(IDS, [count])
        return [row[0] for row in cursor.fetchall()]


def _moves(made: str, before: Before | None, day: date) -> bool:
    """Answer whether the current row changes: never back in time, and on the same day only for other inputs."""
    if before is None or day > before.as_of_on:
        return True
    return day == before.as_of_on and before.input_hash != made


def _previous(before: Before | None, day: date) -> float | None:
    if before is None:
        return None
    return before.value if day > before.as_of_on else before.previous_value


def _rows(sheet: Sheet, plan: Plan, touched: list[int]) -> dict[str, Any]:
    """Return the columns of the staging table for the rows that are written."""
    at = np.array(touched, dtype=np.int64)

    def of(values: Sequence[Any]) -> list[Any]:
        return list(values) if len(touched) == len(values) else [values[n] for n in touched]

    previous = [np.nan if each is None else each for each in of(plan.previous)]
    return {
        "score_id": np.array(of(plan.score_ids), dtype=np.int64),
        "account_id": sheet.account_ids[at],
        "renewal_id": np.zeros(len(at), dtype=np.int64) if sheet.renewal_ids is None else sheet.renewal_ids[at],
        "known_count": sheet.known_count[at],
        "measures_count": sheet.measures_count[at],
        "stale_count": sheet.stale_count[at],
        "oldest": sheet.oldest[at],
        "is_fresh": np.array(of(plan.is_fresh), dtype=np.int64),
        "moves": np.array(of(plan.moves), dtype=np.int64),
        "raw_value": sheet.value[at],
        "raw_previous": np.array(previous, dtype=np.float64),
        "raw_probability": sheet.renew_probability[at],
        "coverage": sheet.coverage[at],
        "inputs": sheet.inputs[at],
        "input_hash": of(sheet.hashes),
        "band": of(sheet.bands),
        "details": of(sheet.details),
        "reasons": of(sheet.reasons),
    }


def _upsert(sheet: Sheet) -> str:
    unique = "account_id" if sheet.renewal_ids is None else "renewal_id"
    more = "" if sheet.renewal_ids is None else ", renewal_id, renew_probability"
    names = f"{SHARED}{more}".split(", ")
    changes = ", ".join(f"{name} = excluded.{name}" for name in names if name not in ("workspace_id", unique))
    changes += ", override_id = NULL, computed = NULL"  # settle_overrides puts what stands back in its place
    return CURRENT.format(table=CURRENT_TABLES[sheet.kind], more=more, unique=unique, changes=changes)

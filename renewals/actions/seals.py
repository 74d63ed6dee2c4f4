"""Seal what was added to history and ledgers into the chain of its workspace, amend seals with a reason, verify.

Writers pay nothing: rows are sealed afterwards. A transaction that is still open may add rows with lower ids than are
there already; so the ids given out are noted first, and sealed once whoever was at work then has ended.
"""

import fcntl
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from enum import Enum
from time import sleep

from django.db import connection, transaction

from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput
from renewals.core.seals import FIRST, GONE, SealBody, SealKind, Span, line, seal_hash
from renewals.core.text import check_line
from renewals.models import HistorySeal, SealProgress
from renewals.queries.seals import (
    Anchor,
    Rows,
    Verdict,
    anchor_path,
    anchors,
    read_canonically,
    read_rows,
    seal_progress,
    sealed_ids,
    sealed_tables,
    shape_of,
    verify_history,
)

log = logging.getLogger(__name__)

VERIFIED_EVERY = timedelta(days=1)
PATIENCE, PAUSE = 10, 0.1
"""How often, and how long in seconds, whoever is at work is waited for."""
LOT = 10_000
"""Rows of one seal at most: a transaction of half a second."""
MARKS = """
SELECT name, pg_sequence_last_value(pg_get_serial_sequence(quote_ident(name), key)::regclass)
FROM unnest(%s, %s) AS t(name, key)
"""
# Whoever may write and is in a transaction: it may have been given an id that nobody else sees yet.
AT_WORK = """
SELECT lock.virtualtransaction FROM pg_locks AS lock JOIN pg_stat_activity AS session USING (pid)
WHERE lock.locktype = 'virtualxid' AND lock.mode = 'ExclusiveLock' AND lock.granted
AND lock.pid <> pg_backend_pid() AND session.datname = current_database()
AND has_table_privilege(session.usesysid, 'renewals_historyseal', 'INSERT')
"""


class Turn(Enum):
    """What one transaction of sealing did."""

    SEALED = "a full lot, there may be more"
    WAITS = "somebody is at work"
    DONE = "nothing is left"


def tend_seals(*, by: Actor, now: datetime, clock: datetime | None = None) -> int:
    """Seal what is new, and once a day verify everything; returns how many rows were sealed."""
    sealed = seal_history(by=by, now=now, clock=clock)
    with in_workspace(by.workspace_id, by=by, why="seal", now=clock):
        progress = seal_progress()
    if progress is None or progress.verified_at is None or now - progress.verified_at >= VERIFIED_EVERY:
        verify_and_keep(by=by, now=now, clock=clock)
    return sealed


def seal_history(*, by: Actor, now: datetime, clock: datetime | None = None, lot: int = LOT) -> int:
    """Seal what was added to the workspace, each lot in a transaction of its own; returns how many rows.

    Who is at work is waited for a second; longer ones for the next call. Then the newest seal is noted outside the
    database.
    """
    sealed, turn = 0, Turn.SEALED
    patience = PATIENCE
    while turn != Turn.DONE and patience:
        with in_workspace(by.workspace_id, by=by, why="seal", now=clock):
            turn, rows = _take_turn(by=by, now=now, lot=lot)
        sealed += rows
        if turn == Turn.WAITS:
            patience -= 1
            sleep(PAUSE)
    with in_workspace(by.workspace_id, by=by, why="seal", now=clock):
        raise_anchor(workspace_id=by.workspace_id)
    return sealed


def _take_turn(*, by: Actor, now: datetime, lot: int) -> tuple[Turn, int]:
    progress = locked_progress(by.workspace_id)
    if not progress.marks:
        _mark(progress)
    if _is_waited_for(progress):
        return Turn.WAITS, 0
    rows = _seal_lot(progress, by=by, now=now, lot=lot)
    return (Turn.SEALED if rows == lot else Turn.DONE), rows


def verify_and_keep(*, by: Actor, now: datetime, clock: datetime | None = None) -> Verdict:
    """Verify the workspace and keep the finding for /operations/; an error in the log says what is broken."""
    with in_workspace(by.workspace_id, by=by, why="verify", now=clock):
        locked_progress(by.workspace_id)
        verdict = verify_history(by.workspace_id, anchor=anchors().get(by.workspace_id))
        finding = "; ".join(str(each) for each in verdict.breaks[:10])
        SealProgress.objects.filter(workspace_id=by.workspace_id).update(verified_at=now, finding=finding)
    if finding:
        log.error("The history does not agree with its seals.", extra={"workspace": by.workspace_id, "found": finding})
    return verdict


@transaction.atomic
def seal_anew(*, table: str, why: str, by: Actor, now: datetime) -> int:
    """Seal the sealed rows of a table once more as they are now, after a migration changed its columns.

    From then on they are compared with this seal; it keeps who said so and why. Returns how many rows. Raises
    InvalidInput for a table of which nothing is sealed, or without a reason.
    """
    progress = locked_progress(by.workspace_id)
    if table not in progress.highs:
        raise InvalidInput(f"No rows of {table} are sealed.", where="anew")
    read_canonically()
    span, lines = _present(table, by.workspace_id, high=progress.highs[table])
    amend(kind=SealKind.ANEW, parts=[(span, lines)], why=why, by=by, now=now)
    return span.rows


def _present(table: str, workspace_id: int, *, high: int) -> tuple[Span, bytes]:
    """Return the sealed rows as they are now; of a table that a migration dropped none is there any more."""
    if table in sealed_tables():
        return read_rows(workspace_id, Rows(table=table, columns=shape_of(table), high=high))
    ids = sealed_ids(workspace_id, table)
    return Span(table=table, low=0, high=high, rows=len(ids)), b"".join(line(row_id, GONE) for row_id in ids)


def accept_restored(*, why: str, by: Actor, now: datetime) -> None:
    """Put on record that the database was restored from a backup, and let the outside anchor follow it from here.

    Raises InvalidInput without a reason.
    """
    kept = anchors().get(by.workspace_id)
    was = f" (outside stood seal {kept.number}, {kept.hash[:16]})" if kept and why else ""
    with in_workspace(by.workspace_id, by=by, why="seal"):
        amend(kind=SealKind.RESTORED, parts=(), why=f"{why}{was}", by=by, now=now)
    with in_workspace(by.workspace_id, by=by, why="seal"):
        raise_anchor(workspace_id=by.workspace_id, is_forced=True)


def amend(
    *,
    kind: SealKind,
    parts: Sequence[tuple[Span, bytes]],
    why: str,
    by: Actor,
    now: datetime,
    using: str = "default",
) -> HistorySeal:
    """Add a seal that says why rows of earlier seals are others now. Raises InvalidInput without a reason."""
    said = check_line(why, label="The reason", longest=300)
    if not said:
        raise InvalidInput("A seal that amends others says why: give a reason.", where="why")
    progress = locked_progress(by.workspace_id, using=using)
    shapes = {span.table: shape_of(span.table) for span, _ in parts}
    return _add(progress, replace(_body(parts, by=by, now=now), kind=kind, shapes=shapes, why=said))


def raise_anchor(*, workspace_id: int, is_forced: bool = False) -> None:
    """Note the newest seal outside the database, unless the chain no longer holds the one that was noted before.

    A chain that was cut or made anew is so not followed: `verify_history` says it, and a person decides.
    """
    newest = _anchor_at(workspace_id)
    path = anchor_path().with_suffix(".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        kept = anchors()
        before = kept.get(workspace_id)
        if newest is None or newest == before:
            return
        if before and not is_forced and _anchor_at(workspace_id, number=before.number) != before:
            log.error("The chain does not hold its anchor.", extra={"workspace": workspace_id, "seal": before.number})
            return
        _write(kept | {workspace_id: newest})


def _anchor_at(workspace_id: int, *, number: int | None = None) -> Anchor | None:
    found = HistorySeal.objects.filter(workspace_id=workspace_id).order_by("-number")
    seal = (found if number is None else found.filter(number=number)).only("number", "hash").first()
    return Anchor(number=seal.number, hash=bytes(seal.hash).hex()) if seal else None


def _write(kept: Mapping[int, Anchor]) -> None:
    draft = anchor_path().with_suffix(".new")
    draft.write_text(json.dumps({key: asdict(each) for key, each in kept.items()}))
    draft.replace(anchor_path())


def locked_progress(workspace_id: int, *, using: str = "default") -> SealProgress:
    """Return how far sealing is; one process at a time goes on from there."""
    rows = SealProgress.objects.using(using)
    rows.get_or_create(workspace_id=workspace_id)
    return rows.select_for_update().get(workspace_id=workspace_id)


def _mark(progress: SealProgress) -> None:
    """Note the last id given out in each table, and after that who is at work: in this order nobody is missed."""
    tables = sealed_tables()
    with connection.cursor() as cursor:
        cursor.execute(MARKS, [list(tables), list(tables.values())])
        given_out = {name: last for name, last in cursor.fetchall() if last}
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(AT_WORK)
        progress.waits_for = sorted(row[0] for row in cursor.fetchall())
    progress.marks = {name: last for name, last in given_out.items() if last > progress.seen.get(name, 0)}
    progress.save(update_fields=["marks", "waits_for"])


def _is_waited_for(progress: SealProgress) -> bool:
    """Answer whether somebody who was at work when the marks were noted has not ended."""
    if not progress.waits_for:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE virtualtransaction = ANY(%s) LIMIT 1", [progress.waits_for])
        return cursor.fetchone() is not None


def _seal_lot(progress: SealProgress, *, by: Actor, now: datetime, lot: int) -> int:
    """Seal as many rows as one seal takes; marks that are reached are let go. Returns how many rows."""
    read_canonically()
    parts = _read_lot(progress, lot=lot)
    rows = sum(span.rows for span, _ in parts)
    if rows:
        now_there = {span.table: shape_of(span.table) for span, _ in parts}
        shapes = {table: shape for table, shape in now_there.items() if progress.shapes.get(table) != shape}
        _add(progress, replace(_body(parts, by=by, now=now), shapes=shapes))
    if rows < lot:
        progress.seen |= progress.marks
        progress.marks, progress.waits_for, progress.looked_at = {}, [], now
        progress.save(update_fields=["seen", "marks", "waits_for", "looked_at"])
    return rows


def _read_lot(progress: SealProgress, *, lot: int) -> list[tuple[Span, bytes]]:
    """Return the next spans with their lines. Up to what was seen before there is nothing, so it is not read again."""
    parts: list[tuple[Span, bytes]] = []
    tables, room = sealed_tables(), lot
    for table, mark in sorted(progress.marks.items()):
        low = progress.highs.get(table, 0)
        if not room or table not in tables or low >= mark:
            continue
        first = max(low, progress.seen.get(table, 0))
        wanted = Rows(table=table, columns=shape_of(table), low=first, high=mark, most=room)
        span, lines = read_rows(progress.workspace_id, wanted)
        parts.append((replace(span, low=low), lines))
        room -= span.rows
    return parts


def _body(parts: Sequence[tuple[Span, bytes]], *, by: Actor, now: datetime) -> SealBody:
    """Return what a seal of these spans says; its number is given when it is added."""
    return SealBody(
        workspace_id=by.workspace_id,
        number=0,
        kind=SealKind.ROWS,
        sealed_at=now,
        spans=tuple(span for span, _ in parts),
        shapes={},
        lines=b"".join(lines for _, lines in parts),
        by=by.label[:150],
    )


def _add(progress: SealProgress, said: SealBody) -> HistorySeal:
    """Write the next seal of the chain and what it changes in the progress, which the caller holds."""
    using = progress._state.db
    seals = HistorySeal.objects.using(using)
    last = seals.filter(workspace_id=said.workspace_id).order_by("-number").only("number", "hash").first()
    body = replace(said, number=last.number + 1 if last else 1)
    former = bytes(last.hash) if last else FIRST
    if body.kind == SealKind.ROWS:
        progress.highs |= {span.table: span.high for span in body.spans}
        progress.shapes |= body.shapes
        progress.rows += sum(span.rows for span in body.spans)
    progress.seals = body.number
    progress.save(using=using)
    return seals.create(
        workspace_id=body.workspace_id,
        number=body.number,
        kind=body.kind,
        sealed_at=body.sealed_at,
        spans=[[span.table, span.low, span.high, span.rows] for span in body.spans],
        shapes=dict(body.shapes),
        lines=body.lines,
        former=former,
        hash=seal_hash(former, body),
        by_label=body.by,
        why=body.why,
    )

"""A load of any number of signals: checked in chunks, streamed into a staging table, kept by one statement.

Memory stays flat; a load that breaks changes nothing.
"""

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction
from psycopg2 import sql

from renewals.core.actors import Actor
from signals.actions.intake.batch import intake_result, judge
from signals.actions.intake.merge import COLUMNS, keep_staged
from signals.actions.intake.partitions import ensure_partitions
from signals.actions.intake.sources import active_source
from signals.actions.intake.unmatched import hold, room_to_hold, translated
from signals.core.intake import Candidate, check_items
from signals.core.verdicts import IntakeResult, ItemVerdict, Verdict, verdict_of
from signals.queries.library import catalogue
from signals.queries.tones import tone_lexicon

CHUNK = 10_000
MOST_EXCEPTIONS = 1_000
STAGED = sql.SQL("signals_staged s")
# No text that passed the checks holds the mark of "nothing".
NOTHING = "\x01"
COPY = "COPY signals_staged FROM STDIN WITH (FORMAT text, NULL E'\\x01')"
ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def load_signals(
    *,
    workspace_id: int,
    source_key: str,
    items: Iterable[Any],
    by: Actor,
    now: datetime,
    batch_id: int | None = None,
) -> IntakeResult:
    """Keep what may be kept of `items`, objects as the API takes them, in one transaction.

    Returns the counts and the first thousand exceptions. `batch_id` names the import, so that it can be withdrawn.
    """
    refused: list[ItemVerdict] = []
    counts = {"sent": 0, "refused": 0}
    checked = _checked(items, refused, counts, now)
    kept = load_candidates(
        workspace_id=workspace_id, source_key=source_key, candidates=checked, by=by, now=now, batch_id=batch_id
    )
    exceptions = sorted([*refused, *kept.exceptions], key=lambda each: each.position)[:MOST_EXCEPTIONS]
    return IntakeResult(
        sent=counts["sent"],
        accepted=kept.accepted,
        unchanged=kept.unchanged,
        duplicate=kept.duplicate,
        refused=kept.refused + counts["refused"],
        unmatched=kept.unmatched,
        exceptions=tuple(exceptions),
    )


def load_candidates(
    *,
    workspace_id: int,
    source_key: str,
    candidates: Iterable[Candidate],
    by: Actor,
    now: datetime,
    batch_id: int | None = None,
) -> IntakeResult:
    """Keep signals that have been checked already, in one transaction; returns the counts and first exceptions."""
    source = active_source(workspace_id, source_key)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE IF NOT EXISTS signals_staged ({COLUMNS}) ON COMMIT DROP")
        cursor.execute("TRUNCATE signals_staged")
        sent, months = _stage(cursor, translated(candidates, source_id=source.id))
        cursor.execute("ANALYZE signals_staged (position)")  # how many rows there are is all the planner has to know
        ensure_partitions(months)
        parameters = {"workspace": workspace_id, "source": source.id, "now": now, "batch": batch_id}
        keep_staged(cursor, STAGED, parameters, sent=sent)
        result = _counted(cursor, (workspace_id, source.id), sent)
        return _held(result, parameters) if result.unmatched else result


def _held(result: IntakeResult, parameters: Mapping[str, Any]) -> IntakeResult:
    """Hold what has no account as far as there is room; what finds none is refused."""
    room = room_to_hold()
    hold(STAGED, parameters, most=room)
    over = max(result.unmatched - room, 0)
    return replace(result, unmatched=result.unmatched - over, refused=result.refused + over)


def _counted(cursor: Any, place: tuple[int, int], sent: int) -> IntakeResult:
    """Return the counts of a load, reading its exceptions in chunks and keeping the first of them."""
    counts: dict[Verdict, int] = {"unchanged": 0, "duplicate": 0, "refused": 0, "unmatched": 0, "accepted": sent}
    first: list[ItemVerdict] = []
    while rows := cursor.fetchmany(CHUNK):
        part = intake_result(len(rows), judge(*place, rows))
        counts["unchanged"] += part.unchanged
        counts["duplicate"] += part.duplicate
        counts["refused"] += part.refused
        counts["unmatched"] += part.unmatched
        counts["accepted"] -= len(part.exceptions)
        first += part.exceptions[: MOST_EXCEPTIONS - len(first)]
    return IntakeResult(sent=sent, exceptions=tuple(first), **counts)


def _checked(
    items: Iterable[Any], refused: list[ItemVerdict], counts: dict[str, int], now: datetime
) -> Iterator[Candidate]:
    """Yield the candidates among `items`, noting the others in `refused` and `counts`."""
    remaining = iter(items)
    while chunk := list(islice(remaining, CHUNK)):
        kept, refusals = check_items(
            chunk, catalogue=catalogue(), lexicon=tone_lexicon(), now=now, start=counts["sent"]
        )
        counts["sent"] += len(chunk)
        counts["refused"] += len(refusals)
        refused += [verdict_of(each) for each in refusals[: MOST_EXCEPTIONS - len(refused)]]
        yield from kept


def _stage(cursor: Any, candidates: Iterable[Candidate]) -> tuple[int, list[datetime]]:
    """Stream the candidates into the staging table; return how many there were and a moment of each of their months."""
    sent = 0
    months: dict[tuple[int, int], datetime] = {}
    remaining = iter(candidates)
    while chunk := list(islice(remaining, CHUNK)):
        cursor.copy_expert(COPY, io.StringIO("".join([_line(candidate) for candidate in chunk])))
        months |= {(each.occurred_at.year, each.occurred_at.month): each.occurred_at for each in chunk}
        sent += len(chunk)
    return sent, list(months.values())


def _line(each: Candidate) -> str:
    """Return a candidate as a line of the text format."""
    fields = (
        str(each.position),
        each.account,
        each.kind,
        each.occurred_at.isoformat(),
        NOTHING if each.value is None else repr(each.value),
        each.external_id,
        each.subject,
        each.text,
        json.dumps(each.attributes) if each.attributes else NOTHING,
        each.expires_at.isoformat() if each.expires_at else NOTHING,
        each.author,
    )
    line = "\t".join(fields)
    if "\\" in line or "\n" in line or "\r" in line or line.count("\t") >= len(fields):
        line = "\t".join([field.translate(ESCAPES) for field in fields])
    return f"{line}\n"

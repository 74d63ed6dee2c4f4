"""A batch of signals with a verdict per item: the door of the API and of people."""

import json
from collections import Counter
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from psycopg2 import sql

from renewals.core.actors import Actor
from signals.actions.intake.merge import COLUMNS, kept_contents, merge_statement
from signals.actions.intake.partitions import ENSURE, months_of
from signals.actions.intake.sources import active_source
from signals.actions.intake.unmatched import hold, room_to_hold, translated
from signals.core.errors import BatchTooLarge
from signals.core.intake import Candidate, check_items
from signals.core.sentiment import Lexicon
from signals.core.verdicts import IntakeResult, ItemVerdict, known_signal, no_room, unknown_account, verdict_of
from signals.queries.library import catalogue, lexicon
from signals.queries.tones import tone_lexicon

MOST_ITEMS = 10_000
SENT = sql.SQL(f"jsonb_to_recordset(%(items)s::jsonb) AS s({COLUMNS})")
FROM_JSON = merge_statement(SENT)
WITH_MONTHS = sql.SQL("{}; {}").format(sql.SQL(ENSURE), FROM_JSON)


def record_signals(*, workspace_id: int, source_key: str, items: list[Any], by: Actor, now: datetime) -> IntakeResult:
    """Keep what may be kept of `items` (objects as the API takes them) and return a verdict on each.

    Signals of accounts nobody knows are held, and counted as unmatched.

    Raises BatchTooLarge beyond 10,000 items and SourceUnknown. Sending the same again changes nothing.
    """
    if len(items) > MOST_ITEMS:
        raise BatchTooLarge(f"{len(items):,} signals in one request; the limit is {MOST_ITEMS:,}.")
    source = active_source(workspace_id, source_key)
    candidates, refusals = check_items(items, catalogue=catalogue(), lexicon=_lexicon(items), now=now)
    exceptions = [verdict_of(refusal) for refusal in refusals]
    if candidates:
        with transaction.atomic(savepoint=False):  # what breaks here breaks the whole batch of the caller
            exceptions += _keep(workspace_id, source.id, list(translated(candidates, source_id=source.id)), now)
    return intake_result(len(items), exceptions)


def judge(workspace_id: int, source_id: int, rows: list[tuple[Any, ...]]) -> list[ItemVerdict]:
    """Return the verdicts on the rows that the statement did not accept."""
    unknown = [row for row in rows if row[2] is None]
    known = [row for row in rows if row[2] is not None]
    kept = kept_contents(workspace_id, source_id, [row[3] for row in known]) if known else {}
    verdicts = [unknown_account(row[0], row[1]) for row in unknown]
    # A first mention in the batch carries its own content in the last column; later mentions repeat it.
    verdicts += [
        known_signal(row[0], is_repeated_in_batch=row[6] is None, differs=kept.get(row[3]) != row[4]) for row in known
    ]
    return verdicts


def intake_result(sent: int, exceptions: list[ItemVerdict]) -> IntakeResult:
    """Return the counts of a batch with its exceptions in the order sent."""
    counts = Counter(each.verdict for each in exceptions)
    return IntakeResult(
        sent=sent,
        accepted=sent - len(exceptions),
        unchanged=counts["unchanged"],
        duplicate=counts["duplicate"],
        refused=counts["refused"],
        unmatched=counts["unmatched"],
        exceptions=tuple(sorted(exceptions, key=lambda each: each.position)),
    )


def _lexicon(items: list[Any]) -> Lexicon:
    """Return the word list for tones; the database is asked for a model of the workspace only where a text is said."""
    has_text = any(isinstance(item, dict) and item.get("text") for item in items)
    return tone_lexicon() if has_text else lexicon()


def _keep(workspace_id: int, source_id: int, candidates: list[Candidate], now: datetime) -> list[ItemVerdict]:
    """Keep the candidates, hold those of unknown accounts, and return the verdicts on what was not accepted."""
    items = json.dumps([as_record(candidate) for candidate in candidates])
    parameters = {"workspace": workspace_id, "source": source_id, "now": now, "batch": None, "items": items}
    months = months_of(candidate.occurred_at for candidate in candidates)
    with connection.cursor() as cursor:
        cursor.execute(WITH_MONTHS, {**parameters, "months": months})
        verdicts = judge(workspace_id, source_id, cursor.fetchall())
    unmatched = sum(each.verdict == "unmatched" for each in verdicts)
    if not unmatched:
        return verdicts
    if unmatched > room_to_hold():
        return [no_room(each) if each.verdict == "unmatched" else each for each in verdicts]
    hold(SENT, parameters)
    return verdicts


def as_record(candidate: Candidate) -> dict[str, Any]:
    """Return a candidate as the statement reads it from JSON."""
    expires = candidate.expires_at
    return {
        "position": candidate.position,
        "account": candidate.account,
        "kind": candidate.kind,
        "occurred_at": candidate.occurred_at.isoformat(),
        "value": candidate.value,
        "external_id": candidate.external_id,
        "subject": candidate.subject,
        "text": candidate.text,
        "attributes": candidate.attributes,
        "expires_at": expires.isoformat() if expires else None,
        "author": candidate.author,
    }

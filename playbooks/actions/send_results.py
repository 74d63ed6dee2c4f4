"""Note how an attempt ended: state, ledger, task and log entry in one transaction, by the holder of the fence alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db import connection

from playbooks.actions.bulk import as_json, insert_rows
from playbooks.actions.message_rows import MessageFacts, message_task, message_touch, send_decision
from playbooks.actions.send_checks import Verdict, failure_of, retry_verdict
from playbooks.actions.served import serve_by_mail
from playbooks.actions.step_rows import Row, shown
from playbooks.actions.touches import release_touch
from playbooks.channels.base import Channel, Receipt, SendResult
from playbooks.core.facts import Reason, reason
from playbooks.core.retry import Failure, decide_retry
from playbooks.core.states import MessageState
from playbooks.core.vocabulary import MessageClass
from playbooks.models import Decision, Task
from playbooks.queries.case_facts import StepCase
from renewals.actions.touchpoints import record_touchpoints
from renewals.core.actors import Actor

FAILURES = {
    Receipt.TRY_LATER: Failure.REFUSED_FOR_NOW,
    Receipt.REFUSED: Failure.REFUSED_FOR_GOOD,
    Receipt.UNKNOWN: Failure.AMBIGUOUS,
}

RELEASED = (MessageState.QUEUED, MessageState.FAILED, MessageState.PARKED, MessageState.CANCELLED)

HOLD = """
SELECT id, perennial_now() FROM playbooks_message
WHERE id = ANY(%(ids)s) AND (id, fence) IN (SELECT * FROM unnest(%(ids)s::bigint[], %(fences)s::bigint[]))
  AND state = 'sending' FOR UPDATE
"""

SENT = """
UPDATE playbooks_message AS m SET state = 'sent', sent_at = %(now)s, provider_ref = r.ref, lease_owner = '',
    lease_until = NULL
FROM unnest(%(ids)s::bigint[], %(refs)s::text[]) AS r(id, ref) WHERE m.id = r.id AND m.state = 'sending'
"""

CHANGE = """
UPDATE playbooks_message SET state = %(state)s, next_at = coalesce(%(next_at)s, next_at), lease_owner = '',
    lease_until = NULL, reasons = %(reasons)s::jsonb, is_copy = is_copy OR %(is_copy)s,
    may_have_left = may_have_left OR %(may_have_left)s
WHERE id = %(id)s AND fence = %(fence)s AND state IN ('queued', 'sending')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A message that was handed over, what decided about it, and what the channel answered."""

    message: MessageFacts
    case: StepCase
    result: SendResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A message that left: when, under which reference of the provider, and how we know."""

    message: MessageFacts
    case: StepCase
    at: datetime
    ref: str
    why: Reason


def note_sent(*, accepted: Sequence[Handed], by: Actor) -> int:
    """Note that the channel accepted these, and enter the touches in the ledger; how many, as a fence may have moved.

    Their rows travel together: a message costs a share of six statements, not six of its own.
    """
    held, now = _hold([each.message for each in accepted])
    mine = [each for each in accepted if each.message.id in held]
    if not mine or now is None:
        return 0
    enter_sent(left=[_departure(each, now=now) for each in mine], by=by, now=now)
    return len(mine)


def enter_sent(*, left: Sequence[Departure], by: Actor, now: datetime) -> None:
    """Write that messages held by the caller have left: outbox, ledger, notices they serve, and log."""
    for at, same in groupby(sorted(left, key=lambda each: each.at), key=lambda each: each.at):
        gone = list(same)
        values = {"ids": [each.message.id for each in gone], "refs": [each.ref[:200] for each in gone], "now": at}
        with connection.cursor() as cursor:
            cursor.execute(SENT, values)
    touches = [message_touch(each.message, each.case, now=each.at) for each in left]
    record_touchpoints(rows=touches, by=by, now=now)
    insert_rows(Decision, [_sent_decision(each, by=by, now=now) for each in left], ignore_conflicts=True)


def _departure(handed: Handed, *, now: datetime) -> Departure:
    ref, attempts = handed.result.provider_ref, handed.message.attempts
    why = reason("accepted", provider_ref=ref, attempts=attempts)
    return Departure(message=handed.message, case=handed.case, at=now, ref=ref, why=why)


def _sent_decision(left: Departure, *, by: Actor, now: datetime) -> Row:
    """Return the log entry of a message that left, with what it served if it is a notice."""
    is_notice = left.message.message_class == MessageClass.CONTRACTUAL_NOTICE
    served = serve_by_mail(duties=left.case.facts.duties, by=by, now=left.at) if is_notice else ()
    return send_decision(left.message, left.case, "sent", (left.why, *served), now=now)


def note_failure(handed: Handed, channel: Channel, fraction: float) -> bool:
    """Note that an attempt did not succeed and what follows. False if the fence has moved on."""
    message, result = handed.message, handed.result
    _, now = _hold([message])
    if now is None:
        return False
    wait = None if result.retry_after_seconds is None else timedelta(seconds=result.retry_after_seconds)
    failed = failure_of(
        message,
        FAILURES[result.receipt],
        has_idempotency=channel.honours_idempotency_key,
        retry_after=wait,
    )
    why = reason(f"attempt_{result.receipt.value}", answer=result.reason, attempts=message.attempts)
    verdict = retry_verdict(decide_retry(failed, fraction=fraction, now=now), why=why)
    return change_message(message, handed.case, verdict, may_have_left=result.receipt is Receipt.UNKNOWN, now=now)


def change_message(
    message: MessageFacts, case: StepCase, verdict: Verdict, *, may_have_left: bool = False, now: datetime
) -> bool:
    """Move a message to a new state with its reasons, log entry and task. False if the fence has moved on."""
    values = {
        "id": message.id,
        "fence": message.fence,
        "state": verdict.state.value,
        "next_at": verdict.next_at,
        "reasons": as_json(shown(verdict.reasons)),
        "is_copy": verdict.is_copy,
        "may_have_left": may_have_left,
    }
    if not _update(CHANGE, values):
        return False
    if message.attempts and not may_have_left and not message.may_have_left and verdict.state in RELEASED:
        release_touch(message_id=message.id, now=now)
    row = send_decision(message, case, verdict.state.value, verdict.reasons, now=now)
    insert_rows(Decision, [row], ignore_conflicts=True)
    if verdict.needs_task and verdict.state.value != "cancelled":
        task = message_task(message, case, verdict.state.value, verdict.reasons, now=now)
        insert_rows(Task, [task], ignore_conflicts=True)
    return True


def _hold(messages: Sequence[MessageFacts]) -> tuple[set[int], datetime | None]:
    """Lock the messages whose fence has not moved on and return the instant their end is noted at; None if none is."""
    values = {"ids": [item.id for item in messages], "fences": [item.fence for item in messages]}
    if not messages:
        return set(), None
    with connection.cursor() as cursor:
        cursor.execute(HOLD, values)
        rows = cursor.fetchall()
    return {row[0] for row in rows}, rows[0][1] if rows else None


def _update(sql: str, values: dict[str, object]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount == 1

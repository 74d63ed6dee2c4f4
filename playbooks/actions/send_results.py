"""Note how an attempt ended: state, ledger, task and log entry in one transaction, by the holder of the fence alone."""

from datetime import datetime, timedelta

from django.db import connection

from playbooks.actions.bulk import as_json, insert_rows
from playbooks.actions.message_rows import MessageFacts, message_task, message_touch, send_decision
from playbooks.actions.send_checks import Verdict, failure_of, retry_verdict
from playbooks.actions.served import serve_by_mail
from playbooks.actions.step_rows import shown
from playbooks.actions.touches import release_touch
from playbooks.channels.base import Channel, Receipt, SendResult
from playbooks.core.facts import reason
from playbooks.core.retry import Failure, decide_retry
from playbooks.core.states import MessageState
from playbooks.core.vocabulary import MessageClass
from playbooks.models import Decision, Task
from playbooks.queries.case_facts import StepCase
from renewals.actions.touchpoints import record_touchpoint
from renewals.core.actors import Actor

FAILURES = {
    Receipt.TRY_LATER: Failure.REFUSED_FOR_NOW,
    Receipt.REFUSED: Failure.REFUSED_FOR_GOOD,
    Receipt.UNKNOWN: Failure.AMBIGUOUS,
}

RELEASED = (MessageState.QUEUED, MessageState.FAILED, MessageState.PARKED, MessageState.CANCELLED)

HOLD = """
SELECT perennial_now() FROM playbooks_message WHERE id = %s AND fence = %s AND state = 'sending' FOR UPDATE
"""

SENT = """
UPDATE playbooks_message SET state = 'sent', sent_at = %(now)s, provider_ref = %(ref)s, lease_owner = '',
    lease_until = NULL
WHERE id = %(id)s AND fence = %(fence)s AND state = 'sending'
"""

CHANGE = """
UPDATE playbooks_message SET state = %(state)s, next_at = coalesce(%(next_at)s, next_at), lease_owner = '',
    lease_until = NULL, reasons = %(reasons)s::jsonb, is_copy = is_copy OR %(is_copy)s,
    may_have_left = may_have_left OR %(may_have_left)s
WHERE id = %(id)s AND fence = %(fence)s AND state IN ('queued', 'sending')
"""


def note_sent(*, message: MessageFacts, case: StepCase, result: SendResult, by: Actor) -> bool:
    """Note that the channel accepted the message, and enter the touch in the ledger. False if the fence moved on."""
    now = _hold(message)
    if now is None:
        return False
    _update(SENT, {"id": message.id, "fence": message.fence, "now": now, "ref": result.provider_ref[:200]})
    record_touchpoint(row=message_touch(message, case, now=now), by=by, now=now)
    why = reason("accepted", provider_ref=result.provider_ref, attempts=message.attempts)
    is_notice = message.message_class == MessageClass.CONTRACTUAL_NOTICE
    served = serve_by_mail(duties=case.facts.duties, by=by, now=now) if is_notice else ()
    insert_rows(Decision, [send_decision(message, case, "sent", (why, *served), now=now)], ignore_conflicts=True)
    return True


def note_failure(message: MessageFacts, case: StepCase, result: SendResult, channel: Channel, fraction: float) -> bool:
    """Note that an attempt did not succeed and what follows. False if the fence has moved on."""
    now = _hold(message)
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
    return change_message(message, case, verdict, may_have_left=result.receipt is Receipt.UNKNOWN, now=now)


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


def _hold(message: MessageFacts) -> datetime | None:
    """Lock the message and return the instant its end is noted at; None when another sender holds it by now."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [message.id, message.fence])
        row = cursor.fetchone()
    return row[0] if row else None


def _update(sql: str, values: dict[str, object]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount == 1

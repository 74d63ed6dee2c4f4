"""The only way a message leaves: mark it `sending` under row locks, hand it over outside any transaction, note the end.

A stop, an unsubscribe and a send are ordered by the rows of the enrolment and the contact; retries live here alone.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import OperationalError, connection

from playbooks.actions.channels.circuits import let_through, note_answer
from playbooks.actions.claim import bound_transaction
from playbooks.actions.failpoints import pass_point
from playbooks.actions.jitter import jitter
from playbooks.actions.limits import IS_FREE, EngineLimits
from playbooks.actions.message_rows import MessageFacts, load_messages, outgoing
from playbooks.actions.reconcile import meet_lines
from playbooks.actions.send_checks import (
    Verdict,
    after_lost_attempt,
    check_before_sending,
    may_have_arrived,
    one_per_contact,
    past_horizon,
)
from playbooks.actions.send_results import Handed, change_message, note_failure, note_sent
from playbooks.actions.sending import Mark, note_departure
from playbooks.actions.touches import enter_touches, latest_touch, one_per_account
from playbooks.channels.base import BARE, Channel, Envelope, Receipt, SendResult
from playbooks.core.facts import reason
from playbooks.core.guards import RECHECK
from playbooks.core.states import MessageState
from playbooks.queries.case_facts import StepCase
from playbooks.queries.cases import load_step_cases
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor

log = logging.getLogger(__name__)

# Nothing here waits: a row somebody else holds (a stop, a closing, an unsubscribe, a pause) is left for the next round.
# Contact and account are locked so that two senders cannot both find room in their budgets. After a restore some lines
# of the provider's log may be open: what they are about has left already.
TAKE = f"""
SELECT m.id, perennial_now(), EXISTS (SELECT 1 FROM playbooks_providerline AS l
    WHERE l.workspace_id = m.workspace_id AND l.settled_at IS NULL) FROM playbooks_message AS m
JOIN playbooks_enrolment AS e ON e.workspace_id = m.workspace_id AND e.id = m.enrolment_id
JOIN renewals_contact AS c ON c.workspace_id = m.workspace_id AND c.id = m.contact_id
JOIN renewals_account AS a ON a.workspace_id = m.workspace_id AND a.id = m.account_id
JOIN renewals_renewal AS r ON r.workspace_id = e.workspace_id AND r.id = e.renewal_id
JOIN renewals_workspace AS w ON w.id = m.workspace_id
WHERE m.workspace_id = %s AND m.state IN ('queued', 'sending') AND m.next_at <= perennial_now()
  AND {IS_FREE.format(row="m")} AND w.sending_paused_at IS NULL
ORDER BY m.next_at, m.id LIMIT %s
FOR UPDATE OF m SKIP LOCKED FOR SHARE OF e, r, w SKIP LOCKED FOR NO KEY UPDATE OF c, a SKIP LOCKED
"""

MARK = """
UPDATE playbooks_message SET state = 'sending', fence = fence + 1, attempts = attempts + 1, lease_owner = %(worker)s,
    lease_until = clock_timestamp() + make_interval(secs => %(lease)s), channel = %(channel)s,
    sending_at = perennial_now(), first_sending_at = coalesce(first_sending_at, perennial_now())
WHERE id = ANY(%(ids)s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sends, through what, and by which clock; None is PostgreSQL's."""

    worker: str
    channel: Channel
    limits: EngineLimits
    by: Actor
    clock: datetime | None = None
    envelope: Envelope = BARE

    @property
    def circuit(self) -> str:
        """Return the name of the channel's breaker."""
        return f"mail:{self.channel.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How a round went: messages looked at, taken over from a dead sender, and lost to another sender."""

    looked_at: int
    taken_over: int = 0
    fenced: int = 0


def send_messages(sender: Sender) -> Sent:
    """Send a small batch of one workspace's messages. Calls the channel, so never call it inside a transaction."""
    with in_workspace(sender.by.workspace_id, by=sender.by, why="send", now=sender.clock):
        looked_at, taken_over, marked = _mark(sender)
        departing = _departing(marked, sender)
    pass_point("send_marked")
    if departing is not None:
        note_departure(workspace_id=sender.by.workspace_id, mark=departing)
    handed = [_hand_over(message, case, sender) for message, case in marked]
    return Sent(looked_at=looked_at, taken_over=taken_over, fenced=_note_together(handed, sender) if handed else 0)


def _mark(sender: Sender) -> tuple[int, int, list[tuple[MessageFacts, StepCase]]]:
    """Take due messages, settle those that must not leave, and mark the rest; commits before anything leaves."""
    bound_transaction(sender.limits)
    taken = _take(sender)
    if not taken:
        return 0, 0, []
    _, now, is_told = taken[0]
    messages = load_messages([number for number, _, _ in taken])
    cases = {case.step_run_id: case for case in load_step_cases([item.step_run_id for item in messages], now=now)}
    leaving: list[MessageFacts] = []
    for message in meet_lines(messages=messages, cases=cases, by=sender.by, now=now) if is_told else messages:
        if _settle(message, cases[message.step_run_id], sender, now=now):
            leaving.append(message)
    leaving = one_per_account(one_per_contact(leaving))
    if leaving and not _may_call(sender, now=now):
        return 0, 0, []
    leaving = _entered(leaving, cases, now=now)
    _execute_mark(leaving, sender)
    taken_over = sum(message.state == MessageState.SENDING for message in messages)
    marked = {item.id: item for item in load_messages([item.id for item in leaving])}
    return len(messages), taken_over, [(marked[item.id], cases[item.step_run_id]) for item in leaving]


def _departing(marked: Sequence[tuple[MessageFacts, StepCase]], sender: Sender) -> Mark | None:
    """Return what the watermark must show before these leave; None where nothing leaves the house."""
    if sender.channel.is_instant or not marked:
        return None
    numbers = [message.id for message, _ in marked]
    return Mark(message=max(numbers), touch=latest_touch(numbers))


def _entered(leaving: list[MessageFacts], cases: dict[int, StepCase], *, now: datetime) -> list[MessageFacts]:
    """Return what the account's ledger has taken in; what it refused waits, and the log says so."""
    pairs = [(item, cases[item.step_run_id]) for item in leaving]
    inside, refused = enter_touches(leaving=pairs, now=now)
    for message in refused:
        why = (reason("ledger_refused"),)
        later = Verdict(state=MessageState.QUEUED, reasons=why, next_at=now + RECHECK)
        change_message(message, cases[message.step_run_id], later, now=now)
    return inside


def _settle(message: MessageFacts, case: StepCase, sender: Sender, *, now: datetime) -> bool:
    """Return whether the message may leave now; otherwise it has been given its new state."""
    objection = past_horizon(message, now=now) or check_before_sending(message, case, now=now)
    if message.state == MessageState.SENDING:
        lost = after_lost_attempt(
            message,
            objection,
            has_idempotency=sender.channel.honours_idempotency_key,
            fraction=jitter(),
            now=now,
        )
        change_message(message, case, lost, may_have_left=True, now=now)
        return False
    if objection is not None:
        change_message(message, case, may_have_arrived(objection) if message.may_have_left else objection, now=now)
        return False
    return True


def _may_call(sender: Sender, *, now: datetime) -> bool:
    """Ask the channel's breaker. What is not let through waits as it is and has used up no try."""
    return sender.channel.is_instant or let_through(name=sender.circuit, by=sender.by, now=now).is_allowed


def _hand_over(message: MessageFacts, case: StepCase, sender: Sender) -> Handed:
    handed = Handed(message=message, case=case, result=_ask_channel(sender, message))
    pass_point("send_accepted")
    return handed


def _note_together(handed: Sequence[Handed], sender: Sender) -> int:
    """Note the ends in one transaction, or one by one when one of them cannot be noted; returns how many were lost."""
    try:
        return _note(handed, sender)
    except OperationalError:
        raise
    except Exception:
        if len(handed) == 1:
            raise
        log.exception("The ends of some messages are noted one by one.", extra={"messages": len(handed)})
        return sum(_note((each,), sender) for each in handed)


def _note(handed: Sequence[Handed], sender: Sender) -> int:
    """Note how these attempts ended; returns how many another sender holds by now."""
    with in_workspace(sender.by.workspace_id, by=sender.by, why="send", now=sender.clock):
        bound_transaction(sender.limits)
        accepted = [each for each in handed if each.result.receipt is Receipt.ACCEPTED]
        noted = note_sent(accepted=accepted, by=sender.by)
        refused = [each for each in handed if each.result.receipt is not Receipt.ACCEPTED]
        noted += sum(note_failure(each, sender.channel, jitter()) for each in refused)
        if not sender.channel.is_instant:
            for each in handed:
                note_answer(name=sender.circuit, result=each.result, by=sender.by, now=each.case.words["now"])
        pass_point("send_before_commit")
    return len(handed) - noted


def _ask_channel(sender: Sender, message: MessageFacts) -> SendResult:
    try:
        return sender.channel.send(outgoing(message, sender.envelope))
    except Exception as error:  # a channel that raises breaks its promise; whether the message left is unknown
        return SendResult(receipt=Receipt.UNKNOWN, reason=repr(error)[:300])


def _take(sender: Sender) -> list[tuple[int, datetime, bool]]:
    """An outside channel gets one message at a time, so that a stop has to wait for one time-out at most."""
    most = sender.limits.messages_per_claim if sender.channel.is_instant else 1
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [sender.by.workspace_id, most])
        return list(cursor.fetchall())


def _execute_mark(messages: Sequence[MessageFacts], sender: Sender) -> None:
    values = {
        "ids": [message.id for message in messages],
        "worker": sender.worker,
        "lease": sender.limits.lease_seconds,
        "channel": sender.channel.name,
    }
    with connection.cursor() as cursor:
        cursor.execute(MARK, values)

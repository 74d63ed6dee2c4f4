"""After a restore: take what a provider's log says was sent as sent, in the outbox and in the ledger. Sends nothing.

A line whose step is still ahead is kept, and meets its message when the sender first looks at it; a line that nothing
here accounts for holds the next message to its address for a person. Nothing leaves twice unless a person says so.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from playbooks.actions.bulk import insert_rows
from playbooks.actions.message_rows import MessageFacts, load_messages
from playbooks.actions.send_checks import Verdict
from playbooks.actions.send_results import Departure, change_message, enter_sent
from playbooks.actions.touches import enter_left
from playbooks.core.errors import ProviderLogRefused, SendingNotPaused
from playbooks.core.facts import reason
from playbooks.core.provider_log import LogVerdict, ProviderLog
from playbooks.core.states import MessageState
from playbooks.models import ProviderLine, Task
from playbooks.queries.case_facts import StepCase
from playbooks.queries.cases import load_step_cases
from playbooks.queries.matching import match_address
from playbooks.queries.provider_log import JudgedLine, OpenLine, judge_log, local_of, open_lines_for
from renewals.actions.sending import holds_pause
from renewals.actions.touchpoints import record_touchpoint
from renewals.core.actors import Actor
from renewals.core.records import TouchpointRow

KEPT = (LogVerdict.EXPECTED, LogVerdict.HELD, LogVerdict.OTHER_ADDRESS)

# Enrolments before their messages, as everywhere; whoever had marked a message finds a higher fence.
LOCK = """
SELECT e.id FROM playbooks_enrolment AS e JOIN playbooks_message AS m ON m.enrolment_id = e.id
WHERE m.id = ANY(%s::bigint[]) ORDER BY e.id FOR NO KEY UPDATE OF e
"""
TAKE = """
UPDATE playbooks_message SET state = 'sending', fence = fence + 1, attempts = attempts + 1,
    lease_owner = 'provider log', lease_until = clock_timestamp(), sending_at = %(at)s,
    first_sending_at = coalesce(first_sending_at, %(at)s)
WHERE id = %(id)s AND state IN ('draft', 'queued', 'sending', 'in_doubt', 'parked')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What was done, or would be: each line with its verdict, how many of each, and what was never ours."""

    judged: tuple[JudgedLine, ...]
    stayed: int
    strangers: int

    @property
    def counts(self) -> Mapping[str, int]:
        """Return how many lines came to each verdict, all verdicts named."""
        found = Counter(item.verdict for item in self.judged)
        return {verdict.value: found[verdict] for verdict in LogVerdict}


@transaction.atomic
def reconcile_with_log(*, log: ProviderLog, by: Actor, now: datetime, is_rehearsal: bool = False) -> Reconciled:
    """Mark what left as sent; the same log again changes nothing. A rehearsal changes nothing either.

    Raises ProviderLogRefused for a log with problems or of another installation, SendingNotPaused.
    """
    if log.problems:
        raise ProviderLogRefused(log.problems[0], where="log")
    judged = judge_log(log.lines, workspace_id=by.workspace_id)
    here = [item for item in judged if item.verdict is not LogVerdict.ELSEWHERE]
    if here and all(item.verdict is LogVerdict.HELD for item in here) and not _is_anybody_here(here):
        what = "None of its lines is about a message, a step or a contact of this workspace: is it another's log?"
        raise ProviderLogRefused(what, where="log")
    if not is_rehearsal:
        if not holds_pause(workspace_id=by.workspace_id):
            raise SendingNotPaused("Sending is not paused in this workspace.", where="workspace")
        _mark([item for item in judged if item.verdict is LogVerdict.MARKED], by=by, now=now)
        _keep([item for item in judged if item.verdict in KEPT], by=by, now=now)
    return Reconciled(judged=judged, stayed=log.stayed, strangers=log.strangers)


def meet_lines(
    *, messages: Sequence[MessageFacts], cases: Mapping[int, StepCase], by: Actor, now: datetime
) -> list[MessageFacts]:
    """Return the messages that no open line is about. The others have left already, or wait for a person now."""
    lines = open_lines_for(
        keys=[item.idem_key for item in messages],
        message_ids=[item.message_id for item in messages],
        addresses=[item.to_address for item in messages],
    )
    left: list[MessageFacts] = []
    met: set[int] = set()
    for message in messages:
        line = next((item for item in lines if item.id not in met and _is_about(item, message)), None)
        if line is None:
            left.append(message)
            continue
        met.add(line.id)
        _meet(line, message, cases[message.step_run_id], by=by, now=now)
    return left


def _is_about(line: OpenLine, message: MessageFacts) -> bool:
    return _is_it(line, message) or (not line.is_expected and line.address == message.to_address.lower())


def _is_it(line: OpenLine, message: MessageFacts) -> bool:
    return bool(line.key and line.key == message.idem_key) or (
        bool(line.local_id) and line.local_id == local_of(message.message_id)
    )


def _meet(line: OpenLine, message: MessageFacts, case: StepCase, *, by: Actor, now: datetime) -> None:
    if _is_it(line, message) and line.address == message.to_address.lower():
        _mark_one(message, case, at=line.sent_at, ref=line.provider_ref, by=by, now=now)
    else:
        why = reason("may_have_left_before_restore", sent_at=line.sent_at, to=line.address)
        verdict = Verdict(state=MessageState.PARKED, reasons=(why,), needs_task=True)
        change_message(message, case, verdict, now=now)
    ProviderLine.objects.filter(id=line.id).update(message_id=message.id, settled_at=now)


def _mark(judged: Iterable[JudgedLine], *, by: Actor, now: datetime) -> None:
    lines = {item.message.id: item.line for item in judged if item.message is not None}
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [sorted(lines)])
    messages = load_messages(sorted(lines))
    cases = {case.step_run_id: case for case in load_step_cases([item.step_run_id for item in messages], now=now)}
    for message in messages:
        line = lines[message.id]
        if _mark_one(message, cases[message.step_run_id], at=line.sent_at, ref=line.ref, by=by, now=now):
            Task.objects.filter(message_id=message.id, state__in=("open", "snoozed")).update(
                state="cancelled", ended_reason="told_by_provider_log", updated_at=now
            )


def _mark_one(message: MessageFacts, case: StepCase, *, at: datetime, ref: str, by: Actor, now: datetime) -> bool:
    """Take the message out of every other hand and note that it was sent at that time. False if it has ended."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"id": message.id, "at": at})
        if not cursor.rowcount:
            return False
    held = replace(message, fence=message.fence + 1, attempts=message.attempts + 1)
    enter_left(message=held, case=case, now=at)
    why = reason("told_by_provider_log", sent_at=at, provider_ref=ref)
    enter_sent(left=[Departure(message=held, case=case, at=at, ref=ref, why=why)], by=by, now=now)
    return True


def _keep(judged: Iterable[JudgedLine], *, by: Actor, now: datetime) -> None:
    rows = [_kept_row(item, by=by, now=now) for item in judged]
    new = set(insert_rows(ProviderLine, rows, returning="line_key", ignore_conflicts=True))
    for item, row in zip(judged, rows, strict=True):
        if item.verdict is LogVerdict.HELD and row["line_key"] in new:
            _note_touch(item, str(row["line_key"]), by=by, now=now)


def _kept_row(item: JudgedLine, *, by: Actor, now: datetime) -> dict[str, Any]:
    line, local = item.line, local_of(item.line.message_id)
    return {
        "workspace_id": by.workspace_id,
        "line_key": line.key or local,
        "key": line.key,
        "local_id": local,
        "address": line.address,
        "sent_at": line.sent_at,
        "provider_ref": line.ref,
        "is_expected": item.verdict is LogVerdict.EXPECTED,
        "read_at": now,
        "read_by": by.label,
    }


def _note_touch(item: JudgedLine, line_key: str, *, by: Actor, now: datetime) -> None:
    """What left to a contact we know stands in the ledger, though nobody knows any more what it said."""
    found = match_address(item.line.address)
    if found.account_id is None:
        return
    row = TouchpointRow(
        account_id=found.account_id,
        contact_id=found.contact_id,
        occurred_at=item.line.sent_at,
        channel="email",
        subject="A message from before the restore",
        is_automated=True,
        origin="provider log",
        origin_key=f"provider-line:{line_key}",
    )
    record_touchpoint(row=row, by=by, now=now)


def _is_anybody_here(judged: Iterable[JudgedLine]) -> bool:
    return any(match_address(item.line.address).account_id is not None for item in judged)

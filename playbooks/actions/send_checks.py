"""The last look before a message leaves: everything is read again, and the guards are asked again. Sends nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from playbooks.actions.message_rows import MessageFacts
from playbooks.core.facts import Reason, reason
from playbooks.core.guards import StepVerdict, decide_invitation, decide_step
from playbooks.core.meetings import as_message
from playbooks.core.retry import RETRY_HORIZON, Failure, RetryDecision, RetryVerdict, SendFailure, decide_retry
from playbooks.core.states import MessageState
from playbooks.core.vocabulary import MessageClass
from playbooks.queries.case_facts import StepCase
from renewals.core.dates import resolve_zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of a message now; `next_at` when it waits, `needs_task` when a person has to look."""

    state: MessageState
    reasons: tuple[Reason, ...]
    next_at: datetime | None = None
    needs_task: bool = False
    is_copy: bool = False


CLOCKS_DIFFER = timedelta(minutes=1)
VERDICT_STATES = {
    RetryVerdict.RETRY: MessageState.QUEUED,
    RetryVerdict.RESEND_AS_COPY: MessageState.QUEUED,
    RetryVerdict.HOLD_IN_DOUBT: MessageState.IN_DOUBT,
    RetryVerdict.FAIL: MessageState.FAILED,
}


def check_before_sending(message: MessageFacts, case: StepCase, *, now: datetime) -> Verdict | None:
    """Return why the message does not leave now, None when it may. Suppression, stops and caps are all asked again."""
    if now > message.not_after_at:
        why = reason("too_late", not_after=message.not_after_at)
        return Verdict(state=MessageState.PARKED, reasons=(why,), needs_task=True)
    addressed = [item for item in case.facts.contacts if item.contact_id == message.contact_id]
    if any(MessageClass(message.message_class) in (item.suppressed_classes or ()) for item in addressed):
        why = reason("suppressed", contact=message.contact_id)
        # A notice that may not go this way still has to reach them: a person finds another way, it is never dropped.
        # So does somebody whom a person has invited.
        is_owed = message.message_class == MessageClass.CONTRACTUAL_NOTICE or bool(message.calendar_method)
        state = MessageState.PARKED if is_owed else MessageState.CANCELLED
        return Verdict(state=state, reasons=(why,), needs_task=is_owed)
    if message.calendar_method:
        return _check_invitation(message, case, now=now)
    # A draft only enters the queue by a person's approval.
    facts = replace(case.facts, is_approved=True)
    decision = decide_step(case.definition, case.definition.step(case.step_key), facts, now=now)
    match decision.verdict:
        case StepVerdict.DO if decision.contact_id == message.contact_id:
            return None
        case StepVerdict.DO:
            why = reason("contact_changed", was=message.contact_id, now=decision.contact_id)
            return Verdict(state=MessageState.PARKED, reasons=(why,), needs_task=True)
        case StepVerdict.HOLD:
            return Verdict(state=MessageState.QUEUED, reasons=decision.reasons, next_at=decision.until)
        case StepVerdict.MAKE_TASK | StepVerdict.ASK_APPROVAL:
            return Verdict(state=MessageState.PARKED, reasons=decision.reasons, needs_task=True)
        case _:
            return Verdict(state=MessageState.CANCELLED, reasons=decision.reasons)


def _check_invitation(message: MessageFacts, case: StepCase, *, now: datetime) -> Verdict | None:
    """Return why an invitation does not leave now. What can only wait too long is handed to a person, never dropped."""
    if message.calendar_method == "REQUEST" and case.facts.is_renewal_open is False:
        return Verdict(state=MessageState.CANCELLED, reasons=(reason("renewal_closed"),))
    known = case.addressees.get(message.contact_id)
    zone = resolve_zone(contact=known.timezone if known else "", workspace=case.plan.zone.name)
    definition, step, facts = as_message(
        case.definition,
        case.definition.step(case.step_key),
        replace(case.facts, zone=zone),
        contact_id=message.contact_id,
        made_at=message.created_at,
        starts_at=message.not_after_at,
    )
    decision = decide_invitation(definition, step, facts, is_first=not message.is_correction, now=now)
    if decision.verdict is StepVerdict.DO:
        return None
    if decision.verdict is StepVerdict.HOLD:
        return Verdict(state=MessageState.QUEUED, reasons=decision.reasons, next_at=decision.until)
    return Verdict(state=MessageState.PARKED, reasons=decision.reasons, needs_task=True)


def past_horizon(message: MessageFacts, *, now: datetime) -> Verdict | None:
    """Return the doubt about a message that may have left so long ago that its provider has forgotten the key (I12).

    Whatever held it back meanwhile. A first attempt in the future was told by a clock that has been put back since.
    """
    first = message.first_sending_at
    is_unclear = message.may_have_left or message.state == MessageState.SENDING
    if first is None or not is_unclear or first - CLOCKS_DIFFER <= now <= first + RETRY_HORIZON:
        return None
    why = reason("out_of_time", until=first + RETRY_HORIZON, attempts=message.attempts)
    needs_person = message.message_class != MessageClass.MARKETING
    return Verdict(state=MessageState.IN_DOUBT, reasons=(why,), needs_task=needs_person)


def after_lost_attempt(
    message: MessageFacts, objection: Verdict | None, *, has_idempotency: bool, fraction: float, now: datetime
) -> Verdict:
    """Return what becomes of a message whose sender died: nobody knows whether it left.

    It is never sent again once there is a reason not to; a person is told that it may have arrived.
    """
    if objection is not None and objection.state is not MessageState.QUEUED:
        return may_have_arrived(objection)
    decision = decide_retry(
        failure_of(message, Failure.AMBIGUOUS, has_idempotency=has_idempotency), fraction=fraction, now=now
    )
    return retry_verdict(decision, why=reason("sender_died"))


def may_have_arrived(objection: Verdict) -> Verdict:
    """Return what an objection means for a message that may have left before: not sent again, nor called unsent."""
    if objection.state is MessageState.QUEUED:
        return objection
    why = (reason("sender_died_and_stopped"), *objection.reasons)
    return Verdict(state=MessageState.IN_DOUBT, reasons=why, needs_task=True)


def failure_of(
    message: MessageFacts, failure: Failure, *, has_idempotency: bool, retry_after: timedelta | None = None
) -> SendFailure:
    """Return a failed attempt as the core judges it. Once a message may have left, it stays so until it is known."""
    is_certain = failure is Failure.REFUSED_FOR_GOOD or not message.may_have_left
    return SendFailure(
        workspace_id=message.workspace_id,
        message_id=message.message_id,
        message_class=MessageClass(message.message_class),
        failure=failure if is_certain else Failure.AMBIGUOUS,
        attempts=message.attempts,
        first_sending_at=message.first_sending_at or message.created_at,
        not_after=message.not_after_at,
        has_idempotency=has_idempotency,
        retry_after=retry_after,
    )


def retry_verdict(decision: RetryDecision, *, why: Reason) -> Verdict:
    """Return a decision of the retry rules as a new state of the message."""
    return Verdict(
        state=VERDICT_STATES[decision.verdict],
        reasons=(why, *decision.reasons),
        next_at=decision.next_at,
        needs_task=decision.needs_task,
        is_copy=decision.verdict is RetryVerdict.RESEND_AS_COPY,
    )


def one_per_contact(messages: Sequence[MessageFacts]) -> list[MessageFacts]:
    """Return the first message of each contact: the second has to see the first as a touch, in the next round."""
    first: dict[int, MessageFacts] = {}
    for message in messages:
        first.setdefault(message.contact_id, message)
    return list(first.values())

"""Hand a renewal over: offered with open items and signals, accepted or refused by the receiver, or raised on silence.

Until it is accepted the sender answers for everything, and both see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from playbooks.actions.ownership import tend_ownership
from playbooks.actions.queue import refresh_entries
from playbooks.core.errors import HandoverOpenAlready
from playbooks.core.handovers import UNSETTLED, HandoverState, check_handover_step
from playbooks.core.ownership import DUTIES, GapKind, clock_end
from playbooks.models import Handover, Task
from playbooks.queries.assignees import active_people
from playbooks.queries.handovers import handover_payload
from playbooks.queries.ownership import gap_clocks
from renewals.actions.renewals import set_renewal_roles
from renewals.core.actors import Actor
from renewals.core.errors import AlreadyClosed, InvalidInput, NotPermitted, RequiredValueMissing, UnknownReference
from renewals.queries.people import RoleTriad
from renewals.queries.renewals import Renewal
from renewals.queries.renewals import renewal as renewal_of
from renewals.queries.workspaces import workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverWish:
    """From whom to whom, which duties (none: all the sender holds), by when (None: the usual days), and a note."""

    sender_id: int
    receiver_id: int
    duties: Sequence[str] = ()
    deadline_at: datetime | None = None
    note: str = ""


@transaction.atomic
def offer_handover(*, renewal_id: int, wish: HandoverWish, by: Actor, now: datetime) -> Handover:
    """Offer the sender's duties of an open renewal to a colleague. The same offer again returns the open one.

    Raises UnknownReference, AlreadyClosed, InvalidInput for duties that are not the sender's or a deadline that is
    over, HandoverOpenAlready while another is unsettled.
    """
    renewal = _open_renewal(renewal_id)
    duties = _duties(renewal, wish)
    if wish.receiver_id not in active_people():
        raise UnknownReference("The receiver is not a member of this workspace.", where="receiver")
    if wish.receiver_id == wish.sender_id:
        raise InvalidInput("Nobody hands over to themselves.", where="receiver", remedy="Choose somebody else.")
    open_one = Handover.objects.filter(renewal_id=renewal_id, state__in=UNSETTLED).first()
    if open_one is not None:
        if (open_one.receiver_id, open_one.duties) == (wish.receiver_id, duties):
            return open_one
        raise HandoverOpenAlready("This renewal is being handed over already.", where=f"Renewal {renewal_id}")
    deadline = wish.deadline_at or clock_end(now, gap_clocks()[GapKind.HANDOVER], workspace(by.workspace_id).timezone)
    if deadline <= now:
        raise InvalidInput("The deadline is over.", where="deadline", remedy="Choose a later day.")
    made = Handover.objects.create(
        workspace_id=by.workspace_id,
        account_id=renewal.account_id,
        renewal=renewal,
        sender_id=wish.sender_id,
        receiver_id=wish.receiver_id,
        duties=duties,
        payload={"note": wish.note.strip()[:1000], **handover_payload(renewal, sender_id=wish.sender_id, now=now)},
        offered_at=now,
        deadline_at=deadline,
    )
    tend_ownership(by=by, now=now, renewal_ids=[renewal_id])
    return made


@transaction.atomic
def accept_handover(*, handover_id: int, by: Actor, now: datetime) -> Handover:
    """Take the duties and the sender's open tasks over; only the receiver may. A second call changes nothing.

    Raises UnknownReference, NotPermitted, HandoverNotInState, AlreadyClosed.
    """
    row = _locked(handover_id)
    if by.id != row.receiver_id:
        raise NotPermitted("Only the person it was offered to accepts a hand-over.")
    if row.state == HandoverState.ACCEPTED:
        return row
    check_handover_step(HandoverState(row.state), HandoverState.ACCEPTED)
    renewal = _open_renewal(row.renewal_id)
    held = {f"{name}_id": getattr(renewal, f"{name}_id") for name in DUTIES}
    still = [name for name in row.duties if held[f"{name}_id"] == row.sender_id]
    held |= {f"{name}_id": row.receiver_id for name in still}
    set_renewal_roles(renewal_id=renewal.id, roles=RoleTriad(**held), by=by, now=now)
    tasks = Task.objects.filter(renewal_id=renewal.id, assignee_id=row.sender_id, state__in=("open", "snoozed"))
    tasks.update(assignee_id=row.receiver_id, updated_at=now)
    return _settle(row, HandoverState.ACCEPTED, "", by=by, now=now)


@transaction.atomic
def refuse_handover(*, handover_id: int, why: str, by: Actor, now: datetime) -> Handover:
    """Say no, with a reason: everything stays with the sender. Only the receiver may.

    Raises UnknownReference, NotPermitted, RequiredValueMissing, HandoverNotInState.
    """
    row = _locked(handover_id)
    if by.id != row.receiver_id:
        raise NotPermitted("Only the person it was offered to refuses a hand-over.")
    if not why.strip():
        raise RequiredValueMissing("Say why you do not take it.", where="why")
    if row.state == HandoverState.REFUSED:
        return row
    return _settle(row, HandoverState.REFUSED, why.strip()[:300], by=by, now=now)


@transaction.atomic
def withdraw_handover(*, handover_id: int, by: Actor, now: datetime) -> Handover:
    """Take an offer back; who may is decided by the page. Raises UnknownReference, HandoverNotInState."""
    row = _locked(handover_id)
    if row.state == HandoverState.WITHDRAWN:
        return row
    return _settle(row, HandoverState.WITHDRAWN, "", by=by, now=now)


def _settle(row: Handover, state: HandoverState, answer: str, *, by: Actor, now: datetime) -> Handover:
    check_handover_step(HandoverState(row.state), state)
    row.state, row.answer, row.answered_at = state.value, answer, now
    row.save(update_fields=["state", "answer", "answered_at"])
    tend_ownership(by=by, now=now, renewal_ids=[row.renewal_id])
    refresh_entries(renewal_ids=[row.renewal_id], now=now)
    return row


def _duties(renewal: Renewal, wish: HandoverWish) -> list[str]:
    held = [name for name in DUTIES if getattr(renewal, f"{name}_id") == wish.sender_id]
    wanted = [name for name in DUTIES if name in wish.duties] or held
    if not wanted or set(wanted) - set(held) or set(wish.duties) - set(DUTIES):
        raise InvalidInput("The sender does not hold that duty here.", where="duties", remedy="Choose one they hold.")
    return wanted


def _open_renewal(renewal_id: int) -> Renewal:
    row = renewal_of(renewal_id)
    if row is None:
        raise UnknownReference(f"There is no renewal {renewal_id} in this workspace.", where="renewal")
    if row.closed_on is not None:
        raise AlreadyClosed(f"This renewal was closed on {row.closed_on.isoformat()}.", where=f"Renewal {renewal_id}")
    return row


def _locked(handover_id: int) -> Handover:
    row = Handover.objects.select_for_update().filter(id=handover_id).first()
    if row is None:
        raise UnknownReference(f"There is no hand-over {handover_id} in this workspace.", where="handover")
    return row

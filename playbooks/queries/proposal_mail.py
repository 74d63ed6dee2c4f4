"""How far the message that brings a proposal has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from playbooks.models import Enrolment, Message, StepRun

RENEWAL, WIN_BACK = "proposal_link", "win_back_link"
"""The playbooks that bring a proposal: to an account whose renewal is open, and to one that left."""

KEYS = (RENEWAL, WIN_BACK)
OPEN = ("active", "paused", "parked")
WAITING = ("draft", "queued", "sending")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalMail:
    """The newest run for a link: the state of its message, else of its step; `until` when it is looked at next."""

    state: str
    message_id: int | None
    sent_at: datetime | None
    until: datetime | None
    reasons: tuple[Mapping[str, Any], ...]

    @property
    def is_under_way(self) -> bool:
        """Answer whether it may still leave by itself."""
        return self.state in ("scheduled", "claimed", "waiting", *WAITING)


def under_way(renewal_id: int) -> Enrolment | None:
    """Return the run that has not sent its message yet, or whose message has not left; None when there is none."""
    rows = Enrolment.objects.filter(playbook__key__in=KEYS, renewal_id=renewal_id).order_by("-id")
    newest = rows.first()
    if newest is None:
        return None
    waits = Message.objects.filter(enrolment=newest, state__in=WAITING).exists()
    return newest if waits or newest.state in OPEN else None


def proposal_mail(link_id: int, *, renewal_id: int) -> ProposalMail | None:
    """Return the newest message run for a link, None when it was never sent by mail."""
    rows = Enrolment.objects.filter(playbook__key__in=KEYS, renewal_id=renewal_id, trigger__proposal_link=link_id)
    run = rows.order_by("-id").first()
    if run is None:
        return None
    message = Message.objects.filter(enrolment=run).order_by("-id").first()
    step = StepRun.objects.filter(enrolment=run).order_by("-id").first()
    row = message or step
    if row is None:
        return None
    return ProposalMail(
        state=row.state,
        message_id=message.id if message else None,
        sent_at=message.sent_at if message else None,
        until=message.next_at if message else step.due_at if step else None,
        reasons=tuple(row.reasons),
    )

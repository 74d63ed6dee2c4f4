"""The reminders we owe that a playbook's e-mail may serve, by renewal; and those an e-mail has served."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import QuerySet

from playbooks.core.definition import Playbook
from playbooks.core.duties import Duty
from playbooks.core.vocabulary import MessageClass
from playbooks.models import Message
from renewals.core.notices.rules import NoticeChannel, NoticeKind, NoticeSide
from renewals.core.notices.states import NoticeState
from renewals.models import Notice

OWED = (NoticeState.PLANNED.value, NoticeState.DUE.value, NoticeState.MISSED.value)


def serves_notices(definition: Playbook) -> bool:
    """Answer whether any step of a playbook sends a contractual notice."""
    return any(step.message_class is MessageClass.CONTRACTUAL_NOTICE for step in definition.steps)


def duties_of(renewal_ids: Collection[int]) -> Mapping[int, tuple[Duty, ...]]:
    """Return the duties of these renewals that are not served yet and that e-mail may serve.

    Reminders only: that we end a contract is said by a person, never by a playbook's text.
    """
    if not renewal_ids:
        return {}
    found: dict[int, tuple[Duty, ...]] = defaultdict(tuple)
    rows = _reminders().filter(renewal_id__in=renewal_ids, state__in=OWED, channels__contains=[NoticeChannel.EMAIL])
    for row in rows.order_by("id"):
        duty = Duty(notice_id=row.id, opens_on=row.opens_on, closes_on=row.closes_on, zone=row.zone)
        found[row.renewal_id] = (*found[row.renewal_id], duty)
    return found


def served_by_mail(message: Message) -> tuple[Notice, ...]:
    """Return the notices of the message's renewal that went out by e-mail and have no proof yet."""
    rows = _reminders().filter(renewal_id=message.enrolment.renewal_id, state=NoticeState.SENT.value)
    return tuple(rows.filter(sent_channel=NoticeChannel.EMAIL.value).order_by("id"))


def _reminders() -> QuerySet[Notice]:
    return Notice.objects.filter(side=NoticeSide.OURS.value, kind=NoticeKind.REMINDER.value)

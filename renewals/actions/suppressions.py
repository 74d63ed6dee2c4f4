"""Whom not to write to: added at once, lifted only with evidence, ordered against a send by the contact's row lock."""

from datetime import datetime

from django.db import transaction

from renewals.core.actors import Actor
from renewals.core.errors import EvidenceMissing, UnknownReference
from renewals.models import Contact, Suppression

ALL_CLASSES = "all"


@transaction.atomic
def add_suppression(
    *, contact_id: int, origin: str, by: Actor, now: datetime, message_class: str = ALL_CLASSES, reason: str = ""
) -> Suppression:
    """Suppress a contact for a class of message, or for all; the second call returns the first row.

    `reason` says in words what was said or found; who asked is kept with it.

    Takes the contact's row lock, so that a send that has not begun sees it (I9). Raises UnknownReference.
    """
    _lock_contact(contact_id)
    row, _ = Suppression.objects.get_or_create(
        workspace_id=by.workspace_id,
        contact_id=contact_id,
        message_class=message_class,
        lifted_at=None,
        defaults={"origin": origin, "since_at": now, "reason": reason[:300], "by_label": by.label[:150]},
    )
    return row


@transaction.atomic
def lift_suppression(*, suppression_id: int, evidence: str, by: Actor, now: datetime) -> Suppression:
    """Lift a suppression; evidence says where the contact's new consent is found. A lifted one stays as it was lifted.

    Raises EvidenceMissing, UnknownReference.
    """
    if not evidence.strip():
        raise EvidenceMissing(
            "A suppression is lifted only with evidence.", remedy="Say where the contact's consent is written down."
        )
    row = Suppression.objects.filter(id=suppression_id).first()
    if row is None:
        raise UnknownReference(f"There is no suppression {suppression_id} in this workspace.")
    _lock_contact(row.contact_id)
    row.refresh_from_db()
    if row.lifted_at is None:
        row.lifted_at, row.lifted_evidence = now, evidence.strip()[:300]
        row.save(update_fields=["lifted_at", "lifted_evidence"])
    return row


def _lock_contact(contact_id: int) -> None:
    if not Contact.objects.select_for_update().filter(id=contact_id).exists():
        raise UnknownReference(f"There is no contact {contact_id} in this workspace.")

"""Who must not be written to, in which class of message. Writes nothing."""

from collections.abc import Collection
from datetime import datetime

from django.db.models.functions import Lower

from renewals.models import Contact, Suppression


def is_lifted_since(contact_id: int, message_class: str, *, since: datetime) -> bool:
    """Answer whether a suppression of this class was lifted, with evidence, after an instant."""
    rows = Suppression.objects.filter(contact_id=contact_id, message_class=message_class)
    return rows.filter(lifted_at__gt=since).exists()


def suppressed_classes(contact_id: int) -> frozenset[str]:
    """Return the classes shut for a contact, "all" among them where every class is."""
    rows = Suppression.objects.filter(contact_id=contact_id, lifted_at__isnull=True)
    return frozenset(rows.values_list("message_class", flat=True))


def contacts_with(addresses: Collection[str]) -> dict[int, str]:
    """Return the contacts that have one of these addresses (lower case), with the address."""
    rows = Contact.objects.annotate(plain=Lower("email")).filter(plain__in=addresses)
    return dict(rows.values_list("id", "plain"))

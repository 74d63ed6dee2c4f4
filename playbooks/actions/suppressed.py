"""Take over a list of people who must not be written to, and add one by hand. Never lifts anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from playbooks.actions.shut import shut_classes
from playbooks.core.vocabulary import MessageClass
from playbooks.queries.suppressions import contacts_with
from renewals.actions.suppressions import ALL_CLASSES
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, RequiredValueMissing, UnknownChoice

BY_HAND = (
    MessageClass.RELATIONSHIP.value,
    MessageClass.MARKETING.value,
    MessageClass.CONTRACTUAL_NOTICE.value,
    ALL_CLASSES,
)
ORIGINS = ("manual", "legal", "imported")
MOST_ADDRESSES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What became of a list: contacts shut, and the addresses that no contact here has."""

    shut: int
    unknown: tuple[str, ...]


@transaction.atomic
def suppress_addresses(
    *, addresses: Sequence[str], message_class: str, why: tuple[str, str], by: Actor, now: datetime
) -> Listed:
    """Shut a class for every contact with one of these addresses; `why` is origin and reason, both needed.

    A contractual notice is shut by hand only for a legal reason: the duty to give notice stays, another way is found.
    An address on the list twice counts once. Raises UnknownChoice, RequiredValueMissing, InvalidInput.
    """
    origin, reason = why[0], why[1].strip()
    if message_class not in BY_HAND or origin not in ORIGINS:
        raise UnknownChoice("Choose the class and where the wish comes from.", remedy=f"Classes: {', '.join(BY_HAND)}.")
    if not reason:
        raise RequiredValueMissing("Say why they must not be written to.", where="reason")
    if message_class in (MessageClass.CONTRACTUAL_NOTICE, ALL_CLASSES) and origin != "legal":
        raise InvalidInput(
            "Notices are shut only for a legal reason.", where="class", remedy="Choose the origin legal."
        )
    wanted = {address.strip().lower() for address in addresses if address.strip()}
    if not wanted or len(wanted) > MOST_ADDRESSES:
        raise InvalidInput(f"Give 1 to {MOST_ADDRESSES:,} addresses, one a line.", where="addresses")
    found = contacts_with(wanted)
    for contact_id in sorted(found):
        shut_classes(contact_id=contact_id, classes=(message_class,), why=(origin, reason), by=by, now=now)
    return Listed(shut=len(found), unknown=tuple(sorted(wanted - set(found.values()))))

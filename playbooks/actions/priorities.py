"""Which playbook goes first where two want the same account at once: one number a playbook, the lower first."""

from datetime import datetime

from django.db import transaction

from playbooks.models import Playbook
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, UnknownReference

LOWEST, HIGHEST = 1, 999


@transaction.atomic
def set_priority(*, playbook_id: int, priority: int, by: Actor, now: datetime) -> Playbook:
    """Set the number of a playbook; it counts from the next decision on, and its history keeps who set it.

    Raises UnknownReference, and InvalidInput outside 1 to 999.
    """
    if not LOWEST <= priority <= HIGHEST:
        raise InvalidInput(f"{priority} is no priority.", where="priority", remedy=f"Give {LOWEST} to {HIGHEST}.")
    row = Playbook.objects.select_for_update().filter(id=playbook_id).first()
    if row is None:
        raise UnknownReference(f"There is no playbook {playbook_id} in this workspace.", where="playbook")
    if row.priority != priority:
        row.priority, row.updated_at = priority, now
        row.save(update_fields=["priority", "updated_at"])
    return row

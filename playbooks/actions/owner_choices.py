"""Let a person choose owners of renewals, and let what hangs on it follow: open tasks, gaps, the queue."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from playbooks.actions.ownership import tend_ownership
from playbooks.actions.queue import refresh_entries
from playbooks.models import Task
from renewals.actions.skills import OwnerChosen, OwnerWish, choose_owners
from renewals.core.actors import Actor


@transaction.atomic
def take_owners(*, wishes: Sequence[OwnerWish], by: Actor, now: datetime) -> tuple[OwnerChosen, ...]:
    """Choose owners as `choose_owners` does; tasks of the one before go along, gaps that this settles close."""
    done = choose_owners(wishes=wishes, by=by, now=now)
    given = {wish.renewal_id: wish.owner_id for wish in wishes}
    ids = [each.renewal_id for each in done if each.refusal is None and each.owner_before_id != given[each.renewal_id]]
    before = {each.renewal_id: each.owner_before_id for each in done}
    for renewal_id in ids:
        tasks = Task.objects.filter(renewal_id=renewal_id, assignee_id=before[renewal_id])
        tasks.filter(state__in=("open", "snoozed")).update(assignee_id=given[renewal_id], updated_at=now)
    if ids:
        tend_ownership(by=by, now=now, renewal_ids=ids)
        refresh_entries(renewal_ids=ids, now=now)
    return done

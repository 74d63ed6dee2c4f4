"""Merge contracts under the same check as every closing: their renewals close at no price that nobody allowed."""

from datetime import datetime

from django.db import transaction

from offers.actions.closing import check_approved
from offers.queries.renewals import open_renewals_of
from renewals.actions.mergers import apply_merger
from renewals.core.actors import Actor
from renewals.core.contracts.merging import MergePlan
from renewals.queries.mergers import MergeOrder


@transaction.atomic
def merge_as_approved(*, order: MergeOrder, seen: MergePlan, reason: str, by: Actor, now: datetime) -> tuple[int, ...]:
    """Merge contracts as `apply_merger` does and return those it changed; raises OutOfPolicy for a price not approved.

    Without a survivor no renewal closes, so nothing is checked.
    """
    if order.survivor_id is not None:
        for row in open_renewals_of(order.contract_ids):
            check_approved(renewal_id=row.id, amount=row.target_amount)
    return apply_merger(order=order, seen=seen, reason=reason, by=by, now=now)

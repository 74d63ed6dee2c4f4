"""Split a renewal under the same check as every closing: what comes up goes on at no price that nobody allowed."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from offers.actions.closing import check_approved
from offers.queries.cases import target_of
from renewals.actions.mergers import split_renewal
from renewals.core.actors import Actor


@transaction.atomic
def split_as_approved(
    *, renewal_id: int, groups: Mapping[str, tuple[str, ...]], decided_on: date, by: Actor, now: datetime
) -> tuple[int, ...]:
    """Split a renewal as `split_renewal` does and return the contracts; raises OutOfPolicy for a price not approved."""
    check_approved(renewal_id=renewal_id, amount=target_of(renewal_id))
    return split_renewal(renewal_id=renewal_id, groups=groups, decided_on=decided_on, by=by, now=now)

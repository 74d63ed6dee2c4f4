"""Amend the contracts of a world as its people sign them, and date the amendments when the service runs."""

from datetime import datetime, timedelta

from playbooks.core.world.amendments import ACTIVATED_AFTER, amendments_signed
from playbooks.core.world.draw import World
from playbooks.core.world.rows import Span
from playbooks.queries.world import amendments_without_service, contract_ids
from renewals.actions.amendments import amend_contract, date_amendment
from renewals.core.actors import Actor


def amend_contracts(*, world: World, span: Span, by: Actor, now: datetime) -> int:
    """Write the amendments signed in a span and return how many; those in effect by its end get their third date."""
    signed = amendments_signed(world, span)
    ids = contract_ids(each.contract for each in signed)
    for each in signed:
        amend_contract(contract_id=ids[each.contract], order=each.order, by=by, now=now)
    running_since = timedelta(days=ACTIVATED_AFTER)
    for amendment_id, effective_on in amendments_without_service(effective_by=span.until - running_since):
        date_amendment(amendment_id=amendment_id, activated_on=effective_on + running_since, by=by, now=now)
    return len(signed)

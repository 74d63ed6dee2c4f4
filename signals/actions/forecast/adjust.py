"""Adjust what a group of renewals is called: a row with its reason, beside the calls; none of them is changed."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, RequiredValueMissing
from renewals.core.money import Money, stored
from renewals.core.text import check_text
from renewals.queries.workspaces import workspace
from signals.models import ForecastAdjustment
from signals.queries.forecast.adjustments import Group

LONGEST = 300


@transaction.atomic
def adjust_group(*, group: Group, amount: Decimal, reason: str, by: Actor, now: datetime) -> ForecastAdjustment:
    """Keep by how much the calls of a group are too high (below zero) or too low; nothing takes the last one back.

    Raises InvalidInput for a machine, RequiredValueMissing without a reason, AmountOutOfRange.
    """
    if by.id is None:
        raise InvalidInput("Only a person adjusts a forecast.")
    why = check_text(reason, label="Reason", longest=LONGEST)
    if not why:
        raise RequiredValueMissing("Say why the group comes to something else.", where="reason")
    home = workspace(by.workspace_id).currency
    return ForecastAdjustment.objects.create(
        workspace_id=by.workspace_id,
        quarter_on=group.quarter_on,
        segment=group.segment,
        owner_id=group.owner_id,
        team_id=group.team_id,
        amount=stored(Money(amount, home).amount),
        currency=home,
        reason=why,
        made_at=now,
        made_by_id=by.id,
    )

"""Write the tier in force of accounts, with the reason that a page shows. How it is found out is not decided here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from renewals.actions.rows import update_rows
from renewals.core.actors import Actor
from renewals.models import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class TierGiven:
    """A tier and why: `reason` names its origin (derived, override, before_override) and the numbers behind it."""

    tier: str
    reason: Mapping[str, Any]


@transaction.atomic
def give_tiers(*, tiers: Mapping[int, TierGiven], by: Actor, now: datetime) -> int:
    """Write the tiers by account id and return how many accounts changed; the same again changes nothing."""
    if not tiers:
        return 0
    rows = Account.objects.select_for_update().filter(id__in=list(tiers), workspace_id=by.workspace_id).order_by("id")
    changed = []
    for row in rows:
        given = tiers[row.id]
        if (row.tier, row.tier_reason) == (given.tier, dict(given.reason)):
            continue
        row.tier, row.tier_reason, row.updated_at = given.tier, dict(given.reason), now
        changed.append(row)
    return update_rows(changed, ["tier", "tier_reason", "updated_at"])

"""Give a workspace the policy and the offers that ship, where it has none of its own."""

from datetime import datetime

from django.db import transaction

from offers.models import Offer, OfferVersion, PolicyVersion
from offers.queries.library import shipped_offers, shipped_policy
from renewals.core.actors import Actor

WHY = "Shipped with Perennial."


@transaction.atomic
def publish_shipped_if_none(*, by: Actor, now: datetime) -> int:
    """Publish the shipped policy and offers in a workspace without a policy; returns how many things were new."""
    if PolicyVersion.objects.exists():
        return 0
    _, is_new = PolicyVersion.objects.get_or_create(
        workspace_id=by.workspace_id,
        number=1,
        defaults={"definition": shipped_policy(), "published_at": now, "published_by": by.label, "reason": WHY},
    )
    if not is_new:
        return 0
    for table in shipped_offers():
        offer = Offer.objects.create(
            workspace_id=by.workspace_id, key=table["key"], name=table["name"], created_at=now, updated_at=now
        )
        OfferVersion.objects.create(
            workspace_id=by.workspace_id,
            offer=offer,
            number=1,
            definition=table,
            published_at=now,
            published_by=by.label,
            reason=WHY,
        )
    return 1 + len(shipped_offers())

"""The pages that people have mailed to them: their own list, and what is due."""

from collections.abc import Sequence
from datetime import datetime

from playbooks.models import PageSubscription

MOST_DUE = 50


def own_subscriptions(user_id: int) -> Sequence[PageSubscription]:
    """Return what a person is subscribed to, the oldest first."""
    return list(PageSubscription.objects.filter(user_id=user_id, ended_at__isnull=True).order_by("created_at", "id"))


def due_subscriptions(*, now: datetime) -> Sequence[PageSubscription]:
    """Return subscriptions whose moment has come, those that wait longest first."""
    due = PageSubscription.objects.filter(ended_at__isnull=True, next_at__lte=now).select_related("user")
    return list(due.order_by("next_at", "id")[:MOST_DUE])

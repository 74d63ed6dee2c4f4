"""API keys: the list of a workspace, and the one that belongs to a secret."""

from datetime import datetime

from django.db.models import Max, Q, QuerySet

from renewals.models import ApiKey


def live_api_key(secret_hash: str, *, now: datetime) -> ApiKey | None:
    """Return the key of this hash in the workspace one is in; None when unknown, expired or revoked."""
    not_expired = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    return ApiKey.objects.filter(not_expired, secret_hash=secret_hash, revoked_at__isnull=True).first()


def api_keys() -> QuerySet[ApiKey]:
    """Return all keys of the workspace, newest first, with who made them and `last_used_at`."""
    found = ApiKey.objects.select_related("created_by").annotate(last_used_at=Max("uses__last_used_at"))
    return found.order_by("-created_at", "-id")

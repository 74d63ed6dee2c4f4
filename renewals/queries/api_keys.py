"""API keys: the list of a workspace, and the one that belongs to a secret."""

from datetime import datetime

from django.db.models import Max, Q, QuerySet

from renewals.models import ApiKey


def live_api_key(secret_hash: str, *, now: datetime) -> tuple[ApiKey, datetime | None] | None:
    """Return the key of this hash in the workspace one is in, and when it was last noted as used (None: never).

    None when unknown, expired or revoked.
    """
    not_expired = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
    live = ApiKey.objects.filter(not_expired, secret_hash=secret_hash, revoked_at__isnull=True)
    found = live.annotate(last_used_at=Max("uses__last_used_at")).first()
    return (found, found.last_used_at) if found else None


def api_keys() -> QuerySet[ApiKey]:
    """Return all keys of the workspace, newest first, with who made them and `last_used_at`."""
    found = ApiKey.objects.select_related("created_by").annotate(last_used_at=Max("uses__last_used_at"))
    return found.order_by("-created_at", "-id")

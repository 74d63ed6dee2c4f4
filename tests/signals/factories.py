"""Rows for tests of signals: an account, a source, items as the API takes them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from renewals.core.actors import system_actor
from renewals.models import Account
from signals.actions.intake import ensure_source
from signals.models import Source

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def make_account(workspace_id: int, external_id: str = "A-1", **fields: Any) -> Account:
    """Insert an account of the mid-market segment."""
    values = {"name": external_id, "currency": "EUR", "segment": "mid_market", "created_at": NOW, "updated_at": NOW}
    return Account.objects.create(workspace_id=workspace_id, external_id=external_id, **{**values, **fields})


def make_source(workspace_id: int, key: str = "product") -> Source:
    """Return the source, made if need be."""
    return ensure_source(workspace_id, key=key, kind=Source.Kind.API, by=system_actor(workspace_id, "t"), now=NOW)


def item(account: str = "A-1", kind: str = "usage.events", **fields: Any) -> dict[str, Any]:
    """Return a signal as the API takes it, of yesterday unless `days_ago` says otherwise."""
    days_ago = fields.pop("days_ago", 1)
    moment = NOW - timedelta(days=days_ago)
    value = {"value": 3} if kind == "usage.events" else {}
    return {"account": account, "kind": kind, "occurred_at": moment.isoformat(), **value, **fields}

"""Rows for tests of signals: an account, a source, items as the API takes them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from renewals.core.actors import system_actor
from renewals.models import Account, Contract, Renewal, User
from signals.actions.intake import ensure_source
from signals.models import Source

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def make_account(workspace_id: int, external_id: str = "A-1", **fields: Any) -> Account:
    """Insert an account of the mid-market segment."""
    values = {"name": external_id, "currency": "EUR", "segment": "mid_market", "created_at": NOW, "updated_at": NOW}
    return Account.objects.create(workspace_id=workspace_id, external_id=external_id, **{**values, **fields})


def make_source(workspace_id: int, key: str = "product") -> Source:
    """Return the source, made if need be."""
    return ensure_source(
        workspace_id=workspace_id, key=key, kind=Source.Kind.API, by=system_actor(workspace_id, "t"), now=NOW
    )


def item(account: str = "A-1", kind: str = "usage.events", **fields: Any) -> dict[str, Any]:
    """Return a signal as the API takes it, of yesterday unless `days_ago` says otherwise."""
    days_ago = fields.pop("days_ago", 1)
    moment = NOW - timedelta(days=days_ago)
    value = {"value": 3} if kind == "usage.events" else {}
    return {"account": account, "kind": kind, "occurred_at": moment.isoformat(), **value, **fields}


def rich_items(account: str = "A-1") -> list[dict[str, Any]]:
    """Return signals of every family: enough for a score, none of them bad."""

    def one(kind: str, days_ago: int, **fields: Any) -> dict[str, Any]:
        return item(account, kind, days_ago=days_ago, external_id=f"{account}-{kind}-{days_ago}", **fields)

    return [
        *(one("usage.events", days, value=20 + days % 5) for days in range(120)),
        *(one("usage.active_users", days, value=30) for days in range(0, 100, 3)),
        one("usage.seats", 200, value=50),
        *(one("usage.feature_used", days, subject=f"feature {days % 7}", value=2) for days in range(0, 50, 2)),
        one("usage.milestone", 340, subject="live"),
        one("billing.invoice_paid", 40, subject="I-1", value=-3),
        one("billing.invoice_overdue", 20, subject="I-2", value=8),
        one("support.ticket_opened", 30, subject="T-1", value=2),
        one("support.ticket_resolved", 28, subject="T-1", value=40),
        *(one("support.message", days, text="Great help, thank you!") for days in (3, 9, 20)),
        one("marketing.email_clicked", 8),
        one("marketing.event_attended", 25),
        one("relationship.meeting", 12),
        one("relationship.nps", 35, value=8),
        one("relationship.sponsor_confirmed", 150),
        one("health.outside", 4, value=71),
    ]


def make_renewal(account: Account, *, days: int) -> Renewal:
    """Insert an open renewal due in so many days, with its contract and owner."""
    due_on = (NOW + timedelta(days=days)).date()
    contract = Contract.objects.create(
        workspace_id=account.workspace_id,
        account=account,
        external_id=f"{account.external_id}-{days}",
        name="Main",
        currency="EUR",
        created_at=NOW,
        updated_at=NOW,
    )
    owner, _ = User.objects.get_or_create(email="owner@example.com")
    return Renewal.objects.create(
        workspace_id=account.workspace_id,
        account=account,
        contract=contract,
        term_number=1,
        due_on=due_on,
        opened_on=NOW.date(),
        currency="EUR",
        target_amount=1000,
        owner=owner,
        initiator=owner,
        negotiator=owner,
        finaliser=owner,
        created_at=NOW,
        updated_at=NOW,
    )

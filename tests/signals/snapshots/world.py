"""A small book for tests of snapshots, lived through on a moved clock: what is recorded is dated as it came."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from renewals.actions.accounts import record_account
from renewals.actions.contacts import record_contacts
from renewals.actions.contracts import record_contract
from renewals.actions.milestones import record_milestones
from renewals.actions.renewals import open_renewal_cycles
from renewals.actions.scope import in_workspace
from renewals.actions.workspaces import NewMember, add_member
from renewals.core.actors import system_actor
from renewals.core.records import AccountRow, ContactRow, ContractRow, LineRow, MilestoneRow, TermRow
from renewals.core.roles import Role
from renewals.models import Account, Renewal, Workspace
from signals.actions.intake import ensure_source, record_signals
from signals.actions.snapshots import backfill_snapshots, take_due_snapshots
from signals.models import Snapshot

BEGAN = datetime(2025, 1, 1, 8, tzinfo=UTC)
DUE = date(2026, 1, 1)
LOOK = datetime(2025, 12, 2, 9, tzinfo=UTC)
"""D-30: the due date is the first of January."""


@contextmanager
def at(workspace: Workspace, moment: datetime) -> Iterator[Any]:
    """Run the block at this time; the value is the acting system."""
    actor = system_actor(workspace.id, "t")
    with in_workspace(workspace.id, by=actor, why="test", now=moment):
        yield actor


def book(workspace: Workspace, *, accounts: int = 1, now: datetime = BEGAN) -> list[Renewal]:
    """Return the open renewals of accounts with one yearly contract each, recorded at `now`."""
    with at(workspace, now) as by:
        member = NewMember(email=f"csm{workspace.id}@example.com", name="C", role=Role.CSM)
        owner = add_member(member=member, by=by, now=now)
        for number in range(1, accounts + 1):
            one_account(by, f"A{number}", owner_id=owner.user_id, now=now)
        open_renewal_cycles(by=by, now=now)
        return list(Renewal.objects.order_by("id"))


def one_account(by: Any, key: str, *, owner_id: int, now: datetime) -> None:
    """Record an account with a sponsor, a contract of the year 2025, and where its signals come from."""
    account = AccountRow(
        external_id=key,
        name=key,
        currency="USD",
        industry="Energy",
        country="DE",
        owner_id=owner_id,
        started_on=date(2024, 1, 1),
        attributes={"plan": "gold", "sites": 4},
    )
    record_account(row=account, by=by, now=now)
    sponsor = ContactRow(
        external_id=f"{key}-P1",
        account_external_id=key,
        name="Sponsor",
        email="s@example.com",
        roles=("executive_sponsor",),
        roles_on=date(2024, 2, 1),
    )
    record_contacts(rows=[sponsor], by=by, now=now)
    record_contract(row=contract(key), by=by, now=now)
    ensure_source(workspace_id=by.workspace_id, key="product", kind="api", by=by, now=now)


def contract(key: str, *, arr: int = 12_000, ends_on: date = date(2025, 12, 31)) -> ContractRow:
    """Return the contract of an account as the CRM has it."""
    line = LineRow(
        external_id="seats",
        arr_amount=Decimal(arr),
        list_arr_amount=Decimal(15_000),
        quantity=Decimal(20),
        unit="seats",
    )
    term = TermRow(number=1, starts_on=date(2025, 1, 1), ends_on=ends_on, notice_period=60, lines=(line,))
    return ContractRow(external_id=f"C-{key}", account_external_id=key, terms=(term,))


def signal(account: str, kind: str, occurred_at: datetime, **fields: Any) -> dict[str, Any]:
    """Return a signal as the API takes it."""
    key = f"{account}:{kind}:{occurred_at.isoformat()}:{fields.get('subject', '')}"
    return {"account": account, "kind": kind, "occurred_at": occurred_at.isoformat(), "external_id": key, **fields}


def send(workspace: Workspace, *items: dict[str, Any], now: datetime) -> None:
    """Have signals received at `now`."""
    with at(workspace, now) as by:
        result = record_signals(workspace_id=workspace.id, source_key="product", items=list(items), by=by, now=now)
    assert result.refused == 0, result.exceptions


def usual_signals(account: str, until: datetime) -> list[dict[str, Any]]:
    """Return half a year of signals of all families before `until`."""
    days = [until - timedelta(days=n) for n in range(1, 180)]
    return [
        *(signal(account, "usage.events", day, value=10 + at % 7) for at, day in enumerate(days)),
        *(signal(account, "usage.active_users", day, value=12) for day in days[::7]),
        *(
            signal(account, "usage.feature_used", day, subject=f"f{at % 3}", value=2)
            for at, day in enumerate(days[::9])
        ),
        signal(account, "billing.invoice_overdue", days[40], subject="I-1", value=9),
        signal(account, "support.message", days[12], text="Great help, thank you!"),
        signal(account, "relationship.nps", days[30], value=8),
        signal(account, "relationship.unlisted_kind", days[3], value=1),
    ]


def milestone(account: str, on: date) -> MilestoneRow:
    """Return an achieved milestone."""
    return MilestoneRow(
        external_id=f"m-{on}", account_external_id=account, name="First report", achieved_on=on, evidence="seen"
    )


def reach(workspace: Workspace, account: str, on: date, *, now: datetime) -> None:
    """Record a milestone at `now`."""
    with at(workspace, now) as by:
        record_milestones(rows=[milestone(account, on)], by=by, now=now)


def take(workspace: Workspace, now: datetime = LOOK) -> list[Snapshot]:
    """Take what is due at `now` and return all snapshots."""
    with at(workspace, now) as by:
        take_due_snapshots(workspace_id=workspace.id, by=by, now=now)
        return list(Snapshot.objects.order_by("id"))


def backfill(workspace: Workspace, now: datetime) -> list[Snapshot]:
    """Take what is missing at `now` and return all snapshots."""
    with at(workspace, now) as by:
        list(backfill_snapshots(workspace_id=workspace.id, by=by, now=now))
        return list(Snapshot.objects.order_by("id"))


def account_id(external_id: str) -> int:
    """Return the row of an account."""
    return Account.objects.get(external_id=external_id).id

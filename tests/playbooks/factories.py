"""Rows to tell stories with: a person, an account with contacts, a contract and its renewal. Call in a workspace."""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from renewals.models import Account, Contact, ContactRole, Contract, Membership, Renewal, TermVersion, User, Workspace
from signals.models import CurrentRisk

MADE_AT = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One account ready to be renewed, and the people around it."""

    workspace: Workspace
    owner: User
    account: Account
    contact: Contact
    contract: Contract
    renewal: Renewal


def make_person(workspace: Workspace, email: str = "csm@example.com", role: str = "csm") -> User:
    """A member of the workspace; the same address gives the same person."""
    user, _ = User.objects.get_or_create(email=email, defaults={"name": email.split("@")[0].title()})
    Membership.objects.get_or_create(workspace=workspace, user=user, defaults={"role": role})
    return user


def make_account(workspace: Workspace, owner: User, *, key: str = "A-1", tier: str = "strategic") -> Account:
    """An account of the given tier; segment and tier share their shipped names."""
    return Account.objects.create(
        workspace=workspace,
        external_id=key,
        name=f"Account {key}",
        owner=owner,
        tier=tier,
        segment={"strategic": "strategic", "growth": "mid_market"}.get(tier, "small"),
        country="DE",
        timezone="Europe/Berlin",
        currency="EUR",
        created_at=MADE_AT,
        updated_at=MADE_AT,
    )


def make_contact(account: Account, *, key: str = "C-1", roles: tuple[str, ...] = ("champion",)) -> Contact:
    """A contact with an address and roles since ever."""
    contact = Contact.objects.create(
        workspace_id=account.workspace_id,
        account=account,
        external_id=f"{account.external_id}/{key}",
        name="Ada Vogel",
        email=f"{key}.{account.external_id}@example.org".lower(),
        created_at=MADE_AT,
        updated_at=MADE_AT,
    )
    for role in roles:
        ContactRole.objects.create(
            workspace_id=account.workspace_id, contact=contact, account=account, role=role, from_on=date(2020, 1, 1)
        )
    return contact


def make_renewal(account: Account, owner: User, *, due_on: date, notice_days: int = 60) -> Renewal:
    """A twelve-month contract whose term ends the day before `due_on`, and its open renewal."""
    contract = Contract.objects.create(
        workspace_id=account.workspace_id,
        account=account,
        external_id=f"K-{account.external_id}",
        name=f"Contract {account.external_id}",
        currency="EUR",
        created_at=MADE_AT,
        updated_at=MADE_AT,
    )
    TermVersion.objects.create(
        workspace_id=account.workspace_id,
        contract=contract,
        number=1,
        starts_on=due_on - timedelta(days=365),
        ends_on=due_on - timedelta(days=1),
        notice_period=notice_days,
        recorded_at=MADE_AT,
    )
    return Renewal.objects.create(
        workspace_id=account.workspace_id,
        account=account,
        contract=contract,
        term_number=1,
        due_on=due_on,
        notice_on=due_on - timedelta(days=notice_days),
        opened_on=MADE_AT.date(),
        currency="EUR",
        target_amount=Decimal("120000"),
        owner=owner,
        initiator=owner,
        negotiator=owner,
        finaliser=owner,
        created_at=MADE_AT,
        updated_at=MADE_AT,
    )


EVERYBODY = ("champion", "economic_buyer", "executive_sponsor", "user", "legal", "procurement")


def make_world(
    workspace: Workspace, *, key: str = "A-1", tier: str = "strategic", due_on: date = date(2026, 9, 1)
) -> World:
    """One account with everything a playbook of its tier asks for."""
    owner = make_person(workspace)
    account = make_account(workspace, owner, key=key, tier=tier)
    contact = make_contact(account, roles=EVERYBODY)
    renewal = make_renewal(account, owner, due_on=due_on)
    return World(
        workspace=workspace,
        owner=owner,
        account=account,
        contact=contact,
        contract=renewal.contract,
        renewal=renewal,
    )


def make_risk(world: World, at: datetime, value: float, *, before: float | None = None) -> None:
    """Let the renewal's risk stand at `value`, after `before` on the day before."""
    CurrentRisk.objects.filter(renewal=world.renewal).delete()
    CurrentRisk.objects.create(
        workspace=world.workspace,
        account=world.account,
        renewal=world.renewal,
        score_id=1,
        state="scored",
        band="high",
        value=value,
        previous_value=before,
        coverage=1.0,
        known_count=5,
        measures_count=5,
        stale_count=0,
        as_of=at,
        scored_at=at,
        reasons=[],
        input_hash=uuid.uuid4(),
    )

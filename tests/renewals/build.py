"""People, accounts, contracts and renewals for tests, made through the product's own actions."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from renewals.actions.accounts import record_account
from renewals.actions.contracts import record_contract
from renewals.actions.renewals import open_renewal_cycles
from renewals.actions.workspaces import NewMember, add_member
from renewals.core.actors import Actor
from renewals.core.records import AccountRow, ContractRow, LineRow, TermRow
from renewals.core.roles import Role
from renewals.models import Account, Contract, Membership, Renewal

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TERM = TermRow(
    number=1,
    starts_on=date(2026, 1, 1),
    ends_on=date(2026, 12, 31),
    notice_period=60,
    lines=(LineRow(external_id="seats", arr_amount=Decimal(1000)),),
)


def member(by: Actor, name: str, role: Role = Role.CSM, **more: object) -> Membership:
    """Return a new member called `name`."""
    new = NewMember(email=f"{name.lower()}{by.workspace_id}@example.com", name=name, role=role, **more)
    return add_member(member=new, by=by, now=NOW)


def account(by: Actor, external_id: str = "A1", **more: object) -> Account:
    """Return an account in euros."""
    return record_account(
        row=AccountRow(**{"external_id": external_id, "name": f"Account {external_id}", "currency": "EUR"} | more),
        by=by,
        now=NOW,
    )


def contract(by: Actor, external_id: str = "C1", account_external_id: str = "A1", **term: object) -> Contract:
    """Return a contract of one term, 2026, 1,000 a year."""
    row = ContractRow(external_id=external_id, account_external_id=account_external_id, terms=(replace(TERM, **term),))
    return record_contract(row=row, by=by, now=NOW)


def renewal(by: Actor, external_id: str = "1", **term: object) -> Renewal:
    """Return the open renewal of a new contract of a new account owned by a new CSM."""
    owner = member(by, f"Owner{external_id}")
    account(by, f"A{external_id}", owner_id=owner.user_id)
    made = contract(by, f"C{external_id}", f"A{external_id}", **term)
    open_renewal_cycles(by=by, now=NOW)
    return Renewal.objects.get(contract=made)

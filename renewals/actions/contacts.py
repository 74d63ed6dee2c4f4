"""Record contacts, the roles they hold over time, and whom not to write to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from renewals.actions.rows import update_rows
from renewals.actions.upsert import Recorded, upsert
from renewals.core.actors import Actor
from renewals.core.errors import UnknownReference
from renewals.core.records import EXCLUSIVE_ROLES, ContactRow, check_contact, check_contact_role, check_unique
from renewals.models import Account, Contact, ContactRole

BATCH = 1000
COLUMNS = tuple(
    field.name
    for field in fields(ContactRow)
    if field.name not in {"external_id", "account_external_id", "roles", "roles_on"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChange:
    """From a day on a contact holds exactly these roles."""

    contact_id: int
    roles: tuple[str, ...]
    from_on: date


@transaction.atomic
def record_contacts(*, rows: Sequence[ContactRow], by: Actor, now: datetime) -> Recorded:
    """Create or change contacts by external id and return what became of them; the same rows again change nothing.

    Raises the named errors of `check_contact`, DuplicateRecord, and UnknownReference for an account.
    """
    checked = [check_contact(row) for row in rows]
    check_unique((row.external_id for row in checked), noun="contact")
    accounts = _account_ids(checked)
    columns = {row.external_id: _columns(row, accounts) for row in checked}
    recorded = upsert(Contact.objects.all(), columns, workspace_id=by.workspace_id, now=now)
    changes = [
        RoleChange(contact_id=recorded.ids[row.external_id], roles=row.roles, from_on=row.roles_on or now.date())
        for row in checked
        if row.roles is not None
    ]
    set_roles(changes=changes, by=by, now=now)
    return recorded


def record_contact(*, row: ContactRow, by: Actor, now: datetime) -> Contact:
    """Create or change one contact and return it; errors as in `record_contacts`."""
    recorded = record_contacts(rows=[row], by=by, now=now)
    return Contact.objects.get(id=next(iter(recorded.ids.values())))


@transaction.atomic
def set_roles(*, changes: Iterable[RoleChange], by: Actor, now: datetime) -> int:
    """Bring the roles of contacts to what is said and return how many began or ended.

    Roles not named end the day before. A new economic buyer or executive sponsor ends the role of the one before them
    at the account. Raises UnknownReference, UnknownChoice.
    """
    wanted = {change.contact_id: change for change in changes}
    contacts = {row.id: row for row in Contact.objects.select_for_update().filter(id__in=wanted).order_by("id")}
    for contact_id in wanted:
        if contact_id not in contacts:
            raise UnknownReference(f"There is no contact {contact_id} in this workspace.")
    accounts = {row.account_id for row in contacts.values()}
    open_roles = list(ContactRole.objects.filter(account_id__in=accounts, until_on__isnull=True))
    beginning = _beginning(wanted, contacts, open_roles)
    ending = _ending(wanted, contacts, open_roles, beginning)
    update_rows(ending, ["until_on"])
    ContactRole.objects.bulk_create(beginning, batch_size=BATCH)
    return len(beginning) + len(ending)


@transaction.atomic
def give_role(*, contact_id: int, role: str, from_on: date, by: Actor, now: datetime) -> ContactRole:
    """Let a contact hold a role from a day on, beside those held already; returns the open role, once begun the first.

    Raises UnknownReference, UnknownChoice.
    """
    check_contact_role(role)
    held = ContactRole.objects.filter(contact_id=contact_id, until_on__isnull=True).values_list("role", flat=True)
    change = RoleChange(contact_id=contact_id, roles=(*held, role), from_on=from_on)
    set_roles(changes=[change], by=by, now=now)
    return ContactRole.objects.get(contact_id=contact_id, role=role, until_on__isnull=True)


@transaction.atomic
def end_role(*, contact_id: int, role: str, until_on: date, by: Actor, now: datetime) -> bool:
    """End an open role on its last day and answer whether one was open."""
    held = ContactRole.objects.select_for_update().filter(contact_id=contact_id, role=role, until_on__isnull=True)
    row = held.first()
    if row is None:
        return False
    row.until_on = max(until_on, row.from_on)
    row.save(update_fields=["until_on"])
    return True


def _columns(row: ContactRow, accounts: dict[str, int]) -> dict[str, Any]:
    if row.account_external_id not in accounts:
        raise UnknownReference(
            f"There is no account '{row.account_external_id}' in this workspace.", where=f"Contact {row.external_id}"
        )
    columns = {name: getattr(row, name) for name in COLUMNS}
    return columns | {"account_id": accounts[row.account_external_id]}


def _account_ids(rows: list[ContactRow]) -> dict[str, int]:
    named = {row.account_external_id for row in rows}
    return dict(Account.objects.filter(external_id__in=named).values_list("external_id", "id"))


def _beginning(
    wanted: dict[int, RoleChange], contacts: dict[int, Contact], open_roles: list[ContactRole]
) -> list[ContactRole]:
    held = {(row.contact_id, row.role) for row in open_roles}
    return [
        ContactRole(
            workspace_id=contacts[change.contact_id].workspace_id,
            contact_id=change.contact_id,
            account_id=contacts[change.contact_id].account_id,
            role=role,
            from_on=change.from_on,
        )
        for change in wanted.values()
        for role in dict.fromkeys(check_contact_role(role) for role in change.roles)
        if (change.contact_id, role) not in held
    ]


def _ending(
    wanted: dict[int, RoleChange],
    contacts: dict[int, Contact],
    open_roles: list[ContactRole],
    beginning: list[ContactRole],
) -> list[ContactRole]:
    followed = {(row.account_id, row.role): row.from_on for row in beginning if row.role in EXCLUSIVE_ROLES}
    ending = []
    for row in open_roles:
        change = wanted.get(row.contact_id)
        dropped_on = change.from_on if change and row.role not in change.roles else None
        from_on = dropped_on or followed.get((row.account_id, row.role))
        if from_on is not None:
            # A role that began on the same day keeps that one day: history is not erased.
            row.until_on = max(row.from_on, from_on - timedelta(days=1))
            ending.append(row)
    return ending

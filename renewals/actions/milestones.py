"""Record success milestones with their evidence, and the account's own confirmation."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime

from django.db import transaction

from renewals.actions.upsert import Recorded, upsert
from renewals.core.actors import Actor
from renewals.core.errors import EvidenceMissing, UnknownReference
from renewals.core.gains import GainStated, checked_gain
from renewals.core.records import MilestoneRow, check_unique
from renewals.core.text import check_line, check_text
from renewals.models import Account, Contact, Milestone

COLUMNS = tuple(
    field.name for field in fields(MilestoneRow) if field.name not in {"external_id", "account_external_id"}
)


@transaction.atomic
def record_milestones(*, rows: Sequence[MilestoneRow], by: Actor, now: datetime) -> Recorded:
    """Create or change milestones by account and external id; the same rows again change nothing.

    Raises EvidenceMissing for an achieved one without evidence, UnknownReference for an account, DuplicateRecord.
    """
    named = {row.account_external_id for row in rows}
    accounts = dict(Account.objects.filter(external_id__in=named).values_list("external_id", "id"))
    check_unique((f"{row.account_external_id}/{row.external_id}" for row in rows), noun="milestone")
    parts = []
    for account_key in dict.fromkeys(row.account_external_id for row in rows):
        if account_key not in accounts:
            raise UnknownReference(f"There is no account '{account_key}' in this workspace.")
        mine = [row for row in rows if row.account_external_id == account_key]
        parts.append(_record(mine, accounts[account_key], by, now))
    return Recorded(
        created=sum(part.created for part in parts),
        updated=sum(part.updated for part in parts),
        unchanged=sum(part.unchanged for part in parts),
        ids={f"{key}": row_id for part in parts for key, row_id in part.ids.items()},
        changed_ids=frozenset().union(*(part.changed_ids for part in parts)),
    )


@transaction.atomic
def confirm_milestone(*, milestone_id: int, contact_id: int, on: date, by: Actor, now: datetime) -> Milestone:
    """Keep that a contact of the account confirmed an achieved milestone; the first confirmation stays.

    Raises UnknownReference, EvidenceMissing while it is not achieved.
    """
    row = Milestone.objects.select_for_update().filter(id=milestone_id).first()
    if row is None or not Contact.objects.filter(id=contact_id, account_id=row.account_id).exists():
        raise UnknownReference("There is no such milestone, or the contact is not of this account.")
    if row.achieved_on is None:
        raise EvidenceMissing(
            "A milestone is confirmed after it was achieved.", remedy="Record date and evidence first."
        )
    if row.confirmed_on is None:
        row.confirmed_by_id, row.confirmed_on = contact_id, on
        row.save(update_fields=["confirmed_by", "confirmed_on"])
    return row


@transaction.atomic
def state_gain(*, milestone_id: int, stated: GainStated | None, today: date, by: Actor, now: datetime) -> Milestone:
    """Keep what a milestone brings the account in a year, as the account says; None takes it back: not known.

    What was said before stays in the history. Raises UnknownReference and what `checked_gain` raises.
    """
    row = Milestone.objects.select_for_update().filter(id=milestone_id).first()
    if row is None:
        raise UnknownReference("There is no such milestone.")
    amount, currency, source = None, "", ""
    if stated is not None:
        money, source = checked_gain(stated, today=today)
        amount, currency = money.amount, money.currency
    if (row.gain_amount, row.gain_currency, row.gain_source) != (amount, currency, source):
        row.gain_amount, row.gain_currency, row.gain_source = amount, currency, source
        row.save(update_fields=["gain_amount", "gain_currency", "gain_source"])
    return row


def _record(rows: list[MilestoneRow], account_id: int, by: Actor, now: datetime) -> Recorded:
    known = {row.external_id: row for row in Milestone.objects.filter(account_id=account_id)}
    for row in rows:
        kept = known.get(row.external_id)
        evidence = row.evidence if row.evidence is not None else (kept.evidence if kept else "")
        achieved_on = row.achieved_on or (kept.achieved_on if kept else None)
        if achieved_on is not None and not evidence.strip():
            raise EvidenceMissing(f"The milestone {row.external_id} is achieved: say what shows it.")
    columns = {row.external_id: _columns(row, account_id) for row in rows}
    return upsert(Milestone.objects.filter(account_id=account_id), columns, workspace_id=by.workspace_id, now=now)


def _columns(row: MilestoneRow, account_id: int) -> dict[str, object]:
    columns = {name: getattr(row, name) for name in COLUMNS}
    if row.name is not None:
        columns["name"] = check_line(row.name, label="Milestone", is_required=True)
    if row.evidence is not None:
        columns["evidence"] = check_text(row.evidence, label="Evidence")
    return columns | {"account_id": account_id}

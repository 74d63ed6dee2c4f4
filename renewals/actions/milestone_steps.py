"""What a person does with one milestone of an account: agree on it, say it was reached, drop it, aim at it again."""

from datetime import date, datetime

from django.db import transaction

from renewals.core.actors import Actor
from renewals.core.errors import DuplicateRecord, UnknownReference
from renewals.core.milestones import checked_drop, checked_name, checked_reached
from renewals.models import Account, Milestone
from renewals.queries.accounts import milestone_standing


@transaction.atomic
def plan_milestone(*, account_id: int, name: str, target_on: date | None, by: Actor, now: datetime) -> Milestone:
    """Keep what was agreed with an account, and by when; the same again while it is ahead changes nothing.

    Raises UnknownReference and what `checked_name` raises.
    """
    name = checked_name(name)
    if not Account.objects.select_for_update().filter(id=account_id).exists():
        raise UnknownReference("There is no such account.")
    mine = Milestone.objects.filter(account_id=account_id)
    same = mine.filter(name=name, target_on=target_on, achieved_on__isnull=True, dropped_on__isnull=True).first()
    if same is not None:
        return same
    place = f"page-{mine.count() + 1}-{now:%Y%m%d%H%M%S%f}"
    return Milestone.objects.create(
        workspace_id=by.workspace_id, account_id=account_id, external_id=place, name=name, target_on=target_on
    )


@transaction.atomic
def change_plan(*, milestone_id: int, name: str, target_on: date | None, by: Actor, now: datetime) -> Milestone:
    """Call a milestone otherwise, or agree on another day. Raises UnknownReference, and as `checked_name`."""
    row = _locked(milestone_id)
    name = checked_name(name)
    if Milestone.objects.filter(account_id=row.account_id, name=name, target_on=target_on).exclude(id=row.id).exists():
        raise DuplicateRecord("This account has a milestone of that name and day.", where="name")
    return _kept(row, name=name, target_on=target_on)


@transaction.atomic
def reach_milestone(*, milestone_id: int, on: date, evidence: str, today: date, by: Actor, now: datetime) -> Milestone:
    """Keep that it was reached, and what shows it; said again it is corrected. A dropped one is dropped no more.

    Raises UnknownReference and what `checked_reached` raises.
    """
    row = _locked(milestone_id)
    shown = checked_reached(milestone_standing(row, today=today), on, evidence, today=today)
    return _kept(row, achieved_on=on, evidence=shown, dropped_on=None, drop_reason="")


@transaction.atomic
def drop_milestone(*, milestone_id: int, reason: str, today: date, by: Actor, now: datetime) -> Milestone:
    """Aim at it no more; twice is once. Raises UnknownReference and what `checked_drop` raises."""
    row = _locked(milestone_id)
    why = checked_drop(milestone_standing(row, today=today), reason)
    return _kept(row, dropped_on=row.dropped_on or today, drop_reason=why)


@transaction.atomic
def resume_milestone(*, milestone_id: int, by: Actor, now: datetime) -> Milestone:
    """Aim at a dropped milestone again; one that is aimed at stays. Raises UnknownReference."""
    return _kept(_locked(milestone_id), dropped_on=None, drop_reason="")


def _locked(milestone_id: int) -> Milestone:
    row = Milestone.objects.select_for_update().filter(id=milestone_id).first()
    if row is None:
        raise UnknownReference("There is no such milestone.")
    return row


def _kept(row: Milestone, **values: object) -> Milestone:
    """Write what differs; nothing otherwise, so that the history has no empty change."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)
    return row

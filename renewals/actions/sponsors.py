"""Name our executive sponsor of an account, or take the name away; the one before stays on record."""

from datetime import date, datetime

from django.db import transaction

from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, UnknownReference
from renewals.core.text import check_line
from renewals.models import Account, AccountSponsor, Membership


@transaction.atomic
def name_sponsor(
    *, account_id: int, person_id: int | None, since_on: date, note: str = "", by: Actor, now: datetime
) -> AccountSponsor | None:
    """Return the sponsor in force from `since_on`; None once nobody is it. The same person again changes nothing.

    Raises UnknownReference for an account or member that is not here, InvalidInput for a day before the present one's.
    """
    account = Account.objects.select_for_update(no_key=True).filter(id=account_id).first()
    if account is None:
        raise UnknownReference(f"There is no account {account_id} in this workspace.", where="account")
    if person_id is not None and not _is_member(person_id):
        raise UnknownReference("The sponsor is not a member of this workspace.", where="person")
    present = AccountSponsor.objects.filter(account=account, until_on__isnull=True).first()
    if present is not None and present.person_id == person_id:
        return present
    if present is not None:
        if since_on < present.since_on:
            raise InvalidInput(
                f"The present sponsor began on {present.since_on.isoformat()}.",
                where="since",
                remedy="Give a later day.",
            )
        present.until_on = since_on
        present.save(update_fields=["until_on"])
    if person_id is None:
        return None
    return AccountSponsor.objects.create(
        workspace_id=by.workspace_id,
        account=account,
        person_id=person_id,
        since_on=since_on,
        note=check_line(note, label="Note", longest=200),
        named_by=by.label[:150],
        created_at=now,
    )


def _is_member(person_id: int) -> bool:
    return Membership.objects.filter(user_id=person_id, is_active=True, user__is_active=True).exists()

"""Give accounts to other owners, one by one, so that a refused account never stops the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from renewals.core.actors import Actor
from renewals.core.errors import Conflict, InvalidInput, NamedError, UnknownReference
from renewals.models import Account, Membership

MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerResult:
    """What became of one account; `refusal` is None when it has its new owner. None owned by nobody."""

    account_id: int
    name: str
    owner_before_id: int | None
    refusal: NamedError | None


@transaction.atomic
def hand_accounts_over(
    *, owners: Mapping[int, int | None], by: Actor, now: datetime, given_to: int | None = None
) -> tuple[OwnerResult, ...]:
    """Set the owner of each account (None: nobody) and return what became of each, by name. Renewals keep theirs.

    With `given_to` accounts that are not theirs any more are refused: somebody has given them on since.
    Raises InvalidInput for more than MOST accounts.
    """
    if len(owners) > MOST:
        raise InvalidInput(f"{len(owners)} accounts are too many at once.", remedy=f"Choose {MOST} at most.")
    members = set(Membership.objects.filter(is_active=True, user__is_active=True).values_list("user_id", flat=True))
    rows = Account.objects.select_for_update().filter(id__in=owners).order_by("id")
    done = [
        _given_on(row) if given_to not in (None, row.owner_id) else _one(row, owners[row.id], members, now)
        for row in rows
    ]
    return tuple(sorted(done, key=lambda each: (each.name, each.account_id)))


def _given_on(row: Account) -> OwnerResult:
    refusal = Conflict("It was given to somebody else since.", remedy="Ask them, or hand it over again.")
    return OwnerResult(account_id=row.id, name=row.name, owner_before_id=row.owner_id, refusal=refusal)


def _one(row: Account, owner_id: int | None, members: set[int], now: datetime) -> OwnerResult:
    before = row.owner_id
    if owner_id is not None and owner_id not in members:
        refusal = UnknownReference("The new owner is not a member of this workspace.", remedy="Choose a member.")
        return OwnerResult(account_id=row.id, name=row.name, owner_before_id=before, refusal=refusal)
    if owner_id != before:
        row.owner_id, row.updated_at = owner_id, now
        row.save(update_fields=["owner", "updated_at"])
    return OwnerResult(account_id=row.id, name=row.name, owner_before_id=before, refusal=None)

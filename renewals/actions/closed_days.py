"""Keep and take back closed days: blackouts of the workspace or an account, holidays that no country's calendar has."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from renewals.core.actors import Actor
from renewals.core.errors import EndsBeforeStart, InvalidInput, UnknownReference
from renewals.core.text import check_line
from renewals.models import Account, ClosedDays

LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedPeriod:
    """Days to keep free, both inclusive, and why; `country` only with a holiday, '' means everywhere."""

    from_on: date
    until_on: date
    reason: str
    is_holiday: bool = False
    country: str = ""


@transaction.atomic
def close_days(*, period: ClosedPeriod, by: Actor, now: datetime, account_id: int | None = None) -> ClosedDays:
    """Keep a blackout or a holiday; the same one again returns the first row.

    Messages move to the next open day. Tasks, contractual notices and days counted to a notice deadline do not.
    Raises EndsBeforeStart, InvalidInput for more than a year or a holiday of one account, UnknownReference.
    """
    if period.until_on < period.from_on:
        raise EndsBeforeStart(f"{period.until_on.isoformat()} lies before {period.from_on.isoformat()}.")
    if (period.until_on - period.from_on).days >= LONGEST_DAYS:
        raise InvalidInput(f"A closed period lasts at most {LONGEST_DAYS} days.", remedy="Give the next one apart.")
    if account_id is not None and period.is_holiday:
        raise InvalidInput("An account has blackouts; holidays belong to a country.")
    if account_id is not None and not Account.objects.filter(id=account_id).exists():
        raise UnknownReference(f"There is no account {account_id} in this workspace.")
    kind = ClosedDays.Kind.HOLIDAY if period.is_holiday else ClosedDays.Kind.BLACKOUT
    row, _ = ClosedDays.objects.get_or_create(
        workspace_id=by.workspace_id,
        account_id=account_id,
        kind=kind,
        country=period.country.upper() if period.is_holiday else "",
        from_on=period.from_on,
        until_on=period.until_on,
        removed_at=None,
        defaults={
            "reason": check_line(period.reason, label="Reason", is_required=True),
            "author": by.label[:150],
            "created_at": now,
        },
    )
    return row


@transaction.atomic
def open_days(*, closed_days_id: int, by: Actor, now: datetime, account_id: int | None = None) -> ClosedDays:
    """Take a closed period back, of the workspace or of the account said; twice is once. Raises UnknownReference."""
    row = ClosedDays.objects.select_for_update().filter(id=closed_days_id, account_id=account_id).first()
    if row is None:
        raise UnknownReference(f"There is no closed period {closed_days_id} here.")
    if row.removed_at is None:
        row.removed_at = now
        row.save(update_fields=["removed_at"])
    return row

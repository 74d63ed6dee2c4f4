"""The ledger of touchpoints, read; and the progress of long work."""

from datetime import datetime

from django.db.models import QuerySet

from renewals.models import Job, Touchpoint


def touchpoints_of(account_id: int) -> QuerySet[Touchpoint]:
    """Return the account's touchpoints, newest first."""
    found = Touchpoint.objects.filter(account_id=account_id).select_related("contact", "by_user")
    return found.order_by("-occurred_at", "-id")


def last_touch(account_id: int) -> Touchpoint | None:
    """Return the newest touchpoint of an account; None when there has been none."""
    return touchpoints_of(account_id).first()


def touches_of_contact(contact_id: int, *, since: datetime) -> QuerySet[Touchpoint]:
    """Return what went to or came from a contact since an instant, for contact budgets."""
    return Touchpoint.objects.filter(contact_id=contact_id, occurred_at__gte=since).order_by("-occurred_at", "-id")


def jobs(*, kind: str = "") -> QuerySet[Job]:
    """Return long work, newest first, of one kind or of all."""
    found = Job.objects.order_by("-created_at", "-id")
    return found.filter(kind=kind) if kind else found

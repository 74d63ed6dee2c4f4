"""Our executive sponsors: the present one of each account by name, and the history of one account."""

from collections.abc import Iterable, Mapping

from django.db.models import QuerySet

from renewals.models import AccountSponsor, Membership


def sponsors_of(account_ids: Iterable[int]) -> Mapping[int, str]:
    """Return the names of the present sponsors by account; whoever is no member any more is none."""
    rows = AccountSponsor.objects.filter(account_id__in=list(account_ids), until_on__isnull=True)
    there = Membership.objects.filter(is_active=True, user__is_active=True).values("user_id")
    return dict(rows.filter(person_id__in=there).values_list("account_id", "person__name"))


def sponsor_history(account_id: int) -> QuerySet[AccountSponsor]:
    """Return everybody who is or was our sponsor of an account, the newest first."""
    rows = AccountSponsor.objects.filter(account_id=account_id).select_related("person")
    return rows.order_by("-since_on", "-id")

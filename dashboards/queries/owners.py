"""The accounts whose owner a person may change."""

from collections.abc import Iterable

from dashboards.queries.asker import Asker
from renewals.models import Account
from renewals.queries.people import visible_to


def changeable_accounts(asker: Asker, account_ids: Iterable[int]) -> list[Account]:
    """Return those of the accounts that the person may change, by name; others are as if they were not there."""
    rows = Account.objects.filter(id__in=list(account_ids))
    return list(visible_to(rows, asker.member, "accounts.change").order_by("name", "id"))

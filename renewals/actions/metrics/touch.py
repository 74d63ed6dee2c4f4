"""Note which accounts' contracts changed, for the next refresh of the movements. Notes are only added here."""

from collections.abc import Iterable

from django.db import connection

from renewals.models import ArrTouch

OF_CONTRACTS = """
INSERT INTO renewals_arrtouch (workspace_id, account_id)
SELECT DISTINCT workspace_id, account_id FROM renewals_contract WHERE id = ANY(%s)
"""


def touch_contracts(contract_ids: Iterable[int]) -> None:
    """Note the accounts of these contracts; the transaction that changes them is the one that calls."""
    ids = list(contract_ids)
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(OF_CONTRACTS, [ids])


def touch_accounts(account_ids: Iterable[int], *, workspace_id: int) -> None:
    """Note these accounts: those of contracts that will be gone."""
    ArrTouch.objects.bulk_create(
        [ArrTouch(workspace_id=workspace_id, account_id=account_id) for account_id in account_ids]
    )

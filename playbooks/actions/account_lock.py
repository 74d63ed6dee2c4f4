"""One account, one decision at a time: whoever counts touches or applies a reaction holds the account's row."""

from django.db import connection

from renewals.core.errors import UnknownReference

# Links to the account may still be written meanwhile, its own columns may not.
HOLD = "SELECT id FROM renewals_account WHERE id = %s FOR NO KEY UPDATE"


def lock_account(account_id: int) -> None:
    """Hold an account until the transaction ends. Raises UnknownReference for one outside this workspace."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [account_id])
        if cursor.fetchone() is None:
            raise UnknownReference(f"There is no account {account_id} in this workspace.", where="account")

"""After an import: segments and renewals of the accounts it touched, in chunks; repeating it changes nothing."""

from datetime import datetime

from django.db import connection

from renewals.actions.metrics.touch import touch_accounts
from renewals.actions.renewals import follow_terms, open_renewal_cycles
from renewals.actions.scope import in_workspace
from renewals.actions.segments import assign_segments
from renewals.actions.statistics import BOOK, refresh_statistics
from renewals.core.actors import Actor
from renewals.models import Contract, ImportRun

CHUNK = 2_000
_TOUCHED = """
SELECT row_id FROM renewals_importchange WHERE run_id = %(run)s AND table_name = 'renewals_account'
UNION SELECT c.account_id FROM renewals_importchange i JOIN renewals_contract c ON c.id = i.row_id
WHERE i.run_id = %(run)s AND i.table_name = 'renewals_contract'
UNION SELECT c.account_id FROM renewals_importchange i JOIN renewals_termversion t ON t.id = i.row_id
JOIN renewals_contract c ON c.id = t.contract_id WHERE i.run_id = %(run)s AND i.table_name = 'renewals_termversion'
UNION SELECT c.account_id FROM renewals_importchange i JOIN renewals_contractline l ON l.id = i.row_id
JOIN renewals_contract c ON c.id = l.contract_id WHERE i.run_id = %(run)s AND i.table_name = 'renewals_contractline'
ORDER BY 1
"""
_CONTRACTS = "SELECT contract_id FROM renewals_renewal WHERE account_id = ANY(%s) AND closed_on IS NULL"


def settle_imports(*, by: Actor, now: datetime) -> int:
    """Settle the accounts of every finished import that has not been settled yet; return how many accounts.

    An import that was killed after its commit is settled by the next one.
    """
    with in_workspace(by.workspace_id, by=by, why="after an import"):
        waiting = ImportRun.objects.filter(state=ImportRun.State.DONE).exclude(report__has_key="settled")
        runs = list(waiting.order_by("id").values_list("id", flat=True))
    return sum(settle_accounts(run_id=run_id, by=by, now=now) for run_id in runs)


def settle_accounts(*, run_id: int, by: Actor, now: datetime) -> int:
    """Assign segments, open renewals and follow changed terms for the accounts of a run; return how many accounts."""
    with in_workspace(by.workspace_id, by=by, why=f"import {run_id}"):
        accounts = accounts_of_run(run_id)
        refresh_statistics(BOOK, rows=len(accounts))
    for chunk in (accounts[i : i + CHUNK] for i in range(0, len(accounts), CHUNK)):
        with in_workspace(by.workspace_id, by=by, why=f"import {run_id}"):
            if Contract.objects.filter(account_id__in=chunk).exists():
                touch_accounts(chunk, workspace_id=by.workspace_id)
                open_renewal_cycles(by=by, now=now, account_ids=chunk)
                follow_terms(contract_ids=_contracts(chunk), by=by, now=now)
            assign_segments(account_ids=chunk, by=by, now=now)
    with in_workspace(by.workspace_id, by=by, why=f"import {run_id}"):
        run = ImportRun.objects.select_for_update().get(id=run_id)
        run.report = run.report | {"settled": len(accounts)}
        run.save(update_fields=["report"])
    return len(accounts)


def accounts_of_run(run_id: int) -> list[int]:
    """Return the accounts an import touched itself or through their contracts, by id."""
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, {"run": run_id})
        return [row[0] for row in cursor.fetchall()]


def _contracts(accounts: list[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_CONTRACTS, [accounts])
        return [row[0] for row in cursor.fetchall()]

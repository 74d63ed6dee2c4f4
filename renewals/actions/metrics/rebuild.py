"""Reckon every kept figure anew in chunks. It may be cut at any point and begun again; readers never see half of it.

Chunks only compare. Accounts whose movements differ from their contracts are then brought up to them by one refresh,
with sums and restatements, in one transaction. Last, each period is added up anew by itself.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from renewals.actions.metrics.changed import KEPT_QUARTERS
from renewals.actions.metrics.fill import fill_movements
from renewals.actions.metrics.refresh import accounts_with_figures, chunks_of, refresh_movements
from renewals.actions.metrics.sums import sum_periods, sum_renewals
from renewals.actions.metrics.touch import touch_accounts
from renewals.actions.metrics.write import Refreshed, differing_accounts
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.core.metrics import Period, periods_until
from renewals.models import MetricMark
from renewals.queries.metrics.books import metric_rates, movements_now

WHY = "figures are reckoned anew"


def rebuild_movements(*, by: Actor, now: datetime, today: date) -> Refreshed:
    """Bring movements and sums to what the contracts say, trusting nothing kept; each part in a transaction of its own.

    Returns how many accounts were looked at and how many rows differed.
    """
    periods = periods_until(today=today, quarters=KEPT_QUARTERS)
    fill_movements(by=by, now=now, today=today)
    with in_workspace(by.workspace_id, by=by, why=WHY):
        refresh_movements(by=by, now=now, today=today)
        account_ids = accounts_with_figures()
    differing: list[int] = []
    for chunk in chunks_of(account_ids):
        with in_workspace(by.workspace_id, by=by, why=WHY):
            differing += _differing(chunk, periods)
    with in_workspace(by.workspace_id, by=by, why=WHY):
        touch_accounts(differing, workspace_id=by.workspace_id)
        done = refresh_movements(by=by, now=now, today=today)
    for period in periods:
        with in_workspace(by.workspace_id, by=by, why=WHY):
            _sum_again(period, oldest=periods[-2], by=by)
    return replace(done, accounts=len(account_ids))


def _differing(account_ids: Sequence[int], periods: Sequence[Period]) -> list[int]:
    """Return the accounts of a chunk whose kept movements are not those of their contracts."""
    rows = movements_now(account_ids, periods, metric_rates())
    return differing_accounts(rows, account_ids, [period.key for period in periods])


def _sum_again(period: Period, *, oldest: Period, by: Actor) -> None:
    # Whoever refreshes holds the mark: neither adds up rows that the other is changing.
    MetricMark.objects.select_for_update().get(workspace_id=by.workspace_id)
    sum_periods([period.key], workspace_id=by.workspace_id, since=oldest)
    sum_renewals([period], rates=metric_rates(), workspace_id=by.workspace_id)

"""The first count of a book, lot by lot: each may be a transaction of its own, be cut anywhere, and be gone on with.

Until the last one there is no mark, and without a mark nobody is shown anything of what is kept
(`queries.metrics.questions.counted`). What changes meanwhile is noted as ever: the first refresh after it brings it in.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from renewals.actions.metrics.changed import KEPT_QUARTERS
from renewals.actions.metrics.sums import sum_periods, sum_renewals
from renewals.actions.metrics.write import Refreshed, Writing, write_movements
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.core.metrics import Period, periods_until
from renewals.models import Account, ArrSlice, ArrSum, ArrTouch, MetricFill, MetricMark, SliceTouch
from renewals.queries.metrics.books import metric_rates, movements_now, rates_stamp, rules_stamp

LOT = 500
WHY = "figures are counted for the first time"


def fill_movements(*, by: Actor, now: datetime, today: date) -> Refreshed:
    """Count everything that was never counted, through `today`; a book that was is left alone."""
    done = Refreshed()
    while True:
        with in_workspace(by.workspace_id, by=by, why=WHY):
            lot = fill_lot(by=by, now=now, today=today)
        if lot is None:
            return done
        done |= lot


def fill_lot(*, by: Actor, now: datetime, today: date) -> Refreshed | None:
    """Do the next lot of a first count: begin, some accounts, or the sums of one period; None where none is left.

    It goes on through the day it began with; changed rates or rules begin it again.
    """
    if MetricMark.objects.exists():
        return None
    stamps = {"rates_stamp": rates_stamp(), "rules_stamp": rules_stamp()}
    beginning = {**stamps, "through_on": today, "accounts": 0, "moved_at": now}
    fills = MetricFill.objects.select_for_update()
    fill, is_new = fills.get_or_create(workspace_id=by.workspace_id, defaults=beginning)
    if MetricMark.objects.exists():  # whoever held it has just done the last lot
        fill.delete()
        return None
    if is_new or any(getattr(fill, name) != stamp for name, stamp in stamps.items()):
        return _begin(fill, beginning)
    fill.moved_at = now
    return _count(fill) or _sum(fill)


def _begin(fill: MetricFill, beginning: dict[str, Any]) -> Refreshed:
    """Forget what was noted and added up until now: every account will be read after this."""
    for model in (ArrTouch, SliceTouch, ArrSum, ArrSlice):
        model.objects.filter(workspace_id=fill.workspace_id).delete()
    fresh = MetricFill(id=fill.id, workspace_id=fill.workspace_id, **beginning)
    fresh.accounts = Account.objects.count()
    fresh.save()
    return Refreshed()


def _count(fill: MetricFill) -> Refreshed | None:
    """Write the movements of the next accounts; None where all are written."""
    following = Account.objects.filter(workspace_id=fill.workspace_id, id__gt=fill.last_account_id).order_by("id")
    ids = list(following.values_list("id", flat=True)[:LOT])
    if not ids:
        return None
    periods = _periods(fill)
    writing = Writing(workspace_id=fill.workspace_id, over=frozenset(), because="", now=fill.moved_at)
    rows = movements_now(ids, periods, metric_rates())
    written = write_movements(rows, ids, [period.key for period in periods], writing).written
    fill.last_account_id = ids[-1]
    fill.counted += len(ids)
    fill.save()
    return Refreshed(accounts=len(ids), written=written)


def _sum(fill: MetricFill) -> Refreshed:
    """Add the next period up; the last one ends the count."""
    periods = _periods(fill)
    period = periods[fill.summed]
    sum_periods([period.key], workspace_id=fill.workspace_id, since=periods[-2])
    sum_renewals([period], rates=metric_rates(), workspace_id=fill.workspace_id)
    fill.summed += 1
    if fill.summed < len(periods):
        fill.save()
    else:
        _end(fill)
    return Refreshed()


def _end(fill: MetricFill) -> None:
    MetricMark.objects.create(
        workspace_id=fill.workspace_id,
        through_on=fill.through_on,
        rates_stamp=fill.rates_stamp,
        rules_stamp=fill.rules_stamp,
        refreshed_at=fill.moved_at,
    )
    fill.delete()


def _periods(fill: MetricFill) -> Sequence[Period]:
    return periods_until(today=fill.through_on, quarters=KEPT_QUARTERS)

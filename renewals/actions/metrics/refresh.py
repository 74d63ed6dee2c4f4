"""Bring movements up to date: accounts whose contracts changed, periods that run, everything when rates or rules do.

A period that was over and reads otherwise by now is restated, with what it was and why. Written rows only differ when
the facts do, so a second refresh changes nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from renewals.actions.metrics.changed import KEPT_QUARTERS, Found, TouchedSlice, sum_what_changed
from renewals.actions.metrics.fill import fill_movements
from renewals.actions.metrics.write import Refreshed, Writing, Written, write_movements
from renewals.core.actors import Actor
from renewals.core.metrics import Period, periods_until
from renewals.core.metrics.movements import Rates
from renewals.core.metrics.slices import SliceKey
from renewals.models import ArrMovement, ArrSlice, Contract, MetricMark
from renewals.queries.metrics.books import metric_rates, movements_now, rates_stamp, rules_stamp

CHUNK = 500
RATES_CHANGED, RULES_CHANGED = "Exchange rates changed.", "The rules of the figures changed."
TAKE = "DELETE FROM renewals_arrtouch WHERE workspace_id = %s RETURNING account_id"
TAKE_SLICES = """
DELETE FROM renewals_slicetouch WHERE workspace_id = %s RETURNING quarter_on, segment, owner_id, team_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """Which accounts are reckoned anew for which periods, and the reason where it is not in their contracts."""

    account_ids: Sequence[int]
    periods: Sequence[Period]
    because: str = ""


@transaction.atomic
def refresh_movements(*, by: Actor, now: datetime, today: date) -> Refreshed:
    """Bring the workspace's movements and sums up to date, counted through `today`.

    A book that was never counted is, in the caller's transaction; `fill_movements` before it takes one for each lot.
    """
    mark = MetricMark.objects.select_for_update().filter(workspace_id=by.workspace_id).first()
    if mark is None:
        return fill_movements(by=by, now=now, today=today)
    fresh = MetricMark(
        workspace_id=by.workspace_id,
        through_on=today,
        rates_stamp=rates_stamp(),
        rules_stamp=rules_stamp(),
        refreshed_at=now,
    )
    works, touched = _works(mark, fresh, _taken(by)), _slices_taken(by)
    has_work = any(work.account_ids for work in works)
    is_anew, is_later = _is_anew(mark, fresh), mark.through_on < today
    rates = metric_rates() if has_work or touched or is_anew or is_later else None
    done = [_refresh(work, rates, mark, by, now) for work in works if rates and work.account_ids]
    if mark.through_on != today:
        _forget_old(today)
    if rates:
        found = Found(
            periods={key for each in done for key in each.periods},
            account_ids={key for each in done for key in each.account_ids},
            touched=touched,
            after=mark.through_on if is_later else None,
            is_anew=is_anew,
        )
        sum_what_changed(found, rates=rates, today=today, workspace_id=by.workspace_id)
    fresh.pk = mark.pk
    fresh.save()
    return Refreshed(
        accounts=sum(len(work.account_ids) for work in works),
        written=sum(each.written for each in done),
        restated=sum(each.restated for each in done),
    )


def _is_anew(mark: MetricMark, fresh: MetricMark) -> bool:
    """Answer whether everything is added up anew: for a day back, for other rates or rules."""
    if fresh.through_on < mark.through_on:
        return True
    return (mark.rates_stamp, mark.rules_stamp) != (fresh.rates_stamp, fresh.rules_stamp)


def _works(mark: MetricMark, fresh: MetricMark, touched: set[int]) -> list[_Work]:
    periods = periods_until(today=fresh.through_on, quarters=KEPT_QUARTERS)
    if fresh.through_on < mark.through_on:
        return [_Work(account_ids=accounts_with_figures(touched), periods=periods)]
    if mark.rates_stamp != fresh.rates_stamp:
        return [_Work(account_ids=accounts_with_figures(touched), periods=periods, because=RATES_CHANGED)]
    if mark.rules_stamp != fresh.rules_stamp:
        return [_Work(account_ids=accounts_with_figures(touched), periods=periods, because=RULES_CHANGED)]
    work = _Work(account_ids=sorted(touched), periods=periods)
    if mark.through_on == fresh.through_on:
        return [work]
    running = [period for period in periods if period.ends_on > mark.through_on]
    others = [account_id for account_id in accounts_with_figures() if account_id not in touched]
    return [work, _Work(account_ids=others, periods=running)]


def _refresh(work: _Work, rates: Rates, mark: MetricMark, by: Actor, now: datetime) -> Written:
    over = frozenset(period.key for period in work.periods if period.ends_on <= mark.through_on)
    writing = Writing(workspace_id=by.workspace_id, over=over, because=work.because, now=now)
    found = Written(written=0, restated=0, periods=frozenset(), account_ids=frozenset())
    for chunk in chunks_of(work.account_ids):
        rows = movements_now(chunk, work.periods, rates)
        found |= write_movements(rows, chunk, [period.key for period in work.periods], writing)
    return found


def accounts_with_figures(touched: Iterable[int] = ()) -> list[int]:
    """Return every account with a contract, with a kept movement, or touched."""
    having = set(Contract.objects.values_list("account_id", flat=True).distinct())
    kept = set(ArrMovement.objects.values_list("account_id", flat=True).distinct())
    return sorted(having | kept | set(touched))


def _taken(by: Actor) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [by.workspace_id])
        return {row[0] for row in cursor.fetchall()}


def _slices_taken(by: Actor) -> set[TouchedSlice]:
    with connection.cursor() as cursor:
        cursor.execute(TAKE_SLICES, [by.workspace_id])
        return {
            (quarter, SliceKey(segment=segment, owner_id=owner, team_id=team))
            for quarter, segment, owner, team in cursor.fetchall()
        }


def _forget_old(today: date) -> None:
    keys = [period.key for period in periods_until(today=today, quarters=KEPT_QUARTERS)]
    ArrMovement.objects.exclude(period__in=keys).delete()
    ArrSlice.objects.exclude(period__in=keys).delete()


def chunks_of(ids: Sequence[int]) -> Iterator[list[int]]:
    """Yield ids in lists of a size that is reckoned at once."""
    return (list(ids[start : start + CHUNK]) for start in range(0, len(ids), CHUNK))

"""Bring movements up to date: accounts whose contracts changed, periods that run, everything when rates or rules do.

A period that was over and reads otherwise by now is restated, with what it was and why. Written rows only differ when
the facts do, so a second refresh changes nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from renewals.actions.metrics.sums import sum_periods, sum_renewals
from renewals.actions.metrics.write import Writing, write_movements
from renewals.core.actors import Actor
from renewals.core.metrics import Period, movements_of, periods_until, spans_of
from renewals.core.metrics.movements import Rates
from renewals.models import ArrMovement, Contract, MetricMark
from renewals.queries.library import metric_book
from renewals.queries.metrics.books import contract_books, metric_rates, rates_stamp

KEPT_QUARTERS = 12
CHUNK = 500
RULES_VERSION = 1
RATES_CHANGED, RULES_CHANGED = "Exchange rates changed.", "The rules of the figures changed."
TAKE = "DELETE FROM renewals_arrtouch WHERE workspace_id = %s RETURNING account_id"
TAKE_QUARTERS = "DELETE FROM renewals_renewaltouch WHERE workspace_id = %s RETURNING quarter_on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """What a refresh did: accounts looked at, movements written anew, and restatements of periods that were over."""

    accounts: int = 0
    written: int = 0
    restated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """Which accounts are reckoned anew for which periods, and the reason where it is not in their contracts."""

    account_ids: Sequence[int]
    periods: Sequence[Period]
    because: str = ""


@transaction.atomic
def refresh_movements(*, by: Actor, now: datetime, today: date) -> Refreshed:
    """Bring the workspace's movements and sums up to date, counted through `today`."""
    mark = MetricMark.objects.select_for_update().filter(workspace_id=by.workspace_id).first()
    fresh = MetricMark(
        workspace_id=by.workspace_id,
        through_on=today,
        rates_stamp=rates_stamp(),
        rules_stamp=f"{RULES_VERSION}, {metric_book().grace_days} days",
        refreshed_at=now,
    )
    works = _works(mark, fresh, _taken(by))
    renewing = _renewing(mark, fresh, by)
    rates = metric_rates() if renewing or any(work.account_ids for work in works) else None
    done = [_refresh(work, rates, mark, by, now) for work in works if rates and work.account_ids]
    changed = {key for _, keys in done for key in keys}
    if mark is None or mark.through_on != today:
        _forget_old(today)
    oldest = periods_until(today=today, quarters=KEPT_QUARTERS)[-2]
    sum_periods(changed, workspace_id=by.workspace_id, since=oldest)
    if rates and renewing:
        sum_renewals(renewing, rates=rates, workspace_id=by.workspace_id)
    _keep(mark, fresh)
    found = [each for each, _ in done]
    return Refreshed(
        accounts=sum(each.accounts for each in found),
        written=sum(each.written for each in found),
        restated=sum(each.restated for each in found),
    )


def _works(mark: MetricMark | None, fresh: MetricMark, touched: set[int]) -> list[_Work]:
    periods = periods_until(today=fresh.through_on, quarters=KEPT_QUARTERS)
    if mark is None or fresh.through_on < mark.through_on:
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


def _renewing(mark: MetricMark | None, fresh: MetricMark, by: Actor) -> list[Period]:
    """Return the periods whose renewals are added up anew: changed ones, those that run on, all for other rates."""
    quarters = _quarters_taken(by)
    periods = periods_until(today=fresh.through_on, quarters=KEPT_QUARTERS)
    if mark is None or fresh.through_on < mark.through_on or mark.rates_stamp != fresh.rates_stamp:
        return list(periods)
    has_a_day_more = fresh.through_on > mark.through_on
    return [
        period
        for period in periods
        if any(period.starts_on <= quarter <= period.ends_on for quarter in quarters)
        or (has_a_day_more and period.ends_on > mark.through_on)
    ]


def _refresh(
    work: _Work, rates: Rates, mark: MetricMark | None, by: Actor, now: datetime
) -> tuple[Refreshed, set[str]]:
    through_on = mark.through_on if mark else date.min
    over = frozenset(period.key for period in work.periods if period.ends_on <= through_on)
    writing = Writing(workspace_id=by.workspace_id, over=over, because=work.because, now=now)
    written = restated = 0
    changed: set[str] = set()
    for chunk in chunks_of(work.account_ids):
        spans = spans_of(contract_books(chunk), grace_days=metric_book().grace_days)
        rows = movements_of(spans, periods=work.periods, rates=rates, account_ids=chunk)
        found = write_movements(rows, chunk, [period.key for period in work.periods], writing)
        written, restated, changed = written + found.written, restated + found.restated, changed | found.periods
    return Refreshed(accounts=len(work.account_ids), written=written, restated=restated), changed


def accounts_with_figures(touched: Iterable[int] = ()) -> list[int]:
    """Return every account with a contract, with a kept movement, or touched."""
    having = set(Contract.objects.values_list("account_id", flat=True).distinct())
    kept = set(ArrMovement.objects.values_list("account_id", flat=True).distinct())
    return sorted(having | kept | set(touched))


def _taken(by: Actor) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [by.workspace_id])
        return {row[0] for row in cursor.fetchall()}


def _quarters_taken(by: Actor) -> set[date]:
    with connection.cursor() as cursor:
        cursor.execute(TAKE_QUARTERS, [by.workspace_id])
        return {row[0] for row in cursor.fetchall()}


def _forget_old(today: date) -> None:
    keys = [period.key for period in periods_until(today=today, quarters=KEPT_QUARTERS)]
    ArrMovement.objects.exclude(period__in=keys).delete()


def _keep(mark: MetricMark | None, fresh: MetricMark) -> None:
    fresh.pk = mark.pk if mark else None
    fresh.save()


def chunks_of(ids: Sequence[int]) -> Iterator[list[int]]:
    """Yield ids in lists of a size that is reckoned at once."""
    return (list(ids[start : start + CHUNK]) for start in range(0, len(ids), CHUNK))

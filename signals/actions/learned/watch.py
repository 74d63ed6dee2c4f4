"""Watch the version in force and its challenger once a month: drift, missing values, unseen words, losses as foretold.

The figures of a month are written again until the month is over; alarms order a training.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain

import numpy as np
from django.db import transaction

from renewals.core.actors import Actor
from signals.core.learning.training.run import readable
from signals.core.learning.watching import Watched, watch_columns, watch_order, watch_outcomes, worst_orders
from signals.models import RiskModelCheck, RiskModelVersion
from signals.queries.learned.models import ready_model
from signals.queries.learned.rows import foretold, rows_between
from signals.queries.learned.versions import report_of, watched

WINDOW = timedelta(days=90)
ORDER_WINDOWS = tuple(timedelta(days=days) for days in (60, 90, 150))
"""An outcome is known a month after its day: one, two and four months of outcomes. A sudden turn shows in the shortest
first, a slow one or a small book in the longest."""
SEGMENT, COMPLEXITY = "segment", "complexity"
"""Parts of the book in which the order may turn by itself: the kind of account, and the product it uses."""


@transaction.atomic
def watch_models(*, by: Actor, now: datetime) -> int:
    """Write this month's figures of every watched version and return how many are alarms."""
    return sum(_watch(version, now) for version in watched())


def _watch(version: RiskModelVersion, now: datetime) -> int:
    found = [*_columns(version, now), *_outcomes(version, now)]
    month_on = now.date().replace(day=1)
    rows = [
        RiskModelCheck(
            workspace_id=version.workspace_id,
            version=version,
            kind=each.kind,
            subject=each.subject[:200],
            month_on=month_on,
            rows_count=each.rows,
            value=each.value,
            low=each.low,
            high=each.high,
            is_alarm=each.is_alarm,
            details=dict(each.details),
            checked_at=now,
        )
        for each in found
    ]
    RiskModelCheck.objects.filter(version=version, month_on=month_on).delete()
    RiskModelCheck.objects.bulk_create(rows)
    return sum(each.is_alarm for each in found)


def _columns(version: RiskModelVersion, now: datetime) -> Iterator[Watched]:
    ready, report = ready_model(version), report_of(version)
    since = max(_month_start(now.date()), version.as_of)
    rows = rows_between(version, ready.specs, since=since, until=now)
    yield from watch_columns(report["baseline"], readable(ready.model, rows.frame), version.rows_count)


def _outcomes(version: RiskModelVersion, now: datetime) -> Iterator[Watched]:
    said = foretold(version, today=now.date())
    counted = said.is_last
    window = (said.decided_on > np.datetime64((now - WINDOW).date())) & counted
    yield from watch_outcomes(said.outcome, said.probability, said.segments, window=window)
    parts = {SEGMENT: said.segments, COMPLEXITY: said.complexities}
    windows = ((said.decided_on > np.datetime64((now - each).date())) & counted for each in ORDER_WINDOWS)
    orders = (watch_order(said.outcome, said.probability, parts, window=window) for window in windows)
    yield from worst_orders(chain.from_iterable(orders))


def _month_start(day: date) -> datetime:
    return datetime.combine(day.replace(day=1), time(), UTC)

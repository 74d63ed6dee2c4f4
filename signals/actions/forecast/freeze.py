"""Freeze calls at their checkpoints, each once, as they stood when the day ended: also days later, after an outage."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from renewals.core.actors import Actor
from renewals.core.money import stored
from signals.core.forecast.calls import Call, Caller, model_call
from signals.core.forecast.laws import learn_laws
from signals.core.forecast.rules import ForecastRules
from signals.models import ForecastFreeze, ForecastRun
from signals.queries.forecast.book import home_rates
from signals.queries.forecast.disagreements import mean_ratio
from signals.queries.forecast.freezing import (
    Passed,
    Said,
    foretold_by_then,
    known_mean_ratios,
    passed_unfrozen,
    said_by_then,
)
from signals.queries.library import forecast_rules

BATCH = 500
FIRST_LOOK = timedelta(days=730)


@transaction.atomic
def freeze_calls(*, by: Actor, now: datetime) -> int:
    """Freeze what every checkpoint that is over asks for and return how many rows were written; a second call writes 0.

    An owner who had said nothing gets an empty row: a call that was owed. An adjustment is frozen where there was one.
    """
    rules, today = forecast_rules(), now.date()
    run, _ = ForecastRun.objects.get_or_create(workspace_id=by.workspace_id, defaults={"ordered_at": now})
    if run.frozen_on == today:
        return 0
    since = (run.frozen_on or today - FIRST_LOOK) - timedelta(days=1)
    written = sum(_freeze(days, since, rules, by, now) for days in rules.checkpoints)
    ForecastRun.objects.filter(id=run.id).update(frozen_on=today)
    return written


def _freeze(days: int, since: date, rules: ForecastRules, by: Actor, now: datetime) -> int:
    written, rates, ratios = 0, home_rates(), known_mean_ratios()
    while found := passed_unfrozen(days=days, today=now.date(), since=since, limit=BATCH):
        said, foretold = said_by_then(found), foretold_by_then(found)
        rows = [
            row
            for passed in found
            for row in _rows(passed, said, foretold.get(passed.renewal_id), _ratio_then(passed, ratios, rules), rules)
        ]
        for row in rows:
            row.workspace_id, row.frozen_at = by.workspace_id, now
            row.home_rate = rates.rate(row.currency, row.as_of_on)
        ForecastFreeze.objects.bulk_create(rows, ignore_conflicts=True)
        written += len(rows)
    return written


def _rows(
    passed: Passed,
    said: dict[tuple[int, str], Said],
    foretold: tuple[float, str] | None,
    ratio: float,
    rules: ForecastRules,
) -> Iterator[ForecastFreeze]:
    chance, maker = foretold or (None, "")
    model = None
    if chance is not None:
        model = model_call(
            target=passed.target_amount, renew_probability=chance, mean_ratio=ratio, rules=rules.categories
        )
    yield _row(passed, Caller.MODEL, model, maker=maker)
    owner = said.get((passed.renewal_id, Caller.CSM.value))
    yield _row(passed, Caller.CSM, owner, person_id=passed.owner_id)
    adjusted = said.get((passed.renewal_id, Caller.LEADER.value))
    if adjusted:
        yield _row(passed, Caller.LEADER, adjusted, person_id=adjusted.person_id)


def _row(
    passed: Passed, caller: Caller, call: Call | Said | None, *, person_id: int | None = None, maker: str = ""
) -> ForecastFreeze:
    return ForecastFreeze(
        renewal_id=passed.renewal_id,
        caller=caller.value,
        checkpoint_days=passed.checkpoint.days,
        as_of_on=passed.checkpoint.on,
        category="" if call is None else str(call.category),
        amount=None if call is None else stored(call.amount),
        likelihood=None if call is None else call.likelihood,
        currency=passed.currency,
        target_amount=passed.target_amount,
        due_on=passed.due_on,
        segment=passed.segment,
        person_id=person_id,
        maker=maker,
    )


def _ratio_then(passed: Passed, known: Sequence[tuple[date, dict[str, float]]], rules: ForecastRules) -> float:
    """Return the mean ratio of kept renewals as it was known at the checkpoint; before the first, the shipped one."""
    place = bisect_right([week_on for week_on, _ in known], passed.checkpoint.on)
    return mean_ratio(known[place - 1][1], passed.segment) if place else learn_laws((), rules).ratio_of("").mean

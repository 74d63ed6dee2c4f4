"""Calls as they stand: on renewals, and those that are owed for the calendar of submissions."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from renewals.models import Renewal
from signals.core.forecast.calls import Caller
from signals.core.forecast.checkpoints import Owed, Period, owed_by, periods
from signals.core.forecast.rules import ForecastRules
from signals.models import CurrentCall, ForecastCall


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalRow:
    """What a call takes over from its renewal."""

    renewal_id: int
    owner_id: int
    currency: str


def open_rows(renewal_ids: Sequence[int]) -> list[RenewalRow]:
    """Return the open ones among these renewals."""
    rows = Renewal.objects.filter(id__in=list(renewal_ids), closed_on__isnull=True).order_by("id")
    return [
        RenewalRow(renewal_id=key, owner_id=owner, currency=currency)
        for key, owner, currency in rows.values_list("id", "owner_id", "currency")
    ]


def current_calls(renewal_ids: Iterable[int]) -> dict[int, dict[str, CurrentCall]]:
    """Return the newest call of each caller on these renewals, with its text and who made it."""
    found: dict[int, dict[str, CurrentCall]] = defaultdict(dict)
    rows = CurrentCall.objects.filter(renewal_id__in=list(renewal_ids)).select_related("call__made_by")
    for row in rows:
        found[row.renewal_id][row.caller] = row
    return found


def calls_of(renewal_id: int, *, limit: int) -> list[ForecastCall]:
    """Return the calls on a renewal, the newest first."""
    rows = ForecastCall.objects.filter(renewal_id=renewal_id).select_related("made_by")
    return list(rows.order_by("-made_at", "-id")[:limit])


def submissions(
    rules: ForecastRules, *, today: date, owner_ids: Iterable[int] | None = None
) -> tuple[tuple[Period, tuple[Owed, ...]], tuple[Period, tuple[Owed, ...]]]:
    """Return what each owner owed for the due day that passed last, and owes for the one ahead.

    Of open renewals due within the horizon of each period's due day that had been opened by its end.
    """
    past, running = periods(rules.submissions, today=today)
    reach = timedelta(days=rules.submissions.horizon_days)
    rows = Renewal.objects.filter(closed_on__isnull=True, due_on__lte=running.due_on + reach)
    if owner_ids is not None:
        rows = rows.filter(owner_id__in=list(owner_ids))
    owed = list(rows.values_list("id", "owner_id", "due_on", "opened_on"))
    given = _days_given(past.since)
    return (past, _owed(past, owed, given, reach, today)), (running, _owed(running, owed, given, reach, today))


def _owed(
    period: Period,
    rows: Sequence[tuple[int, int, date, date]],
    given: dict[int, list[date]],
    reach: timedelta,
    today: date,
) -> tuple[Owed, ...]:
    asked = (
        (owner, given.get(key, ()))
        for key, owner, due_on, opened_on in rows
        if due_on <= period.due_on + reach and opened_on <= period.due_on
    )
    return owed_by(period, asked, today=today)


def _days_given(since: date) -> dict[int, list[date]]:
    first = datetime.combine(since + timedelta(days=1), time(), tzinfo=UTC)
    found: dict[int, list[date]] = defaultdict(list)
    rows = ForecastCall.objects.filter(made_at__gte=first, caller=Caller.CSM.value)
    for key, made_at in rows.values_list("renewal_id", "made_at"):
        found[key].append(made_at.date())
    return found

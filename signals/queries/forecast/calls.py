"""Calls as they stand: on renewals, and those that are owed for the calendar of submissions."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection

from renewals.models import Renewal
from renewals.queries.written import Written, given_ids
from signals.core.forecast.checkpoints import Owed, Period, owed_by, periods
from signals.core.forecast.rules import ForecastRules
from signals.models import CurrentCall, ForecastCall

# Both periods in one reading of the open renewals and of the calls since the first began.
OWED = """
SELECT r.owner_id,
    count(*) FILTER (WHERE r.owed_then AND c.then_in_time),
    count(*) FILTER (WHERE r.owed_then AND NOT c.then_in_time),
    count(*) FILTER (WHERE r.owed_then AND c.renewal_id IS NULL),
    count(*) FILTER (WHERE r.owed_now AND c.now_in_time),
    count(*) FILTER (WHERE r.owed_now AND c.is_now AND NOT c.now_in_time),
    count(*) FILTER (WHERE r.owed_now AND c.is_now IS NOT TRUE)
FROM (
  SELECT id, owner_id, due_on <= %(until_then)s AND opened_on <= %(due_then)s AS owed_then,
    opened_on <= %(due_now)s AS owed_now
  FROM renewals_renewal WHERE closed_on IS NULL AND due_on <= %(until_now)s
    AND (%(owners)s::bigint[] IS NULL OR owner_id = ANY(%(owners)s))
) r
LEFT JOIN (
  SELECT renewal_id, bool_or(made_at < %(over_then)s) AS then_in_time, bool_or(made_at >= %(first_now)s) AS is_now,
    bool_or(made_at >= %(first_now)s AND made_at < %(over_now)s) AS now_in_time
  FROM signals_forecastcall WHERE caller = 'csm' AND made_at >= %(first_then)s GROUP BY renewal_id
) c ON c.renewal_id = r.id
WHERE r.owed_then OR r.owed_now GROUP BY 1
"""
CURRENT = Written(
    lambda: (
        CurrentCall.objects.filter(given_ids("renewal_id", "ids"))
        .select_related("call__made_by")
        .only(
            *("renewal_id", "caller", "category", "amount", "likelihood", "made_at"),
            *("call__reason", "call__demand", "call__expansion_amount", "call__made_by__name", "call__made_by__email"),
        )
    )
)
Submission = tuple[Period, tuple[Owed, ...]]


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
    for row in CURRENT.read(ids=list(renewal_ids)):
        found[row.renewal_id][row.caller] = row
    return found


def calls_of(renewal_id: int, *, limit: int) -> list[ForecastCall]:
    """Return the calls on a renewal, the newest first."""
    rows = ForecastCall.objects.filter(renewal_id=renewal_id).select_related("made_by")
    return list(rows.order_by("-made_at", "-id")[:limit])


def submissions(
    rules: ForecastRules, *, today: date, owner_ids: Iterable[int] | None = None
) -> tuple[Submission, Submission]:
    """Return what each owner owed for the due day that passed last, and owes for the one ahead.

    Of open renewals due within the horizon of each period's due day that had been opened by its end. Added up by the
    database: the calls of two periods, whatever was called before.
    """
    past, running = periods(rules.submissions, today=today)
    reach = timedelta(days=rules.submissions.horizon_days)
    owners = None if owner_ids is None else list(owner_ids)
    parameters = {"owners": owners, **_parameters("then", past, reach), **_parameters("now", running, reach)}
    with connection.cursor() as cursor:
        cursor.execute(OWED, parameters)
        rows = cursor.fetchall()
    behind, ahead = ([(row[0], *row[1 + at : 4 + at]) for row in rows if any(row[1 + at : 4 + at])] for at in (0, 3))
    return (past, owed_by(past, behind, today=today)), (running, owed_by(running, ahead, today=today))


def _parameters(name: str, period: Period, reach: timedelta) -> dict[str, object]:
    return {
        f"first_{name}": datetime.combine(period.since + timedelta(days=1), time(), tzinfo=UTC),
        f"over_{name}": datetime.combine(period.due_on + timedelta(days=1), time(), tzinfo=UTC),
        f"due_{name}": period.due_on,
        f"until_{name}": period.due_on + reach,
    }

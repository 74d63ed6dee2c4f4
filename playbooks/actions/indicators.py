"""Keep the indicators by month: each month rewritten together from the facts, so that a correction corrects it.

The middles of the health measures are kept with the present month: both are as old as its mark says.
"""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from playbooks.core.indicators import IndicatorRules, due_months, month_after
from playbooks.models import MeasureMiddle, MonthMark, MonthTally
from playbooks.queries.indicators import MEASURES, made_months, measure_values
from playbooks.queries.library import indicator_rules
from playbooks.queries.middles import live_middles
from renewals.core.dates import local_date
from renewals.queries.workspaces import workspace

MOST_AT_ONCE = 13
INSERT = "INSERT INTO playbooks_monthtally (workspace_id, month_on, measure, subject, segment, hits, base, total)"


def tally_months(*, workspace_id: int, now: datetime, most: int = MOST_AT_ONCE) -> int:
    """Add up the months of the workspace that are due; returns how many. The second call adds up none.

    Run inside the workspace; its months begin at its own midnight.
    """
    zone, rules = workspace(workspace_id).timezone, indicator_rules()
    today = local_date(now, zone)
    months = due_months(rules, made_months(), today=today, now=now)[:most]
    for month_on in months:
        _tally(workspace_id, month_on, rules, today=today, now=now, zone=zone)
    return len(months)


def _tally(workspace_id: int, month_on: date, rules: IndicatorRules, *, today: date, now: datetime, zone: str) -> None:
    until = month_after(month_on)
    values = measure_values(rules) | {
        "workspace": workspace_id,
        "month": month_on,
        "from": month_on,
        "until": until,
        "from_at": datetime.combine(month_on, time(0), ZoneInfo(zone)),
        "until_at": datetime.combine(until, time(0), ZoneInfo(zone)),
        "today": today,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        MonthMark.objects.update_or_create(workspace_id=workspace_id, month_on=month_on, defaults={"made_at": now})
        MonthTally.objects.filter(month_on=month_on).delete()
        for measure in MEASURES:
            cursor.execute(f"{INSERT} SELECT %(workspace)s, %(month)s::date, m.* FROM ({measure}) AS m", values)
        if month_on <= today < until:
            _keep_middles(workspace_id)


def _keep_middles(workspace_id: int) -> None:
    found = live_middles()
    MeasureMiddle.objects.all().delete()
    MeasureMiddle.objects.bulk_create(
        MeasureMiddle(
            workspace_id=workspace_id,
            measure=measure,
            segment=segment,
            middle=each.middle,
            yes=each.yes,
            known=each.known,
            accounts=found.accounts,
        )
        for (measure, segment), each in sorted(found.by_place.items())
    )

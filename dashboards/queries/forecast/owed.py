"""Who owes calls by when, in words and as a table, and which of one's own can be confirmed as they are."""

from datetime import UTC, date, datetime, time, timedelta

from django.db import connection

from dashboards.core.dates import day_words, days_words
from dashboards.core.money import count_words
from dashboards.core.parts import Cell, Column, Table
from dashboards.queries.asker import Asker
from renewals.core.roles import Scope, can, granted_scope
from renewals.models import Membership, Renewal
from renewals.queries.any_of import any_found
from renewals.queries.written import Written
from signals.core.forecast.calls import Caller
from signals.core.forecast.checkpoints import Owed, Period, periods
from signals.models import CurrentCall
from signals.queries.forecast.calls import Submission
from signals.queries.library import forecast_rules

SHOWN, MOST = 12, 100
MEMBERS = Written(lambda: Membership.objects.select_related("user").only("user__name", "user__email"))
# OFFSET has each renewal asked for its call, so that the count stops where it may.
CONFIRMABLE = """
SELECT count(*) FROM (
  SELECT FROM renewals_renewal AS r WHERE r.owner_id = %s AND r.closed_on IS NULL AND r.due_on <= %s
    AND EXISTS (SELECT FROM signals_currentcall AS c
      WHERE c.renewal_id = r.id AND c.caller = 'csm' AND c.made_at < %s OFFSET 0)
  LIMIT %s) AS mine
"""


def owed_title(past: Submission, running: Submission) -> str:
    """Return how many calls are missing or due, in words."""
    late, ahead = (sum(each.missing for each in owed) for _, owed in (past, running))
    until = day_words(running[0].due_on)
    if late:
        return f"{count_words(late, 'call')} missing since {day_words(past[0].due_on)}, {ahead:,} due by {until}"
    return f"{count_words(ahead, 'call')} due by {until}, none is late" if ahead else "Every call is in"


def due_words(period: Period, asker: Asker) -> str:
    """Return when calls are due."""
    return f"{days_words((period.due_on - asker.today).days)}, {day_words(period.due_on)}"


def owner_ids(asker: Asker) -> list[int] | None:
    """Return whose submissions a person sees: all, those of the team, or one's own."""
    scope = granted_scope(asker.member, "forecasts.view")
    if scope is Scope.ALL:
        return None
    if scope is Scope.TEAM and asker.member.team_id is not None:
        return list(Membership.objects.filter(team_id=asker.member.team_id).values_list("user_id", flat=True))
    return [asker.membership.user_id]


def owed_table(past: Submission, running: Submission) -> Table:
    """Return what each owner owed and owes, who is missing most first."""
    names = {row.user_id: str(row.user) for row in MEMBERS.read()}
    ahead = {each.owner_id: each for each in running[1]}
    behind = {each.owner_id: each for each in past[1]}
    owners = sorted(
        ahead.keys() | behind.keys(),
        key=lambda key: (-(behind[key].missing if key in behind else 0), names.get(key, "")),
    )
    return Table(
        caption="Calls owed and given, by owner",
        columns=(
            Column(title="Owner"),
            Column(title=f"Missing since {day_words(past[0].due_on)}", is_amount=True, term="call_submission"),
            Column(title="Given late", is_amount=True),
            Column(title="Days late", is_amount=True),
            Column(title=f"Given for {day_words(running[0].due_on)}", is_amount=True),
            Column(title="Still due", is_amount=True),
        ),
        rows=tuple(
            _owed_row(names.get(key, "Somebody who left"), behind.get(key), ahead.get(key)) for key in owners[:SHOWN]
        ),
    )


def _owed_row(name: str, behind: Owed | None, ahead: Owed | None) -> tuple[Cell, ...]:
    def number(value: int, state: str = "") -> Cell:
        return Cell(text=f"{value:,}", is_amount=True, state=state if value else "")

    return (
        Cell(text=name),
        number(behind.missing if behind else 0, "bad"),
        number(behind.late if behind else 0, "watch"),
        number(behind.days_late if behind else 0),
        number(ahead.in_time if ahead else 0),
        number(ahead.missing if ahead else 0),
    )


def confirm_words(own: Owed | None, asker: Asker) -> str:
    """Return what the button confirms; empty where there is nothing to confirm. More than MOST are not counted."""
    if not own or not own.missing or not can(asker.member, "forecasts.change"):
        return ""
    number = _confirmable_up_to(MOST + 1, asker)
    if number > MOST:
        return f"Confirm my {MOST}+ calls unchanged"
    return f"Confirm my {count_words(number, 'call')} unchanged" if number else ""


def confirmable(asker: Asker) -> list[int]:
    """Return one's own open renewals within the horizon whose call was not given in the period that runs."""
    since, until = _running(asker)
    mine = Renewal.objects.filter(owner_id=asker.membership.user_id, closed_on__isnull=True, due_on__lte=until)
    rows = CurrentCall.objects.filter(any_found("renewal_id", mine.values("id")), caller=Caller.CSM.value)
    return list(rows.filter(made_at__date__lte=since).values_list("renewal_id", flat=True))


def _confirmable_up_to(most: int, asker: Asker) -> int:
    """Return how many `confirmable` finds, no more than `most`: it stops there."""
    since, until = _running(asker)
    before = datetime.combine(since + timedelta(days=1), time(), tzinfo=UTC)
    with connection.cursor() as cursor:
        cursor.execute(CONFIRMABLE, [asker.membership.user_id, until, before, most])
        number: int = cursor.fetchone()[0]
        return number


def _running(asker: Asker) -> tuple[date, date]:
    """Return the last day before the period that runs, and the last due date within its horizon."""
    rules = forecast_rules().submissions
    period = periods(rules, today=asker.today)[1]
    return period.since, period.due_on + timedelta(days=rules.horizon_days)

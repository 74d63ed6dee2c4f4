"""The figures of the demo: added up, one amount corrected by finance after its quarter was over, and targets."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from playbooks.queries.demo import correctable_term, person_of_role
from renewals.actions.contracts import amend_term
from renewals.actions.metrics.refresh import refresh_movements
from renewals.actions.metrics.targets import TargetOrder, set_target
from renewals.core.actors import Actor
from renewals.core.metrics import EVERYBODY, Period, TargetOf, periods_until, quarter, running_period, year_to
from renewals.core.roles import Role
from renewals.queries.library import metric_book
from renewals.queries.metrics.books import metric_rates
from renewals.queries.metrics.figures import Sums
from renewals.queries.metrics.questions import Question
from renewals.queries.people import members, teams
from renewals.queries.term_rows import term_row

CORRECTION = Decimal("0.96")
PLANNED = Decimal("0.97")
TARGETS = (
    ("grr", "opening", "0.90", "Board plan of the year: nine tenths of the ARR stay"),
    ("nrr", "opening", "1.02", "Board plan of the year: the book grows by itself"),
    ("logo_retention", "opening", "0.88", "Fewer small accounts lost than last year"),
    ("multi_year_arr", "share", "0.25", "Every quarter of the ARR agreed for longer than a year"),
)
OF_A_QUARTER = (
    ("grr", "opening", "0.97", "A quarter of what the board's plan lets the year lose"),
    ("gross_renewal_rate", "value", "0.90", "Nine tenths of what comes up is signed again"),
    ("on_time_rate", "due", "0.80", "Four of five are signed before their term ends"),
)


@transaction.atomic
def settle_figures(*, by: Actor, now: datetime, today: date) -> int:
    """Add the demo's figures up, correct one amount, set targets; returns how many targets were set."""
    refresh_movements(by=by, now=now, today=today)
    finance = person_of_role(Role.FINANCE, workspace_id=by.workspace_id)
    last = next(period for period in periods_until(today=today, quarters=1) if not period.is_running)
    term = correctable_term(last.opening_on)
    if finance is None:
        return 0
    if term is not None:
        row = term_row(term)
        lines = tuple(replace(line, arr_amount=round(line.arr_amount * CORRECTION, 2)) for line in row.lines)
        reason = "Order form read again: the amount was typed with the discount missing"
        amend_term(contract_id=term.contract_id, term=replace(row, lines=lines), reason=reason, by=finance, now=now)
        refresh_movements(by=by, now=now, today=today)
    return _set_plan(last, by=finance, now=now, today=today) + _set_own(by=finance, now=now, today=today)


def _set_plan(last: Period, *, by: Actor, now: datetime, today: date) -> int:
    """Set what the year over and the running one are to reach; returns how many targets were set."""
    for period in (year_to(last.ends_on, today=today), year_to(running_period(today=today).ends_on, today=today)):
        booked = Sums(question=Question(period=period, rates=metric_rates())).figure(metric_book().metric("booked"))
        plan = (booked.value or Decimal(0)) * PLANNED
        targets = (*TARGETS, ("booked", "final", f"{plan:.0f}", "Sales plan of the year"))
        for metric, way, amount, why in targets:
            order = TargetOrder(metric=metric, way=way, period=period.key, amount=Decimal(amount), reason=why)
            set_target(order=order, by=by, now=now)
    return 2 * (len(TARGETS) + 1)


def _set_own(*, by: Actor, now: datetime, today: date) -> int:
    """Set what this quarter is to reach, for everybody, each team and each person; returns how many were set."""
    key = quarter(today, today=today).key
    people = [TargetOf(owner_id=row.user_id) for row in members(role=Role.CSM)]
    everyone = [EVERYBODY, *(TargetOf(team_id=team.id) for team in teams()), *people]
    for of in everyone:
        for metric, way, amount, why in OF_A_QUARTER:
            order = TargetOrder(metric=metric, way=way, period=key, amount=Decimal(amount), reason=why, of=of)
            set_target(order=order, by=by, now=now)
    return len(everyone) * len(OF_A_QUARTER)

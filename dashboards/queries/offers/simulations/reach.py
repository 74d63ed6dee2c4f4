"""What a person may see of simulations: every run of the workspace, and of its rows those of accounts within reach."""

from django.db.models import QuerySet
from django.http import Http404

from dashboards.core.offers.simulated import DecisionLine, group_of
from dashboards.queries.asker import Asker
from offers.models import PolicySimulation, SimulatedDecision
from renewals.core.roles import Scope, granted_scope
from renewals.models import Account
from renewals.queries.people import visible_to

PATH = "/offers/policy/simulations/"
PERMISSION = "proposals.view"
CLOSING = SimulatedDecision.Kind.CLOSING
FIELDS = (
    "before_way", "before_level", "after_way", "after_level", "is_last", "home_amount", "before_given", "after_given",
    "before_hours", "after_hours", "before_asked", "after_asked", "unknown", "is_reproduced",
)  # fmt: skip


def simulation_run(run_id: int) -> PolicySimulation:
    """Return a run; Http404 when this workspace has none with this id."""
    run = PolicySimulation.objects.select_related("ordered_by").filter(id=run_id).first()
    if run is None:
        raise Http404
    return run


def decisions_of(asker: Asker, run: PolicySimulation) -> QuerySet[SimulatedDecision]:
    """Return the rows of a run that a person may see: those of accounts whose proposals they may see."""
    found = SimulatedDecision.objects.filter(run=run)
    if granted_scope(asker.member, PERMISSION) is Scope.ALL:
        return found
    return found.filter(account__in=visible_to(Account.objects.all(), asker.member, PERMISSION))


def lines_of(rows: QuerySet[SimulatedDecision]) -> tuple[DecisionLine, ...]:
    """Return rows as the sums take them."""
    return tuple(_line(dict(zip(FIELDS, values, strict=True))) for values in rows.values_list(*FIELDS))


def _line(row: dict) -> DecisionLine:
    return DecisionLine(
        before=group_of(row["before_way"], row["before_level"]),
        after=group_of(row["after_way"], row["after_level"]),
        is_last=row["is_last"],
        arr=row["home_amount"],
        before_given=row["before_given"],
        after_given=row["after_given"],
        before_hours=row["before_hours"],
        after_hours=row["after_hours"],
        before_asked=tuple(row["before_asked"]),
        after_asked=tuple(row["after_asked"]),
        is_unknown=bool(row["unknown"]),
        is_reproduced=bool(row["is_reproduced"]),
    )

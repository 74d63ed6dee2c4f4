"""Who is away, how much each person can do in a day, and the workspace's touch budget, for the pages."""

from dataclasses import dataclass

from dashboards.core.dates import day_words
from dashboards.core.parts import Cell, Column, Table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from playbooks.core.account_facts import TouchLimits
from playbooks.models import Absence, TouchBudget, WorkspaceHoldout
from playbooks.queries.library import touch_budget
from playbooks.queries.workload import absences_ahead
from renewals.core.dates import local_date
from renewals.core.roles import Scope, can
from renewals.models import Membership
from renewals.queries.people import members

PATH = "/settings/workload/"


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceLine:
    """One absence, running or ahead; `href` ends it and is empty for who may only look."""

    person: str
    words: str
    note: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadPage:
    """Absences, capacities and the budget; `people` are those the asker may speak for, as form choices."""

    absences: tuple[AbsenceLine, ...]
    capacities: Table
    limits: TouchLimits
    is_shipped: bool
    people: list[tuple[str, str]]
    everybody: list[tuple[str, str]]
    may_set_budget: bool
    held_out: int
    held_out_note: str


def workload_page(asker: Asker) -> WorkloadPage:
    """Return the page; who leads people sees and sets theirs, everybody sets their own."""
    everybody = [row for row in members() if row.is_active]
    mine = [row for row in everybody if may_speak_for(asker, row)]
    own = TouchBudget.objects.filter(account_id__isnull=True).first()
    shipped, holdout = touch_budget(), WorkspaceHoldout.objects.order_by("-number").first()
    return WorkloadPage(
        absences=_absences(asker, {row.user_id for row in mine}),
        capacities=_capacities(mine),
        limits=TouchLimits(max_touches=own.max_touches, per_days=own.per_days, min_gap_days=own.min_gap_days)
        if own
        else shipped,
        is_shipped=own is None,
        people=_choices(mine),
        everybody=_choices(everybody),
        may_set_budget=can(asker.member, "settings.change"),
        held_out=holdout.percent if holdout else 0,
        held_out_note=_set_words(asker, holdout) if holdout else "",
    )


def _set_words(asker: Asker, holdout: WorkspaceHoldout) -> str:
    on = day_words(local_date(holdout.set_at, asker.workspace.timezone))
    return f"Set by {holdout.set_by} on {on}: {holdout.reason}."


def may_speak_for(asker: Asker, row: Membership) -> bool:
    """Answer whether the asker may note absences and capacity of this person: themselves, their team, or everybody."""
    if row.user_id == asker.membership.user_id:
        return True
    if can(asker.member, "tasks.change", record=Scope.ALL):
        return True
    is_team = row.team_id is not None and row.team_id == asker.membership.team_id
    return is_team and can(asker.member, "tasks.change", record=Scope.TEAM)


def absence_named(absence_id: int) -> Absence | None:
    """Return an absence, None for one outside this workspace."""
    return Absence.objects.filter(id=absence_id).first()


def member_named(user_id: str) -> Membership | None:
    """Return the active membership of a person chosen in a form, None for anybody else."""
    found = Membership.objects.filter(is_active=True, user_id=int(user_id)) if user_id.isdigit() else None
    return found.first() if found is not None else None


def _choices(rows: list[Membership]) -> list[tuple[str, str]]:
    return [(str(row.user_id), str(row.user)) for row in rows]


def _capacities(rows: list[Membership]) -> Table:
    return Table(
        caption="How many tasks each person does",
        columns=(Column(title="Person"), Column(title="Role"), Column(title="Tasks a day")),
        rows=tuple(
            (Cell(text=str(row.user)), Cell(text=title(row.role)), Cell(text=str(row.daily_capacity))) for row in rows
        ),
    )


def _absences(asker: Asker, people: set[int]) -> tuple[AbsenceLine, ...]:
    return tuple(_line(row) for row in absences_ahead(today=asker.today) if row.user_id in people)


def _line(row: Absence) -> AbsenceLine:
    waits = [title(kind).lower() for kind, how in sorted(row.treatments.items()) if how == "shift"]
    covered = f"{row.delegate} stands in" if row.delegate else "Nobody stands in: everything waits"
    waiting = f"; waits for the return: {', '.join(waits)}" if waits and row.delegate else ""
    return AbsenceLine(
        person=str(row.user),
        words=f"{day_words(row.from_on)} to {day_words(row.until_on)}",
        note=f"{covered}{waiting}. {row.reason}".strip(),
        href=f"{PATH}absences/{row.id}/end/",
    )

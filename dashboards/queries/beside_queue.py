"""Tasks of a person that belong to no open renewal: losses, win-backs and their answers, contracts without an end.

The queue holds open renewals alone; what asks for somebody beside them stands here.
"""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from dashboards.core.dates import DateCell, date_cell
from dashboards.core.money import count_words
from dashboards.core.parts import Chip, Link
from dashboards.queries.asker import Asker, Reach
from dashboards.queries.people import Choice
from playbooks.models import Task
from renewals.models import LossReview

PATH = "/queue/beside/"
MOST = 100
LATER = "later"
UNIT = "What asks for you where no renewal is open: accounts that left, and contracts without an end"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskBeside:
    """A task in finished words; `where` leads to what it is about, `outcomes` are its own ways to end."""

    task_id: int
    account: Link
    title: str
    said: str
    due: DateCell
    where: Link
    outcomes: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BesidePage:
    """The tasks of a person, the earliest first; the title counts those that are not shown, too."""

    title: str
    unit: str
    chips: tuple[Chip, ...]
    tasks: tuple[TaskBeside, ...]


def tasks_beside(asker: Reach, *, show: str = "") -> QuerySet[Task]:
    """Return the open tasks of a person that belong to no open renewal and are due by today, or later."""
    mine = Task.objects.filter(assignee_id=asker.member.user_id, state="open")
    beside = mine.filter(Q(renewal__isnull=True) | Q(renewal__closed_on__isnull=False))
    when = {"due_on__gt": asker.today} if show == LATER else {"due_on__lte": asker.today}
    return beside.filter(**when).order_by("due_on", "id")


def beside_page(asker: Asker, show: str) -> BesidePage:
    """Return what is due, or what comes later."""
    found = tasks_beside(asker, show=show)
    rows = list(found.select_related("account")[:MOST])
    number = len(rows) if len(rows) < MOST else found.count()
    renewals = [row.renewal_id for row in rows if row.renewal_id]
    losses = dict(LossReview.objects.filter(renewal_id__in=renewals).values_list("renewal_id", "id"))
    return BesidePage(
        title=_title(number, show),
        unit=f"{UNIT} · the first {MOST} are shown" if number > MOST else UNIT,
        chips=(
            Chip(text="Due", href=PATH, is_on=show != LATER),
            Chip(text="Later", href=f"{PATH}?show={LATER}", is_on=show == LATER),
        ),
        tasks=tuple(_task(asker, row, losses) for row in rows),
    )


def _title(number: int, show: str) -> str:
    if not number:
        return "Nothing is due beside the renewals" if show != LATER else "Nothing comes later"
    return f"{count_words(number, 'task')} beside the renewals{' later' if show == LATER else ''}"


def _task(asker: Asker, row: Task, losses: dict[int, int]) -> TaskBeside:
    account = Link(text=row.account.name, href=f"/accounts/{row.account_id}/")
    return TaskBeside(
        task_id=row.id,
        account=account,
        title=row.title,
        said=row.instructions,
        due=date_cell(row.due_on, today=asker.today, is_deadline=True),
        where=_where(row, losses) or Link(text="Open the account", href=account.href),
        outcomes=tuple(Choice(value=str(each["key"]), text=str(each["label"])) for each in row.outcomes),
    )


def _where(row: Task, losses: dict[int, int]) -> Link | None:
    if row.renewal_id in losses:
        return Link(text="Open the win-back", href=f"/reviews/losses/{losses[row.renewal_id]}/")
    return Link(text="Open the renewal", href=f"/renewals/{row.renewal_id}/") if row.renewal_id else None

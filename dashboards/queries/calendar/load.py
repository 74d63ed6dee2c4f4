"""Work against capacity: a person's human tasks per day, and of the next quarter per week, strategic accounts first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncWeek

from dashboards.core.calendar import next_quarter, page_address, weeks_of
from dashboards.core.dates import day_words
from dashboards.core.money import count_words
from dashboards.core.parts import Cell, Column, Table
from dashboards.queries.asker import Asker
from dashboards.queries.calendar.rows import HUMAN, visible_touches
from playbooks.models import ProjectedTouch, Projection
from renewals.models import Membership

WORKING_DAYS = 5
STRATEGIC = "strategic"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLoad:
    """A day on which somebody has more human work than their capacity."""

    owner: str
    on: date
    work: int
    capacity: int
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadPage:
    """Next quarter's human work per person and week; `reaches` is False while projections end before the quarter."""

    title: str
    unit: str
    table: Table
    is_empty: bool
    reaches: bool


def capacities() -> Mapping[int, int]:
    """Return how many human tasks each active member takes on a day."""
    return dict(Membership.objects.filter(is_active=True).values_list("user_id", "daily_capacity"))


def full_days(
    touches: QuerySet[ProjectedTouch], first: date, last: date, *, chosen: Mapping[str, str]
) -> list[DayLoad]:
    """Return the days over somebody's capacity, the earliest first; at most twenty."""
    counted = touches.filter(effect__in=HUMAN, local_on__range=(first, last)).order_by()
    rows = counted.values_list("owner_id", "owner__name", "local_on").annotate(n=Count("id")).order_by("local_on")
    limits = capacities()
    over = [row for row in rows if row[0] in limits and row[3] > limits[row[0]]]
    return [
        DayLoad(
            owner=name,
            on=on,
            work=n,
            capacity=limits[owner],
            href=page_address(chosen, view="agenda", on=on.isoformat(), owner=str(owner), effect="task"),
        )
        for owner, name, on, n in over[:20]
    ]


def workload_page(asker: Asker) -> WorkloadPage:
    """Return next quarter's work of everybody whose renewals the person may see."""
    quarter = next_quarter(today=asker.today)
    weeks = weeks_of(quarter)
    span = (quarter.starts_on, quarter.ends_on)
    touches = visible_touches(asker).filter(effect__in=HUMAN, local_on__range=span)
    cells = (
        touches.annotate(week=TruncWeek("local_on"))
        .values_list("owner_id", "owner__name", "week")
        .annotate(n=Count("id"), strategic=Count("id", filter=Q(account__segment=STRATEGIC)))
        .order_by("owner__name", "week")
    )
    found: dict[tuple[int, str], dict[date, tuple[int, int]]] = {}
    for owner, name, week, n, strategic in cells:
        found.setdefault((owner, name), {})[week] = (n, strategic)
    total = sum(n for weeks_found in found.values() for n, _ in weeks_found.values())
    furthest = Projection.objects.order_by("until_at").values_list("until_at", flat=True).first()
    return WorkloadPage(
        title=f"{count_words(total, 'piece')} of human work in {quarter.label}",
        unit=f"Tasks, drafts and stuck steps per person and week · {day_words(span[0])} to {day_words(span[1])}",
        table=_table(found, weeks),
        is_empty=not found,
        reaches=furthest is None or furthest.date() >= quarter.ends_on,
    )


def _table(found: Mapping[tuple[int, str], Mapping[date, tuple[int, int]]], weeks: tuple[date, ...]) -> Table:
    """Whoever has most strategic work stands first, because that is done first."""
    limits = capacities()
    order = sorted(found, key=lambda who: (-sum(part[1] for part in found[who].values()), who[1]))
    return Table(
        caption="Human work next quarter by person and week",
        columns=(
            Column(title="Person"),
            Column(title="A week", is_amount=True, term="capacity"),
            Column(title="All", is_amount=True),
            Column(title="Strategic", is_amount=True),
            *(Column(title=f"{week:%d %b}", is_amount=True) for week in weeks),
        ),
        rows=tuple(_row(who, found[who], weeks, limits) for who in order),
    )


def _row(
    who: tuple[int, str], work: Mapping[date, tuple[int, int]], weeks: tuple[date, ...], limits: Mapping[int, int]
) -> tuple[Cell, ...]:
    owner, name = who
    a_week = limits[owner] * WORKING_DAYS if owner in limits else None
    return (
        Cell(text=name, href=page_address({}, view="week", on=weeks[0].isoformat(), owner=str(owner))),
        Cell(text="not set" if a_week is None else str(a_week), is_amount=True),
        Cell(text=f"{sum(n for n, _ in work.values()):,}", is_amount=True),
        Cell(text=f"{sum(strategic for _, strategic in work.values()):,}", is_amount=True),
        *(_week_cell(owner, week, work.get(week, (0, 0)), a_week) for week in weeks),
    )


def _week_cell(owner: int, week: date, work: tuple[int, int], a_week: int | None) -> Cell:
    number, strategic = work
    is_over = a_week is not None and number > a_week
    notes = [f"{strategic} strategic"] if strategic else []
    notes += [f"{number - (a_week or 0)} too many"] if is_over else []
    href = page_address({}, view="week", on=week.isoformat(), owner=str(owner)) if number else ""
    return Cell(text=str(number), note=", ".join(notes), href=href, state="bad" if is_over else "", is_amount=True)

"""The list of sources with their health, and the volumes by family."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dashboards.core.charts import stacked_bar_chart
from dashboards.core.dates import DateCell, day_words, instant_cell
from dashboards.core.parts import Cell, Column, Tab, Table
from dashboards.core.sources import DOORS, MOODS, Spark, breaker_words, source_title, spark, volume_words
from dashboards.queries.asker import Asker
from renewals.core.roles import can
from signals.models import Unmatched
from signals.queries.library import catalogue
from signals.queries.sources import SourceReport, kind_days, source_reports

PATH = "/signals/"
WEEKS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """One source in the list."""

    name: str
    href: str
    door: str
    mood: str
    state: str
    heard: DateCell
    volume: str
    spark: Spark
    total: str
    families: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesPage:
    """The sources of the workspace, those that need a look first."""

    title: str
    unit: str
    tabs: tuple[Tab, ...]
    rows: tuple[SourceRow, ...]
    may_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumesPage:
    """Signals by family and week of occurrence; `drawing` is None while there are none."""

    title: str
    unit: str
    tabs: tuple[Tab, ...]
    drawing: dict[str, Any] | None
    table: Table


def sources_page(asker: Asker) -> SourcesPage:
    """Return the list of sources."""
    reports = sorted(source_reports(now=asker.now), key=_needs_a_look)
    alarms = [report.source.name for report in reports if report.pulse.is_alarm]
    unheard = [report.source.name for report in reports if report.pulse.mood == "never"]
    return SourcesPage(
        title=source_title(alarms, unheard, len(reports)),
        unit="Days are counted by when it happened, in UTC; usual is the median of the weekday over eight weeks",
        tabs=signal_tabs("sources"),
        rows=tuple(_row(report, asker) for report in reports),
        may_change=can(asker.member, "sources.change"),
    )


def volumes_page(asker: Asker) -> VolumesPage:
    """Return how many signals of each family occurred per week."""
    names = catalogue().families
    monday = asker.today - timedelta(days=asker.today.weekday())
    weeks = [monday - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    counts: dict[tuple[date, str], int] = {}
    for day, family, count in kind_days(now=asker.now):
        key = (day - timedelta(days=day.weekday()), names.get(family, family))
        counts[key] = counts.get(key, 0) + count
    families = [name for name in names.values() if any(counts.get((week, name)) for week in weeks)]
    total = sum(count for (week, _), count in counts.items() if week in weeks)
    return VolumesPage(
        title=f"{total:,} signals in eight weeks" if total else "No signals in eight weeks",
        unit="Signals per week by when they happened; the last week is not over",
        tabs=signal_tabs("volumes"),
        drawing=_drawing(counts, weeks, families) if total else None,
        table=_table(counts, weeks, families),
    )


def signal_tabs(current: str) -> tuple[Tab, ...]:
    """Return the parts of the pages of signals; the inbox says how much waits."""
    waiting = Unmatched.objects.filter(matched_at__isnull=True)[:1001].count()
    parts = (("sources", "Sources", PATH, ""), ("unmatched", "Unmatched", f"{PATH}unmatched/", _count(waiting)))
    return tuple(
        Tab(text=text, href=href, count=count, is_current=key == current)
        for key, text, href, count in (*parts, ("volumes", "Volumes", f"{PATH}volumes/", ""))
    )


def _needs_a_look(report: SourceReport) -> tuple[bool, bool, str]:
    return not report.pulse.is_alarm, report.pulse.mood != "never", report.source.name


def _count(waiting: int) -> str:
    return "" if not waiting else "1,000+" if waiting > 1000 else f"{waiting:,}"


def _row(report: SourceReport, asker: Asker) -> SourceRow:
    word, state = MOODS[report.pulse.mood]
    names = catalogue().families
    return SourceRow(
        name=report.source.name,
        href=f"{PATH}sources/{report.source.id}/",
        door=DOORS.get(report.source.kind, report.source.kind),
        mood=word,
        state=state,
        heard=instant_cell(report.last_received_at, now=asker.now, zone=asker.workspace.timezone),
        volume=volume_words(report.pulse, today=asker.now.date()),
        spark=spark(report.days, today=asker.now.date()),
        total=f"{report.signals_count:,}",
        families=", ".join(names.get(family, family) for family in report.families) or "–",
        notes=notes_of(report, asker),
    )


def notes_of(report: SourceReport, asker: Asker) -> tuple[str, ...]:
    """Return what waits for somebody at a source, and whether the system it is pulled from rests."""
    said = (
        (report.unmatched_count, "of unknown accounts"),
        (report.incomplete_count, "messages not fully read"),
        (report.waiting_count, "messages waiting"),
        (report.refused_count, "turned away in a week"),
    )
    rest = breaker_words(report.breaker, now=asker.now, zone=asker.workspace.timezone)
    waits = [f"{count:,} {words}" for count, words in said if count]
    return (*((rest,) if rest and report.pull and report.pull.is_active else ()), *waits)


def _drawing(counts: dict[tuple[date, str], int], weeks: list[date], families: list[str]) -> dict[str, Any]:
    order = [day_words(week) for week in weeks]
    cells = [
        {"group": day_words(week), "series": family, "value": counts.get((week, family), 0), "rank": rank}
        for week in weeks
        for rank, family in enumerate(families)
    ]
    return stacked_bar_chart(cells, order=order, series=families, name="Signals per week by family")


def _table(counts: dict[tuple[date, str], int], weeks: list[date], families: list[str]) -> Table:
    rows = tuple(
        (
            Cell(text=day_words(week)),
            *(Cell(text=f"{counts.get((week, family), 0):,}", is_amount=True) for family in families),
        )
        for week in reversed(weeks)
    )
    columns = (Column(title="Week of"), *(Column(title=family, is_amount=True) for family in families))
    return Table(caption="Signals per week by family", columns=columns, rows=rows)

"""Targets of a period: what was reached, both ways, booked amount beside long-term value, and who set them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboards.core.dates import date_cell
from dashboards.core.parts import Cell, Column, FilterBar, Link, Table
from dashboards.core.retention_words import attainment_words, figure_words, gap_words, period_words, value_words
from dashboards.core.wording import sentence, title
from dashboards.queries.asker import Asker
from dashboards.queries.retention.asked import Asked, age_of, asked_of, period_filter, unit_words
from renewals.core.metrics import Period, periods_until, whole_period, year_to
from renewals.core.metrics.periods import DAY
from renewals.core.roles import can
from renewals.models import MetricTarget
from renewals.queries.library import metric_book, segment_book
from renewals.queries.metrics.targets import Attained, attained, target_versions, targets_in_force

PLACE = "targets/"
SEPARATOR = "."
QUARTERS_AHEAD = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetsPage:
    """The targets of a period with their versions; targets are of everything, so only who sees everything compares."""

    title: str
    unit: str
    crumbs: tuple[Link, ...]
    reach: str
    bar: FilterBar
    table: Table
    versions: Table
    may_change: bool
    change_href: str


def targets_page(asker: Asker, choice: Mapping[str, str]) -> TargetsPage:
    """Return the targets of the period of the address."""
    asked = asked_of(asker, {name: choice[name] for name in ("period", "segment") if choice.get(name)})
    key, segment = asked.period.key, asked.chosen.get("segment", "")
    found = attained(targets_in_force(key, segment=segment), asked.sums()) if asked.sees_all else ()
    return TargetsPage(
        title=_title(asked, found),
        unit=unit_words(asked, age_of(asker)),
        crumbs=(Link(text="Retention", href=asked.href()), Link(text="Targets")),
        reach=asked.reach,
        bar=FilterBar(filters=(period_filter(asked, PLACE),), count=""),
        table=_table(asked, found),
        versions=_versions(asked, list(target_versions(key))),
        may_change=can(asker.member, "targets.change"),
        change_href=asked.href(PLACE),
    )


def metric_choices() -> tuple[tuple[str, str], ...]:
    """Return every way a target may be set for, by the key of a form."""
    return tuple(
        (f"{metric.key}{SEPARATOR}{way.key}", f"{metric.name}, {way.name}")
        for metric in metric_book().metrics
        for way in metric.ways
    )


def period_choices(asker: Asker) -> tuple[tuple[str, str], ...]:
    """Return the periods a target may be set for: those ahead and those kept."""
    return tuple((period.key, sentence(period_words(period))) for period in [*_ahead(asker), *_kept(asker)])


def segment_choices() -> tuple[tuple[str, str], ...]:
    """Return everything and each segment."""
    return (("", "All accounts"), *segment_book().names.items())


def _ahead(asker: Asker) -> list[Period]:
    found, day = [], asker.today
    for _ in range(QUARTERS_AHEAD):
        last = year_to(day, today=day)
        day = last.ends_on + DAY
        following = year_to(day, today=day)
        found += [whole_period(following.quarter_key), whole_period(following.key)]
    return found[::-1]


def _kept(asker: Asker) -> Sequence[Period]:
    return periods_until(today=asker.today, quarters=QUARTERS_AHEAD)


def _title(asked: Asked, found: tuple[Attained, ...]) -> str:
    words = period_words(asked.period)
    if not found:
        return f"No target is set for {words}"
    met = [each for each in found if each.attainment.is_met]
    missed = [each for each in found if each.attainment.is_met is False]
    if not missed:
        return f"{len(met)} of {len(found)} targets are met, {words}"
    worst = missed[0]
    gap = gap_words(worst.attainment.gap, worst.way.unit, asked.currency).lstrip("−+") if worst.attainment.gap else ""
    side = "over" if worst.contract.better == "down" else "under"
    return f"{len(met)} of {len(found)} targets met, {words}: {worst.contract.name} is {gap} {side} its target"


def _table(asked: Asked, found: tuple[Attained, ...]) -> Table:
    return Table(
        caption=f"Targets, {period_words(asked.period)}",
        columns=(
            Column(title="Figure"),
            Column(title="Kind"),
            Column(title="Target", is_amount=True, term="metric_target"),
            Column(title="Reached", is_amount=True),
            Column(title="Attained", term="attainment"),
            Column(title="Why this target"),
        ),
        rows=tuple(_row(asked, each) for each in found),
    )


def _row(asked: Asked, each: Attained) -> tuple[Cell, ...]:
    words, state = attainment_words(each.attainment, each.way.unit, asked.currency)
    kind = "Long-term value" if each.is_long_term else "Booked" if each.contract.key == "booked" else "Other"
    return (
        Cell(text=each.contract.name, note=each.way.name, href=asked.href(f"{each.contract.key}/", way=each.way.key)),
        Cell(text=kind),
        Cell(text=value_words(each.attainment.target, each.way.unit, asked.currency), is_amount=True),
        Cell(text=figure_words(each.figure, each.way, asked.currency), is_amount=True),
        Cell(text=words, state=state),
        Cell(text=each.target.reason, note=f"version {each.target.version}, {each.target.recorded_by}", is_long=True),
    )


def _versions(asked: Asked, rows: Sequence[MetricTarget]) -> Table:
    return Table(
        caption="Every version of these targets, the newest first",
        columns=(
            Column(title="Figure"),
            Column(title="Version", is_amount=True),
            Column(title="Target", is_amount=True),
            Column(title="Of"),
            Column(title="Set on"),
            Column(title="By"),
            Column(title="Why"),
        ),
        rows=tuple(_version(asked, row) for row in rows),
    )


def _version(asked: Asked, row: MetricTarget) -> tuple[Cell, ...]:
    contract = metric_book().metric(row.metric)
    way = contract.way(row.way)
    amount = "withdrawn" if row.amount is None else value_words(row.amount, way.unit, asked.currency)
    return (
        Cell(text=contract.name, note=way.name),
        Cell(text=str(row.version), is_amount=True),
        Cell(text=amount, is_amount=True),
        Cell(text=title(row.segment) if row.segment else "All accounts"),
        Cell(date=date_cell(row.recorded_at.date(), today=asked.asker.today)),
        Cell(text=row.recorded_by),
        Cell(text=row.reason, is_long=True),
    )

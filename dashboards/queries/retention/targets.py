"""Targets of a period: what was reached, both ways, booked amount beside long-term value, and who set them.

They are of all accounts, of segments, of teams and of people; everybody sees those whose rows they see.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db.models import Q, QuerySet

from dashboards.core.dates import date_cell
from dashboards.core.parts import Cell, Chip, Column, Filter, FilterBar, Link, Table
from dashboards.core.retention_words import attainment_words, figure_words, gap_words, period_words, value_words
from dashboards.core.wording import sentence, title
from dashboards.queries.asker import Asker
from dashboards.queries.retention.asked import Asked, age_of, asked_of, chosen_parts, period_filter, unit_words
from dashboards.queries.retention.whose import own_targets
from renewals.core.metrics import EVERYBODY, Period, TargetOf, periods_until, whole_period, year_to
from renewals.core.metrics.periods import DAY
from renewals.core.roles import can
from renewals.models import MetricTarget
from renewals.queries.library import metric_book, segment_book
from renewals.queries.metrics.targets import (
    Attained,
    attained_by_all,
    is_of,
    of_target,
    target_versions,
    targets_in_force,
)
from renewals.queries.people import members, teams

PLACE = "targets/"
WHOSE = ("segment", "owner", "team")
KINDS = MappingProxyType(
    {
        "": Q(),
        "all": Q(segment="", owner=None, team=None),
        "segments": ~Q(segment=""),
        "teams": Q(team__isnull=False),
        "people": Q(owner__isnull=False),
    }
)
KIND_WORDS = {"all": "All accounts", "segments": "Segments", "teams": "Teams", "people": "People"}
MOST = 100
SEPARATOR = "."
QUARTERS_AHEAD = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetsPage:
    """The targets of a period with their versions; only who sees all rows of a target holds it against them."""

    title: str
    unit: str
    crumbs: tuple[Link, ...]
    reach: str
    more: str
    bar: FilterBar
    table: Table
    versions: Table
    may_change: bool
    change_href: str


def targets_page(asker: Asker, choice: Mapping[str, str]) -> TargetsPage:
    """Return the targets of the period of the address; of whom, the address may say too."""
    asked = asked_of(asker, {name: choice[name] for name in ("period", *WHOSE) if choice.get(name)})
    key, kind = asked.period.key, choice.get("of", "") if choice.get("of", "") in KINDS else ""
    seen = targets_in_force(key, of=None).filter(own_targets(asker))
    parts = chosen_parts(asked.chosen)
    wanted = seen.filter(KINDS[kind], *map(is_of, parts))
    shown = list(wanted.order_by("owner__name", "team__name", "segment", "id")[: MOST + 1])
    found = attained_by_all(shown[:MOST], period=asked.period, rates=asked.question.rates)
    return TargetsPage(
        title=_title(asked, found, is_narrowed=bool(kind or parts)),
        unit=unit_words(asked, age_of(asker)),
        crumbs=(Link(text="Retention", href=asked.href()), Link(text="Targets")),
        reach=asked.reach,
        more=f"The first {MOST} are shown. Choose a kind, or an owner on the page before." if shown[MOST:] else "",
        bar=FilterBar(
            filters=(period_filter(asked, PLACE), _of_filter(asked, seen, kind)),
            count="",
            clear_href=asked.href(PLACE, **dict.fromkeys(WHOSE, "")) if kind or parts else "",
        ),
        table=_table(asked, found),
        versions=_versions(asked, list(_told(asked, key).filter(KINDS[kind], *map(is_of, parts))[:MOST])),
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


def of_choices() -> tuple[tuple[str, Any], ...]:
    """Return everything, and each segment, team and person, by the key of a form."""
    named = {
        "Segments": [(f"segment{SEPARATOR}{key}", name) for key, name in segment_book().names.items()],
        "Teams": [(f"team{SEPARATOR}{team.id}", team.name) for team in teams()],
        "People": [(f"person{SEPARATOR}{row.user_id}", str(row.user)) for row in members()],
    }
    return (("", "All accounts"), *((name, choices) for name, choices in named.items() if choices))


def of_key(key: str) -> TargetOf:
    """Return whose figure the key of a form means."""
    kind, _, name = key.partition(SEPARATOR)
    return TargetOf(
        segment=name if kind == "segment" else "",
        team_id=int(name) if kind == "team" else None,
        owner_id=int(name) if kind == "person" else None,
    )


def key_of(kept: MetricTarget) -> str:
    """Return which kind of target this is, as the address of the page names it."""
    return "people" if kept.owner_id else "teams" if kept.team_id else "segments" if kept.segment else "all"


def _told(asked: Asked, key: str) -> QuerySet[MetricTarget]:
    """Return the versions a person may read: those of everybody's plan, and of the rows they see."""
    rows = target_versions(key)
    return rows if asked.sees_all else rows.filter(own_targets(asked.asker) | KINDS["all"])


def _of_filter(asked: Asked, seen: QuerySet[MetricTarget], kind: str) -> Filter:
    counts = {key: seen.filter(condition).count() for key, condition in KINDS.items() if key}
    return Filter(
        title="Of",
        chosen=KIND_WORDS.get(kind, ""),
        chips=tuple(
            Chip(
                text=words,
                count=f"{counts[key]:,}",
                href=asked.href(PLACE, of="" if key == kind else key, **dict.fromkeys(WHOSE, "")),
                is_on=key == kind,
            )
            for key, words in KIND_WORDS.items()
        ),
    )


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


def _title(asked: Asked, found: tuple[Attained, ...], *, is_narrowed: bool) -> str:
    words = period_words(asked.period)
    if not found:
        return f"No target {'of these ' if is_narrowed else ''}is set for {words}"
    met = [each for each in found if each.attainment.is_met]
    missed = [each for each in found if each.attainment.is_met is False]
    if not missed:
        return f"{len(met)} of {len(found)} targets are met, {words}"
    worst = missed[0]
    gap = gap_words(worst.attainment.gap, worst.way.unit, asked.currency).lstrip("−+") if worst.attainment.gap else ""
    side = "over" if worst.contract.better == "down" else "under"
    of = "" if of_target(worst.target) == EVERYBODY else f" of {_of_words(worst.target)}"
    return f"{len(met)} of {len(found)} targets met, {words}: {worst.contract.name}{of} is {gap} {side} its target"


def _of_words(target: MetricTarget) -> str:
    if target.owner_id:
        return str(target.owner)
    if target.team_id:
        return str(target.team)
    return segment_book().names.get(target.segment, title(target.segment)) if target.segment else "All accounts"


def _table(asked: Asked, found: tuple[Attained, ...]) -> Table:
    return Table(
        caption=f"Targets, {period_words(asked.period)}",
        columns=(
            Column(title="Figure"),
            Column(title="Of"),
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
        Cell(text=each.contract.name, note=each.way.name, href=_rows_href(asked, each)),
        Cell(text=_of_words(each.target)),
        Cell(text=kind),
        Cell(text=value_words(each.attainment.target, each.way.unit, asked.currency), is_amount=True),
        Cell(text=figure_words(each.figure, each.way, asked.currency), is_amount=True),
        Cell(text=words, state=state),
        Cell(text=each.target.reason, note=f"version {each.target.version}, {each.target.recorded_by}", is_long=True),
    )


def _rows_href(asked: Asked, each: Attained) -> str:
    """Return the address of the rows the figure counts: of whom the target is."""
    row = each.target
    whose = {"segment": row.segment, "owner": str(row.owner_id or ""), "team": str(row.team_id or "")}
    return asked.href(f"{each.contract.key}/", way=each.way.key, **whose)


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
        Cell(text=_of_words(row)),
        Cell(date=date_cell(row.recorded_at.date(), today=asked.asker.today)),
        Cell(text=row.recorded_by),
        Cell(text=row.reason, is_long=True),
    )

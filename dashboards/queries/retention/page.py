"""The page of retention: the finding, the waterfall, every figure with its denominator, and what was restated."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.safestring import SafeString

from dashboards.chart_drawing import draw
from dashboards.core.money import count_words, money_cell, short_money
from dashboards.core.parts import Cell, Column, FilterBar, Link, Table
from dashboards.core.retention_charts import waterfall_chart
from dashboards.core.retention_words import (
    STEP_WORDS,
    attainment_words,
    base_words,
    change_words,
    counting_words,
    figure_words,
    finding,
    period_words,
)
from dashboards.core.wording import sentence
from dashboards.queries.asker import Asker
from dashboards.queries.retention.asked import Asked, age_of, asked_of, chosen_parts, earlier, filter_bar, unit_words
from dashboards.queries.retention.known import KnownControl, known_control
from dashboards.queries.retention.notes import notes_of
from dashboards.queries.retention.whose import may_compare
from renewals.core.metrics import EVERYBODY, MetricContract, TargetOf, Waterfall
from renewals.core.metrics.contracts import RowSet
from renewals.core.money import Money
from renewals.core.roles import can
from renewals.models import MetricTarget
from renewals.queries.library import metric_book
from renewals.queries.metrics.figures import Sums
from renewals.queries.metrics.targets import Attained, attained, targets_in_force
from renewals.queries.written import Given, Written


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPage:
    """Everything the page shows at first; the groups come after it."""

    title: str
    unit: str
    bar: FilterBar
    is_empty: bool
    counting: str
    is_filtered: bool
    reach: str
    figures: Table
    chart: SafeString | str
    chart_query: str
    chart_unit: str
    steps: Table
    groups_href: str
    cohorts_href: str
    control: KnownControl | None
    notes: tuple[Link, ...]
    targets_href: str
    may_export: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterfallChart:
    """The picture of the waterfall, to be drawn in any form, and its figures."""

    specification: Mapping[str, Any]
    table: Table


def retention_page(asker: Asker, choice: Mapping[str, str]) -> RetentionPage:
    """Return the page under the filters of the address."""
    asked = asked_of(asker, choice)
    sums, book = asked.sums(), metric_book()
    fall = sums.waterfall()
    opening, gross = sums.figure(book.metric("logo_retention")), sums.figure(book.metric("grr"))
    is_empty = not fall.opening and not fall.closing
    return RetentionPage(
        title=finding(gross, sums.figure(book.metric("nrr")), fall, asked.currency),
        unit=unit_words(asked, age_of(asker)),
        bar=filter_bar(asked, count_words(int(opening.denominator or 0), "account") + " at the opening"),
        is_empty=is_empty,
        counting=counting_words(age_of(asker)) if gross.state == "counting" else "",
        is_filtered=any(name != "period" for name in asked.chosen),
        reach=asked.reach,
        figures=_figures(asked, sums),
        chart="" if is_empty else draw(_drawn(asked, fall)),
        chart_query=asked.href().removeprefix("/retention/"),
        chart_unit=f"{sentence(period_words(asked.period))}, {asked.currency}",
        steps=_steps(asked, fall),
        groups_href=asked.href("groups/"),
        cohorts_href=asked.href("cohorts/"),
        control=known_control(asked),
        notes=(*_caveats(asked, sums), *notes_of(asked)),
        targets_href=asked.href("targets/"),
        may_export=can(asker.member, "exports.view"),
    )


def waterfall_picture(asker: Asker, choice: Mapping[str, str]) -> WaterfallChart:
    """Return the waterfall as the page shows it."""
    asked = asked_of(asker, choice)
    fall = asked.sums().waterfall()
    return WaterfallChart(specification=_drawn(asked, fall), table=_steps(asked, fall))


def _caveats(asked: Asked, sums: Sums) -> tuple[Link, ...]:
    """Return what a reader has to know before the figures: whose they are, what is left out, what is bridged."""
    unrated, bridged = sums.left_out(RowSet.ACCOUNTS), sums.bridged()
    said = (
        (asked.reach, f"{asked.reach}: others who look see more and other figures", ""),
        (
            asked.chosen.get("owner") or asked.chosen.get("team"),
            "ARR figures count the accounts they own now, renewal figures the renewals they own now",
            "",
        ),
        (unrated, f"{count_words(unrated, 'account')} in a currency without a rate: in no figure here", ""),
        (
            bridged,
            f"{count_words(bridged, 'account')} counted through a late renewal within the grace",
            asked.href("bridged/"),
        ),
    )
    return tuple(Link(text=text, href=href) for is_so, text, href in said if is_so)


def _drawn(asked: Asked, fall: Waterfall) -> dict[str, Any]:
    return waterfall_chart(
        fall,
        name=f"ARR from opening to closing, {period_words(asked.period)}",
        words=lambda amount: short_money(Money(amount, asked.currency)),
        link=lambda part: asked.href("arr/", way=part),
    )


def _steps(asked: Asked, fall: Waterfall) -> Table:
    rows = [("opening", fall.opening, fall.opening), *((step.part, step.amount, step.after) for step in fall.steps)]
    return Table(
        caption="ARR from opening to closing",
        columns=(
            Column(title="Step"),
            Column(title=f"Amount, {asked.currency}", is_amount=True),
            Column(title=f"ARR after it, {asked.currency}", is_amount=True, term="arr"),
        ),
        rows=tuple(_step(asked, part, amount, after) for part, amount, after in rows),
        totals=_step(asked, "closing", fall.closing, fall.closing),
    )


def _step(asked: Asked, part: str, amount: Decimal, after: Decimal) -> tuple[Cell, ...]:
    return (
        Cell(text=STEP_WORDS[part], href=asked.href("arr/", way=part)),
        Cell(money=money_cell(Money(amount, asked.currency))),
        Cell(money=money_cell(Money(after, asked.currency))),
    )


def _figures(asked: Asked, sums: Sums) -> Table:
    before = earlier(asked)
    old = before.sums() if before else None
    known = [each for each in metric_book().metrics if _can_answer(asked, each)]
    targets = _targets(asked, sums)
    against = "Change on the year before" if asked.period.is_year else "Change on the quarter before"
    return Table(
        caption=f"Figures, {period_words(asked.period)}",
        columns=(
            Column(title="Figure"),
            Column(title="Value", is_amount=True),
            Column(title="Of what", key="of"),
            Column(title=against, is_amount=True, key="before"),
            Column(title="Target", term="metric_target", key="target"),
        ),
        rows=tuple(_figure(asked, each, sums, old, targets.get(each.key)) for each in known),
    )


def _figure(
    asked: Asked, contract: MetricContract, sums: Sums, old: Sums | None, target: Attained | None
) -> tuple[Cell, ...]:
    found, way = sums.figure(contract), contract.headline
    before = old.figure(contract).value if old else None
    missing = "nothing then" if old else "not kept"
    words, state = attainment_words(target.attainment, way.unit, asked.currency) if target else ("", "")
    return (
        Cell(text=contract.name, href=asked.href(f"{contract.key}/"), note=way.name),
        Cell(text=figure_words(found, way, asked.currency), is_amount=True),
        Cell(text=base_words(found, way, asked.currency), is_long=True),
        Cell(text=change_words(found.value, before, way.unit, asked.currency) or missing, is_amount=True),
        Cell(text=words, state=state) if target else Cell(text="none"),
    )


def _can_answer(asked: Asked, contract: MetricContract) -> bool:
    return contract.headline.rows.is_of_accounts or asked.question.is_of_renewals


def _targets(asked: Asked, sums: Sums) -> dict[str, Attained]:
    """Return the targets of the headlines; only of what targets are set for: everything, a segment, person or team."""
    parts = chosen_parts(asked.chosen) or (EVERYBODY,)
    if len(parts) > 1 or not may_compare(asked, parts[0]) or {"product", "cohort"} & set(asked.chosen):
        return {}
    found = attained(_in_force(parts[0]).read(period=asked.period.key), sums)
    return {each.contract.key: each for each in found if each.way.key == each.contract.headline.key}


@lru_cache(maxsize=64)
def _in_force(of: TargetOf) -> Written[MetricTarget]:
    return Written(lambda: targets_in_force(Given("period"), of=of).select_related(None))

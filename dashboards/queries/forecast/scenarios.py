"""Scenarios: the levers with their evidence, what was asked, what came of it quarter by quarter, and the tornado."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.safestring import SafeString

from dashboards.chart_drawing import draw
from dashboards.core.dates import age_words
from dashboards.core.forecast_charts import tornado_chart
from dashboards.core.forecast_words import EVIDENCE, quarter_words, short
from dashboards.core.money import percent_words
from dashboards.core.parts import Cell, Column, Tab, Table
from dashboards.queries.asker import Asker
from dashboards.queries.forecast.reach import forecast_tabs, sum_scope
from renewals.core.roles import Scope, can
from signals.core.forecast.rules import LeverRule
from signals.models import ForecastRun, ForecastScenario
from signals.queries.library import forecast_rules

PATH = "/forecast/scenarios/"
SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class LeverLine:
    """A lever that is moved, with what stands behind its effect: word, state and sentence."""

    name: str
    value: str
    evidence: tuple[str, str]
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioCard:
    """A scenario: waiting, failed with its error, or drawn with its table."""

    id: int
    title: str
    unit: str
    levers: tuple[LeverLine, ...]
    is_waiting: bool
    error: str
    table: Table | None
    may_drop: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenariosPage:
    """The scenarios of the workspace; `may_see` False: the person sees no sums of everybody's amounts."""

    title: str
    unit: str
    tabs: tuple[Tab, ...]
    cards: tuple[ScenarioCard, ...]
    is_waiting: bool
    tornado: SafeString | str
    tornado_title: str
    tornado_table: Table
    levers: tuple[LeverLine, ...]
    may_see: bool
    may_ask: bool


def scenarios_page(asker: Asker) -> ScenariosPage:
    """Return what was asked, the newest first; they speak of the whole book, so only who sees it all sees them."""
    may_see = sum_scope(asker) is Scope.ALL
    rows = (
        ForecastScenario.objects.filter(dropped_at__isnull=True).select_related("made_by").order_by("-made_at", "-id")
    )
    found = list(rows[:SHOWN]) if may_see else []
    summary = (ForecastRun.objects.values_list("summary", flat=True).first() or {}) if may_see else {}
    bars = summary.get("tornado", [])
    rules = {rule.key: rule for rule in forecast_rules().levers}
    currency = asker.workspace.currency
    rows_shown = [_tornado_row(bar, rules[bar["key"]]) for bar in bars if bar["key"] in rules]
    return ScenariosPage(
        title=_title(rows_shown, currency) if may_see else "Scenarios speak of the whole book",
        unit=f"{currency} a year · mean of the next two quarters · the same draws with and without each lever",
        tabs=forecast_tabs("scenarios"),
        cards=tuple(_card(row, asker) for row in found),
        is_waiting=any(row.state == ForecastScenario.State.WAITING for row in found),
        tornado=draw(tornado_chart(rows_shown, name="What each lever does to the forecast")) if rows_shown else "",
        tornado_title="What each lever may do",
        tornado_table=_tornado_table(rows_shown, currency),
        levers=tuple(_lever(rule, "") for rule in rules.values()),
        may_see=may_see,
        may_ask=may_see and can(asker.member, "forecasts.change"),
    )


def _title(rows: list[dict[str, Any]], currency: str) -> str:
    if not rows:
        return "No scenario can be drawn yet"
    first = rows[0]
    least, most = sorted((first["least"], first["most"]))
    return f"{first['lever']} reaches farthest: {short(least, currency)} to {short(most, currency)}"


def _card(row: ForecastScenario, asker: Asker) -> ScenarioCard:
    rules = {rule.key: rule for rule in forecast_rules().levers}
    is_done = row.state == ForecastScenario.State.DONE
    when = f"drawn {age_words(row.drawn_at, now=asker.now)}" if row.drawn_at else "waits for a worker"
    maker = f" · chances of {row.results['maker']}" if is_done and row.results.get("maker") else ""
    return ScenarioCard(
        id=row.id,
        title=row.name,
        unit=f"asked by {row.made_by}, {when}{maker}",
        levers=tuple(_lever(rules[key], _value(value)) for key, value in row.levers.items() if key in rules),
        is_waiting=row.state == ForecastScenario.State.WAITING,
        error=row.error,
        table=_table(row, asker.workspace.currency) if is_done else None,
        may_drop=can(asker.member, "forecasts.change"),
    )


def _table(row: ForecastScenario, currency: str) -> Table:
    names = ("Quarter", "P50 now", "P50 then", "Difference", "P10 then", "P90 then", "Renewals kept")
    return Table(
        caption=f"{row.name}: open renewals by quarter, {currency}",
        columns=tuple(Column(title=name, is_amount=name != "Quarter") for name in names),
        rows=tuple(_quarter(each, currency) for each in row.results["quarters"]),
    )


def _quarter(each: Mapping[str, Any], currency: str) -> tuple[Cell, ...]:
    before, after = each["before"]["total"], each["after"]["total"]
    difference = after["mean"] - before["mean"]
    kept = each["after"]["count"]["mean"] - each["before"]["count"]["mean"]
    sign = "+" if difference > 0 else ""
    return (
        Cell(text=quarter_words(date.fromisoformat(each["quarter"]))),
        *(
            Cell(text=text, is_amount=True)
            for text in (
                short(before["middle"], currency),
                short(after["middle"], currency),
                f"{sign}{short(difference, currency)}",
                short(after["low"], currency),
                short(after["high"], currency),
                f"{kept:+.1f}",
            )
        ),
    )


def _tornado_row(bar: Mapping[str, Any], rule: LeverRule) -> dict[str, Any]:
    least, most = min(bar["low"], bar["high"]), max(bar["low"], bar["high"])
    return {
        "lever": f"{rule.name}: {_value(bar['value'])}",
        "least": round(least),
        "most": round(most),
        "guess": round(bar["middle"]),
        "evidence": rule.evidence,
    }


def _tornado_table(rows: list[dict[str, Any]], currency: str) -> Table:
    names = ("Lever", "Least", "Best guess", "Most", "Evidence")
    return Table(
        caption="What each lever does to the forecast",
        columns=tuple(Column(title=name, is_amount=name not in ("Lever", "Evidence")) for name in names),
        rows=tuple(
            (
                Cell(text=row["lever"]),
                *(Cell(text=short(row[key], currency), is_amount=True) for key in ("least", "guess", "most")),
                Cell(text=EVIDENCE[row["evidence"]][0]),
            )
            for row in rows
        ),
    )


def _lever(rule: LeverRule, value: str) -> LeverLine:
    return LeverLine(name=rule.name, value=value, evidence=EVIDENCE[rule.evidence], basis=rule.basis)


def _value(value: float) -> str:
    return percent_words(value) if value >= 0 else f"−{percent_words(-value)}"

"""The forecast on one page: the finding, bands by quarter, the roll-up, what is not in the band, who disagrees."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString

from dashboards.chart_drawing import draw
from dashboards.core.dates import age_words
from dashboards.core.filters import Option, address, closed_filters, opened_filter
from dashboards.core.forecast_charts import band_chart
from dashboards.core.forecast_trust import TrustLine, trust_lines
from dashboards.core.forecast_words import quarter_key, quarter_words, short
from dashboards.core.money import count_words, money_cell, percent_words
from dashboards.core.parts import Cell, Column, Filter, FilterBar, Progress, Tab, Table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.forecast.adjusting import GroupAdjusting, adjusting_of
from dashboards.queries.forecast.reach import PATH, Reach, forecast_tabs, reach_of
from dashboards.queries.forecast.standing import disagreement_table, unknown_table
from dashboards.queries.forecast.summing import RollUp, roll_up_of
from dashboards.queries.people import person_name
from dashboards.queries.saved_views import kept_views
from renewals.core.money import Money
from renewals.core.roles import Scope, can
from renewals.models import Membership, Team
from renewals.queries.written import Given, Written
from signals.core.forecast.book import quarter_start
from signals.models import ForecastPart, ForecastRun

PAGE = "forecast"
FILTERS = ("quarter", "segment", "team", "owner")
State = ForecastRun.State
RUN = Written(lambda: ForecastRun.objects.order_by("id")[:1])
PARTS = Written(
    lambda: (
        ForecastPart.objects.filter(segment=Given("segment"), owner_id=Given("owner"), team_id=Given("team"))
        .order_by("quarter_on")
        .values_list("quarter_on", "figures")
    )
)
COLUMNS = (
    ("Quarter", "", False),
    ("Renewals", "", True),
    ("Due", "renewals_due", True),
    ("Decided", "", True),
    ("P10", "forecast_band", True),
    ("P50", "forecast_band", True),
    ("P90", "forecast_band", True),
    ("of it expansion", "expansion", True),
    ("Signed late", "slippage", True),
    ("Signed + commit", "naive_baseline", True),
    ("By last year's rate", "naive_baseline", True),
    ("Not in the band", "", True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastPage:
    """What the page shows; `is_drawn` False: no worker has drawn yet."""

    title: str
    unit: str
    tabs: tuple[Tab, ...]
    bar: FilterBar
    progress: Progress | None
    error: str
    is_drawn: bool
    trust: tuple[TrustLine, ...]
    chart: SafeString | str
    chart_title: str
    chart_unit: str
    chart_query: str
    quarters: Table
    roll_up: RollUp
    group: GroupAdjusting
    unknown: Table
    unknown_words: str
    disagreements: Table
    may_export: bool


def forecast_page(asker: Asker, choice: Mapping[str, str]) -> ForecastPage:
    """Return the forecast of the part an address asks for, as far as the person may see it."""
    reach = reach_of(asker, choice)
    run = RUN.first()
    parts = parts_by_quarter(reach)
    part = parts.get(reach.quarter_on)
    currency = asker.workspace.currency
    is_drawn = run is not None and run.made_at is not None
    unknown = part["unknown"] if part else [0, 0.0, 0]
    roll_up = roll_up_of(asker, reach, part, choice)
    return ForecastPage(
        title=_title(reach, part, currency, is_drawn=is_drawn),
        unit=_unit(asker, reach, run),
        tabs=forecast_tabs("", reach.chosen),
        bar=_bar(asker, reach, part),
        progress=_progress(run),
        error=run.error if run and run.state == State.FAILED else "",
        is_drawn=is_drawn,
        trust=tuple(_trust(run, part)) if run and is_drawn else (),
        chart=draw(_specification(parts, reach.chosen)) if parts else "",
        chart_title="What each quarter will come to",
        chart_unit=f"{currency} · bar: eight of ten quarters end in it, line: P50 · {reach.words}",
        chart_query=address("", reach.chosen),
        quarters=quarter_table(parts, currency, reach),
        roll_up=roll_up,
        group=adjusting_of(asker, reach, roll_up.commit),
        unknown=unknown_table(asker, reach, has_any=part is None or bool(unknown[0])),
        unknown_words=_unknown_words(unknown, currency),
        disagreements=disagreement_table(asker, reach),
        may_export=can(asker.member, "exports.view"),
    )


def forecast_chart(asker: Asker, choice: Mapping[str, str]) -> tuple[dict[str, Any], Table]:
    """Return the picture of the bands, to be drawn in any form, and its figures."""
    reach = reach_of(asker, choice)
    parts = parts_by_quarter(reach)
    return _specification(parts, reach.chosen), plain_table(parts, asker.workspace.currency)


def forecast_filter(asker: Asker, name: str, choice: Mapping[str, str]) -> Filter | None:
    """Return one filter with its choices and how many renewals each has; None for an unknown name."""
    if name not in FILTERS:
        return None
    reach = reach_of(asker, choice)
    chosen = {key: value for key, value in reach.chosen.items() if (name, key) != ("team", "owner")}
    return opened_filter(PATH, name, _options(reach, name), chosen)


def parts_by_quarter(reach: Reach) -> dict[date, Mapping[str, Any]]:
    """Return the stored figures of the part, by quarter."""
    return dict(PARTS.read(segment=reach.segment, owner=reach.owner_id, team=reach.team_id))


def quarter_table(parts: Mapping[date, Mapping[str, Any]], currency: str, reach: Reach) -> Table:
    """Return the figures of every quarter, the one that is looked at leading to itself."""
    return Table(
        caption="Forecast by quarter",
        columns=tuple(Column(title=name, term=term, is_amount=amount) for name, term, amount in COLUMNS),
        rows=tuple(_row(day, part, currency, reach) for day, part in parts.items()),
    )


def plain_table(parts: Mapping[date, Mapping[str, Any]], currency: str) -> Table:
    """Return the figures of every quarter in plain numbers, for a file."""
    names = ("Quarter", "Renewals", *(f"{each}, {currency}" for each in ("Due", "P10", "P50", "P90", "Mean")))
    return Table(
        caption="Forecast by quarter",
        columns=tuple(Column(title=name) for name in names),
        rows=tuple(
            tuple(
                Cell(text=text)
                for text in (
                    quarter_words(day),
                    str(_number(part)),
                    *(f"{each:.2f}" for each in (_due(part), *part["total"])),
                )
            )
            for day, part in parts.items()
        ),
    )


def _row(day: date, part: Mapping[str, Any], currency: str, reach: Reach) -> tuple[Cell, ...]:
    def amount(value: float | None) -> Cell:
        money = None if value is None else Money(Decimal(str(round(value))), currency)
        return Cell(money=money_cell(money, missing="–"))

    rate = part["last_year"][1]
    low, middle, high, _ = part["total"]
    href = address(PATH, {**reach.chosen, "quarter": quarter_key(day)})
    return (
        Cell(text=quarter_words(day), href=href),
        Cell(text=f"{_number(part):,}", is_amount=True),
        amount(_due(part)),
        amount(part["closed"][2]),
        *(amount(each) for each in (low, middle, high, part["expansion"][1], part["slipped"][1], part["commits"])),
        amount(None if rate is None else rate * _due(part)),
        Cell(text=f"{part['unknown'][0]:,}", is_amount=True),
    )


def _number(part: Mapping[str, Any]) -> int:
    return int(part["open"][0] + part["unknown"][0] + part["closed"][0])


def _due(part: Mapping[str, Any]) -> float:
    return float(part["open"][1] + part["unknown"][1] + part["closed"][1])


def _title(reach: Reach, part: Mapping[str, Any] | None, currency: str, *, is_drawn: bool) -> str:
    quarter = quarter_words(reach.quarter_on)
    if not is_drawn:
        return "The forecast has not been drawn yet"
    if part is None or not _number(part):
        return f"No renewal is due in {quarter}"
    low, middle, high, _ = part["total"]
    if not part["open"][0]:
        done = "is decided" if not part["unknown"][0] else "has no chances to forecast by"
        return f"{quarter} {done}: {short(middle, currency)} of {short(_due(part), currency)} due"
    known = part["open"][1] + part["closed"][1]
    words = f"{short(middle, currency)}, {percent_words(middle / known)} of what is due" if known else "nothing"
    return f"{quarter} will come to {words}: likely {short(low, currency)} to {short(high, currency)}"


def _unit(asker: Asker, reach: Reach, run: ForecastRun | None) -> str:
    words = f"{asker.workspace.currency} a year · P50 with P10 to P90 · {reach.words}"
    if run is None or run.made_at is None:
        return words
    checked = run.checked_at or run.made_at
    drawn, looked = (age_words(each, now=asker.now) for each in (run.made_at, checked))
    # It is drawn anew only when what it is drawn from has changed: an old one that was just looked at is as good.
    made = f"drawn {drawn}, its inputs the same {looked}" if checked > run.made_at else f"drawn {drawn}"
    return f"{words} · {made} · chances of {run.maker or 'no version'}"


def _trust(run: ForecastRun, part: Mapping[str, Any] | None) -> Iterator[TrustLine]:
    if part and part["count"][3] and _number(part):
        low, middle, high, _ = (round(each) for each in part["count"])
        words = f"{middle} of {_number(part)} renewals kept, likely {low} to {high}."
        yield TrustLine(name="By number", words=words, term="forecast_band")
    yield from trust_lines(run.laws, run.summary.get("backtest"))


def _unknown_words(unknown: Sequence[float], currency: str) -> str:
    if not unknown[0]:
        return ""
    worth = f" worth {short(unknown[1], currency)}" if unknown[1] else ""
    rates = f", {count_words(int(unknown[2]), 'of them', 'of them')} without a rate of exchange" if unknown[2] else ""
    return f"{count_words(int(unknown[0]), 'renewal')}{worth} not in the band: no chance of renewal is known{rates}"


def _progress(run: ForecastRun | None) -> Progress | None:
    if run is None or run.state not in (State.WAITING, State.RUNNING):
        return None
    percent = run.done if run.state == State.RUNNING else None
    words = f"{run.done}%" if run.state == State.RUNNING else "a worker takes it up within minutes"
    return Progress(title="The forecast is being drawn anew", percent=percent, words=words)


def _specification(parts: Mapping[date, Mapping[str, Any]], chosen: Mapping[str, str]) -> dict[str, Any]:
    rows = [
        {
            "quarter": quarter_words(day),
            "low": round(part["total"][0]),
            "middle": round(part["total"][1]),
            "high": round(part["total"][2]),
            "due": round(_due(part)),
            "commits": round(part["commits"]),
            "href": address(PATH, chosen, quarter=quarter_key(day)),
        }
        for day, part in parts.items()
    ]
    return band_chart(rows, name="Forecast by quarter with its band")


def _bar(asker: Asker, reach: Reach, part: Mapping[str, Any] | None) -> FilterBar:
    is_now = reach.quarter_on == quarter_start(asker.today)
    chosen = {name: value for name, value in reach.chosen.items() if name != "quarter" or not is_now}
    names = {
        Scope.ALL: FILTERS,
        Scope.TEAM: ("quarter", "segment", "owner"),
    }.get(reach.scope, ("quarter", "segment"))
    said = {
        "quarter": quarter_words(reach.quarter_on),
        "owner": person_name(chosen.get("owner", "")),
        "team": reach.words.removeprefix("renewals of team ") if reach.team_id else "",
    }
    query = address("", reach.chosen).removeprefix("?")
    kept = kept_views(asker.membership.user_id, PAGE)
    return FilterBar(
        filters=closed_filters(PATH, names, chosen, said),
        count=count_words(_number(part) if part else 0, "renewal"),
        clear_href=PATH if chosen and reach.scope is Scope.ALL else "",
        views=kept.chips(query),
        save_href="/views/",
        query=query,
    )


def _options(reach: Reach, name: str) -> list[Option]:
    rows = ForecastPart.objects.order_by("quarter_on", "segment", "owner_id", "team_id")
    if name == "quarter":
        rows = rows.filter(segment=reach.segment, owner_id=reach.owner_id, team_id=reach.team_id)
        quarters = rows.values_list("quarter_on", "figures")
        return [Option(key=quarter_key(q), text=quarter_words(q), count=_number(part)) for q, part in quarters]
    rows = rows.filter(quarter_on=reach.quarter_on)
    if name == "segment":
        rows = rows.filter(owner_id=reach.owner_id, team_id=reach.team_id).exclude(segment="")
        return [Option(key=s, text=title(s), count=_number(p)) for s, p in rows.values_list("segment", "figures")]
    field = f"{name}_id"
    rows = rows.filter(segment=reach.segment).exclude(**{field: 0})
    names = _owner_names(reach) if name == "owner" else dict(Team.objects.values_list("id", "name"))
    found = rows.values_list(field, "figures")
    return [Option(key=str(k), text=names[k], count=_number(part)) for k, part in found if k in names]


def _owner_names(reach: Reach) -> dict[int, str]:
    rows = Membership.objects.select_related("user")
    if reach.scope is Scope.TEAM:
        rows = rows.filter(team_id=reach.team_id or None)
    return {row.user_id: str(row.user) for row in rows}

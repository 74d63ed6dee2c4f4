"""The honesty report on one page: verdict, curve, warning time, weeks, and the scores that were wrong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from dashboards.chart_drawing import draw
from dashboards.core.dates import day_words
from dashboards.core.filters import address
from dashboards.core.honesty_charts import weekly_chart
from dashboards.core.honesty_words import VERDICTS, curve_chart, finding_words, too_few_words, warning_words
from dashboards.core.money import count_words, percent_words
from dashboards.core.parts import Cell, Chip, Column, Filter, Tab, Table
from dashboards.core.score_links import score_href
from dashboards.core.wording import measure_sentence, sentence, title
from dashboards.queries.asker import Asker
from dashboards.queries.scorecards.rules import in_book_order
from dashboards.queries.scorecards.tabs import score_tabs
from dashboards.queries.scoring import badge_of_stored
from renewals.models import Account
from renewals.queries.people import visible_to
from signals.core.risk import BASE
from signals.models import HonestyReport, Score
from signals.queries.honesty import report_rules, reported_parts, reports
from signals.queries.scores import explain

PATH = "/scores/report/"
SHOWN = 25
WORDS = {"green_churns": "accounts lost with a good score", "red_renewals": "accounts kept with a bad score"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """The newest report of the chosen kind, segment and version; `verdict` is (word, state) or empty."""

    title: str
    unit: str
    tabs: tuple[Tab, ...]
    crumbs: tuple[()]
    term: str
    filters: tuple[Filter, ...]
    is_made: bool
    verdict: tuple[str, str] | None
    finding: str
    warning: str
    curve: SafeString | str
    curve_table: Table
    series: SafeString | str
    weeks: Table
    green: Table
    red: Table


def report_page(asker: Asker, asked: Mapping[str, str]) -> ReportPage:
    """Return the report that an address asks for; what is unknown counts as not asked."""
    kind = "health" if asked.get("kind") == "health" else "risk"
    parts = reported_parts(kind)
    segment = asked.get("segment", "") if asked.get("segment", "") in {part for part, _, _ in parts} else ""
    versions = {_version_key(maker, number): (maker, number) for _, maker, number in parts}
    version = asked.get("version", "") if asked.get("version", "") in versions else ""
    maker, number = versions.get(version, ("", 0))
    found = reports(kind=kind, segment=segment, maker=maker, version=number)
    newest = found[0] if found else None
    figures: Mapping[str, Any] = newest.figures if newest else {}
    curve = figures.get("curve", [])
    return ReportPage(
        title=_title(kind, newest),
        unit=_unit(newest),
        tabs=score_tabs("report"),
        crumbs=(),
        term="honesty_report",
        filters=_filters(kind, segment, version, parts),
        is_made=newest is not None,
        verdict=VERDICTS[newest.verdict][:2] if newest and newest.verdict else None,
        finding=_finding(kind, newest),
        warning=warning_words(figures, newest.lost_count) if newest and newest.is_enough and kind == "risk" else "",
        curve=draw(curve_chart(curve, kind=kind, name=f"Losses by {kind}")) if curve else "",
        curve_table=_curve_table(kind, curve),
        series=_series(kind, found),
        weeks=_weeks(found),
        green=_surprises(asker, kind, "green_churns", figures),
        red=_surprises(asker, kind, "red_renewals", figures),
    )


def _title(kind: str, report: HonestyReport | None) -> str:
    if report is None:
        return "No honesty report yet"
    if not report.is_enough:
        return f"Too few renewals to judge {kind}"
    return f"{title(kind)}: {VERDICTS[report.verdict][0].lower()}"


def _unit(report: HonestyReport | None) -> str:
    if report is None:
        return "it is made once a week"
    horizon = count_words(int(report.rules["horizon_days"]), "day")
    return f"week of {day_words(report.week_on)} · {count_words(report.rows_count, 'renewal')} · score {horizon} before"


def _finding(kind: str, report: HonestyReport | None) -> str:
    rules = report_rules()
    if report is None or not report.is_enough:
        rows, lost = (report.rows_count, report.lost_count) if report else (0, 0)
        return too_few_words(rows, lost, minimum_rows=rules.minimum_rows, minimum_lost=rules.minimum_lost)
    return finding_words(kind, report.verdict, report.brier, report.auc)


def _version_key(maker: str, number: int) -> str:
    """Return how an address names a version: "2" of the scorecard, "model-3" of the learned models, "" for all."""
    return f"model-{number}" if maker == "model" else str(number or "")


def _filters(kind: str, segment: str, version: str, parts: list[tuple[str, str, int]]) -> tuple[Filter, ...]:
    chosen = {"kind": kind, "segment": segment, "version": version}

    def chips(name: str, choices: list[tuple[str, str]]) -> tuple[Chip, ...]:
        return tuple(
            Chip(text=words, href=address(PATH, chosen, **{name: key}), is_on=chosen[name] == key)
            for key, words in choices
        )

    segments = [("", "All segments"), *((each, title(each)) for each in in_book_order({s for s, _, _ in parts if s}))]
    made = sorted(
        {(maker, number) for _, maker, number in parts if number}, key=lambda each: (each[0] == "model", each)
    )
    versions = [("", "All versions"), *((_version_key(*each), f"{title(each[0])} {each[1]}") for each in made)]
    return (
        Filter(title="Score", chips=chips("kind", [("risk", "Risk"), ("health", "Health")])),
        Filter(title="Segment", chips=chips("segment", segments)),
        Filter(title="Version", chips=chips("version", versions)),
    )


def _curve_table(kind: str, curve: list[Mapping[str, Any]]) -> Table:
    first = "Risk foretold" if kind == "risk" else "Health"
    names = (first, "Lost", "95 % interval", "Renewals")
    return Table(
        caption="Lost renewals by score",
        columns=tuple(Column(title=name, is_amount=True) for name in names),
        rows=tuple(
            (
                Cell(text=f"{step['score']:.0f}", is_amount=True),
                Cell(text=percent_words(step["observed"]), is_amount=True),
                Cell(text=f"{percent_words(step['low'])} to {percent_words(step['high'])}", is_amount=True),
                Cell(text=f"{step['rows']:,}", is_amount=True),
            )
            for step in curve
        ),
    )


def _series(kind: str, found: Sequence[HonestyReport]) -> SafeString | str:
    """Return the drawing of the figures over the weeks, oldest first; empty when fewer than two weeks have one."""
    weeks = [_week(row) for row in reversed(found) if row.is_enough]
    chart = weekly_chart(weeks, name=f"{title(kind)} week by week")
    return draw(chart) if chart else ""


def _week(row: HonestyReport) -> dict[str, Any]:
    warned = row.figures.get("warned_days")
    return {
        "week": row.week_on.isoformat(),
        "auc": row.auc,
        "brier": row.brier,
        "warned": warned[1] if warned and row.kind == "risk" else None,
        "green": len(row.figures.get("green_churns", ())),
        "red": len(row.figures.get("red_renewals", ())),
    }


def _weeks(found: Sequence[HonestyReport]) -> Table:
    names = ("Week", "Verdict", "Renewals", "Lost", "Brier", "AUC", "Warned, days", "Green churns", "Red renewals")
    return Table(
        caption="All reports by week",
        columns=tuple(Column(title=name, is_amount=name in names[2:]) for name in names),
        rows=tuple(
            (
                Cell(text=day_words(row.week_on)),
                Cell(text=VERDICTS[row.verdict][0] if row.verdict else "too few"),
                Cell(text=f"{row.rows_count:,}", is_amount=True),
                Cell(text=f"{row.lost_count:,}", is_amount=True),
                Cell(text="–" if row.brier is None else f"{row.brier:.3f}", is_amount=True),
                Cell(text="–" if row.auc is None else f"{row.auc:.3f}", is_amount=True),
                *_counts(_week(row)),
            )
            for row in found
        ),
    )


def _counts(week: Mapping[str, Any]) -> Iterator[Cell]:
    warned = week["warned"]
    yield Cell(text="–" if warned is None else f"{warned:.0f}", is_amount=True)
    for name in ("green", "red"):
        yield Cell(text=f"{week[name]:,}", is_amount=True)


def _surprises(asker: Asker, kind: str, name: str, figures: Mapping[str, Any]) -> Table:
    """Return the scores that were wrong, of accounts the person may see, with their reasons at that time."""
    ids = list(figures.get(name, []))[:SHOWN]
    scores = {each.id: each for each in Score.objects.filter(id__in=ids)}
    mine = visible_to(Account.objects.all(), asker.member, "accounts.view")
    accounts = mine.in_bulk({each.account_id for each in scores.values()})
    shown = [scores[pk] for pk in ids if pk in scores and scores[pk].account_id in accounts]
    return Table(
        caption=WORDS[name].capitalize(),
        as_cards=True,
        columns=tuple(Column(title=each) for each in ("Account", "Score then", "On", "What moved it most")),
        rows=tuple(_surprise(asker, kind, each, accounts[each.account_id]) for each in shown),
    )


def _surprise(asker: Asker, kind: str, score: Score, account: Account) -> tuple[Cell, ...]:
    href = score_href(account.id, kind, renewal_id=score.renewal_id, score=score.id)
    moving = [link for link in explain(score).links if link.key != BASE and link.value is not None][:2]
    return (
        Cell(text=account.name, href=f"/accounts/{account.id}/"),
        Cell(score=badge_of_stored(score, kind, now=asker.now), href=href),
        Cell(text=day_words(score.as_of.date())),
        Cell(text="; ".join(sentence(measure_sentence(link.key, link.value)) for link in moving), is_long=True),
    )

"""Usage, money and sentiment on one page, what leads and what follows, and what each segment is judged by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.utils.safestring import SafeString

from dashboards.chart_drawing import draw
from dashboards.core.filters import address
from dashboards.core.indicators import (
    LEADING,
    NAMES,
    WITH_WORDS,
    Measure,
    change_words,
    finding,
    monthly_chart,
    of_measure,
    share_cell,
)
from dashboards.core.money import percent_words
from dashboards.core.parts import Cell, Column, FilterBar, Table
from dashboards.core.wording import measure_figure, measure_sentence, sentence, title
from dashboards.queries.asker import Asker
from dashboards.queries.at_risk.reach import visible_entries
from dashboards.queries.indicators.lagging import lagging_table
from dashboards.queries.indicators.window import Window, window_bar, window_of
from dashboards.queries.people import whose
from dashboards.queries.scoring import labels
from playbooks.core.indicators import Middle, SegmentSuccess, SuccessMetric, Tally
from playbooks.models import AtRiskSum
from playbooks.queries.library import indicator_rules
from playbooks.queries.middles import Middles, kept_middles, live_middles
from renewals.core.roles import can
from renewals.queries.written import Written
from signals.queries.library import shipped

PATH = "/indicators/"
REASONS = Written(
    lambda: AtRiskSum.objects.exclude(risk_reason="").order_by().values_list("risk_reason", "segment", "number")
)
AREAS: Mapping[str, tuple[str, ...]] = {
    "Usage": ("usage",),
    "Money": ("billing",),
    "Sentiment": ("support", "relationship", "marketing"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorsPage:
    """The finding, the three areas, the indicators with their trend, and the segments with their escalation path."""

    title: str
    unit: str
    bar: FilterBar
    areas: Table | None
    areas_note: str
    leading: Table
    chart: SafeString | str
    months: Table
    lagging: Table
    segments: Table
    note: str


def indicators_page(asker: Asker, choice: Mapping[str, str]) -> IndicatorsPage:
    """Return the page over the accounts that the person's right reaches; its figures name none of them."""
    window, rules = window_of(asker, choice), indicator_rules()
    drawn = monthly_chart(window.shown, LEADING, name="Leading indicators by month")
    middles = _middles_of(window) if can(asker.member, "scores.view") else None
    return IndicatorsPage(
        title=finding(window.tallies, window.quarter, window.before),
        unit=f"{window.reach}{f', {title(window.segment)}' if window.segment else ''} · by month · {window.age}",
        bar=window_bar(window, PATH),
        areas=None if middles is None else _areas(asker, middles, window),
        areas_note=""
        if middles is None
        else f"Middle value, or share, of {middles.accounts:,} accounts, evenly drawn where there are more",
        leading=_leading(window),
        chart=draw(drawn) if drawn is not None else "",
        months=_months(window),
        lagging=lagging_table(asker, window.segment, window.accounts),
        segments=_segments(window, rules.segments),
        note=f"A risk counts as recorded in time more than {rules.proactive_days} days before the notice date.",
    )


def _middles_of(window: Window) -> Middles:
    """Return the kept middles of everything, else those of the accounts that are looked at, now."""
    kept = kept_middles() if window.accounts is None else None
    return kept or live_middles(window.accounts)


def _areas(asker: Asker, middles: Middles, window: Window) -> Table:
    """Return one row a measure: its middle by segment, and the open renewals whose main reason it is."""
    segments = [window.segment] if window.segment else list(window.segments)
    reasons = _reasons(asker, window)
    return Table(
        caption="Usage, money and sentiment",
        columns=(
            Column(title="Measure"),
            Column(title="Area"),
            *(Column(title=title(segment), is_amount=True) for segment in segments),
            Column(title="Main reason of", is_amount=True, term="swing_arr"),
        ),
        rows=tuple(
            _area_row(key, area, middles, segments, reasons.get(key, 0), window)
            for area, families in AREAS.items()
            for key in _measures(families)
        ),
    )


def _measures(families: Sequence[str]) -> list[str]:
    return [row["key"] for row in shipped("scorecard")["measures"] if row["family"] in families]


def _area_row(
    key: str, area: str, middles: Middles, segments: Sequence[str], renewals: int, window: Window
) -> tuple[Cell, ...]:
    known = middles.of(key, window.segment)
    href = address("/at-risk/", {"reason": key, "segment": window.segment, **window.whose})
    return (
        Cell(text=labels().get(key, title(key)), note=_sentence(key, known), href=href),
        Cell(text=area),
        *(_middle(key, middles.of(key, each)) for each in segments),
        Cell(
            text=f"{renewals:,} renewals" if renewals != 1 else "1 renewal",
            href=href if renewals else "",
            is_amount=True,
        ),
    )


def _middle(key: str, found: Middle) -> Cell:
    if found.middle is None or found.yes is None:
        return Cell(text="not known", is_amount=True)
    words = percent_words(found.yes) if key in WITH_WORDS else measure_figure(key, found.middle)
    return Cell(text=words, is_amount=True)


def _sentence(key: str, found: Middle) -> str:
    if key in WITH_WORDS and found.yes is not None:
        return WITH_WORDS[key].format(share=percent_words(found.yes))
    return sentence(measure_sentence(key, None if found.middle is None else round(found.middle, 4)))


def _reasons(asker: Asker, window: Window) -> dict[str, int]:
    """Return how many open renewals have each main reason: from the kept sums, or of the person's own renewals."""
    if window.accounts is not None:
        part = {"segment": window.segment} if window.segment else {}
        mine = visible_entries(asker).filter(whose(window.whose), **part).exclude(risk_reason="").order_by()
        return dict(mine.values_list("risk_reason").annotate(n=Count("id")))
    counts: dict[str, int] = {}
    for key, segment, number in REASONS.read():
        if window.segment in ("", segment):
            counts[key] = counts.get(key, 0) + number
    return counts


def _leading(window: Window) -> Table:
    return Table(
        caption="Leading indicators",
        columns=(
            Column(title="Indicator"),
            Column(title="Last three months", is_amount=True),
            Column(title="Three months before", is_amount=True),
            Column(title="Change", is_amount=True),
            Column(title="Twelve months", is_amount=True),
            Column(title="Definition"),
        ),
        rows=tuple(_leading_row(window, measure) for measure in LEADING),
    )


def _leading_row(window: Window, measure: Measure) -> tuple[Cell, ...]:
    now = of_measure(window.tallies, measure.key, since=window.quarter)
    before = of_measure(window.tallies, measure.key, since=window.before, until=window.quarter)
    return (
        Cell(text=measure.name, note="for each hundred open renewals" if measure.form == "per_hundred" else ""),
        share_cell(now, measure.form),
        share_cell(before, measure.form),
        Cell(text=change_words(now, before), is_amount=True),
        share_cell(of_measure(window.tallies, measure.key), measure.form),
        Cell(text="Definition", href=f"/glossary/#{measure.term}"),
    )


def _months(window: Window) -> Table:
    """Return the figures behind the chart: one row a month."""
    by_month: dict[date, list[Tally]] = {}
    for each in window.shown:
        by_month.setdefault(each.month_on, []).append(each)
    return Table(
        caption="Leading indicators by month",
        columns=(Column(title="Month"), *(Column(title=measure.name, is_amount=True) for measure in LEADING)),
        rows=tuple(
            (
                Cell(text=month.strftime("%b %Y")),
                *(share_cell(of_measure(mine, each.key), each.form) for each in LEADING),
            )
            for month, mine in sorted(by_month.items())
        ),
    )


def _segments(window: Window, agreed: Sequence[SegmentSuccess]) -> Table:
    """Return what each segment is judged by and where it stands, over the period, with its escalation path."""
    rows = [
        _segment_row(window, segment, metric)
        for segment in agreed
        if not window.segment or segment.key == window.segment
        for metric in segment.metrics
    ]
    return Table(
        caption="Success metrics and escalation by segment",
        columns=(
            Column(title="Segment"),
            Column(title="Judged by", term="success_metric"),
            Column(title="Agreed", is_amount=True),
            Column(title="Now", is_amount=True),
            Column(title="Met"),
            Column(title="Escalation path"),
        ),
        rows=tuple(rows),
    )


def _segment_row(window: Window, segment: SegmentSuccess, metric: SuccessMetric) -> tuple[Cell, ...]:
    mine = [each for each in window.shown if each.segment == segment.key]
    counted = of_measure(mine, metric.measure)
    words = "at most" if metric.is_most else "at least"
    return (
        Cell(text=title(segment.key), href=address("/at-risk/", {"segment": segment.key})),
        Cell(text=NAMES[metric.measure]),
        Cell(text=f"{words} {percent_words(metric.share)}", is_amount=True),
        share_cell(counted),
        _met(counted.share, metric),
        Cell(text=" → ".join(title(role) for role in segment.escalation)),
    )


def _met(share: float | None, metric: SuccessMetric) -> Cell:
    if share is None:
        return Cell(text="no cases")
    return Cell(text="met", state="good") if metric.is_met(share) else Cell(text="not met", state="bad")

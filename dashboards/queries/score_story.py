"""Health and risk of an account over the last year, with what may have changed them: rules, people, incidents."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.safestring import SafeString

from dashboards.chart_drawing import draw
from dashboards.core.charts import score_story_chart
from dashboards.core.dates import day_words
from dashboards.core.parts import Table
from dashboards.core.score_story import Mark, ScorePoint, daily, finding, story_table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from renewals.core.roles import can
from renewals.models import Account, ContactRole, Renewal
from renewals.queries.people import record_nearness
from signals.models import RiskModelVersion, ScorecardVersion, ScoreOverride, Signal, TierPeriod
from signals.queries.scores import history

BACK = timedelta(days=365)
MOST_MARKS = 12
TOLD = {
    "relationship.sponsor_left": "The sponsor left",
    "relationship.sponsor_confirmed": "A sponsor was confirmed",
    "support.escalation": "A ticket was escalated",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedMark:
    """A mark of the chart in words."""

    number: str
    day: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreStory:
    """The chart, the same as a table, and the numbered marks; `svg` is empty for fewer than two days."""

    title: str
    svg: SafeString | str
    table: Table
    marks: tuple[NumberedMark, ...]


def score_story(asker: Asker, row: Account, renewal: Renewal | None) -> ScoreStory:
    """Return the story of the scores of an account, and of the risk of its next renewal."""
    points = daily(sorted(_points(asker, row, renewal), key=lambda point: point.on))
    first = min((point.on for point in points), default=asker.today)
    told = (mark for mark in _marks(asker, row, renewal) if mark.on >= first)
    marks = sorted(told, key=lambda mark: mark.on)[-MOST_MARKS:]
    numbered = [(mark, str(number)) for number, mark in enumerate(marks, start=1)]
    series = ("Health", "Risk") if renewal else ("Health",)
    name = finding(points, "Health")
    chart = score_story_chart(
        [(point.on, point.series, point.value) for point in points],
        [(mark.on, number) for mark, number in numbered],
        name=name,
    )
    return ScoreStory(
        title=name,
        svg=draw(chart) if len({point.on for point in points}) > 1 else "",
        table=story_table(points, marks, series),
        marks=tuple(NumberedMark(number=number, day=day_words(mark.on), text=mark.text) for mark, number in numbered),
    )


def _points(asker: Asker, row: Account, renewal: Renewal | None) -> Iterator[ScorePoint]:
    kinds: list[tuple[str, str, int | None]] = [("Health", "health", None)]
    kinds += [("Risk", "risk", renewal.id)] if renewal else []
    for series, kind, renewal_id in kinds:
        for score in reversed(history(row.id, kind=kind, renewal_id=renewal_id)):
            if score.as_of > asker.now - BACK:
                yield ScorePoint(on=_day(asker, score.as_of), series=series, value=score.value)


def _marks(asker: Asker, row: Account, renewal: Renewal | None) -> Iterator[Mark]:
    since = asker.now - BACK
    rules = ScorecardVersion.objects.filter(kind__in=("health", "risk"), number__gt=1, published_at__gt=since)
    for version in rules:
        if version.published_at:
            yield Mark(on=_day(asker, version.published_at), text=f"{title(version.kind)} scorecard {version.number}")
    for model in RiskModelVersion.objects.filter(promoted_at__gt=since).exclude(promoted_at=None):
        yield Mark(on=_day(asker, model.promoted_at or since), text=f"{model} was put in force")
    for period in TierPeriod.objects.filter(account_id=row.id, from_at__gt=since):
        by = f" by {period.author}: {period.reason}" if period.author else ""
        yield Mark(on=_day(asker, period.from_at), text=f"Tier {title(period.tier).lower()}{by}")
    if can(asker.member, "signals.view"):
        for signal in Signal.objects.filter(account_id=row.id, kind__in=list(TOLD), occurred_at__gt=since):
            yield Mark(on=_day(asker, signal.occurred_at), text=TOLD[signal.kind])
    yield from _sponsors(row, since.date())
    if can(asker.member, "overrides.view", record=record_nearness(asker.member, row, renewal)):
        yield from _overrides(asker, row, renewal)


def _overrides(asker: Asker, row: Account, renewal: Renewal | None) -> Iterator[Mark]:
    """Yield when a person set one of the two scores, and when it was the rules' again."""
    shown = Q(renewal__isnull=True) | Q(renewal=renewal) if renewal else Q(renewal__isnull=True)
    since = asker.now - BACK
    for each in ScoreOverride.objects.filter(shown, account_id=row.id).order_by("starts_at", "id"):
        name = title(each.kind)
        if each.starts_at > since:
            text = f"{name} set to {each.value:.0f} by hand by {each.author}: {each.reason}"
            yield Mark(on=_day(asker, each.starts_at), text=text)
        ended_at = each.ended_at or (each.expires_at if each.expires_at <= asker.now else None)
        if ended_at and ended_at > since and each.ended_how != "replaced":
            yield Mark(on=_day(asker, ended_at), text=f"{name} by the rules again")


def _sponsors(row: Account, since: date) -> Iterator[Mark]:
    sponsors = ContactRole.objects.filter(account_id=row.id, role=ContactRole.Role.EXECUTIVE_SPONSOR)
    for role in sponsors.select_related("contact"):
        left_on = min((day for day in (role.until_on, role.contact.left_on) if day), default=None)
        if role.from_on > since:
            yield Mark(on=role.from_on, text="A sponsor was named")
        if left_on and left_on > since:
            yield Mark(on=left_on, text="The sponsor left")


def _day(asker: Asker, at: datetime) -> date:
    return at.astimezone(ZoneInfo(asker.workspace.timezone)).date()

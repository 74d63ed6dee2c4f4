"""The list of reviews: those that are open, those that were, the decisions of one person that are due, the series."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from dashboards.core.dates import date_cell, instant_cell
from dashboards.core.money import count_words, percent_words
from dashboards.core.parts import Cell, Column, Link, Tab, Table
from dashboards.core.review_words import DECISION_STATES, KINDS, STATES, Beat, beat_words, settled_words
from dashboards.core.wording import title
from dashboards.queries.asker import Asker, Reach
from dashboards.queries.reviews.access import may_start_series, visible_decisions, visible_reviews, visible_series
from playbooks.core.reviews.cadence import Every
from playbooks.core.reviews.life import attendance_share
from playbooks.models import Review, ReviewAttendance, ReviewDecision, ReviewSeries

PATH = "/reviews/"
MOST = 50
UNSETTLED = Q(items__state="open") | (Q(items__state="carried") & ~Q(state="open"))
"""In a meeting what is carried is done with; afterwards it is what was left."""
TABS = (("", "Coming up"), ("past", "Past"), ("decisions", "My decisions"), ("series", "Series"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewsPage:
    """One tab of the list; `is_new` while the workspace has no series at all."""

    title: str
    unit: str
    tabs: tuple[Tab, ...]
    table: Table
    empty: str
    is_new: bool
    may_start: bool


def reviews_page(asker: Asker, show: str) -> ReviewsPage:
    """Return the tab that `show` names; an unknown word is what is coming up."""
    chosen = show if show in dict(TABS) else ""
    due = my_open_decisions(asker).count()
    series = list(visible_series(asker).filter(ended_at__isnull=True).order_by("name"))
    reviews = list(_chosen(asker, chosen)[:MOST]) if chosen in ("", "past") else []
    tables = {
        "": lambda: _open_table(asker, reviews),
        "past": lambda: _past_table(asker, reviews),
        "decisions": lambda: _decisions_table(asker),
        "series": lambda: _series_table(series),
    }
    return ReviewsPage(
        title=_title(chosen, reviews, due, series),
        unit="Meetings that come again, with an agenda from rules",
        tabs=tabs_of(asker, chosen, due=due),
        table=tables[chosen](),
        empty=EMPTY[chosen],
        is_new=not series and not reviews,
        may_start=may_start_series(asker),
    )


def tabs_of(asker: Asker, chosen: str, *, due: int) -> tuple[Tab, ...]:
    """Return the tabs of reviews, losses among them; `due` open decisions of the person are counted beside theirs."""
    own = tuple(
        Tab(
            text=words,
            href=f"{PATH}?show={key}" if key else PATH,
            is_current=key == chosen,
            count=str(due) if key == "decisions" and due else "",
        )
        for key, words in TABS
    )
    return (*own, Tab(text="Losses", href=f"{PATH}losses/", is_current=chosen == "losses"))


def my_open_decisions(asker: Reach) -> QuerySet[ReviewDecision]:
    """Return what reviews decided that this person is to carry out, the earliest day first."""
    rows = visible_decisions(asker).filter(owner_id=asker.member.user_id, state="open")
    return rows.order_by("due_on", "id")


EMPTY: Mapping[str, str] = {
    "": "No review is open. The next one opens with its agenda a few days before its day.",
    "past": "No review was held yet.",
    "decisions": "No review decided anything that you are still to do.",
    "series": "No series runs.",
}


def _chosen(asker: Asker, chosen: str) -> QuerySet[Review]:
    rows = visible_reviews(asker)
    if chosen == "past":
        return rows.exclude(state="open").order_by("-held_on", "-id")
    return rows.filter(state="open").order_by("starts_at", "id")


def _title(chosen: str, reviews: list[Review], due: int, series: list[ReviewSeries]) -> str:
    if chosen == "decisions":
        return f"{count_words(due, 'decision')} for you to carry out" if due else "No decision waits for you"
    if chosen == "series":
        return f"{count_words(len(series), 'series', 'series')} of reviews"
    if chosen == "past":
        return f"{count_words(len(reviews), 'review')} held or called off" if reviews else "No review was held yet"
    return f"{count_words(len(reviews), 'review')} ahead or open" if reviews else "No review is open"


def _open_table(asker: Asker, reviews: list[Review]) -> Table:
    counts = _settled(reviews)
    columns = ("Review", "Begins", "Agenda", "Owner", "Part of the book")
    rows = tuple(
        (
            Cell(text=row.series.name, href=f"{PATH}{row.id}/", note=KINDS[row.series.kind]),
            Cell(date=instant_cell(row.starts_at, now=asker.now, zone=row.series.zone)),
            Cell(text=settled_words(*counts.get(row.id, (0, 0)))),
            Cell(text=str(row.owner)),
            Cell(text=scope_words(row.series)),
        )
        for row in reviews
    )
    return Table(caption="Reviews that are open", columns=tuple(Column(title=word) for word in columns), rows=rows)


def _past_table(asker: Asker, reviews: list[Review]) -> Table:
    counts, there = _settled(reviews), _attendance(reviews)
    made = _made(reviews)
    columns = (
        Column(title="Review"),
        Column(title="Day"),
        Column(title="State"),
        Column(title="Agenda"),
        Column(title="Decisions done", term="decision_completion", is_amount=True),
        Column(title="Attendance", term="review_attendance", is_amount=True),
    )
    rows = tuple(
        (
            Cell(text=row.series.name, href=f"{PATH}{row.id}/", note=KINDS[row.series.kind]),
            Cell(date=date_cell(row.held_on, today=asker.today)),
            Cell(text=STATES[row.state][0], state=STATES[row.state][1], note=row.ended_reason),
            Cell(text=settled_words(*counts.get(row.id, (0, 0)))),
            Cell(text="{} of {}".format(*made[row.id]) if row.id in made else "none made", is_amount=True),
            Cell(text=_share(there.get(row.id, ())), is_amount=True),
        )
        for row in reviews
    )
    return Table(caption="Reviews that were", columns=columns, rows=rows)


def _share(presences: Iterable[str]) -> str:
    share = attendance_share(presences)
    return "not said" if share is None else percent_words(share)


def _decisions_table(asker: Asker) -> Table:
    columns = ("Decision", "About", "Due", "Review")
    rows = tuple(
        (
            Cell(text=row.words, href=f"{PATH}decisions/{row.id}/", is_long=True),
            Cell(text=row.item.title, href=f"/renewals/{row.item.renewal_id}/" if row.item.renewal_id else ""),
            Cell(date=date_cell(row.due_on, today=asker.today, is_deadline=True)),
            Cell(text=row.review.series.name, note=DECISION_STATES[row.state][0]),
        )
        for row in my_open_decisions(asker)[:MOST]
    )
    return Table(caption="My open decisions", columns=tuple(Column(title=word) for word in columns), rows=rows)


def _series_table(series: list[ReviewSeries]) -> Table:
    columns = ("Series", "When", "Owner", "Invited", "Part of the book")
    rows = tuple(
        (
            Cell(text=row.name, href=f"{PATH}series/{row.id}/", note=KINDS[row.kind]),
            Cell(text=beat_words(beat_of(row)), is_long=True),
            Cell(text=str(row.owner)),
            Cell(text=count_words(len(row.invited) + 1, "person", "people")),
            Cell(text=scope_words(row)),
        )
        for row in series
    )
    return Table(caption="Series of reviews", columns=tuple(Column(title=word) for word in columns), rows=rows)


def beat_of(series: ReviewSeries) -> Beat:
    """Return when a series meets, for its words."""
    return Beat(
        every=Every(series.every),
        weekday=series.weekday,
        at=f"{series.at:%H:%M}",
        zone=series.zone,
        minutes=series.minutes,
    )


def scope_words(series: ReviewSeries) -> str:
    """Return which part of the book a series looks at."""
    parts = [f"Team {series.team.name}" if series.team else "", title(series.segment) if series.segment else ""]
    return ", ".join(part for part in parts if part) or "The whole book"


def crumbs(*links: Link) -> tuple[Link, ...]:
    """Return the way to a page of reviews."""
    return (Link(text="Reviews", href=PATH), *links)


def _settled(reviews: list[Review]) -> dict[int, tuple[int, int]]:
    found: Any = Review.objects.filter(id__in=[row.id for row in reviews]).values_list("id")
    counted = found.annotate(all=Count("items"), left=Count("items", filter=UNSETTLED))
    return {pk: (number - left, number) for pk, number, left in counted}


def _made(reviews: list[Review]) -> dict[int, tuple[int, int]]:
    rows = ReviewDecision.objects.filter(review_id__in=[row.id for row in reviews]).exclude(state="dropped")
    counted = rows.values_list("review_id").annotate(done=Count("id", filter=Q(state="done")), made=Count("id"))
    return {pk: (done, made) for pk, done, made in counted}


def _attendance(reviews: list[Review]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = ReviewAttendance.objects.filter(review_id__in=[row.id for row in reviews])
    for pk, presence in rows.values_list("review_id", "presence"):
        found.setdefault(pk, []).append(presence)
    return found

"""Who is invited to a review and was there, its minutes, and whether it may be closed or called off."""

from dataclasses import dataclass

from dashboards.core.money import count_words, percent_words
from dashboards.core.parts import Link, Tab
from dashboards.core.review_words import PRESENCES, STATES
from dashboards.queries.asker import Asker
from dashboards.queries.people import Choice
from dashboards.queries.reviews.access import may_change
from dashboards.queries.reviews.lists import crumbs
from dashboards.queries.reviews.meeting import meeting_tabs, meeting_title
from playbooks.core.reviews.life import attendance_share
from playbooks.models import Review, ReviewAttendance
from renewals.queries.people import members


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One person and whether they were there."""

    id: int
    name: str
    note: str
    presence: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplePage:
    """The people of a review and its minutes."""

    id: int
    title: str
    unit: str
    crumbs: tuple[Link, ...]
    tabs: tuple[Tab, ...]
    people: tuple[PersonRow, ...]
    presences: tuple[Choice, ...]
    others: tuple[Choice, ...]
    minutes: str
    ending: str
    open_items: str
    may_change: bool


def people_page(asker: Asker, review: Review) -> PeoplePage:
    """Return who is invited and was there, and what was written down."""
    rows = list(ReviewAttendance.objects.filter(review=review).select_related("person").order_by("person__name", "id"))
    share = attendance_share(row.presence for row in rows)
    here = sum(row.presence == "present" for row in rows)
    words = f"{here} of {count_words(len(rows), 'person', 'people')} here"
    left = review.items.filter(state="open").count()
    return PeoplePage(
        id=review.id,
        title=words if share is not None else f"{count_words(len(rows), 'person', 'people')} invited",
        unit=f"Attendance {percent_words(share)} of those it was said of" if share is not None else "Say who is here",
        crumbs=crumbs(Link(text=meeting_title(review), href=f"/reviews/{review.id}/"), Link(text="People and minutes")),
        tabs=meeting_tabs(review, "people"),
        people=tuple(_person(row, review) for row in rows),
        presences=tuple(Choice(value=key, text=word) for key, word in PRESENCES.items() if key != "unknown"),
        others=_others({row.person_id for row in rows}),
        minutes=review.minutes,
        ending=_ending(review),
        open_items=f"{count_words(left, 'item')} still open will be carried to the next review." if left else "",
        may_change=review.state == "open" and may_change(asker, review),
    )


def _person(row: ReviewAttendance, review: Review) -> PersonRow:
    note = "" if row.is_invited else "not invited, came along"
    note = "runs it" if row.person_id == review.owner_id else note
    return PersonRow(
        id=row.person_id, name=str(row.person), note=note, presence=row.presence, word=PRESENCES[row.presence]
    )


def _others(there: set[int]) -> tuple[Choice, ...]:
    return tuple(Choice(value=str(row.user_id), text=str(row.user)) for row in members() if row.user_id not in there)


def _ending(review: Review) -> str:
    if review.ended_at is None:
        return ""
    why = f": {review.ended_reason}" if review.ended_reason else ""
    return f"{STATES[review.state][0]} by {review.ended_by}{why}."

"""What came of a review: how its decisions were kept, and the changes to signals, touches and offers linked to them."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import Http404

from dashboards.core.dates import date_cell, day_words, instant_cell
from dashboards.core.money import count_words
from dashboards.core.parts import Cell, Column, Link, Tab, Table
from dashboards.core.review_words import DECISION_STATES
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.people import Choice
from dashboards.queries.reviews.access import may_change, visible_decisions, visible_items
from dashboards.queries.reviews.lists import PATH, crumbs
from dashboards.queries.reviews.meeting import DecisionPart, decision_part, meeting_tabs, meeting_title
from playbooks.models import Review, ReviewChange, ReviewDecision
from playbooks.queries.reviews.changes import changes_since
from renewals.core.dates import local_date

KIND_WORDS = {"people_only": "Treatment", "pause": "Treatment"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomePage:
    """The decisions of a review and the log of changes that came out of them."""

    title: str
    unit: str
    crumbs: tuple[Link, ...]
    tabs: tuple[Tab, ...]
    decisions: Table
    changes: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPage:
    """One decision on its own page; `options` are the changes since that can be linked to it."""

    id: int
    title: str
    unit: str
    crumbs: tuple[Link, ...]
    about: Link
    part: DecisionPart
    made: str
    changes: Table
    options: tuple[Choice, ...]
    may_end: bool
    may_link: bool
    first_due: str


def outcome_page(asker: Asker, review: Review) -> OutcomePage:
    """Return what a review decided on what the person may see, and what changed because of it."""
    items = visible_items(asker, review).values("id")
    rows = list(
        ReviewDecision.objects.filter(review=review, item__in=items).select_related("item", "owner").order_by("id")
    )
    changes = list(ReviewChange.objects.filter(decision__in=rows).select_related("decision").order_by("changed_at"))
    return OutcomePage(
        title=_title(rows, len(changes)),
        unit="Changes are linked by a person, on the page of the decision they came from",
        crumbs=crumbs(Link(text=meeting_title(review), href=f"{PATH}{review.id}/"), Link(text="What came of it")),
        tabs=meeting_tabs(review, "changes"),
        decisions=_decisions(asker, rows),
        changes=_changes(asker, changes, with_decision=True),
    )


def decision_page(asker: Asker, decision_id: int) -> DecisionPage:
    """Return one decision; Http404 where there is none for this person."""
    row = visible_decision(asker, decision_id)
    review = row.review
    found = list(ReviewChange.objects.filter(decision=row).order_by("changed_at"))
    may = may_change(asker, review)
    may_link = may and review.state == "closed"
    about = Link(text=row.item.title, href=f"/renewals/{row.item.renewal_id}/" if row.item.renewal_id else "")
    return DecisionPage(
        id=row.id,
        title=row.words,
        unit=f"Decided in {meeting_title(review)}",
        crumbs=crumbs(Link(text=meeting_title(review), href=f"{PATH}{review.id}/"), Link(text="Decision")),
        about=about,
        part=decision_part(row, today=asker.today),
        made=f"{row.decided_by}, {day_words(local_date(row.decided_at, review.series.zone))}",
        changes=_changes(asker, found, with_decision=False),
        options=_options(row, {(each.kind, each.subject_id) for each in found}) if may_link else (),
        may_end=row.state == "open" and (may or row.owner_id == asker.membership.user_id),
        may_link=may_link,
        first_due=max(row.due_on, asker.today + timedelta(days=1)).isoformat(),
    )


def visible_decision(asker: Asker, decision_id: int) -> ReviewDecision:
    """Return a decision the person may see: theirs, or one on an item they may see. Http404 for none."""
    row = visible_decisions(asker).filter(id=decision_id).first()
    if row is None:
        raise Http404
    is_mine = row.owner_id == asker.membership.user_id
    if not is_mine and not visible_items(asker, row.review).filter(id=row.item_id).exists():
        raise Http404
    return row


def _title(rows: list[ReviewDecision], changes: int) -> str:
    kept = [row for row in rows if row.state != "dropped"]
    if not kept:
        return "Nothing was decided"
    done = sum(row.state == "done" for row in kept)
    words = f"{done} of {count_words(len(kept), 'decision')} done"
    return f"{words}, {count_words(changes, 'change')} came of them" if changes else words


def _decisions(asker: Asker, rows: list[ReviewDecision]) -> Table:
    columns = ("Decision", "About", "Owner", "Due", "State")
    return Table(
        caption="Decisions",
        columns=tuple(Column(title=word) for word in columns),
        rows=tuple(
            (
                Cell(text=row.words, href=f"{PATH}decisions/{row.id}/", is_long=True, note=row.result),
                Cell(text=row.item.title),
                Cell(text=str(row.owner)),
                Cell(date=date_cell(row.due_on, today=asker.today, is_deadline=row.state == "open")),
                Cell(text=DECISION_STATES[row.state][0], state=DECISION_STATES[row.state][1]),
            )
            for row in rows
        ),
    )


def _changes(asker: Asker, rows: list[ReviewChange], *, with_decision: bool) -> Table:
    columns = ["Change", "Kind", "Made", "By", *(["Decision"] if with_decision else []), "Linked by"]
    return Table(
        caption="Changes that came of it",
        columns=tuple(Column(title=word) for word in columns),
        rows=tuple(_change(asker, row, with_decision=with_decision) for row in rows),
    )


def _change(asker: Asker, row: ReviewChange, *, with_decision: bool) -> tuple[Cell, ...]:
    decision = (Cell(text=row.decision.words, is_long=True),) if with_decision else ()
    return (
        Cell(text=row.label, is_long=True),
        Cell(text=KIND_WORDS.get(row.kind, title(row.kind))),
        Cell(date=instant_cell(row.changed_at, now=asker.now, zone=asker.workspace.timezone)),
        Cell(text=row.changed_by),
        *decision,
        Cell(text=row.linked_by),
    )


def _options(row: ReviewDecision, linked: set[tuple[str, int]]) -> tuple[Choice, ...]:
    found = changes_since(row.decided_at, account_id=row.item.account_id)
    return tuple(
        Choice(value=f"{each.kind}:{each.subject_id}", text=f"{each.label}, by {each.changed_by}")
        for each in found
        if (each.kind, each.subject_id) not in linked
    )

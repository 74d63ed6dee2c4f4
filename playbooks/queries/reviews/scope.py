"""Which part of the book a series looks at: open renewals, losses and decisions, of a team and a segment."""

from datetime import date, timedelta

from django.db.models import QuerySet

from playbooks.models import QueueEntry, ReviewDecision, ReviewSeries
from playbooks.queries.open_entries import open_entries
from renewals.models import LossReview
from renewals.queries.people import of_team

HORIZON_DAYS = 365
"""Renewals due later than that come up in no review yet."""


def entries_of(series: ReviewSeries, *, today: date) -> QuerySet[QueueEntry]:
    """Return the lines of the open renewals a series looks at."""
    until = today + timedelta(days=HORIZON_DAYS)
    rows = open_entries().filter(due_on__lte=until)
    rows = rows.filter(segment=series.segment) if series.segment else rows
    return rows.filter(of_team(series.team_id, "account__")) if series.team_id else rows


def losses_of(series: ReviewSeries) -> QuerySet[LossReview]:
    """Return the losses of the part of the book a series looks at."""
    rows = LossReview.objects.all()
    rows = rows.filter(renewal__account__segment=series.segment) if series.segment else rows
    return rows.filter(of_team(series.team_id, "renewal__account__")) if series.team_id else rows


def open_decisions_of(series: ReviewSeries) -> QuerySet[ReviewDecision]:
    """Return the decisions of a series that nobody has carried out yet."""
    return ReviewDecision.objects.filter(review__series=series, state="open")

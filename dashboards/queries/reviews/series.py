"""What the form of a series offers and starts from, and one series for who may change it."""

from typing import Any

from django.http import Http404

from dashboards.queries.asker import Asker
from dashboards.queries.reviews.access import may_change_series, visible_series
from playbooks.models import ReviewSeries
from renewals.queries.library import segment_book
from renewals.queries.people import members, teams

FIRST = {"kind": "at_risk", "every": "week", "weekday": "1", "at": "10:00", "minutes": 45, "lead_days": 2}


def series_choices() -> dict[str, list[tuple[str, str]]]:
    """Return people, teams and segments to choose from."""
    return {
        "people": [(str(row.user_id), str(row.user)) for row in members()],
        "teams": [(str(row.id), row.name) for row in teams()],
        "segments": list(segment_book().names.items()),
    }


def first_values(asker: Asker) -> dict[str, Any]:
    """Return what a new series starts from: the person runs it, for their own team, on Tuesdays."""
    return FIRST | {
        "name": "Weekly at-risk review",
        "zone": asker.workspace.timezone,
        "team": str(asker.member.team_id or ""),
        "owner": str(asker.membership.user_id),
    }


def values_of(row: ReviewSeries) -> dict[str, Any]:
    """Return a series as its form shows it."""
    same = ("kind", "name", "every", "zone", "minutes", "lead_days", "segment", "least_amount")
    return {name: getattr(row, name) for name in same} | {
        "weekday": str(row.weekday),
        "at": f"{row.at:%H:%M}",
        "team": str(row.team_id or ""),
        "owner": str(row.owner_id),
        "invited": [str(person) for person in row.invited],
    }


def changeable_series(asker: Asker, series_id: int) -> tuple[ReviewSeries, bool]:
    """Return a series the person may see, and whether they may change it; Http404 for none."""
    row = visible_series(asker).filter(id=series_id).first()
    if row is None:
        raise Http404
    return row, row.ended_at is None and may_change_series(asker, row)

"""What waits for a person's answer: steps of requests, price revisions, drafts of rules.

One rule for the page of approvals, the number beside it in the navigation, and the home page.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from dashboards.queries.asker import Asker
from dashboards.queries.offers.library import PATH as OFFERS
from dashboards.queries.offers.library import draft_name
from dashboards.queries.offers.revision_limits import RevisionAsked, revisions_to_sign
from dashboards.queries.offers.standing_in import away_today
from dashboards.queries.playbooks.listing import draft_href as playbook_href
from dashboards.queries.playbooks.listing import draft_name as playbook_name
from dashboards.queries.scorecards.draft import PATH as SCORECARDS
from dashboards.queries.scorecards.words import version_words
from offers.models import ApprovalRequest, PriceRevision, RuleDraft
from offers.queries.approvals import OpenSeat, number_of_seats, seats_of_person
from playbooks.models import PlaybookDraft
from renewals.core.roles import can
from signals.models import ScorecardVersion

WAITING = "waiting"
TABLES = tuple(
    model._meta.db_table for model in (ApprovalRequest, PriceRevision, RuleDraft, PlaybookDraft, ScorecardVersion)
)
ANY_WAITING = f"""array_remove(ARRAY[{
    ", ".join(f"CASE WHEN EXISTS(SELECT FROM {name} WHERE state = '{WAITING}') THEN '{name}' END" for name in TABLES)
}], NULL)"""
"""The tables in which something waits for anybody: most often none, and nobody has to be asked further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesOfAKind:
    """Drafts of one kind of rules: where they stand, who sees them, who puts them in force, how one is called."""

    drafts: Callable[[], QuerySet[Any]]
    view: str
    publish: str
    name: Callable[[Any], str]
    href: Callable[[Any], str]
    what: str


RULES: tuple[RulesOfAKind, ...] = (
    RulesOfAKind(
        drafts=lambda: RuleDraft.objects.select_related("offer"),
        view="offers.view",
        publish="offer_approvals.change",
        name=draft_name,
        href=lambda row: f"{OFFERS}drafts/{row.id}/",
        what="offers and policy",
    ),
    RulesOfAKind(
        drafts=lambda: PlaybookDraft.objects.all(),
        view="playbooks.view",
        publish="playbook_approvals.change",
        name=playbook_name,
        href=playbook_href,
        what="playbooks",
    ),
    RulesOfAKind(
        drafts=lambda: ScorecardVersion.objects.all(),
        view="scores.view",
        publish="score_approvals.change",
        name=version_words,
        href=lambda row: f"{SCORECARDS}{row.id}/",
        what="scores",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAsked:
    """A draft of rules with its name, what kind it is of, where it stands, and since when it waits."""

    row: Any
    name: str
    what: str
    href: str
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits for a person."""

    seats: tuple[OpenSeat, ...]
    revisions: tuple[RevisionAsked, ...]
    drafts: tuple[DraftAsked, ...]

    @property
    def number(self) -> int:
        """Return how many answers are wanted."""
        return len(self.seats) + len(self.revisions) + len(self.drafts)


def waiting_for(asker: Asker) -> Waiting:
    """Return everything that waits for a person's answer today."""
    return Waiting(
        seats=seats_of_person(asker.membership.user_id, away=away_today(asker)),
        revisions=revisions_to_sign(asker),
        drafts=tuple(draft_asked(kind, row) for kind in RULES for row in _to_publish(asker, kind)),
    )


def waiting_number(asker: Asker) -> int:
    """Return how much waits for a person's answer today: as many as `waiting_for` names."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {ANY_WAITING}")
        return counted_waiting(asker, cursor.fetchone()[0])


def counted_waiting(asker: Asker, tables: Collection[str]) -> int:
    """Return the number, where `tables` are those in which something waits for somebody."""
    requests, revisions, *_ = TABLES
    seats = number_of_seats(asker.membership.user_id, away=away_today(asker)) if requests in tables else 0
    asked = len(revisions_to_sign(asker)) if revisions in tables else 0
    rules = (kind for kind in RULES if kind.drafts().model._meta.db_table in tables)
    return seats + asked + sum(_to_publish(asker, kind).count() for kind in rules)


def drafts_shown(asker: Asker, chosen: Mapping[str, Any]) -> tuple[DraftAsked, ...]:
    """Return the drafts of rules in sight of a person that were handed in, those of a filter, in no order."""
    rows = ((kind, kind.drafts().filter(**chosen)) for kind in RULES if can(asker.member, kind.view))
    return tuple(draft_asked(kind, row) for kind, found in rows for row in found)


def draft_asked(kind: RulesOfAKind, row: Any) -> DraftAsked:
    """Return a draft in words."""
    return DraftAsked(
        row=row, name=kind.name(row), what=kind.what, href=kind.href(row), asked_at=row.submitted_at or row.created_at
    )


def _to_publish(asker: Asker, kind: RulesOfAKind) -> QuerySet[Any]:
    """What waits for a second person, and this one had no hand in."""
    rows = kind.drafts().filter(state=WAITING).exclude(editor_ids__contains=[asker.membership.user_id])
    return rows if can(asker.member, kind.publish) else rows.none()

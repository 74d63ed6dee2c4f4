"""A success milestone of an account on its own page: where it stands, what can be done, and who said what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404

from dashboards.core.milestone_words import standing_words
from dashboards.core.parts import HistoryEntry, Link
from dashboards.queries.asker import Asker
from dashboards.queries.changes import milestone_changes
from dashboards.queries.gains import gain_words, may_state
from dashboards.queries.prices import price_sight
from renewals.core.milestones import Standing
from renewals.core.roles import can
from renewals.models import Account, Milestone
from renewals.queries.accounts import contacts_of, milestone_dates, milestone_standing
from renewals.queries.people import record_nearness


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestonePage:
    """A milestone in finished words; `steps` names what can be done now, in the order of likelihood.

    `values` fill the forms: what is known already.
    """

    id: int
    href: str
    title: str
    unit: str
    crumbs: tuple[Link, ...]
    standing: str
    state: str
    evidence: str
    drop_reason: str
    gain: str
    gain_href: str
    steps: tuple[str, ...]
    values: Mapping[str, Mapping[str, Any]]
    contacts: tuple[tuple[int, str], ...]
    history: tuple[HistoryEntry, ...]


STATES = {Standing.LATE: "watch", Standing.REACHED: "good", Standing.CONFIRMED: "good"}
STEPS: Mapping[Standing, tuple[str, ...]] = {
    Standing.AHEAD: ("reach", "plan", "drop"),
    Standing.LATE: ("reach", "plan", "drop"),
    Standing.REACHED: ("confirm", "reach"),
    Standing.CONFIRMED: (),
    Standing.DROPPED: ("resume", "reach"),
}


def may_change_milestones(asker: Asker, row: Account) -> bool:
    """Answer whether the person answers for the account and so for what was agreed with it."""
    return can(asker.member, "milestones.change", record=record_nearness(asker.member, row))


def milestone_of(row: Account, milestone_id: int) -> Milestone:
    """Return a milestone of the account; Http404 for another's."""
    found = Milestone.objects.filter(id=milestone_id, account_id=row.id).select_related("confirmed_by").first()
    if found is None:
        raise Http404
    return found


def milestone_page(asker: Asker, row: Account, each: Milestone) -> MilestonePage:
    """Return the page of one milestone of the account."""
    standing = milestone_standing(each, today=asker.today)
    is_seen = price_sight(asker.member, account_ids=[row.id]).sees_account(row)
    may = may_change_milestones(asker, row)
    href = f"/accounts/{row.id}/milestones/{each.id}/"
    contacts = tuple((who.id, who.name) for who in contacts_of(row.id) if who.left_on is None)
    steps = STEPS[standing] if may else ()
    return MilestonePage(
        id=each.id,
        href=href,
        title=f"{row.name}: {each.name}",
        unit=standing_words(standing, milestone_dates(each), who=str(each.confirmed_by or "")),
        crumbs=crumbs_of(row),
        standing=standing.value,
        state=STATES.get(standing, "none"),
        evidence=each.evidence,
        drop_reason=each.drop_reason,
        gain=gain_words(each) if is_seen else "",
        gain_href=f"{href}gain/" if standing is not Standing.DROPPED and may_state(asker, row) else "",
        steps=tuple(step for step in steps if step != "confirm" or contacts),
        values=_values(each, asker.today),
        contacts=contacts,
        history=milestone_changes(asker, each, is_seen=is_seen),
    )


def crumbs_of(row: Account) -> tuple[Link, ...]:
    """Return the way back to the account and to what is agreed with it."""
    return (
        Link(text=row.name, href=f"/accounts/{row.id}/"),
        Link(text="About", href=f"/accounts/{row.id}/about/"),
    )


def _values(each: Milestone, today: date) -> dict[str, dict[str, Any]]:
    return {
        "plan": {"name": each.name, "target_on": each.target_on},
        "reach": {"achieved_on": each.achieved_on or today, "evidence": each.evidence},
        "confirm": {"confirmed_on": today},
        "drop": {},
    }

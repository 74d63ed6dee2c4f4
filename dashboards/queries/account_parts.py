"""The parts of the account page that load after its first view: people and contracts; scores over time, sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max

from dashboards.core.dates import DateCell, date_cell, day_words, instant_cell
from dashboards.core.parts import Cell, Column, Link, Table
from dashboards.core.wording import title
from dashboards.queries.account import Duty
from dashboards.queries.asker import Asker
from dashboards.queries.contracts import ContractPart, contract_parts
from dashboards.queries.gains import gain_words, may_state
from dashboards.queries.milestones import may_change_milestones
from dashboards.queries.prices import price_sight
from dashboards.queries.score_story import ScoreStory, score_story
from dashboards.queries.sponsors import SponsorPart, sponsor_part
from dashboards.queries.tiers import TierPart, tier_part
from dashboards.queries.treatment import TreatmentPart, treatment_part
from renewals.core.roles import Scope, can, granted_scope, may_see_contact_details
from renewals.models import Account, Contact, ContactRole, Milestone
from renewals.queries.accounts import contacts_of, every_milestone_of, live_suppressions, roles_of
from renewals.queries.people import record_nearness
from renewals.queries.renewals import renewals_of
from signals.models import Signal

MASK = "•••"


MOST_MILESTONES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A contact with roles; `reach` is masked for roles without the right to addresses."""

    name: str
    job: str
    roles: tuple[str, ...]
    reach: str
    note: str
    has_left: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """When a source was last heard of about this account."""

    name: str
    count: str
    at: DateCell


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutPart:
    """Who and what the account is; `has_people` is False for roles that see no contacts."""

    treatment: TreatmentPart
    sponsor: SponsorPart
    people: tuple[Person, ...]
    has_people: bool
    missing_roles: str
    milestones: tuple[Duty, ...]
    milestone_href: str
    contracts: tuple[ContractPart, ...]
    attributes: Table | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPart:
    """How the account came to stand as it does, and its tier."""

    story: ScoreStory
    tier: TierPart


def about_part(asker: Asker, row: Account) -> AboutPart:
    """Return people, milestones, contracts and treatment of an account, as far as the person may see them."""
    has_people = granted_scope(asker.member, "contacts.view") is not Scope.NONE
    people, missing = _people(asker, row) if has_people else ((), "")
    is_seen = price_sight(asker.member, account_ids=[row.id]).sees_account(row)
    may_see_contracts = can(asker.member, "contracts.view")
    return AboutPart(
        treatment=treatment_part(asker, row),
        sponsor=sponsor_part(asker, row),
        people=people,
        has_people=has_people,
        missing_roles=missing,
        milestones=_milestones(asker, row, is_seen=is_seen),
        milestone_href=f"/accounts/{row.id}/milestones/new/" if may_change_milestones(asker, row) else "",
        contracts=contract_parts(asker, row.id, is_seen=is_seen) if may_see_contracts else (),
        attributes=_attributes(row) if row.attributes else None,
    )


def story_part(asker: Asker, row: Account) -> StoryPart:
    """Return the scores of an account over the last year, and its tier."""
    first = renewals_of(row.id).filter(closed_on__isnull=True).first()
    return StoryPart(story=score_story(asker, row, first), tier=tier_part(asker, row))


def _attributes(row: Account) -> Table:
    """Return the account's own attributes, as imported, by name."""
    rows = sorted((str(name), value) for name, value in row.attributes.items())
    return Table(
        caption="Attributes",
        columns=(Column(title="Attribute"), Column(title="Value")),
        rows=tuple((Cell(text=title(name)), Cell(text=str(value))) for name, value in rows),
    )


def _people(asker: Asker, row: Account) -> tuple[tuple[Person, ...], str]:
    near = record_nearness(asker.member, row)
    shows_reach = may_see_contact_details(asker.member, record=near)
    held: dict[int, list[str]] = {}
    for role in roles_of(row.id, on=asker.today):
        held.setdefault(role.contact_id, []).append(role.role)
    blocked = {item.contact_id: item.message_class for item in live_suppressions(row.id)}
    people = tuple(
        _person(contact, held.get(contact.id, []), blocked.get(contact.id), shows_reach=shows_reach)
        for contact in contacts_of(row.id)
    )
    known = {role for roles in held.values() for role in roles}
    needed = (ContactRole.Role.ECONOMIC_BUYER, ContactRole.Role.CHAMPION, ContactRole.Role.EXECUTIVE_SPONSOR)
    missing = [title(role.value).lower() for role in needed if role.value not in known]
    return people, f"Nobody is known as {', '.join(missing)}." if missing else ""


def _person(contact: Contact, roles: list[str], blocked: str | None, *, shows_reach: bool) -> Person:
    reach = " · ".join(word for word in (contact.email, contact.phone) if word)
    notes = [f"left on {day_words(contact.left_on)}"] if contact.left_on else []
    notes += [f"does not want {'messages' if blocked == 'all' else title(blocked).lower()}"] if blocked else []
    return Person(
        name=contact.name,
        job=contact.title,
        roles=tuple(title(role) for role in roles),
        reach=reach if shows_reach or not reach else MASK,
        note=", ".join(notes),
        has_left=contact.left_on is not None,
    )


def _milestones(asker: Asker, row: Account, *, is_seen: bool) -> tuple[Duty, ...]:
    found = list(every_milestone_of(row.id)[:MOST_MILESTONES])
    may = bool(found) and may_state(asker, row)
    return tuple(
        Duty(
            text=each.name,
            date=_day_of(each, asker.today),
            who=_standing(each),
            href=f"/accounts/{row.id}/milestones/{each.id}/",
            more=None if _is_dropped(each) else _gain(row, each, is_seen=is_seen, may=may),
        )
        for each in found
    )


def _day_of(each: Milestone, today: date) -> DateCell:
    if _is_dropped(each):
        return date_cell(each.dropped_on, today=today)
    return date_cell(each.achieved_on or each.target_on, today=today, is_deadline=each.achieved_on is None)


def _is_dropped(each: Milestone) -> bool:
    return each.achieved_on is None and each.dropped_on is not None


def _gain(row: Account, each: Milestone, *, is_seen: bool, may: bool) -> Link | None:
    """Return what it brings, with who says so; for who may state it, the way there."""
    known = gain_words(each)
    said = f"brings {known} · {each.gain_source}" if known and is_seen else ""
    href = f"/accounts/{row.id}/milestones/{each.id}/gain/" if may else ""
    return Link(text=said or "State what it brings", href=href) if said or may else None


def _standing(each: Milestone) -> str:
    if each.achieved_on is None:
        return f"dropped · {each.drop_reason}" if _is_dropped(each) else "ahead"
    confirmed = f"confirmed by {each.confirmed_by}" if each.confirmed_by else "not yet confirmed by them"
    return " · ".join(word for word in ("reached", each.evidence, confirmed) if word)


def sources_of(asker: Asker, row: Account) -> tuple[SourceLine, ...]:
    """Return how many signals each source has sent about an account, and when it was last heard."""
    rows: list[Mapping[str, object]] = list(
        Signal.objects.filter(account_id=row.id)
        .order_by("source__name")
        .values("source_id", "source__name")
        .annotate(n=Count("id"), last=Max("received_at"))
    )
    return tuple(
        SourceLine(
            name=str(each["source__name"]),
            count=f"{each['n']:,} signals",
            at=instant_cell(each["last"], now=asker.now, zone=asker.workspace.timezone),
        )
        for each in rows
    )

"""What the stories of the demo workspace are told of: open renewals ahead, and the names of its people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from renewals.core.actors import Actor, person_actor
from renewals.core.roles import Role
from renewals.models import (
    Contact,
    ContactRole,
    LossReview,
    Membership,
    Milestone,
    Renewal,
    TermVersion,
    User,
    Workspace,
)
from renewals.queries.accounts import arr_of_accounts
from renewals.queries.people import members
from renewals.queries.term_rows import live_term

__all__ = [
    "LossReview",
    "Negotiated",
    "ReviewPeople",
    "correctable_term",
    "names_of",
    "negotiated",
    "person_of_role",
    "person_to_send_to",
    "person_with_role",
    "quiet_renewals",
    "renewals_to_propose",
    "review_people",
]
AHEAD = (timedelta(days=20), timedelta(days=150))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPeople:
    """Who runs the reviews of a team, who is invited, and what all of them are called."""

    lead: int
    team_id: int | None
    invited: tuple[int, ...]
    names: Mapping[int, str]


def review_people() -> ReviewPeople | None:
    """Return the CS manager with the people of the team and a renewal manager; None where nobody leads or comes."""
    rows = list(Membership.objects.filter(is_active=True).select_related("user").order_by("id"))
    lead = next((row for row in rows if row.role == "cs_manager"), None)
    if lead is None:
        return None
    known = ("csm", "renewal_manager")
    invited = tuple(row.user_id for row in rows if row.role in known and row.team_id == lead.team_id)
    names = {row.user_id: str(row.user) for row in rows}
    return ReviewPeople(lead=lead.user_id, team_id=lead.team_id, invited=invited, names=names) if invited else None


def renewals_to_propose(*, today: date, limit: int) -> list[tuple[int, int]]:
    """Return (renewal, owner) of open renewals that come up in the next months, the soonest first."""
    rows = Renewal.objects.filter(
        closed_on__isnull=True, due_on__gte=today + AHEAD[0], due_on__lte=today + AHEAD[1], owner__isnull=False
    )
    return list(rows.order_by("due_on", "id").values_list("id", "owner_id")[:limit])


def names_of(user_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of people."""
    return {row.id: str(row) for row in User.objects.filter(id__in=set(user_ids))}


def person_to_send_to(renewal_id: int) -> int | None:
    """Return who buys at the account of a renewal, else anybody with a role; None when there is nobody."""
    account = Renewal.objects.filter(id=renewal_id).values_list("account_id", flat=True).first()
    rows = ContactRole.objects.filter(account_id=account, until_on__isnull=True, contact__left_on__isnull=True)
    found = list(rows.exclude(contact__email="").order_by("contact_id").values_list("role", "contact_id"))
    buyers = [contact for role, contact in found if role == "economic_buyer"]
    return next(iter([*buyers, *(contact for _, contact in found)]), None)


def person_of_role(role: Role, *, workspace_id: int) -> Actor | None:
    """Return a person of the workspace with this role as who acts; None when there is none."""
    found = members(role=role).first()
    return None if found is None else person_actor(workspace_id, found.user_id, str(found.user))


def correctable_term(day: date) -> TermVersion | None:
    """Return the version in force of a term that ran on a day and runs on, the first one; None when there is none."""
    running = TermVersion.objects.filter(
        superseded_at__isnull=True,
        starts_on__lt=day,
        ends_on__gt=day + timedelta(days=100),
        contract__cancelled_on__isnull=True,
    )
    found = running.order_by("contract_id").values_list("contract_id", "number").first()
    return None if found is None else live_term(*found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Negotiated:
    """An open renewal without a proposal, for a story."""

    renewal_id: int
    account_id: int
    owner_id: int
    currency: str
    due_on: date


def negotiated(*, limit: int) -> list[Negotiated]:
    """Return open renewals that nobody has proposed a price for, the largest first."""
    rows = Renewal.objects.filter(closed_on__isnull=True, proposals__isnull=True).order_by("-target_amount", "id")
    found = rows.values_list("id", "account_id", "owner_id", "currency", "due_on")[:limit]
    return [
        Negotiated(renewal_id=key, account_id=account, owner_id=owner, currency=currency, due_on=due)
        for key, account, owner, currency, due in found
    ]


def quiet_renewals(*, limit: int, is_soonest: bool = False) -> list[tuple[int, int, int]]:
    """Return (renewal, contract, owner) of open renewals without a proposal, those that come up last, or first."""
    rows = Renewal.objects.filter(closed_on__isnull=True, proposals__isnull=True)
    rows = rows.order_by("due_on" if is_soonest else "-due_on", "id")
    return list(rows.values_list("id", "contract_id", "owner_id")[:limit])


def person_with_role(role: str) -> int | None:
    """Return the first member with a role, None when there is none."""
    return Membership.objects.filter(role=role, is_active=True).order_by("id").values_list("user_id", flat=True).first()


@dataclass(frozen=True, slots=True, kw_only=True)
class GainingAccount:
    """An account with a milestone it reached, what it pays a year, and who of it may speak."""

    external_id: str
    milestone_id: int
    achieved_on: date
    paid: Decimal
    currency: str
    contact_id: int
    contact: str


def gaining_accounts(*, today: date) -> list[GainingAccount]:
    """Return accounts with a reached milestone and a contact, in the order of their names' numbers."""
    reached = Milestone.objects.filter(achieved_on__lte=today).select_related("account").order_by("account_id", "id")
    rows = {row.account_id: row for row in reached}
    contacts = Contact.objects.filter(account_id__in=rows, left_on__isnull=True).order_by("account_id", "-id")
    people = {row.account_id: row for row in contacts}
    home = Workspace.objects.values_list("currency", flat=True).get()
    paid = arr_of_accounts(list(rows), on=today, currency=home)
    return [
        GainingAccount(
            external_id=row.account.external_id,
            milestone_id=row.id,
            achieved_on=row.achieved_on or today,
            paid=paid[account_id].amount,
            currency=home,
            contact_id=people[account_id].id,
            contact=f"{people[account_id].name}, {people[account_id].title}".rstrip(", "),
        )
        for account_id, row in rows.items()
        if account_id in people and account_id in paid
    ]

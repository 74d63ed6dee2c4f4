"""What the stories of the demo workspace are told of: open renewals ahead, and the names of its people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from renewals.models import ContactRole, Membership, Renewal, User

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

"""Whose rows a figure counts: a segment's, a person's, a team's, as conditions on movements and on renewals.

A person's ARR is that of the accounts they own, a person's renewals are those they own. A team has what its people
have, and what belongs to accounts of the team.
"""

from dataclasses import dataclass

from django.db.models import Q

from renewals.core.metrics import EVERYBODY, TargetOf
from renewals.models import Membership
from renewals.queries.people import of_team


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """The same choice as conditions on rows of accounts and on renewals."""

    accounts: Q
    renewals: Q


def whose(of: TargetOf) -> Whose | None:
    """Return the conditions; None where all accounts are meant."""
    if of == EVERYBODY:
        return None
    if of.owner_id:
        return Whose(accounts=Q(account__owner_id=of.owner_id), renewals=Q(owner_id=of.owner_id))
    if of.team_id:
        people = Membership.objects.filter(team_id=of.team_id).values("user_id")
        accounts = of_team(of.team_id, "account__")
        return Whose(accounts=accounts, renewals=Q(owner_id__in=people) | Q(account__team_id=of.team_id))
    return Whose(accounts=Q(account__segment=of.segment), renewals=Q(account__segment=of.segment))

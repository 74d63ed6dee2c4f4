"""Whose rows a figure counts: a segment's, a person's, a team's, as conditions on movements, renewals and slices.

A person's ARR is that of the accounts they own, a person's renewals are those they own. A team has what its people
have, and what belongs to accounts of the team.
"""

from dataclasses import dataclass

from django.db.models import Q

from renewals.core.metrics import EVERYBODY, TargetOf
from renewals.core.roles import Member, Scope, granted_scope
from renewals.models import Account, Membership
from renewals.queries.metrics.questions import OF_ACCOUNT, KeptChoice
from renewals.queries.people import of_team, owned, visible_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """The same choice as conditions on rows of accounts, on renewals, and on slices."""

    accounts: Q
    renewals: Q
    kept: KeptChoice

    def __and__(self, other: "Whose") -> "Whose":
        """Return what is of both."""
        beside = [each.kept.beside for each in (self, other) if each.kept.beside is not None]
        return Whose(
            accounts=self.accounts & other.accounts,
            renewals=self.renewals & other.renewals,
            kept=KeptChoice(
                accounts=self.kept.accounts & other.kept.accounts,
                renewals=self.kept.renewals & other.kept.renewals,
                beside=beside[0] if beside else None,
            ),
        )


def whose(of: TargetOf) -> Whose | None:
    """Return the conditions; None where all accounts are meant."""
    if of == EVERYBODY:
        return None
    if of.owner_id:
        kept = KeptChoice(accounts=Q(owner_id=of.owner_id), renewals=Q(renewal_owner_id=of.owner_id))
        return Whose(accounts=Q(account__owner_id=of.owner_id), renewals=Q(owner_id=of.owner_id), kept=kept)
    if of.team_id:
        people = Membership.objects.filter(team_id=of.team_id).values("user_id")
        return Whose(
            accounts=of_team(of.team_id, OF_ACCOUNT),
            renewals=Q(owner_id__in=people) | Q(account__team_id=of.team_id),
            kept=KeptChoice(
                accounts=of_team(of.team_id), renewals=Q(renewal_owner_id__in=people) | Q(team_id=of.team_id)
            ),
        )
    of_accounts, of_slices = Q(account__segment=of.segment), Q(segment=of.segment)
    kept = KeptChoice(accounts=of_slices, renewals=of_slices)
    return Whose(accounts=of_accounts, renewals=of_accounts, kept=kept)


def seen_by(member: Member, right: str) -> Whose | None:
    """Return the accounts a person may see with their renewals; None for all of them.

    What they or their team own are slices; accounts of others in whose renewals they hold a role stand beside them.
    """
    scope = granted_scope(member, right)
    if scope is Scope.ALL:
        return None
    rows = Q(account_id__in=visible_to(Account.objects.all(), member, right).values("id"))
    slices = owned(member, scope)
    kept = KeptChoice(accounts=slices, renewals=slices, beside=~owned(member, scope, OF_ACCOUNT))
    return Whose(accounts=rows, renewals=rows, kept=kept)

"""Which amounts a person may see: the field rule for prices, asked per record after two queries for the whole page."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from dashboards.core.money import MoneyCell, money_cell
from playbooks.models import QueueEntry
from renewals.core.money import Money
from renewals.core.roles import Member, Scope, granted_scope, may_see_prices, nearness
from renewals.models import Account, Membership, Renewal
from renewals.queries.people import RENEWAL_ROLES


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSight:
    """The sight of one person: `colleagues` are their team, `involved` accounts they hold a renewal role in."""

    member: Member
    colleagues: frozenset[int] = frozenset()
    involved: frozenset[int] = frozenset()

    def sees_account(self, account: Account) -> bool:
        """Answer whether amounts of the account are shown."""
        mine = {self.member.user_id} if account.id in self.involved else set()
        return self._sees({account.owner_id, *mine}, account.team_id)

    def sees_renewal(self, renewal: Renewal, account: Account) -> bool:
        """Answer whether amounts of the renewal are shown: to its four people as to the owner of the account."""
        people = {getattr(renewal, f"{role}_id") for role in RENEWAL_ROLES}
        return self._sees({account.owner_id, *people}, account.team_id)

    @property
    def is_total(self) -> bool:
        """Answer whether the sight is all or nothing, so that no record need be looked at."""
        return granted_scope(self.member, "prices.view") in (Scope.NONE, Scope.ALL)

    def sees_entry(self, entry: QueueEntry) -> bool:
        """Answer whether amounts of a line of the queue are shown; reads no record where the sight is total."""
        if self.is_total:
            return granted_scope(self.member, "prices.view") is Scope.ALL
        return self.sees_renewal(entry.renewal, entry.account)

    def sees_people(self, people: Iterable[int | None], team_id: int | None) -> bool:
        """Answer whether amounts are shown of a renewal with these people, the account's owner among them, and team."""
        if self.is_total:
            return granted_scope(self.member, "prices.view") is Scope.ALL
        return self._sees(people, team_id)

    def sees_all_of(self, permission: str) -> bool:
        """Answer whether amounts are shown of everything the permission reaches, so that a sum gives nothing away."""
        return granted_scope(self.member, "prices.view") >= granted_scope(self.member, permission)

    def cell(self, amount: Decimal | None, currency: str, *, is_seen: bool) -> MoneyCell:
        """Return the cell of an amount: hidden when it is not to be seen, "Not known" for None."""
        money = None if amount is None else Money(amount, currency)
        return money_cell(money, is_hidden=not is_seen)

    def _sees(self, people: Iterable[int | None], team_id: int | None) -> bool:
        owners = frozenset(each for each in people if each is not None)
        teams = {team_id} - {None}
        if owners & self.colleagues and self.member.team_id is not None:
            teams.add(self.member.team_id)
        near = nearness(self.member, owner_ids=owners, team_ids=frozenset(teams))
        return may_see_prices(self.member, record=near)


def price_sight(member: Member, *, account_ids: Iterable[int] = ()) -> PriceSight:
    """Return the sight of a person for these accounts; asks nothing where the right reaches all or nothing."""
    reach = granted_scope(member, "prices.view")
    if reach in (Scope.NONE, Scope.ALL):
        return PriceSight(member=member)
    return PriceSight(
        member=member,
        colleagues=_colleagues(member) if reach is Scope.TEAM else frozenset(),
        involved=_involved(member, list(account_ids)),
    )


def _colleagues(member: Member) -> frozenset[int]:
    if member.team_id is None:
        return frozenset()
    return frozenset(Membership.objects.filter(team_id=member.team_id).values_list("user_id", flat=True))


def _involved(member: Member, account_ids: list[int]) -> frozenset[int]:
    if not account_ids:
        return frozenset()
    role = Q()
    for name in RENEWAL_ROLES:
        role |= Q(**{f"{name}_id": member.user_id})
    return frozenset(Renewal.objects.filter(role, account_id__in=account_ids).values_list("account_id", flat=True))

"""Which amounts a person may see: the field rule for prices, asked per record after one query for the team."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from dashboards.core.money import MoneyCell, money_cell
from renewals.core.money import Money
from renewals.core.roles import Member, Scope, granted_scope, may_see_prices, nearness
from renewals.models import Membership


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSight:
    """The sight of one person; `colleagues` are the people of their team."""

    member: Member
    colleagues: frozenset[int]

    def sees(self, owner_ids: Iterable[int | None], team_id: int | None) -> bool:
        """Answer whether amounts of a record with these owners and this team are shown."""
        owners = frozenset(owner for owner in owner_ids if owner is not None)
        teams = {team_id} - {None}
        if owners & self.colleagues and self.member.team_id is not None:
            teams.add(self.member.team_id)
        near = nearness(self.member, owner_ids=owners, team_ids=frozenset(teams))
        return may_see_prices(self.member, record=near)

    def sees_all_of(self, permission: str) -> bool:
        """Answer whether amounts are shown of everything the permission reaches, so that a sum gives nothing away."""
        return granted_scope(self.member, "prices.view") >= granted_scope(self.member, permission)

    def cell(self, amount: Decimal | None, currency: str, *, is_seen: bool) -> MoneyCell:
        """Return the cell of an amount: hidden when it is not to be seen, "Not known" for None."""
        money = None if amount is None else Money(amount, currency)
        return money_cell(money, is_hidden=not is_seen)


def price_sight(member: Member) -> PriceSight:
    """Return the sight of a person; asks for their team only where the right reaches that far and no further."""
    if granted_scope(member, "prices.view") is not Scope.TEAM or member.team_id is None:
        return PriceSight(member=member, colleagues=frozenset())
    people = Membership.objects.filter(team_id=member.team_id).values_list("user_id", flat=True)
    return PriceSight(member=member, colleagues=frozenset(people))

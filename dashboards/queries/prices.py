"""Which amounts a person may see: the field rule for prices, asked per record."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from dashboards.core.money import MoneyCell, money_cell
from renewals.core.money import Money
from renewals.core.roles import Member, may_see_prices, nearness


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSight:
    """The sight of one person."""

    member: Member

    def sees(self, owner_ids: Iterable[int | None], team_id: int | None) -> bool:
        """Answer whether amounts of a record with these owners and this team are shown."""
        teams = frozenset() if team_id is None else frozenset({team_id})
        owners = frozenset(owner for owner in owner_ids if owner is not None)
        return may_see_prices(self.member, record=nearness(self.member, owner_ids=owners, team_ids=teams))

    def cell(self, amount: Decimal | None, currency: str, *, is_seen: bool) -> MoneyCell:
        """Return the cell of an amount: hidden when it is not to be seen, "Not known" for None."""
        money = None if amount is None else Money(amount, currency)
        return money_cell(money, is_hidden=not is_seen)

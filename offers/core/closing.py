"""The price of a renewal that closes without a proposal: its lines share it as they shared the price before."""

from decimal import Decimal

from offers.core.pricing import LineFacts, Wish
from renewals.core.contracts.following import shared
from renewals.core.money import Money
from renewals.core.records import LineRow


def closing_wish(lines: tuple[LineFacts, ...], *, amount: Money, months: int) -> Wish:
    """Return a closing price as a wish, its shares exact to the last cent; raises InvalidInput without a line."""
    rows = tuple(
        LineRow(external_id=line.key, arr_amount=Decimal(0) if line.prior is None else line.prior.amount)
        for line in lines
    )
    return Wish(term_months=months, asked={row.external_id: row.arr_amount for row in shared(rows, final=amount)})

"""What an accepted version says of the next term: its months and its lines, exactly as the account saw them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from renewals.core.contracts.following import AgreedLine, Following


def following_of(price: Mapping[str, Any]) -> Following:
    """Return the next term of a kept price; lines in another currency than the proposal's are left to the contract.

    Then their amounts are shared out from the whole, because a contract has one currency.
    """
    months, ramp = int(price["term_months"]), Decimal(price.get("ramp_percent", "0"))
    if any(line["currency"] != price["currency"] for line in price["lines"]):
        return Following(months=months, ramp_percent=ramp)
    kept = tuple(_line(line) for line in price["lines"] if not _is_dropped(line))
    return Following(months=months, lines=kept, ramp_percent=ramp)


def _is_dropped(line: Mapping[str, Any]) -> bool:
    return Decimal(line.get("quantity", "1")) == 0


def _line(line: Mapping[str, Any]) -> AgreedLine:
    quantity, listed = line.get("quantity"), line.get("list_price")
    return AgreedLine(
        external_id=line["key"],
        arr_amount=Decimal(line["net"]),
        name=line["name"],
        product=line.get("product", ""),
        quantity=None if quantity is None else Decimal(quantity),
        list_arr_amount=None if listed is None else Decimal(listed),
    )

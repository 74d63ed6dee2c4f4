"""One count of units for several lines: each has the share that it has of their price, the units included, too."""

from dataclasses import replace
from decimal import Decimal

from offers.core.pricing.facts import LineFacts

PLACES = Decimal("0.000001")


def shared_units(lines: tuple[LineFacts, ...]) -> tuple[LineFacts, ...]:
    """Return the lines with their own units where they have those of the whole.

    Their count is not known where their prices cannot be compared, or are nothing. Shares have six decimals and add up
    to one: what they leave goes to the dearest line.
    """
    whole = tuple(line for line in lines if line.is_whole)
    shares = dict(zip((line.key for line in whole), _shares(whole), strict=False))
    return tuple(_own(line, shares.get(line.key)) if line.is_whole else line for line in lines)


def _own(line: LineFacts, share: Decimal | None) -> LineFacts:
    if share is None or line.units is None:
        return replace(line, units=None, is_whole=False)
    return replace(line, units=line.units * share, units_share=share, is_whole=False)


def _shares(lines: tuple[LineFacts, ...]) -> tuple[Decimal, ...]:
    """The share of each line in their price; none where that is not known."""
    if len(lines) == 1:
        return (Decimal(1),)
    prices = [line.prior.amount for line in lines if line.prior is not None]
    whole = sum(prices, Decimal(0))
    if len(prices) < len(lines) or whole <= 0 or len({line.currency for line in lines}) > 1:
        return ()
    shares = [(price / whole).quantize(PLACES) for price in prices]
    shares[prices.index(max(prices))] += 1 - sum(shares, Decimal(0))
    return tuple(shares)

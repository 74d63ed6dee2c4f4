"""Price arithmetic: the methods, the price of a line with its explanation, the sums of a proposal."""

from offers.core.pricing.facts import AddedLine, AgreedPrice, LineFacts, Method, PriceRule, PricingDefaults, Wish
from offers.core.pricing.lines import LinePrice, PriceStep, price_line
from offers.core.pricing.proposal import Price, PricingFacts, price_of

__all__ = [
    "AddedLine",
    "AgreedPrice",
    "LineFacts",
    "LinePrice",
    "Method",
    "Price",
    "PriceRule",
    "PriceStep",
    "PricingDefaults",
    "PricingFacts",
    "Wish",
    "price_line",
    "price_of",
]

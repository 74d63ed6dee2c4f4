"""What a pricing policy can say: defaults of prices, limits with their levels, who allows what within which time."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from offers.core.pricing.facts import PricingDefaults
from renewals.core.conditions import Condition


class Measure(StrEnum):
    """What a limit looks at. Percentages are plain, months and days whole, amounts in the workspace's currency."""

    OFF_LIST_PERCENT = "off_list_percent"
    BELOW_POLICY_PERCENT = "below_policy_percent"
    BELOW_POLICY_AMOUNT = "below_policy_amount"
    UPLIFT_PERCENT = "uplift_percent"
    TERM_MONTHS = "term_months"
    PAYMENT_DAYS = "payment_days"


class Kind(StrEnum):
    """A ceiling is passed by more, a floor by less."""

    CEILING = "ceiling"
    FLOOR = "floor"


class Scope(StrEnum):
    """Whether each line is looked at, or the proposal as a whole."""

    LINE = "line"
    WHOLE = "whole"


LINE_MEASURES = frozenset({Measure.OFF_LIST_PERCENT, Measure.BELOW_POLICY_PERCENT, Measure.UPLIFT_PERCENT})
PRICE_MEASURES = LINE_MEASURES | {Measure.BELOW_POLICY_AMOUNT}
"""Measures that a lower price can make worse; a floor on them would punish a price for being too good for us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """Up to here (None: without end) the level may allow it."""

    up_to: Decimal | None
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit: free up to `free`, then by level; beyond the last threshold it is refused.

    `when` None holds for every proposal; an unknown condition holds, too: what we do not know is not free.
    """

    key: str
    measure: Measure
    kind: Kind
    scope: Scope
    when: Condition | None
    free: Decimal
    thresholds: tuple[Threshold, ...]
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One answer that is needed: steps of the same stage are asked at once, the next stage after them.

    `needs` "one": anybody with one of the roles; "all": somebody of each. After `hours` `escalate_to` is asked, too.
    """

    key: str
    stage: int
    roles: tuple[str, ...]
    needs: str
    hours: int
    escalate_to: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A level of approval, the lowest first in the policy; `own_roles` need nobody else up to this level."""

    key: str
    name: str
    own_roles: tuple[str, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A whole policy; `number` is its version, 0 for one that is not published."""

    number: int
    defaults: PricingDefaults
    levels: tuple[Level, ...]
    limits: tuple[Limit, ...]

    @property
    def ranks(self) -> Mapping[str, int]:
        """Return how high each level stands, from 1."""
        return {level.key: place for place, level in enumerate(self.levels, start=1)}

    def level(self, key: str) -> Level:
        """Return the level of this key; raises KeyError for one the policy does not have."""
        return {level.key: level for level in self.levels}[key]

"""What an offer is worth against making none: ARR kept over the years, less what is given, less what it costs.

    value = sum over years of d^(year-1) x [P(kept with it) x its price - P(kept without) x policy price] - cost

Split as it is shown: kept more = (P with - P without) x policy price, given = P with x (policy price - its price).
Source: C7 of the scoring design; uplift, never risk alone.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from math import ceil

from offers.core.choice.effects import Effect, chance_after
from offers.core.choice.rules import ChoiceRules

MONTHS_A_YEAR = 12
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """The expected value in the workspace's currency, its three parts, and the chances behind it.

    `value` = `kept` - `given` - `cost`, to the cent. `likely` is the chance at the mean effect, `after` at the one
    that counts. `spend` is what the budget is asked for: the first year's discount, and the cost.
    """

    value: Decimal
    kept: Decimal
    given: Decimal
    cost: Decimal
    spend: Decimal
    before: float
    after: float
    likely: float
    tasks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an offer asks: the policy price and its own, a year's worth at home, its term, and the tasks it costs."""

    policy: Decimal
    net: Decimal
    term_months: int
    tasks: int


def worth_of(asked: Asked, *, renews: float, effect: Effect, rules: ChoiceRules) -> Worth:
    """Return what an offer is worth; `renews` is the chance without it."""
    after, policy, net = chance_after(renews, effect.counted), asked.policy, asked.net
    bound = min(rules.years, ceil(asked.term_months / MONTHS_A_YEAR))
    kept = given = 0.0
    for year in range(1, rules.years + 1):
        now = (1.0 + rules.discount_rate) ** -(year - 1)
        with_it = after * renews ** max(0, year - bound)
        kept += now * (with_it - renews**year) * float(policy)
        given += now * with_it * (float(policy - net) if year <= bound else 0.0)
    cost = rules.task_cost * asked.tasks
    parts = _cents(kept), _cents(given)
    return Worth(
        value=parts[0] - parts[1] - cost,
        kept=parts[0],
        given=parts[1],
        cost=cost,
        spend=max(Decimal(0), policy - net) + cost,
        before=renews,
        after=after,
        likely=chance_after(renews, effect.mean),
        tasks=asked.tasks,
    )


def _cents(amount: float) -> Decimal:
    return Decimal(str(amount)).quantize(CENT, ROUND_HALF_EVEN)

"""The rules by which offers are weighed: horizon, costs, experts' guesses of effects, who is held out."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any

SHARES = 10_000
HASH_DIGITS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """An expert's guess of a change of the log-odds of renewing, how unsure it is, and the tasks it costs."""

    effect: float
    sd: float
    tasks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountBound:
    """How far below the policy price, in percent, offers of this role and segment may go; "" fits everybody."""

    role: str
    segment: str
    percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceRules:
    """Years that count, the yearly rate future money is discounted by, the cost of a task in the workspace's currency.

    `enough_outcomes`: below so many randomised outcomes an effect counts at the lower end of its interval.
    """

    years: int
    discount_rate: float
    task_cost: Decimal
    holdout_percent: int
    holdout_salt: str
    enough_outcomes: int
    segment_sd: float
    price_relief: Guess
    capabilities: Mapping[str, Guess]
    most_discount: tuple[DiscountBound, ...]


def read_choice_rules(table: Mapping[str, Any]) -> ChoiceRules:
    """Return the rules of a plain table; raises KeyError for one that lacks a part."""
    return ChoiceRules(
        years=table["years"],
        discount_rate=table["discount_rate"],
        task_cost=Decimal(str(table["task_cost"])),
        holdout_percent=table["holdout_percent"],
        holdout_salt=table["holdout_salt"],
        enough_outcomes=table["enough_outcomes"],
        segment_sd=table["segment_sd"],
        price_relief=Guess(**table["price_relief"]),
        capabilities={key: Guess(**guess) for key, guess in table["capabilities"].items()},
        most_discount=tuple(
            DiscountBound(role=row["role"], segment=row["segment"], percent=Decimal(str(row["percent"])))
            for row in table["most_discount"]
        ),
    )


def is_held_out(account_id: int, rules: ChoiceRules) -> bool:
    """Answer whether an account is held out: always the same ones, so that effects can be measured against them.

    Source: the share of the sha256 of salt and account, as for experiments.
    """
    digest = sha256(f"{rules.holdout_salt}:{account_id}".encode()).hexdigest()[:HASH_DIGITS]
    return int(digest, 16) % SHARES < rules.holdout_percent * SHARES // 100


def most_discount(rules: ChoiceRules, *, role: str, segment: str) -> Decimal:
    """Return how far below the policy price offers of this role to this segment may go, in percent."""
    found = (
        bound.percent for bound in rules.most_discount if bound.role in ("", role) and bound.segment in ("", segment)
    )
    return next(found, Decimal(0))

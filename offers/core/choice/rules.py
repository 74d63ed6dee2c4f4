"""The rules by which offers are weighed: horizon, costs, experts' guesses of effects, who is held out."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from offers.core.library import CAPABILITIES
from renewals.core.assignment import is_in_share, lot_of
from renewals.core.problems import Problem, did_you_mean
from renewals.core.reading import Reader
from renewals.core.roles import Role

BAD = "E-OFF-13"


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


def read_choice_rules(table: Mapping[str, object]) -> tuple[ChoiceRules, tuple[Problem, ...]]:
    """Return the rules of a plain table and its problems; with one among them they must not be used."""
    problems: list[Problem] = []
    reader = Reader(table, "rules", problems)
    named = reader.child("capabilities")
    made = ChoiceRules(
        years=reader.whole("years", least=1, most=10),
        discount_rate=float(_between(reader, "discount_rate", 0, 1)),
        task_cost=_between(reader, "task_cost", 0, 1_000_000),
        holdout_percent=reader.whole("holdout_percent", least=0, most=50),
        holdout_salt=reader.text("holdout_salt", longest=60),
        enough_outcomes=reader.whole("enough_outcomes", least=1, most=1_000_000),
        segment_sd=float(_between(reader, "segment_sd", 0, 5)),
        price_relief=_guess(reader.child("price_relief"), has_tasks=False),
        capabilities={key: _guess(named.child(key)) for key in named.table},
        most_discount=tuple(_bound(row) for row in reader.children("most_discount", "most discount")),
    )
    for key in sorted(set(made.capabilities) - set(CAPABILITIES)):
        reader.tell(BAD, f"No offer can '{key}'.", did_you_mean(key, CAPABILITIES), name="capabilities")
    reader.finish()
    return made, tuple(problems)


def _guess(reader: Reader, *, has_tasks: bool = True) -> Guess:
    made = Guess(
        effect=float(_between(reader, "effect", -5, 5)),
        sd=float(_between(reader, "sd", 0, 5)),
        tasks=reader.whole("tasks", least=0, most=100) if has_tasks else 0,
    )
    reader.finish()
    return made


def _bound(reader: Reader) -> DiscountBound:
    role = reader.text("role", required=False)
    if role and role not in set(Role):
        reader.tell(BAD, f"There is no role '{role}'.", did_you_mean(role, Role), name="role")
    made = DiscountBound(
        role=role, segment=reader.text("segment", required=False), percent=_between(reader, "percent", 0, 100)
    )
    reader.finish()
    return made


def _between(reader: Reader, name: str, least: int, most: int) -> Decimal:
    value = reader.number(name)
    if not least <= value <= most:
        reader.tell(BAD, f"'{name}' is {value}.", f"From {least} to {most}.", name=name)
        return Decimal(least)
    return value


def is_held_out(account_id: int, rules: ChoiceRules) -> bool:
    """Answer whether an account is held out: always the same ones, so that effects can be measured against them."""
    return is_in_share(lot_of(rules.holdout_salt, account_id), rules.holdout_percent)


def most_discount(rules: ChoiceRules, *, role: str, segment: str) -> Decimal:
    """Return how far below the policy price offers of this role to this segment may go, in percent."""
    found = (
        bound.percent for bound in rules.most_discount if bound.role in ("", role) and bound.segment in ("", segment)
    )
    return next(found, Decimal(0))

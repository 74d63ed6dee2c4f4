"""What a caller says of a renewal, what the model's chance says in the same words, and when two of them disagree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import combinations

from renewals.core.errors import InvalidInput, NegativeAmount
from renewals.core.renewal_states import ROLL_UP, ForecastCategory
from signals.core.forecast.rules import CategoryRules, DisagreementRules


class Caller(StrEnum):
    """Who calls: the owner, somebody who leads the owner, the model."""

    CSM = "csm"
    LEADER = "leader"
    MODEL = "model"


SURENESS = (ForecastCategory.OMITTED, ForecastCategory.PIPELINE, ForecastCategory.BEST_CASE, ForecastCategory.COMMIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call: category, amount a year in the currency of the renewal, and the chance of renewal where one was said."""

    caller: Caller
    category: ForecastCategory
    amount: Decimal
    likelihood: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Two callers who are too far apart: in category, in likelihood or in amount."""

    first: Caller
    second: Caller
    kind: str
    gap: float


def model_category(renew_probability: float, rules: CategoryRules) -> ForecastCategory:
    """Return the category a chance stands for."""
    steps = (
        (rules.commit, ForecastCategory.COMMIT),
        (rules.best_case, ForecastCategory.BEST_CASE),
        (rules.pipeline, ForecastCategory.PIPELINE),
    )
    return next((category for least, category in steps if renew_probability >= least), ForecastCategory.OMITTED)


def model_call(*, target: Decimal, renew_probability: float, mean_ratio: float, rules: CategoryRules) -> Call:
    """Return the model's call: the expected amount, not rounded up to a category."""
    expected = target * Decimal(str(round(renew_probability * mean_ratio, 6)))
    category = model_category(renew_probability, rules)
    return Call(caller=Caller.MODEL, category=category, amount=expected, likelihood=renew_probability)


def counted_amount(category: str, amount: Decimal) -> Decimal:
    """Return what a call puts into the forecast: nothing when the renewal is omitted."""
    return Decimal(0) if category == ForecastCategory.OMITTED else amount


def check_call(call: Call, *, reason: str, before: ForecastCategory | None) -> None:
    """Refuse a call that cannot be kept: NegativeAmount, or InvalidInput naming the field.

    A leader's call is an adjustment and always says why; so does whoever takes a commit back (`before` is the
    category of the caller's last call).
    """
    if call.category not in SURENESS:
        raise InvalidInput("A renewal is closed by recording its outcome.", where="category")
    if call.amount < 0:
        raise NegativeAmount(f"A forecast of {call.amount} is below zero.", where="amount")
    if call.likelihood is not None and not 0 <= call.likelihood <= 1:
        raise InvalidInput("A chance lies between 0 and 100 %.", where="likelihood")
    if call.caller is Caller.LEADER and not reason.strip():
        raise InvalidInput("An adjustment needs its reason.", where="reason", remedy="Say what the owner does not see.")
    fell = before is ForecastCategory.COMMIT and call.category is not ForecastCategory.COMMIT
    if fell and not reason.strip():
        raise InvalidInput("A commit that is taken back needs its reason.", where="reason")


def disagreements(calls: Sequence[Call], *, target: Decimal, rules: DisagreementRules) -> tuple[Disagreement, ...]:
    """Return every pair of callers that is too far apart, the first thing that parts them each."""
    found = (_apart(first, second, target, rules) for first, second in combinations(calls, 2))
    return tuple(each for each in found if each)


def _apart(first: Call, second: Call, target: Decimal, rules: DisagreementRules) -> Disagreement | None:
    steps = abs(SURENESS.index(first.category) - SURENESS.index(second.category))
    if steps >= rules.steps:
        return Disagreement(first=first.caller, second=second.caller, kind="category", gap=float(steps))
    if first.likelihood is not None and second.likelihood is not None:
        gap = abs(first.likelihood - second.likelihood)
        if gap >= rules.likelihood:
            return Disagreement(first=first.caller, second=second.caller, kind="likelihood", gap=gap)
    people = Caller.MODEL not in (first.caller, second.caller)
    share = abs(first.amount - second.amount) / target if target else Decimal(0)
    if people and share >= Decimal(str(rules.amount_share)):
        return Disagreement(first=first.caller, second=second.caller, kind="amount", gap=float(share))
    return None


@dataclass(frozen=True, slots=True)
class Sums:
    """How many renewals, and what they come to."""

    number: int = 0
    amount: Decimal = Decimal(0)

    def __add__(self, other: "Sums") -> "Sums":
        """Return both together."""
        return Sums(self.number + other.number, self.amount + other.amount)


def roll_up(single: Mapping[str, Sums], *, is_cumulative: bool) -> dict[ForecastCategory, tuple[Sums, tuple[str, ...]]]:
    """Return, by category, the sums and the categories they contain: each its own, or all its roll-up counts."""
    found = {}
    for category in (ForecastCategory.CLOSED, *reversed(SURENESS)):
        contained = ROLL_UP[category] if is_cumulative else (category,)
        sums = sum((single.get(each.value, Sums()) for each in contained), Sums())
        found[category] = (sums, tuple(each.value for each in contained))
    return found

"""What the people of the world call of a renewal: they see its true chance through noise and hope of their own.

Nobody draws here: the noise of a call follows from the account and the day, so the same world is called the same way.
"""

import hashlib
import math
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from renewals.core.renewal_states import ForecastCategory

HOPES = (0.9, 0.0, 0.4)
"""What the owners add to the log-odds of renewal, one after the other: the first hopes, the second is sober."""
NOISE = 0.7
STEPS = ((0.85, ForecastCategory.COMMIT), (0.65, ForecastCategory.BEST_CASE), (0.35, ForecastCategory.PIPELINE))
DEMANDS = ("Single sign-on", "A longer term at today's price", "More seats in spring", "A second region")
DOUBTS = (
    "Procurement has asked for three quotes",
    "Their new sponsor has not met us yet",
    "Budget is decided a quarter later than the owner thinks",
)
CHECKPOINTS = (180, 90, 30)
LEADER_SHARE, SILENT_SHARE = 0.15, 0.06


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldCall:
    """What an owner says of a renewal; `doubt` is why a leader says less, empty where none does."""

    category: ForecastCategory
    amount: Decimal
    likelihood: float
    expansion_amount: Decimal | None
    demand: str
    doubt: str


def is_called(*, account: str, due_on: date, today: date, days: int) -> bool:
    """Answer whether the owner calls the renewal today: its next checkpoint is less than `days` ahead.

    Now and then somebody forgets.
    """
    ahead = (due_on - today).days
    near = any(0 <= ahead - checkpoint < days for checkpoint in CHECKPOINTS)
    return near and _chance(account, today, "silent") >= SILENT_SHARE


def call_of(*, account: str, owner: int, today: date, churn_probability: float, amount: Decimal) -> WorldCall:
    """Return what owner number `owner` says of a renewal of `amount` a year with this true chance of being lost."""
    noise = NOISE * _bell(_chance(account, today, "noise"))
    odds = math.log((1 - churn_probability) / churn_probability) + HOPES[owner % len(HOPES)] + noise
    seen = 1 / (1 + math.exp(-odds))
    category = next((each for least, each in STEPS if seen >= least), ForecastCategory.OMITTED)
    grows = _chance(account, today, "grows")
    called = amount * (Decimal("1.08") if grows > 0.7 else Decimal(1))
    return WorldCall(
        category=category,
        amount=Decimal(0) if category is ForecastCategory.OMITTED else called.quantize(Decimal(1)),
        likelihood=round(min(0.95, max(0.05, seen)) * 20) / 20,
        expansion_amount=(amount / 5).quantize(Decimal(1)) if grows > 0.85 else None,
        demand=DEMANDS[int(grows * 100) % len(DEMANDS)] if grows > 0.6 else "",
        doubt=DOUBTS[int(grows * 100) % len(DOUBTS)] if _chance(account, today, "doubt") < LEADER_SHARE else "",
    )


def _chance(account: str, today: date, word: str) -> float:
    """Return a number between 0 and 1 that belongs to an account, a day and a purpose."""
    digest = hashlib.sha256(f"{account}:{today.isoformat()}:{word}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def _bell(chance: float) -> float:
    """Return a number around 0 with a spread of 1, by the logistic law."""
    safe = min(max(chance, 1e-6), 1 - 1e-6)
    return math.log(safe / (1 - safe)) / 1.81

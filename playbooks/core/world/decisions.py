"""Draw the chain of terms of an account and each renewal decision, keeping the true probability of churn."""

import math
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from playbooks.core.world.behaviour import Behaviour
from playbooks.core.world.laws import Laws
from playbooks.core.world.people import WorldAccount
from renewals.core.dates.months import add_months, term_end

SPONSOR_WEEKS = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldTerm:
    """One term; `ratio` is final over target ARR once decided, 0 for churn, None while open."""

    number: int
    starts_on: date
    ends_on: date
    arr: int
    churn_probability: float
    ratio: float | None
    closed_on: date | None


def draw_market(laws: Laws, *, quarters: int, rng: np.random.Generator) -> tuple[float, ...]:
    """Return the market factor of each quarter on the log-odds of churn, AR(1)."""
    values, level = [], 0.0
    for _ in range(quarters):
        level = laws.market_persistence * level + float(rng.normal(0, laws.market_spread))
        values.append(level)
    return tuple(values)


def draw_terms(
    account: WorldAccount, behaviour: Behaviour, laws: Laws, *, today: date, market: float, rng: np.random.Generator
) -> tuple[WorldTerm, ...]:
    """Return the terms from the account's start until churn or the term that is running today."""
    terms: list[WorldTerm] = []
    starts_on, arr = account.started_on, account.arr
    while starts_on <= today:
        ends_on = term_end(starts_on, account.term_months)
        p_churn = churn_probability(account, behaviour, laws, on=ends_on, market=market)
        ratio, closed_on = None, None
        if _is_decided(ends_on, today, rng):
            ratio = 0.0 if rng.random() < p_churn else _ratio(rng)
            closed_on = min(today, max(starts_on, ends_on - timedelta(days=int(rng.integers(-6, 40)))))
        terms.append(
            WorldTerm(
                number=len(terms) + 1,
                starts_on=starts_on,
                ends_on=ends_on,
                arr=arr,
                churn_probability=p_churn,
                ratio=ratio,
                closed_on=closed_on,
            )
        )
        if not ratio:
            break
        arr = max(1000, round(arr * ratio / 100) * 100)
        starts_on = add_months(account.started_on, account.term_months * len(terms))
    return tuple(terms)


def churn_probability(account: WorldAccount, behaviour: Behaviour, laws: Laws, *, on: date, market: float) -> float:
    """Return the true chance that the renewal of the term ending `on` is lost."""
    base = next(law.churn_logit for law in laws.segments if law.key == account.segment)
    logit = base + sum(churn_drivers(account, behaviour, laws, on=on).values()) + market
    return 1 / (1 + math.exp(-logit))


def churn_drivers(account: WorldAccount, behaviour: Behaviour, laws: Laws, *, on: date) -> dict[str, float]:
    """Return what each true driver adds to the log-odds that the term ending `on` is lost, by its name."""
    k = _week_index(behaviour, on)
    recent = np.mean(behaviour.health[max(0, k - 12) : k + 1])
    earlier = np.mean(behaviour.health[max(0, k - 25) : max(1, k - 12)])
    left = any(k - SPONSOR_WEEKS <= week <= k for week in behaviour.sponsor_left)
    late = sum(k - SPONSOR_WEEKS <= week <= k for week in behaviour.late)
    return {
        "health": laws.coefficient_health * float(recent),
        "trend": laws.coefficient_trend * float(recent - earlier),
        "sponsor": laws.coefficient_sponsor * left,
        "time_to_value": laws.coefficient_time_to_value * math.log(account.time_to_value_days / 45),
        "late": laws.coefficient_late * late,
    }


def _is_decided(ends_on: date, today: date, rng: np.random.Generator) -> bool:
    """Past terms are decided, but a few of the last weeks are still open, as in life."""
    age = (today - ends_on).days
    return age > 21 or (age >= 0 and bool(rng.random() < 0.75))


def _ratio(rng: np.random.Generator) -> float:
    kind = rng.random()
    if kind < 0.12:
        return float(rng.uniform(0.6, 0.95))
    return 1.0 if kind < 0.62 else float(rng.uniform(1.03, 1.35))


def _week_index(behaviour: Behaviour, on: date) -> int:
    inside = sum(week <= on for week in behaviour.weeks)
    return max(0, min(len(behaviour.health) - 1, inside - 1))

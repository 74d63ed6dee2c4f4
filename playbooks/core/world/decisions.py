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
    """One term; `ratio` is final over target ARR once decided, 0 for churn, None while open.

    `price_uplift` is what the price of a seat rose by when the term began; `market` is sealed like the chance.
    """

    number: int
    starts_on: date
    ends_on: date
    arr: int
    seats: int
    price_uplift: float
    market: float
    churn_probability: float
    ratio: float | None
    closed_on: date | None

    @property
    def settled_on(self) -> date:
        """The day as of which the chance holds: when it was decided, the end at the latest."""
        return min(self.ends_on, self.closed_on or self.ends_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """What the times add to the log-odds of every loss, by quarter from `first_quarter` on (quarters since year 0)."""

    first_quarter: int
    levels: tuple[float, ...]

    def on(self, day: date) -> float:
        """Return the level of the quarter of that day; before and after the known ones the nearest."""
        return self.levels[max(0, min(len(self.levels) - 1, _quarter(day) - self.first_quarter))]


def draw_market(laws: Laws, *, first: date, last: date, rng: np.random.Generator) -> Market:
    """Return the market of the quarters of `first` to `last`: AR(1) around 0 on the log-odds of churn."""
    levels, level = [], 0.0
    for _ in range(_quarter(last) - _quarter(first) + 1):
        level = laws.market_persistence * level + float(rng.normal(0, laws.market_spread))
        levels.append(level)
    return Market(first_quarter=_quarter(first), levels=tuple(levels))


def _quarter(day: date) -> int:
    return day.year * 4 + (day.month - 1) // 3


def draw_terms(
    account: WorldAccount, behaviour: Behaviour, laws: Laws, *, today: date, market: Market, rng: np.random.Generator
) -> tuple[WorldTerm, ...]:
    """Return the terms from the one that ran when the behaviour begins until churn or the one that runs today.

    What was decided before anything was seen of the account is not part of the book: nobody could learn from it.
    """
    terms: list[WorldTerm] = []
    gone = _gone_before(account, behaviour.weeks[0])
    starts_on = add_months(account.started_on, account.term_months * gone)
    arr, seats, uplift = account.arr, account.seats, 0.0
    while starts_on <= today:
        ends_on = term_end(starts_on, account.term_months)
        signed_on = terms[-1].closed_on if terms else None
        closed_on = _closed_on(max(starts_on, signed_on or starts_on), ends_on, today, rng)
        settled_on, mood = min(ends_on, closed_on or ends_on), market.on(ends_on)
        p_churn = churn_probability(account, behaviour, laws, on=settled_on, market=mood, price_uplift=uplift)
        next_seats, next_uplift = _next_terms(laws, seats, rng)
        next_arr = round(arr * next_seats / seats * (1 + next_uplift))
        ratio = None if closed_on is None else 0.0 if rng.random() < p_churn else next_arr / arr
        terms.append(
            WorldTerm(
                number=len(terms) + 1,
                starts_on=starts_on,
                ends_on=ends_on,
                arr=arr,
                seats=seats,
                price_uplift=uplift,
                market=mood,
                churn_probability=p_churn,
                ratio=ratio,
                closed_on=closed_on,
            )
        )
        if not ratio:
            break
        arr, seats, uplift = next_arr, next_seats, next_uplift
        starts_on = add_months(account.started_on, account.term_months * (gone + len(terms)))
    return tuple(terms)


def churn_probability(
    account: WorldAccount, behaviour: Behaviour, laws: Laws, *, on: date, market: float, price_uplift: float = 0.0
) -> float:
    """Return the true chance that the renewal of the term ending `on` is lost."""
    base = laws.of_segment(account.segment).churn_logit
    drivers = churn_drivers(account, behaviour, laws, on=on, price_uplift=price_uplift)
    return 1 / (1 + math.exp(-(base + sum(drivers.values()) + market)))


def churn_drivers(
    account: WorldAccount, behaviour: Behaviour, laws: Laws, *, on: date, price_uplift: float = 0.0
) -> dict[str, float]:
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
        "price": laws.coefficient_price * price_uplift,
    }


def _gone_before(account: WorldAccount, day: date) -> int:
    """Return how many terms had ended before that day."""
    gone = 0
    while term_end(add_months(account.started_on, account.term_months * gone), account.term_months) < day:
        gone += 1
    return gone


def _closed_on(earliest: date, ends_on: date, today: date, rng: np.random.Generator) -> date | None:
    """Return the day of the decision, None while open: a few of the last weeks are still undecided, as in life."""
    age = (today - ends_on).days
    if age <= 21 and not (age >= 0 and rng.random() < 0.75):
        return None
    return min(today, max(earliest, ends_on - timedelta(days=int(rng.integers(-6, 40)))))


def _next_terms(laws: Laws, seats: int, rng: np.random.Generator) -> tuple[int, float]:
    """Return the seats of the next term and what the price of a seat rises by, should it be signed."""
    kind = rng.random()
    volume = rng.uniform(0.6, 0.95) if kind < 0.12 else 1.0 if kind < 0.62 else rng.uniform(1.03, 1.35)
    is_dearer = rng.random() < laws.price_uplift_share
    uplift = float(rng.uniform(laws.price_uplift_low, laws.price_uplift_high)) if is_dearer else 0.0
    return max(1, round(seats * float(volume))), uplift


def _week_index(behaviour: Behaviour, on: date) -> int:
    inside = sum(week <= on for week in behaviour.weeks)
    return max(0, min(len(behaviour.health) - 1, inside - 1))

"""Draw what happens to an account week by week, sealed: latent health, sponsor changes, late invoices.

Health is a monthly AR(1) around the account's own mean.
"""

import math
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from playbooks.core.world.laws import Laws
from playbooks.core.world.people import WorldAccount

WEEKS_A_MONTH = 52 / 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """The sealed side: health of each week, the weeks in which a sponsor left, those of invoices paid late.

    `shown` is the health that the use of the product speaks of where it is another than the true one.
    """

    weeks: tuple[date, ...]
    health: tuple[float, ...]
    sponsor_left: tuple[int, ...]
    late: tuple[int, ...]
    shown: tuple[float, ...] = ()

    @property
    def health_in_use(self) -> tuple[float, ...]:
        """The health of each week as use shows it."""
        return self.shown or self.health


def draw_behaviour(
    account: WorldAccount, laws: Laws, *, first: date, last: date, rng: np.random.Generator
) -> Behaviour:
    """Return the behaviour from the later of `first` and the account's start up to `last` (Mondays)."""
    start = max(first, account.started_on)
    monday = start - timedelta(days=start.weekday())
    weeks = tuple(monday + timedelta(weeks=k) for k in range(1, max(2, (last - monday).days // 7 + 1)))
    law = laws.of_segment(account.segment)
    health = _health(account, laws, len(weeks), rng)
    sponsor = tuple(np.flatnonzero(rng.random(len(weeks)) < laws.sponsor_change_rate / WEEKS_A_MONTH).tolist())
    late = tuple(
        k for k in range(0, len(weeks), 4) if rng.random() < law.late_invoice_rate * math.exp(-0.4 * health[k])
    )
    return Behaviour(weeks=weeks, health=tuple(health), sponsor_left=sponsor, late=late)


def _health(account: WorldAccount, laws: Laws, weeks: int, rng: np.random.Generator) -> list[float]:
    months = weeks // 4 + 2
    deviation, values = 0.0, []
    for _ in range(months):
        shock = laws.shock_size * rng.choice([-1, 1]) if rng.random() < laws.shock_rate else 0.0
        deviation = laws.health_persistence * deviation + rng.normal(0, 0.2) + shock
        values.append(account.health_mean + deviation)
    points = np.interp(np.arange(weeks) / WEEKS_A_MONTH, np.arange(months), values)
    return [float(point) for point in points]

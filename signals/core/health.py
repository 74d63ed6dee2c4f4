"""Health: 0 to 100, high is good, from measures and a scorecard, with a contribution of each measure.

health = 100 x sum(weight x confidence x points) / sum(weight x confidence) over the measures that are known.
A measure that is not known drops out of both sums and lowers the coverage; it never counts as 0. A measure that
nothing in the workspace feeds lowers no account's coverage; but where little is fed at all, nobody is scored.
The sums themselves are made for many accounts at once, in `signals.core.scoring.health`.
"""

from dataclasses import dataclass
from typing import Literal

State = Literal["scored", "not_scored"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """The part of one measure. `points` of all contributions add up to the health.

    `score` is what the curve gives, 0 to 1; `share` is weight x confidence as a part of their sum.
    """

    key: str
    value: float
    score: float
    weight: float
    confidence: float
    share: float
    points: float
    age_days: int | None
    silent_days: int | None
    is_stale: bool
    signals_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthResult:
    """A health score. `value` is None and `band` empty when not scored.

    `missing` names measures without a value, `unfed` those that the workspace has no source for.
    """

    state: State
    value: float | None
    band: str
    coverage: float
    contributions: tuple[Contribution, ...]
    missing: tuple[str, ...]
    unfed: tuple[str, ...] = ()

    @property
    def stale_count(self) -> int:
        """Return how many measures rest on inputs that are too old."""
        return sum(each.is_stale for each in self.contributions)

    @property
    def oldest_input_days(self) -> int | None:
        """Return the age of the oldest input in use, in days; None when there is none."""
        return max((each.age_days for each in self.contributions if each.age_days is not None), default=None)

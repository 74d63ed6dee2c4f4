"""How far a run is and how long the rest may take: by what each part took before, else by a rough law of its size."""

from collections.abc import Mapping
from dataclasses import dataclass, field

FEWEST_SECONDS = 20.0
SECONDS_PER_ACCOUNT, SECONDS_PER_MEGABYTE = 0.5, 250.0


def roughly(*, accounts: int = 0, size_bytes: int = 0) -> float:
    """Return the seconds that a world of so many accounts, or files of that size, take on two cores: a first guess."""
    return FEWEST_SECONDS + accounts * SECONDS_PER_ACCOUNT + size_bytes / 1e6 * SECONDS_PER_MEGABYTE


@dataclass(slots=True)
class Progress:
    """The parts with the seconds expected of each, and what those that ended took."""

    expected: Mapping[str, float]
    at_once: int = 1
    took: dict[str, float] = field(default_factory=dict)

    def ended(self, name: str, seconds: float) -> str:
        """Note that a part ended; return how far the run is and the time left, in words."""
        self.took[name] = seconds
        left = len(self.expected) - len(self.took)
        done = f"{len(self.took)} of {len(self.expected)} parts done"
        return f"{done}, about {_words(self.seconds_left())} left" if left else f"{done}"

    def seconds_left(self) -> float:
        """Return the seconds left: what is expected of the rest, stretched as much as the parts done were."""
        known = sum(self.expected[name] for name in self.took)
        stretch = sum(self.took.values()) / known if known else 1.0
        rest = sum(seconds for name, seconds in self.expected.items() if name not in self.took)
        return rest * stretch / self.at_once


def _words(seconds: float) -> str:
    return f"{max(1, round(seconds / 60))} min" if seconds < 5400 else f"{seconds / 3600:.1f} hours"

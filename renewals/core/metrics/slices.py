"""The part of a book that filters can ask for, and values at a share of many days."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class SliceKey:
    """Accounts of one segment, one owner and one team, as they are now; 0 is nobody, no team."""

    segment: str
    owner_id: int
    team_id: int


def value_at(ordered: Sequence[int], share: float) -> float | None:
    """Return the value below which a share of sorted numbers lies, between two of them in proportion; None for none."""
    if not ordered:
        return None
    place = share * (len(ordered) - 1)
    low, high = ordered[floor(place)], ordered[ceil(place)]
    return float(low + (place - floor(place)) * (high - low))

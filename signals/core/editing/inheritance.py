"""Which value a measure has for a kind of account, and from where it is inherited; reads a definition as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """A kind of account: a segment, a complexity, both, or (None, None) for every account."""

    segment: str | None = None
    complexity: str | None = None

    @property
    def rank(self) -> int:
        """Return the place in the order of inheritance: all 0, segment 1, complexity 2, both 3."""
        return (self.segment is not None) + 2 * (self.complexity is not None)

    def covers(self, other: "Place") -> bool:
        """Answer whether what is said here holds for `other`, too."""
        return self.segment in (None, other.segment) and self.complexity in (None, other.complexity)


EVERYWHERE = Place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A value with its origin. `inherited` is what would hold here without a value of its own."""

    value: Any
    origin: Place
    is_own: bool
    inherited: Any
    inherited_from: Place


def place_of(row: Mapping[str, Any]) -> Place:
    """Return the kind of account that a row of `overrides` is meant for."""
    return Place(row.get("segment"), row.get("complexity"))


def setting_of(definition: Mapping[str, Any], measure: str, field: str, place: Place) -> Setting:
    """Return the value of `field` of `measure` at `place`; raises KeyError for a measure the definition lacks.

    The order is that of scoring: all, segment, complexity, both; the later wins.
    """
    found = [(EVERYWHERE, _base(definition, measure)[field])]
    rows = [row for row in definition.get("overrides", ()) if row["measure"] == measure and field in row]
    rows.sort(key=lambda row: place_of(row).rank)
    found += [(place_of(row), row[field]) for row in rows if place_of(row).covers(place)]
    above = [each for each in found if each[0] != place] or found[:1]
    origin, value = found[-1]
    return Setting(
        value=value,
        origin=origin,
        is_own=origin == place,
        inherited=above[-1][1],
        inherited_from=above[-1][0],
    )


def measure_keys(definition: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the measures in the order of the definition."""
    return tuple(row["key"] for row in definition["measures"])


def _base(definition: Mapping[str, Any], measure: str) -> Mapping[str, Any]:
    for row in definition["measures"]:
        if row["key"] == measure:
            found: Mapping[str, Any] = row
            return found
    raise KeyError(measure)

"""Measures that people feed: a number on a scale, with an author and an expiry, read until it expires."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from renewals.core.errors import InvalidInput

PREFIX = "health.manual."
KEY_PREFIX = "manual_"
SLUG = re.compile(r"[^a-z0-9]+")
LOWEST, HIGHEST = 0.0, 100.0
DAYS_BY_DEFAULT = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualMeasure:
    """A manual measure as the scorecard has it: what people are asked, and on which scale they answer."""

    key: str
    kind: str
    label: str
    meaning: str
    low: float
    high: float


def manual_measure(*, label: str, meaning: str, low: float, high: float, weight: float) -> dict[str, Any]:
    """Return the row of a new manual measure; raises InvalidInput for a name or scale that cannot be used."""
    slug = SLUG.sub("_", label.lower()).strip("_")[:40]
    if not slug:
        raise InvalidInput("The measure needs a name with letters.", where="label")
    if not LOWEST <= low < high <= HIGHEST:
        raise InvalidInput("The scale must rise and lie within 0 to 100.", where="scale")
    return {
        "key": f"{KEY_PREFIX}{slug}",
        "family": "people",
        "label": label,
        "meaning": meaning,
        "kinds": [f"{PREFIX}{slug}"],
        "curve": [low, (low + high) / 2, high],
        "weight": weight,
        "window_days": 365,
        "half_life_days": DAYS_BY_DEFAULT,
        "stale_after_days": 120,
        "silent_after_days": 100000,
        "full_sample": 1,
        "settings": {"low": low, "high": high},
    }


def manual_measures(definition: Mapping[str, Any]) -> tuple[ManualMeasure, ...]:
    """Return the manual measures of a definition of health, in its order."""
    return tuple(
        ManualMeasure(
            key=row["key"],
            kind=row["kinds"][0],
            label=row["label"],
            meaning=row["meaning"],
            low=float(row["settings"]["low"]),
            high=float(row["settings"]["high"]),
        )
        for row in definition["measures"]
        if row["kinds"][0].startswith(PREFIX)
    )

"""The catalogue of signal kinds: which values they may have and how they are summed up. Data come from the library."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Grain = Literal["week", "day", "subject", "subject_week"]
KIND_FORM = re.compile(r"[a-z]+(\.[a-z0-9_]{1,50}){1,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSpec:
    """What one kind of signal means. `low` and `high` bound its value, both inclusive."""

    key: str
    family: str
    grain: Grain
    low: float
    high: float
    meaning: str
    measures: tuple[str, ...] = ()
    needs_value: bool = False
    needs_subject: bool = False
    has_tone: bool = False
    is_generic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Every known kind, and per family how an unlisted one is treated."""

    families: Mapping[str, str]
    kinds: Mapping[str, KindSpec]
    generic: Mapping[str, KindSpec]

    def spec(self, kind: str) -> KindSpec | None:
        """Return the specification of `kind`; None when its family is unknown or its form is wrong."""
        found = self.kinds.get(kind)
        if found is not None:
            return found
        return self.generic.get(kind.partition(".")[0]) if KIND_FORM.fullmatch(kind) else None

    def keys_of_grain(self, grain: Grain) -> tuple[str, ...]:
        """Return the listed kinds of this grain, sorted."""
        return tuple(sorted(key for key, spec in self.kinds.items() if spec.grain == grain))


def parse_catalogue(data: Mapping[str, Any]) -> Catalogue:
    """Return the catalogue that the library's tables describe; a KeyError or TypeError means a broken library."""
    kinds = (KindSpec(family=row["key"].partition(".")[0], **_row(row)) for row in data["kinds"])
    generic = {
        family: KindSpec(key=f"{family}.*", family=family, is_generic=True, **_row(row))
        for family, row in data["generic"].items()
    }
    return Catalogue(families=dict(data["families"]), kinds={spec.key: spec for spec in kinds}, generic=generic)


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "measures": tuple(row.get("measures", ()))}

"""What is shipped with this app as data: lifecycle, segments, reasons. Read once from its own folder."""

import tomllib
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from renewals.core.lifecycle import MomentAnchor, MomentRule, StageRule
from renewals.core.renewals import OutcomeBounds, OutcomeKind, OutcomeReason
from renewals.core.segments import SegmentBook, read_segment_book

FOLDER = Path(__file__).resolve().parent.parent / "library"


def _document(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def shipped_stages() -> tuple[StageRule, ...]:
    """Return the lifecycle stages of a new workspace, in order."""
    rows = enumerate(_document("lifecycle.toml")["stages"], start=1)
    return tuple(StageRule(position=position, **row) for position, row in rows)


@lru_cache(maxsize=1)
def shipped_moments() -> tuple[MomentRule, ...]:
    """Return the renewal-critical moments of a new workspace."""
    rows = _document("lifecycle.toml")["moments"]
    return tuple(MomentRule(**{**row, "anchor": MomentAnchor(row["anchor"])}) for row in rows)


@lru_cache(maxsize=1)
def segment_book() -> SegmentBook:
    """Return the segments with their cases."""
    return read_segment_book(_document("segments.toml"))


@lru_cache(maxsize=1)
def outcome_reasons() -> tuple[OutcomeReason, ...]:
    """Return the reasons an outcome may name, in the order they are offered."""
    rows = _document("reasons.toml")["reasons"]
    return tuple(
        OutcomeReason(key=row["key"], name=row["name"], kinds=tuple(OutcomeKind(kind) for kind in row["kinds"]))
        for row in rows
    )


@lru_cache(maxsize=1)
def outcome_bounds() -> OutcomeBounds:
    """Return between which ratios of final to target an outcome is flat."""
    document = _document("reasons.toml")
    return OutcomeBounds(flat_from=Decimal(document["flat_from"]), flat_until=Decimal(document["flat_until"]))

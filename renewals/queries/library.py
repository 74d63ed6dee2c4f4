"""What is shipped with this app as data: lifecycle, segments, reasons, rules of notices. Read once from its folder."""

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from renewals.core.contracts.ending import EndRule
from renewals.core.contracts.following import LossRule
from renewals.core.contracts.review_points import ReviewRule
from renewals.core.lifecycle import MomentAnchor, MomentRule, StageRule
from renewals.core.metrics import MetricBook, read_metrics
from renewals.core.notices.escalation import Ladder, read_ladder
from renewals.core.notices.rules import JurisdictionPack, packs_by_key, read_pack
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
def shipped_fit() -> dict[str, Any]:
    """Return the plain table of the rules of who fits a renewal."""
    return _document("fit.toml")


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


@lru_cache(maxsize=1)
def loss_rule() -> LossRule:
    """Return when a lost renewal is reviewed and when the account is asked back."""
    document = _document("closing.toml")
    return LossRule(review_days=document["review_days"], win_back_months=document["win_back_months"])


@lru_cache(maxsize=1)
def end_action_rule() -> EndRule:
    """Return when the daily sweep carries out what a contract says about its end."""
    document = _document("closing.toml")
    return EndRule(grace_days=document["end_action_grace_days"], lookback_days=document["end_action_lookback_days"])


@lru_cache(maxsize=1)
def review_rule() -> ReviewRule:
    """Return when a contract that runs on without an end is looked at again."""
    document = _document("closing.toml")
    return ReviewRule(months=document["evergreen_review_months"], lead_days=document["evergreen_review_lead_days"])


@lru_cache(maxsize=1)
def jurisdiction_packs() -> Mapping[str, JurisdictionPack]:
    """Return the shipped packs by key, in the order of their names. Examples with sources, not legal advice."""
    files = sorted((FOLDER / "jurisdictions").glob("*.toml"))
    packs = [read_pack(tomllib.loads(file.read_text(encoding="utf-8"))) for file in files]
    return packs_by_key(sorted(packs, key=lambda pack: pack.name))


@lru_cache(maxsize=1)
def known_regions() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Return the names of regions by their ISO 3166-2 code, by country."""
    return _document("regions.toml")


@lru_cache(maxsize=1)
def notice_ladder() -> Ladder:
    """Return when silence about a notice goes up, and to whom."""
    return read_ladder(notice_document())


def notice_document() -> Mapping[str, Any]:
    """Return the shipped rules about silence as written; the part `theirs` is read by who makes tasks of it."""
    return _document("notices.toml")


@lru_cache(maxsize=1)
def metric_book() -> MetricBook:
    """Return the contracts of all metrics."""
    return read_metrics(_document("metrics.toml"))

"""A learned model speaks for the risk of renewals; the scorecard is computed all the same and stays in the details.

The model has a coverage of its own: how much of what moves it is known. Below the floor there is no number.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from signals.core.learning.telling import Told
from signals.core.risk import RiskResult
from signals.core.scorecard import Band, band_of
from signals.core.scoring.sheet import REASONS, Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """The model in force as scoring needs it: its number, how strongly each column moves it, floor and bands."""

    number: int
    version_id: int
    strengths: Mapping[str, float]
    coverage_floor: float
    bands: tuple[Band, ...]

    def coverage(self, told: Told) -> float:
        """Return the share (0 to 1) of what moves the model that is known of this renewal."""
        whole = sum(self.strengths.values())
        if whole <= 0.0:
            return 1.0
        return sum(s for name, s in self.strengths.items() if told.values.get(name) is not None) / whole


def learned_sheet(sheet: Sheet, told: Mapping[int, Told], speaker: Speaker) -> Sheet:
    """Return the sheet of risks with the model's word where it has one, by renewal id."""
    renewal_ids = [] if sheet.renewal_ids is None else sheet.renewal_ids.tolist()
    rows = [(at, told[renewal_id]) for at, renewal_id in enumerate(renewal_ids) if renewal_id in told]
    value, probability, coverage = sheet.value.copy(), sheet.renew_probability.copy(), sheet.coverage.copy()
    is_scored, bands, details = sheet.is_scored.copy(), list(sheet.bands), list(sheet.details)
    reasons, hashes = list(sheet.reasons), list(sheet.hashes)
    for at, said in rows:
        share = speaker.coverage(said)
        scored = share >= speaker.coverage_floor
        loss = said.loss_probability
        record = model_record(said, speaker, card_value=float(sheet.value[at]), coverage=share)
        is_scored[at], coverage[at] = scored, share
        value[at], probability[at] = (100.0 * loss, 1.0 - loss) if scored else (np.nan, np.nan)
        bands[at] = band_of(100.0 * loss, speaker.bands) if scored else ""
        details[at] = f'{details[at][:-1]}, "model": {json.dumps(record, allow_nan=False)}}}'
        reasons[at] = json.dumps(reasons_of(said))
        hashes[at] = _hash(hashes[at], speaker, said)
    return replace(
        sheet,
        is_scored=is_scored,
        value=value,
        renew_probability=probability,
        coverage=coverage,
        bands=bands,
        details=details,
        reasons=reasons,
        hashes=hashes,
    )


def spoken(card: RiskResult, told: Told, speaker: Speaker) -> RiskResult:
    """Return one risk with the model's word in the place of the scorecard's number; the contributions stay the card's.

    Value, band and coverage are those that `learned_sheet` writes for the same row.
    """
    share, loss = speaker.coverage(told), told.loss_probability
    is_scored = share >= speaker.coverage_floor
    return replace(
        card,
        state="scored" if is_scored else "not_scored",
        value=100.0 * loss if is_scored else None,
        renew_probability=1.0 - loss if is_scored else None,
        band=band_of(100.0 * loss, speaker.bands) if is_scored else "",
        coverage=share,
    )


def model_record(told: Told, speaker: Speaker, *, card_value: float, coverage: float) -> dict[str, Any]:
    """Return what is stored with a risk: enough to say the same again, and what the scorecard said (None: nothing)."""
    return {
        "number": speaker.number,
        "version_id": speaker.version_id,
        "coverage": round(coverage, 9),
        "band": band_of(100.0 * told.loss_probability, speaker.bands) if coverage >= speaker.coverage_floor else "",
        "card_value": None if np.isnan(card_value) else card_value,
        **told.record(),
    }


def reasons_of(told: Told) -> list[dict[str, Any]]:
    """Return the parts that move this risk most, with their points against similar accounts (0.06 is +6 pp)."""
    strong = sorted(told.parts.items(), key=lambda part: (-abs(part[1]), part[0]))[:REASONS]
    return [
        {
            "key": name,
            "effect": amount,
            "points": round(points_of(told.log_odds, amount), 6),
            "value": told.values.get(name),
            "is_stale": False,
            "is_learned": True,
        }
        for name, amount in strong
    ]


def points_of(log_odds: float, amount: float) -> float:
    """Return how far a part moves the probability of loss from that of an account alike but for this part."""
    return _share(log_odds) - _share(log_odds - amount)


def _share(log_odds: float) -> float:
    return float(1.0 / (1.0 + np.exp(-log_odds)))


def _hash(card: str, speaker: Speaker, told: Told) -> str:
    text = f"{card}:{speaker.version_id}:{told.log_odds!r}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

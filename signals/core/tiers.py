"""Which tier an account belongs to: churn risk x expansion potential, by a rule that is data.

A tier is never derived from a score that is not known: the last one stays, and the decision says why. It knows no rows.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from signals.core.errors import ScorecardInvalid
from signals.core.scorecard import Band, band_of, band_problems, parse_bands

Verdict = Literal["derived", "unchanged", "unconfirmed", "held", "unknown", "overridden"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRule:
    """The rule of tiers; `tiers` run from least to most care, `cells` are keyed by (risk level, expansion level)."""

    name: str
    tiers: tuple[str, ...]
    risk_levels: tuple[Band, ...]
    expansion_levels: tuple[Band, ...]
    cells: Mapping[tuple[str, str], str]
    margin_points: float
    days_to_confirm: int
    least_days_before_less_care: int
    longest_override_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldTier:
    """The tier an account has, by which levels it got it (empty when set by a person or the segment), for how long.

    `other_tier` is another tier that the rule has given without a break for `other_days`, "" when there is none.
    """

    tier: str
    risk_level: str = ""
    expansion_level: str = ""
    held_days: int = 0
    other_tier: str = ""
    other_days: int = 0
    is_override: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TierFacts:
    """What a tier is decided from. A score of None is not known; `held` is None before the first tier."""

    risk: float | None
    expansion: float | None
    held: HeldTier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TierDecision:
    """The tier in force, the one the rule gives, and the levels seen; a level or tier that is not known is empty.

    `missing` names the scores that are not known; `waits_days` is how long a change is still held back.
    """

    verdict: Verdict
    tier: str
    derived_tier: str
    risk_level: str = ""
    expansion_level: str = ""
    missing: tuple[str, ...] = ()
    waits_days: int = 0


def parse_tier_rule(data: Mapping[str, Any]) -> TierRule:
    """Return the rule that the tables describe; raise ScorecardInvalid naming every problem."""
    problems = tuple(_problems(data))
    if problems:
        raise ScorecardInvalid("; ".join(problems), where=str(data.get("name", "tiers")))
    return TierRule(
        name=data["name"],
        tiers=tuple(data["tiers"]),
        risk_levels=parse_bands(data["risk_levels"]),
        expansion_levels=parse_bands(data["expansion_levels"]),
        cells={(row["risk"], row["expansion"]): row["tier"] for row in data["cells"]},
        margin_points=float(data["margin_points"]),
        days_to_confirm=int(data.get("days_to_confirm", 0)),
        least_days_before_less_care=int(data["least_days_before_less_care"]),
        longest_override_days=int(data["longest_override_days"]),
    )


def tier_of(facts: TierFacts, rule: TierRule) -> TierDecision:
    """Return the decision for one account; the same facts give the same decision."""
    held = facts.held
    missing = tuple(name for name, score in (("risk", facts.risk), ("expansion", facts.expansion)) if score is None)
    if facts.risk is None or facts.expansion is None:
        verdict: Verdict = "overridden" if held and held.is_override else "unknown"
        return TierDecision(verdict=verdict, tier=held.tier if held else "", derived_tier="", missing=missing)
    risk = _level(facts.risk, rule.risk_levels, held.risk_level if held else "", rule.margin_points)
    expansion = _level(facts.expansion, rule.expansion_levels, held.expansion_level if held else "", rule.margin_points)
    derived = rule.cells[risk, expansion]
    verdict, tier, waits = _settle(derived, held, rule, is_urgent=risk == rule.risk_levels[-1].key)
    return TierDecision(
        verdict=verdict,
        tier=tier,
        derived_tier=derived,
        risk_level=risk,
        expansion_level=expansion,
        waits_days=waits,
    )


def _settle(derived: str, held: HeldTier | None, rule: TierRule, *, is_urgent: bool) -> tuple[Verdict, str, int]:
    """Return verdict, tier and the days a change still waits: a person's word and the two waiting times come first.

    `is_urgent`, at the highest level of risk, gives more care at once.
    """
    if held is None:
        return "derived", derived, 0
    if held.is_override:
        return "overridden", held.tier, 0
    if held.tier == derived and held.risk_level:
        return "unchanged", derived, 0
    if not held.risk_level:
        return "derived", derived, 0
    is_less = held.tier in rule.tiers and rule.tiers.index(derived) < rule.tiers.index(held.tier)
    unseen = rule.days_to_confirm - (held.other_days if held.other_tier == derived else 0)
    waits = rule.least_days_before_less_care - held.held_days
    if is_less and waits > max(unseen, 0):
        return "held", held.tier, waits
    if unseen > 0 and (is_less or not is_urgent):
        return "unconfirmed", held.tier, unseen
    return "derived", derived, 0


def _level(value: float, levels: tuple[Band, ...], before: str, margin: float) -> str:
    """Return the level of a score; the one held before stays within a margin beyond its edges."""
    kept = next((level for level in levels if level.key == before), None)
    if kept is not None and kept.low - margin <= value < kept.high + margin:
        return before
    return band_of(value, levels)


def _problems(data: Mapping[str, Any]) -> Iterator[str]:
    for name in ("risk_levels", "expansion_levels"):
        yield from (f"{name}: {problem}" for problem in band_problems(data[name]))
    if not 0.0 <= data["margin_points"] <= 25.0:
        yield "margin_points is not a number from 0 to 25"
    if not 0 <= data.get("days_to_confirm", 0) <= 90:
        yield "days_to_confirm is not a number from 0 to 90"
    if not 0 <= data["least_days_before_less_care"] <= 365:
        yield "least_days_before_less_care is not a number from 0 to 365"
    if not 1 <= data["longest_override_days"] <= 366:
        yield "longest_override_days is not a number from 1 to 366"
    wanted = [(r["key"], e["key"]) for r in data["risk_levels"] for e in data["expansion_levels"]]
    given = [(row["risk"], row["expansion"]) for row in data["cells"]]
    yield from (f"no tier for risk {risk} x expansion {grown}" for risk, grown in wanted if (risk, grown) not in given)
    yield from (f"risk {r} x expansion {e} is not a cell of the levels" for r, e in given if (r, e) not in wanted)
    yield from (f"risk {r} x expansion {e} appears twice" for r, e in sorted({c for c in given if given.count(c) > 1}))
    known = data["tiers"]
    yield from (
        f"tier '{row['tier']}' is not in the list of tiers" for row in data["cells"] if row["tier"] not in known
    )

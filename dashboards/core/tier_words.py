"""The words of tiers: how one was derived, why it stays, who set it. Decides nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dashboards.core.dates import day_words
from dashboards.core.money import count_words
from dashboards.core.wording import title
from signals.core.tiers import TierDecision

SCORES = {"risk": "churn risk", "expansion": "expansion potential"}
MENDING = {
    "risk": "there is no open renewal with a known risk",
    "expansion": "too few of its inputs are known",
}


def levels_words(risk: float | None, risk_level: str, expansion: float | None, expansion_level: str) -> str:
    """Return "risk 62 (high) × expansion 71 (high)"; a score that is not known says so."""
    return f"risk {_score(risk, risk_level)} × expansion {_score(expansion, expansion_level)}"


def derivation_words(tier: str, reason: Mapping[str, Any]) -> str:
    """Return in one sentence why an account has its tier, from what is kept with it."""
    name, origin = title(tier), reason.get("origin", "")
    if not tier:
        return "No tier yet."
    if origin == "derived":
        levels = levels_words(
            reason.get("risk"),
            str(reason.get("risk_level", "")),
            reason.get("expansion"),
            str(reason.get("expansion_level", "")),
        )
        return f"{name}: {levels}"
    if origin == "override":
        until = day_words(datetime.fromisoformat(reason["expires_at"]).date())
        return f"{name}: set by {reason.get('author', 'a person')} until {until}, because: {reason.get('reason', '')}"
    if origin == "before_override":
        return f"{name}: as it was before a person set it"
    return f"{name}: where the segment {title(str(reason.get('segment', ''))).lower()} starts"


def standing_words(decision: TierDecision, *, risk: float | None, expansion: float | None) -> str:
    """Return what the rule says now, when that is not simply the tier in force; "" when it is."""
    if decision.verdict == "unknown" or (decision.verdict == "overridden" and decision.missing):
        named = " and ".join(f"{SCORES[name]} is not scored ({MENDING[name]})" for name in decision.missing)
        return f"The tier stays as it is: {named}."
    levels = levels_words(risk, decision.risk_level, expansion, decision.expansion_level)
    if decision.verdict == "overridden":
        return f"The scores would say {title(decision.derived_tier).lower()}: {levels}."
    if decision.verdict == "held":
        wait = count_words(decision.waits_days, "day")
        return f"The scores say {title(decision.derived_tier).lower()} ({levels}); less care waits {wait} more."
    if decision.verdict == "unconfirmed":
        wait = count_words(decision.waits_days, "day")
        said = title(decision.derived_tier).lower()
        return f"The scores say {said} ({levels}); the tier changes if they still say so in {wait}."
    if decision.verdict == "derived":
        return f"The scores say {title(decision.derived_tier).lower()} now ({levels}), with the next scoring."
    return f"Today: {levels}."


def _score(value: float | None, level: str) -> str:
    return "not scored" if value is None else f"{value:.0f} ({level})"

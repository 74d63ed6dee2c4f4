"""How a score is kept: facts and contributions as plain data, small enough for a row per account and day.

The order of the numbers in an input is given by HEALTH_INPUT and RISK_INPUT; the rules stand in the scorecard version.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from signals.core.features import AccountFacts, Tally
from signals.core.features.facts import feed_of
from signals.core.health import HealthResult
from signals.core.risk import RiskResult

HEALTH_INPUT = (
    "value",
    "score",
    "weight",
    "confidence",
    "share",
    "points",
    "age_days",
    "silent_days",
    "is_stale",
    "signals_count",
)
RISK_INPUT = ("value", "x", "coefficient", "confidence", "log_odds", "age_days", "is_stale", "signals_count")


def health_record(facts: AccountFacts, result: HealthResult) -> dict[str, Any]:
    """Return what is stored with a health score."""
    return {
        "facts": facts_record(facts),
        "inputs": {each.key: [getattr(each, name) for name in HEALTH_INPUT] for each in result.contributions},
        "missing": list(result.missing),
        "unfed": list(result.unfed),
        "band": result.band,
    }


def risk_record(facts: AccountFacts, result: RiskResult, *, due_on: date, health_version_id: int) -> dict[str, Any]:
    """Return what is stored with a risk; the version of the scorecard says how its measures were read."""
    return {
        "facts": {**facts_record(facts), "due_on": due_on.isoformat(), "health_version_id": health_version_id},
        "inputs": {each.key: [getattr(each, name) for name in RISK_INPUT] for each in result.contributions},
        "missing": list(result.missing),
        "unfed": list(result.unfed),
        "band": result.band,
        "logit": result.logit,
        "base_renew_probability": result.base_renew_probability,
    }


def facts_record(facts: AccountFacts) -> dict[str, Any]:
    """Return the facts that are not signals; the signals can be read again."""
    return {
        "as_of_on": facts.as_of_on.isoformat(),
        "segment": facts.segment,
        "complexity": facts.complexity,
        "started_on": _day(facts.started_on),
        "seats": facts.seats,
        "milestones_on": [day.isoformat() for day in facts.milestones_on],
        "sponsor_left_on": _day(facts.sponsor_left_on),
        "sponsor_confirmed_on": _day(facts.sponsor_confirmed_on),
        "silence_days": {
            feed: facts.silence_days[feed] for feed in feeds_of(facts.tallies) if feed in facts.silence_days
        },
        "fed_kinds": None if facts.fed_kinds is None else sorted(facts.fed_kinds),
    }


def facts_from(record: Mapping[str, Any], *, account_id: int, tallies: tuple[Tally, ...]) -> AccountFacts:
    """Return the facts a score was computed from, given its signals again."""
    return AccountFacts(
        account_id=account_id,
        as_of_on=date.fromisoformat(record["as_of_on"]),
        segment=record["segment"],
        complexity=record["complexity"],
        started_on=_from(record["started_on"]),
        seats=record["seats"],
        milestones_on=tuple(date.fromisoformat(day) for day in record["milestones_on"]),
        sponsor_left_on=_from(record["sponsor_left_on"]),
        sponsor_confirmed_on=_from(record["sponsor_confirmed_on"]),
        silence_days=record["silence_days"],
        fed_kinds=None if record.get("fed_kinds") is None else frozenset(record["fed_kinds"]),
        tallies=tallies,
    )


def feeds_of(tallies: tuple[Tally, ...]) -> list[str]:
    """Return the feeds "source:family" behind the tallies, sorted."""
    return sorted({feed_of(*sender) for sender in {(tally.source_id, tally.kind) for tally in tallies}})


def inputs_from(record: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Return the stored inputs by key with their numbers named."""
    return {key: dict(zip(names, numbers, strict=True)) for key, numbers in record["inputs"].items()}


def changing_part(record: Mapping[str, Any], *, ages: tuple[int, ...]) -> list[Any]:
    """Return what makes a score another one: its inputs without their ages (at `ages`), and what nobody feeds."""
    inputs = sorted(record["inputs"].items())
    parts = [[key, *(n for at, n in enumerate(numbers) if at not in ages)] for key, numbers in inputs]
    return [*parts, record["unfed"]]


HEALTH_AGES = tuple(HEALTH_INPUT.index(name) for name in ("age_days", "silent_days"))
RISK_AGES = (RISK_INPUT.index("age_days"),)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _from(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None

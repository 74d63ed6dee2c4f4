"""How a score is kept: facts as JSON, inputs as rows of numbers; and how both are read again.

The order of the numbers in an input is given by HEALTH_INPUT and RISK_INPUT; the rules stand in the scorecard version.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import Any

from signals.core.features import AccountFacts

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
AGES = frozenset(("age_days", "silent_days"))
"""They grow by themselves: a score with other ages alone is the same score."""
WHOLE = frozenset(("age_days", "silent_days", "signals_count"))


def facts_texts(accounts: Sequence[AccountFacts], unfed: Sequence[tuple[str, ...]]) -> list[str]:
    """Return per account the facts that are not signals as a JSON object, its last bracket left off for more.

    `unfed` names the measures that nothing fed. The feeds are the same for all accounts of a workspace: said once.
    """
    feeds: dict[int, str] = {}
    for each in accounts:
        if id(each.silence_days) not in feeds:
            feeds[id(each.silence_days)] = json.dumps(dict(each.silence_days))
    return [
        f'{{"as_of_on": "{each.as_of_on}", "segment": {_quoted(each.segment)},'
        f' "complexity": {_quoted(each.complexity)}, "started_on": {_day(each.started_on)},'
        f' "seats": {"null" if each.seats is None else repr(each.seats)},'
        f' "employees": {"null" if each.employees is None else each.employees},'
        f' "milestones_on": [{", ".join(map(_day, each.milestones_on))}],'
        f' "sponsor_left_on": {_day(each.sponsor_left_on)},'
        f' "sponsor_confirmed_on": {_day(each.sponsor_confirmed_on)},'
        f' "silence_days": {feeds[id(each.silence_days)]}, "unfed": {_list(keys)}'
        for each, keys in zip(accounts, unfed, strict=True)
    ]


def facts_from(record: Mapping[str, Any], *, account_id: int) -> AccountFacts:
    """Return the facts a score was computed from, without its signals."""
    return AccountFacts(
        account_id=account_id,
        as_of_on=date.fromisoformat(record["as_of_on"]),
        segment=record["segment"],
        complexity=record["complexity"],
        started_on=_from(record["started_on"]),
        seats=record["seats"],
        employees=record.get("employees"),
        milestones_on=tuple(date.fromisoformat(day) for day in record["milestones_on"]),
        sponsor_left_on=_from(record["sponsor_left_on"]),
        sponsor_confirmed_on=_from(record["sponsor_confirmed_on"]),
        silence_days=record["silence_days"],
        fed_kinds=None if record.get("fed_kinds") is None else frozenset(record["fed_kinds"]),
        unfed=frozenset(record.get("unfed", ())),
    )


def inputs_from(
    keys: Sequence[str], numbers: Sequence[Sequence[float]], names: tuple[str, ...]
) -> dict[str, dict[str, Any]]:
    """Return the stored inputs that counted, by key, with their numbers named; NaN is None."""
    found = {}
    for key, row in zip(keys, numbers, strict=True):
        if any(number == number for number in row):
            found[key] = {name: _number(name, number) for name, number in zip(names, row, strict=True)}
    return found


def _number(name: str, number: float) -> float | int | bool | None:
    if number != number:
        return None
    if name == "is_stale":
        return number > 0.0
    return int(number) if name in WHOLE else number


@cache
def _quoted(word: str) -> str:
    """Return a word of the few there are (segments, complexities) as JSON."""
    return json.dumps(word)


@lru_cache(maxsize=1_000)
def _list(keys: tuple[str, ...]) -> str:
    """Return keys of measures as JSON; accounts of a workspace share a few lists of them."""
    return json.dumps(keys)


@cache
def _day(day: date | None) -> str:
    return f'"{day.isoformat()}"' if day else "null"


def _from(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None

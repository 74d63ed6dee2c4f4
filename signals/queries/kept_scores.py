"""Scores as they were recorded, over time and for many accounts at once: value and band, and what they were made of."""

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection

from signals.core.risk import RiskModel, parse_risk_model
from signals.core.scorecard import parse_scorecard
from signals.core.scoring.again import Kept, Rescored, healths_again, risks_again
from signals.models import ScorecardVersion

HEALTH = "health"

# The numbers of an input begin with its value; confidence is the fourth number of health and of risk.
KEPT = """
SELECT account_id, coalesce(renewal_id, 0), kind, as_of, value, renew_probability, coverage,
       coalesce(details->'model'->>'band', details->>'band')
FROM signals_score
WHERE workspace_id = current_setting('perennial.workspace')::bigint AND account_id = ANY(%(accounts)s::bigint[])
  AND kind IN ('health', 'risk') AND as_of <= %(until)s
ORDER BY account_id, as_of, id
"""
KEPT_INPUTS = """
SELECT account_id, coalesce(renewal_id, 0), kind, as_of, value, renew_probability, coverage,
       coalesce(details->'model'->>'band', details->>'band'),
       details->'facts'->>'segment', details->'facts'->>'complexity', details->'keys',
       inputs[:][1:1], inputs[:][4:4], details->'facts'->'unfed', details->'model' IS NOT NULL, scorecard_id
FROM signals_score
WHERE workspace_id = current_setting('perennial.workspace')::bigint AND account_id = ANY(%(accounts)s::bigint[])
  AND kind IN ('health', 'risk') AND as_of <= %(until)s AND inputs IS NOT NULL
ORDER BY account_id, as_of, id
"""
WORKSPACE_KEPT = "SELECT min(as_of) FROM signals_score WHERE kind = 'health'"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptScore:
    """A score as it was recorded; `renewal_id` is 0 for health. No value and an empty band: not scored."""

    account_id: int
    renewal_id: int
    kind: str
    as_of: datetime
    value: float | None
    renew_probability: float | None
    coverage: float
    band: str


def kept_scores(account_ids: Iterable[int], *, until: datetime) -> Iterator[KeptScore]:
    """Yield the health and risk of these accounts up to an instant, by account and time."""
    for row in _rows(KEPT, account_ids, until):
        yield KeptScore(
            account_id=row[0],
            renewal_id=row[1],
            kind=row[2],
            as_of=row[3],
            value=row[4],
            renew_probability=row[5],
            coverage=row[6],
            band=row[7] or "",
        )


def rescored(
    account_ids: Iterable[int], *, health: Mapping[str, Any] | None, risk: Mapping[str, Any] | None, until: datetime
) -> tuple[KeptScore, ...]:
    """Return the recorded scores of these accounts as other definitions make them, by account and time.

    None keeps the rules of the time. Under another health the risks read that health, where they read any.
    """
    rows = [(_kept(row), row[15]) for row in _rows(KEPT_INPUTS, account_ids, until)]
    healths = [kept for kept, _ in rows if not kept.renewal_id]
    made = [] if health is None else _scores(healths, healths_again(healths, parse_scorecard(health)))
    risks = [(kept, version) for kept, version in rows if kept.renewal_id]
    risks = _with_health(risks, made) if made else risks
    model = None if risk is None else parse_risk_model(risk)
    return tuple(
        sorted((*made, *_risks(risks, model)), key=lambda item: (item.account_id, item.as_of, item.renewal_id))
    )


def _risks(rows: Sequence[tuple[Kept, int]], model: RiskModel | None) -> list[KeptScore]:
    """Each under `model`, or under the version that it was made by."""
    if model is not None:
        kept = [each for each, _ in rows]
        return _scores(kept, risks_again(kept, model))
    found: list[KeptScore] = []
    for version in ScorecardVersion.objects.filter(id__in={number for _, number in rows}):
        kept = [each for each, number in rows if number == version.id]
        found += _scores(kept, risks_again(kept, parse_risk_model(version.definition)))
    return found


def _with_health(rows: Sequence[tuple[Kept, int]], made: Sequence[KeptScore]) -> list[tuple[Kept, int]]:
    """Return the risks reading the health that other rules make: the last one at or before each."""
    instants: dict[int, list[datetime]] = defaultdict(list)
    healths: dict[int, list[KeptScore]] = defaultdict(list)
    for each in made:
        instants[each.account_id].append(each.as_of)
        healths[each.account_id].append(each)
    found = []
    for kept, version in rows:
        place = bisect_right(instants[kept.account_id], kept.as_of) - 1
        if place >= 0:
            health = healths[kept.account_id][place]
            value = float("nan") if health.value is None else health.value
            values, confidences = {**kept.values, HEALTH: value}, {**kept.confidences, HEALTH: health.coverage}
            kept = replace(kept, values=values, confidences=confidences)
        found.append((kept, version))
    return found


def _scores(kept: Sequence[Kept], made: Sequence[Rescored]) -> list[KeptScore]:
    return [
        KeptScore(
            account_id=each.account_id,
            renewal_id=each.renewal_id,
            kind="risk" if each.renewal_id else HEALTH,
            as_of=each.as_of,
            value=score.value,
            renew_probability=score.renew_probability,
            coverage=score.coverage,
            band=score.band,
        )
        for each, score in zip(kept, made, strict=True)
    ]


def _kept(row: tuple[Any, ...]) -> Kept:
    keys, values, confidences = json.loads(row[10]), row[11], row[12]
    known = {key: value[0] for key, value in zip(keys, values, strict=True) if value[0] == value[0]}
    return Kept(
        account_id=row[0],
        renewal_id=row[1],
        as_of=row[3],
        segment=row[8] or "",
        complexity=row[9] or "",
        values=known,
        confidences={key: each[0] for key, each in zip(keys, confidences, strict=True) if key in known},
        unfed=frozenset(json.loads(row[13]) if row[13] else ()),
        value=row[4],
        renew_probability=row[5],
        coverage=row[6],
        band=row[7] or "",
        is_learned=row[14],
    )


def kept_since() -> datetime | None:
    """Return when the first health of this workspace was recorded; None when none was."""
    with connection.cursor() as cursor:
        cursor.execute(WORKSPACE_KEPT)
        row = cursor.fetchone()
        return row[0] if row else None


def _rows(sql: str, account_ids: Iterable[int], until: datetime) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"accounts": sorted(set(account_ids)), "until": until})
        return list(cursor.fetchall())

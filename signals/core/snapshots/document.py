"""A snapshot as a document: plain data in one spelling, so that the same facts give the same bytes and hash."""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from signals.core.features import chunk_from, measure_chunk, rule_columns
from signals.core.features.facts import feed_of
from signals.core.scoring import RuleBook, health_columns
from signals.core.snapshots.contracts import contract_values, days_to_first_value
from signals.core.snapshots.facts import SnapshotFacts, Volume
from signals.core.snapshots.moments import SnapshotMoment
from signals.core.snapshots.rules import RECIPE, SnapshotRules

LONGEST_WORD = 100


Pair = tuple[SnapshotMoment, SnapshotFacts]
Read = tuple[dict[str, list[float | None]], list[float | None]]


def snapshot_documents(pairs: Sequence[Pair], book: RuleBook, rules: SnapshotRules) -> list[dict[str, Any]]:
    """Return the features of renewals at their moments. What is not known is null or absent, never 0."""
    read = _measures([facts for _, facts in pairs], book)
    return [_document(moment, facts, one, rules) for (moment, facts), one in zip(pairs, read, strict=True)]


def _document(moment: SnapshotMoment, facts: SnapshotFacts, read: Read, rules: SnapshotRules) -> dict[str, Any]:
    account = facts.account
    measures, health = read
    return {
        "recipe": RECIPE,
        "as_of": moment.as_of.isoformat(),
        "known_at": moment.known_at.isoformat(),
        "is_backfilled": moment.is_backfilled,
        "due_on": moment.due_on.isoformat(),
        "days_to_renewal": moment.days_to_renewal,
        "segment": account.segment,
        "contract": contract_values(
            facts.terms,
            contract_id=moment.contract_id,
            term_number=moment.term_number,
            started_on=account.started_on,
            day=moment.day,
        ),
        "account": _account(facts, moment),
        "touches": {
            "outbound": facts.touches.outbound,
            "inbound": facts.touches.inbound,
            "meetings": facts.touches.meetings,
            "age": facts.touches.age,
        },
        "measures": measures,
        "health": health,
        "volumes": _volumes(facts.volumes, rules),
        "families": sorted({each.kind.partition(".")[0] for each in facts.volumes}),
        "attributes": _attributes(facts.profile.attributes),
        "silence": _silence(facts),
        "fed": sorted(account.fed_kinds or ()),
    }


def _measures(facts: Sequence[SnapshotFacts], book: RuleBook) -> list[Read]:
    """Return each snapshot's measures with their confidence, and its health with the coverage."""
    if not facts:
        return []
    accounts = [each.account for each in facts]
    columns = rule_columns([book.rules(each.segment, each.complexity) for each in accounts])
    measures = measure_chunk(chunk_from(accounts), columns)
    health = health_columns(measures, columns, book.scorecard)
    table = [(each.key, each.value.tolist(), each.confidence.tolist()) for each in measures]
    scored, totals, coverage = health.is_scored.tolist(), health.total.tolist(), health.coverage.tolist()
    return [
        (
            {key: [_plain(values[row]), _plain(confidences[row])] for key, values, confidences in table},
            [totals[row] if scored[row] else None, _plain(coverage[row])],
        )
        for row in range(len(accounts))
    ]


def canonical(document: Mapping[str, Any]) -> str:
    """Return the document as JSON in one spelling: keys in order, no blanks, no NaN."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256_of(text: str) -> str:
    """Return the SHA-256 of the text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _account(facts: SnapshotFacts, moment: SnapshotMoment) -> dict[str, Any]:
    profile = facts.profile
    return {
        "age_months": None
        if profile.started_on is None
        else round((moment.day - profile.started_on).days / 30.4375, 2),
        "complexity": profile.complexity,
        "country": profile.country or None,
        "days_to_first_value": days_to_first_value(facts.account, facts.first_value_on),
        "employees": profile.employees,
        "industry": profile.industry or None,
        "milestones": len(facts.account.milestones_on),
        "region": profile.region or None,
        "seats": _plain(facts.account.seats),
        "sponsor_confirmed_days": _age(facts, "sponsor_confirmed_on"),
        "sponsor_left_days": _age(facts, "sponsor_left_on"),
    }


def _age(facts: SnapshotFacts, name: str) -> int | None:
    day = getattr(facts.account, name)
    return None if day is None else (facts.account.as_of_on - day).days


def _volumes(volumes: tuple[Volume, ...], rules: SnapshotRules) -> dict[str, list[Any]]:
    """Return the kinds with most signals in half a year, as many as the rules keep; ties by name."""
    ranked = sorted(volumes, key=lambda each: (-each.count_182, each.age, each.kind, each.subject))
    return {
        f"{each.kind}:{each.subject}" if each.subject else each.kind: [
            each.count_28,
            _plain(each.total_28),
            each.count_91,
            _plain(each.total_91),
            each.count_182,
            _plain(each.total_182),
            each.age,
        ]
        for each in ranked[: rules.most_kinds]
    }


def _attributes(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the custom attributes that are numbers, words or yes and no; long texts are no features."""
    return {
        name: value
        for name, value in attributes.items()
        if (isinstance(value, (bool, int, float)) and math.isfinite(value))
        or (isinstance(value, str) and 0 < len(value) <= LONGEST_WORD)
    }


def _silence(facts: SnapshotFacts) -> dict[str, int]:
    """Return how long the feeds behind the account's own signals had been silent for everybody."""
    feeds = {feed_of(tally.source_id, tally.kind) for tally in facts.account.tallies}
    return {feed: facts.account.silence_days[feed] for feed in feeds if feed in facts.account.silence_days}


def _plain(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)

"""Make a stored snapshot again from the facts, to prove that nothing later has crept in."""

import json
from dataclasses import dataclass
from typing import Any

from renewals.models import Renewal
from renewals.queries.fx import rate_table
from signals.core.risk import parse_risk_model
from signals.core.scorecard import parse_scorecard
from signals.core.scoring import RuleBook
from signals.core.snapshots.document import canonical, sha256_of, snapshot_documents
from signals.core.snapshots.moments import SnapshotMoment
from signals.models import ScorecardVersion, Snapshot
from signals.queries.library import shipped, snapshot_rules
from signals.queries.snapshots.facts import snapshot_facts
from signals.queries.snapshots.world import SnapshotWorld, home_currency


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """A snapshot made again: its text, and whether text and hash are those that were stored."""

    snapshot_id: int
    text: str
    is_same: bool


def rebuilt(snapshot_ids: list[int]) -> list[Rebuilt]:
    """Return these snapshots made again from the facts known by each; what was said of the feeds is taken as stored."""
    found = Snapshot.objects.filter(id__in=snapshot_ids).order_by("id")
    return [_rebuilt(each) for each in found]


def _rebuilt(stored: Snapshot) -> Rebuilt:
    renewal = Renewal.objects.get(id=stored.renewal_id)
    moment = SnapshotMoment(
        renewal_id=stored.renewal_id,
        account_id=stored.account_id,
        contract_id=renewal.contract_id,
        term_number=renewal.term_number,
        horizon_days=stored.horizon_days,
        due_on=stored.due_on,
        as_of=stored.as_of,
        known_at=stored.known_at,
        is_backfilled=stored.is_backfilled,
        is_mid_term=stored.is_mid_term,
    )
    pairs = list(snapshot_facts(stored.workspace_id, [moment], _world(json.loads(stored.features))))
    (document,) = snapshot_documents(pairs, _book(stored.scorecard_id), snapshot_rules())
    text = canonical(document)
    return Rebuilt(
        snapshot_id=stored.id, text=text, is_same=text == stored.features and sha256_of(text) == stored.sha256
    )


def _world(document: dict[str, Any]) -> SnapshotWorld:
    return SnapshotWorld(
        feeds={},
        spoke={},
        heard=(),
        told=(),
        currency=home_currency(),
        rates=rate_table(),
        stored_silence=document["silence"],
        stored_fed=frozenset(document["fed"]),
    )


def _book(scorecard_id: int) -> RuleBook:
    version = ScorecardVersion.objects.get(id=scorecard_id)
    return RuleBook(scorecard=parse_scorecard(version.definition), model=parse_risk_model(shipped("risk")))

"""Keep a trained model as a proposal: the version and its body in one transaction. It is never put in force here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from renewals.core.actors import Actor
from signals.core.snapshots.columns import ColumnSpec, spec_as_json
from signals.models import RiskModelBody, RiskModelVersion
from signals.queries.learned.versions import fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What training made: the model as JSON text, its columns, its report, and what the list of versions shows."""

    protocol: str
    form: str
    verdict: str
    as_of: datetime
    frame_hash: str
    code_version: str
    rows_count: int
    groups_count: int
    lost_count: int
    learned_share: float | None
    auc: float | None
    document: str
    specs: tuple[ColumnSpec, ...]
    report: Mapping[str, Any]
    reason: str


@transaction.atomic
def propose_model(*, proposal: Proposal, by: Actor, now: datetime) -> RiskModelVersion:
    """Return the version kept for this proposal; the same table trained again by the same code is the same version."""
    _wait_for_turn(by.workspace_id)
    same = {name: getattr(proposal, name) for name in ("frame_hash", "protocol", "code_version")}
    known = RiskModelVersion.objects.filter(**same).first()
    if known is not None:
        return known
    last = RiskModelVersion.objects.aggregate(last=Max("number"))["last"] or 0
    shown = ("form", "verdict", "as_of", "rows_count", "groups_count", "lost_count", "learned_share", "auc", "reason")
    version = RiskModelVersion.objects.create(
        workspace_id=by.workspace_id,
        number=last + 1,
        trained_at=now,
        author=by.label[:150],
        **same,
        **{name: getattr(proposal, name) for name in shown},
    )
    RiskModelBody.objects.create(
        workspace_id=by.workspace_id,
        version=version,
        document=proposal.document,
        specs=[spec_as_json(spec) for spec in proposal.specs],
        report=dict(proposal.report),
        sha256=fingerprint(proposal.document),
    )
    return version


def _wait_for_turn(workspace_id: int) -> None:
    """Numbers are given one after the other: hold off every other proposal of the workspace until the end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('risk model'), %s)", [workspace_id])

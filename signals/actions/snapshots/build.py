"""Take snapshots: load what was known, make the document, keep it with its hash. Twice changes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from psycopg2.extras import execute_values

from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from signals.actions.scores.versions import ensure_scorecards
from signals.actions.snapshots.versions import ensure_feature_rules
from signals.core.snapshots.document import canonical, sha256_of, snapshot_documents
from signals.core.snapshots.moments import SnapshotMoment
from signals.core.snapshots.rules import RECIPE
from signals.queries.library import snapshot_rules
from signals.queries.scorecards import RulesInForce
from signals.queries.snapshots.due import accounts_behind, falling_due, moments_behind
from signals.queries.snapshots.facts import snapshot_facts
from signals.queries.snapshots.world import SnapshotWorld, world_of

CHUNK = 1_000
INSERT = """
INSERT INTO signals_snapshot (workspace_id, account_id, renewal_id, scorecard_id, horizon_days, due_on, as_of, known_at,
  is_backfilled, is_mid_term, taken_at, recipe, rules_version, features, sha256)
VALUES %s ON CONFLICT (workspace_id, renewal_id, horizon_days, rules_version) DO NOTHING RETURNING 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenSnapshots:
    """What was due and what was kept; `kept` is less when somebody else took one at the same time."""

    due: int
    kept: int
    accounts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeBy:
    """What snapshots are made by: the rules with the number of their features, and what was said of all accounts."""

    rules: RulesInForce
    version: int
    world: SnapshotWorld


def take_due_snapshots(*, workspace_id: int, by: Actor, now: datetime, limit: int = CHUNK) -> TakenSnapshots:
    """Look at the open renewals whose horizon has come; at most `limit` snapshots. Nothing due: one statement."""
    with transaction.atomic():
        moments = falling_due(workspace_id, now=now, limit=limit)
        if not moments:
            return TakenSnapshots(due=0, kept=0, accounts=0)
        rules = ensure_scorecards(workspace_id=workspace_id, by=by, now=now)
        version = ensure_feature_rules(workspace_id=workspace_id, rules=rules, by=by, now=now)
        made_by = MadeBy(rules=rules, version=version, world=world_of(workspace_id, moments))
        kept = _keep(workspace_id, moments, made_by, now)
    return TakenSnapshots(due=len(moments), kept=kept, accounts=len({each.account_id for each in moments}))


def backfill_snapshots(
    *, workspace_id: int, by: Actor, now: datetime, with_mid_term: bool = True
) -> Iterator[TakenSnapshots]:
    """Take every past snapshot that is missing, chunk by chunk, each in its own transaction inside the workspace.

    Yields what each chunk did. What has been taken by the present rules of features is not taken again, so that it may
    be stopped and begun anew; what was taken by others stays as it is, and is looked at by these beside it.
    """
    why = "snapshots of past renewals"
    with in_workspace(workspace_id, by=by, why=why, now=now):
        rules = ensure_scorecards(workspace_id=workspace_id, by=by, now=now)
        version = ensure_feature_rules(workspace_id=workspace_id, rules=rules, by=by, now=now)
        behind = accounts_behind(workspace_id, now=now, with_mid_term=with_mid_term)
        moments = moments_behind(
            workspace_id, [account_id for account_id, _ in behind], now=now, with_mid_term=with_mid_term
        )
        if not moments:
            return
        made_by = MadeBy(rules=rules, version=version, world=world_of(workspace_id, moments))
    for chunk in _chunks(moments):
        with in_workspace(workspace_id, by=by, why=why, now=now):
            kept = _keep(workspace_id, chunk, made_by, now)
        yield TakenSnapshots(due=len(chunk), kept=kept, accounts=len({each.account_id for each in chunk}))


def _chunks(moments: Sequence[SnapshotMoment]) -> Iterator[list[SnapshotMoment]]:
    """Yield moments in chunks of whole accounts, a thousand or so at a time: an account's signals are read once."""
    chunk: list[SnapshotMoment] = []
    for moment in moments:
        if len(chunk) >= CHUNK and chunk[-1].account_id != moment.account_id:
            yield chunk
            chunk = []
        chunk.append(moment)
    if chunk:
        yield chunk


def _keep(workspace_id: int, moments: Sequence[SnapshotMoment], made_by: MadeBy, now: datetime) -> int:
    rows = []
    pairs = list(snapshot_facts(workspace_id, moments, made_by.world))
    documents = snapshot_documents(pairs, made_by.rules.book, snapshot_rules())
    for (moment, _), document in zip(pairs, documents, strict=True):
        text = canonical(document)
        rows.append(
            (
                workspace_id,
                moment.account_id,
                moment.renewal_id,
                made_by.rules.health_version_id,
                moment.horizon_days,
                moment.due_on,
                moment.as_of,
                moment.known_at,
                moment.is_backfilled,
                moment.is_mid_term,
                now,
                RECIPE,
                made_by.version,
                text,
                sha256_of(text),
            )
        )
    with connection.cursor() as cursor:
        return len(execute_values(cursor.cursor, INSERT, rows, page_size=500, fetch=True))

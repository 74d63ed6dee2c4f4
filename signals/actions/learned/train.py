"""Train: complete the history of snapshots and labels, learn, test, report, and keep the model as a proposal.

It never puts a model in force. Each step is its own transaction and leaves what it made when a later one breaks; the
long calculation holds none. Trained again on the same table by the same code, it returns the same version.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from signals.actions.learned.propose import Proposal, propose_model
from signals.actions.scores.versions import ensure_scorecards
from signals.actions.snapshots import backfill_snapshots, fix_all_labels
from signals.core.learning.documents.model import FORMAT, to_document
from signals.core.learning.protocols import Protocol
from signals.core.learning.reporting.identity import frame_hash
from signals.core.learning.reporting.report import Story, best_member, foretold_rows, report_of
from signals.core.learning.reporting.trials import Trial
from signals.core.learning.settings import Settings
from signals.core.learning.training.model import NO_OUTCOMES, TrainedModel
from signals.core.learning.training.run import train
from signals.core.snapshots.rules import RECIPE
from signals.models import RiskModelVersion
from signals.queries.learned.tables import TrainingTable, shipped_prior, training_table

SEED = 1
CODE_VERSION = f"{FORMAT}.{RECIPE}"
Told = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What a training left: the report, and the version it proposed; None when no outcome is known.

    `foretold` is what each member said of each decided row without having seen it.
    """

    version: RiskModelVersion | None
    report: dict[str, Any]
    foretold: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """What to train on: facts known at `as_of`; an empty `protocol` is chosen by the data."""

    as_of: datetime
    protocol: str = ""
    reason: str = "Trained on request"
    settings: Settings = field(default_factory=Settings)


def train_model(*, plan: TrainingPlan, by: Actor, now: datetime, tell: Told) -> Training:
    """Return what was learned as of the plan's moment; `tell` is told each step in words."""
    complete_history(by=by, now=now, tell=tell)
    with in_workspace(by.workspace_id, by=by, why="training", now=now):
        rules = ensure_scorecards(workspace_id=by.workspace_id, by=by, now=now)
        table = training_table(by.workspace_id, as_of=plan.as_of, protocol=plan.protocol, rules=rules)
    frame = table.rows.frame
    tell(f"Learning from {int(frame.is_decided.sum()):,} outcomes ({len(frame):,} rows, {len(frame.columns)} columns)")
    protocol = Protocol(kind=table.protocol, dataset=table.dataset)
    model = train(frame, prior=shipped_prior(), protocol=protocol, settings=plan.settings, seed=SEED)
    tell("Testing it in other ways and writing the report")
    report = report_of(
        frame, model, _story(plan, table), Trial(prior=shipped_prior(), settings=plan.settings, seed=SEED)
    )
    foretold = foretold_rows(frame, model)
    if model.verdict.code == NO_OUTCOMES:
        return Training(version=None, report={**report, "version": None}, foretold=foretold)
    with in_workspace(by.workspace_id, by=by, why="training", now=now):
        version = propose_model(proposal=_proposal(plan, table, model, report), by=by, now=now)
    return Training(version=version, report={**report, "version": version.number}, foretold=foretold)


def complete_history(*, by: Actor, now: datetime, tell: Told) -> int:
    """Take every snapshot and fix every label that is missing; return how many snapshots were kept."""
    kept = 0
    for taken in backfill_snapshots(workspace_id=by.workspace_id, by=by, now=now, with_mid_term=False):
        kept += taken.kept
        tell(f"{kept:,} snapshots of past renewals taken")
    fix_all_labels(workspace_id=by.workspace_id, by=by, now=now)
    return kept


def _story(plan: TrainingPlan, table: TrainingTable) -> Story:
    return Story(
        as_of=plan.as_of.isoformat(),
        dataset=table.dataset,
        high_from=table.high_from,
        code_version=CODE_VERSION,
        older_count=table.rows.older_count,
    )


def _proposal(plan: TrainingPlan, table: TrainingTable, model: TrainedModel, report: dict[str, Any]) -> Proposal:
    what, figures = report["what"], report["members"].get(best_member(model))
    return Proposal(
        protocol=table.protocol,
        form=model.in_force,
        verdict=model.verdict.code,
        as_of=plan.as_of,
        frame_hash=frame_hash(table.rows.frame),
        code_version=CODE_VERSION,
        rows_count=what["outcomes"],
        groups_count=what["accounts"],
        lost_count=what["lost"],
        learned_share=model.learned_share,
        auc=figures["auc"] if figures else None,
        document=json.dumps(to_document(model), sort_keys=True, separators=(",", ":"), allow_nan=False),
        specs=table.rows.specs,
        report=report,
        reason=plan.reason,
    )

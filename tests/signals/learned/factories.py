"""Proposals of risk models for tests that are not about the statistics."""

from typing import Any

from renewals.core.actors import Actor, person_actor
from renewals.models import Workspace
from signals.actions.learned.propose import Proposal, propose_model
from signals.models import RiskModelVersion
from tests.signals.factories import NOW


def person(workspace: Workspace) -> Actor:
    """Return somebody who may decide."""
    return person_actor(workspace.id, 1, "Ann")


def proposal(frame_hash: str = "a" * 64, **fields: Any) -> Proposal:
    """Return a proposal that may be promoted."""
    values = {
        "protocol": "rolling",
        "form": "scorecard",
        "verdict": "learned",
        "as_of": NOW,
        "frame_hash": frame_hash,
        "code_version": "1",
        "rows_count": 400,
        "groups_count": 200,
        "lost_count": 80,
        "learned_share": 0.6,
        "auc": 0.8,
        "document": "{}",
        "specs": (),
        "report": {"rows": 400},
        "reason": "A test",
    }
    return Proposal(**{**values, **fields})


def proposed(workspace: Workspace, frame_hash: str = "a" * 64, **fields: Any) -> RiskModelVersion:
    """Keep a proposal in the workspace one is in."""
    return propose_model(proposal=proposal(frame_hash, **fields), by=person(workspace), now=NOW)

"""Versions of the rules: the shipped ones at first, then what a person publishes with a reason."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from renewals.core.actors import Actor
from signals.actions.scores.changes import mark_all_changed
from signals.core.errors import SecondPersonNeeded
from signals.core.risk import parse_risk_model
from signals.core.scorecard import parse_scorecard
from signals.core.tiers import parse_tier_rule
from signals.models import ScorecardVersion
from signals.models.scorecards import VersionState
from signals.models.scores import RuleKind
from signals.queries.library import shipped
from signals.queries.scorecards import RulesInForce, rules_in_force, version_in_force

SHIPPED = {
    RuleKind.HEALTH: "scorecard",
    RuleKind.RISK: "risk",
    RuleKind.EXPANSION: "expansion",
    RuleKind.TIERS: "tiers",
}
PARSERS = {
    RuleKind.HEALTH: parse_scorecard,
    RuleKind.RISK: parse_risk_model,
    RuleKind.EXPANSION: parse_scorecard,
    RuleKind.TIERS: parse_tier_rule,
}


def ensure_scorecards(*, workspace_id: int, by: Actor, now: datetime) -> RulesInForce:
    """Return the rules in force; a workspace without any gets the shipped ones as version 1."""
    found = rules_in_force()
    if found is not None:
        return found
    for kind in SHIPPED:
        ensure_rule(kind=kind, workspace_id=workspace_id, by=by, now=now)
    return ensure_scorecards(workspace_id=workspace_id, by=by, now=now)


def ensure_rule(*, kind: RuleKind, workspace_id: int, by: Actor, now: datetime) -> ScorecardVersion:
    """Return the version of one kind of rule in force; a workspace without any gets the shipped one as version 1."""
    found = version_in_force(kind)
    if found is not None:
        return found
    fields = {"definition": shipped(SHIPPED[kind]), "author": by.label, "reason": "Shipped with Perennial"}
    made, _ = ScorecardVersion.objects.get_or_create(
        workspace_id=workspace_id,
        kind=kind,
        number=1,
        defaults={**fields, "created_at": now, "published_at": now},
    )
    return made


@transaction.atomic
def publish_scorecard(
    *, workspace_id: int, kind: str, definition: Mapping[str, Any], reason: str, by: Actor, now: datetime
) -> ScorecardVersion:
    """Put a new version in force for a program and mark every account; a person's goes through a draft.

    Raises ScorecardInvalid when it cannot be used, SecondPersonNeeded when a person asks.
    """
    if by.kind == "person":
        raise SecondPersonNeeded(f"{by.label} cannot publish rules alone.")
    PARSERS[RuleKind(kind)](definition)
    ensure_scorecards(workspace_id=workspace_id, by=by, now=now)
    ScorecardVersion.objects.filter(kind=kind, published_at__isnull=False, retired_at__isnull=True).update(
        state=VersionState.RETIRED, retired_at=now, marked_up_to=None
    )
    last = ScorecardVersion.objects.filter(kind=kind).aggregate(last=Max("number"))["last"]
    made = ScorecardVersion.objects.create(
        workspace_id=workspace_id,
        kind=kind,
        number=last + 1,
        definition=dict(definition),
        author=by.label,
        reason=reason,
        created_at=now,
        published_at=now,
    )
    mark_all_changed(workspace_id=workspace_id, by=by, now=now)
    return made

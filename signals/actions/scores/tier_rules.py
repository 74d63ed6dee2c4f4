"""Propose another rule of tiers: checked, kept as a version that waits for a second person, in force by approval."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from renewals.core.actors import Actor
from signals.actions.scores.drafts import start_draft
from signals.core.errors import NothingChanged
from signals.core.tiers import parse_tier_rule
from signals.models import ScorecardVersion
from signals.models.scorecards import VersionState
from signals.models.scores import RuleKind


@transaction.atomic
def propose_tier_rule(
    *, workspace_id: int, definition: Mapping[str, Any], reason: str, by: Actor, now: datetime
) -> ScorecardVersion:
    """Hand a rule in for approval; it changes no tier before a second person has put it in force.

    Raises ScorecardInvalid naming every fault, NothingChanged, RequiredValueMissing without a reason.
    """
    parse_tier_rule(definition)
    draft = start_draft(workspace_id=workspace_id, kind=RuleKind.TIERS, reason=reason, by=by, now=now)
    if parse_tier_rule(draft.definition) == parse_tier_rule(definition):
        raise NothingChanged("This rule says the same as the one in force.")
    draft.definition, draft.state, draft.submitted_at = dict(definition), VersionState.WAITING, now
    draft.save(update_fields=["definition", "state", "submitted_at"])
    return draft

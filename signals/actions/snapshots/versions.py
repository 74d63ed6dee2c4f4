"""Number the rules that make features: raised when the code's recipe or the measures of the scorecard change."""

from datetime import datetime

from renewals.core.actors import Actor
from signals.core.snapshots.versions import digest_of, feature_rules
from signals.models import FeatureRules
from signals.queries.library import snapshot_rules
from signals.queries.scorecards import RulesInForce
from signals.queries.snapshots.versions import newest_rules


def ensure_feature_rules(*, workspace_id: int, rules: RulesInForce, by: Actor, now: datetime) -> int:
    """Return the number of the rules that make features now, the next one when they differ from the last.

    Rules that come back are raised too; whoever reads knows by their digest that they are the same.
    """
    made_by = feature_rules(rules.book.scorecard, snapshot_rules())
    digest, last = digest_of(made_by), newest_rules()
    if last is not None and last.digest == digest:
        return last.number
    made, _ = FeatureRules.objects.get_or_create(
        workspace_id=workspace_id,
        number=last.number + 1 if last else 1,
        defaults={"digest": digest, "definition": made_by, "made_at": now, "made_by": by.label[:150]},
    )
    if made.digest != digest:  # somebody else has just raised it for other rules
        return ensure_feature_rules(workspace_id=workspace_id, rules=rules, by=by, now=now)
    return made.number

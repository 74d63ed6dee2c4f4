"""Which rules of features are in force, by the number that snapshots carry; rules that came back count by all numbers.

Numbers only grow: rules that are put back in force get a new one, and are known to be the same by their digest.
"""

from django.db import connection

from signals.core.snapshots.versions import digest_of, feature_rules
from signals.models import FeatureRules
from signals.queries.library import snapshot_rules
from signals.queries.scorecards import RulesInForce

PRESENT = """ARRAY(SELECT f.number FROM signals_featurerules f WHERE f.workspace_id = %(workspace)s AND f.digest =
(SELECT g.digest FROM signals_featurerules g WHERE g.workspace_id = %(workspace)s ORDER BY g.number DESC LIMIT 1))"""
"""The numbers of the rules in force, as an expression."""
OLDER = """
SELECT count(*) FROM (SELECT DISTINCT s.renewal_id, s.horizon_days FROM signals_snapshot s
  WHERE s.workspace_id = %(workspace)s AND s.as_of <= %(as_of)s
    AND (s.horizon_days = 0) = %(is_flat)s AND (%(horizons)s::int[] IS NULL OR s.horizon_days = ANY(%(horizons)s))
    AND NOT EXISTS (SELECT FROM signals_snapshot p WHERE p.workspace_id = s.workspace_id
      AND p.renewal_id = s.renewal_id AND p.horizon_days = s.horizon_days AND p.rules_version = ANY(%(versions)s))
) AS looks
"""


def newest_rules() -> FeatureRules | None:
    """Return the rules of features with the highest number; None before the first snapshot."""
    return FeatureRules.objects.order_by("-number").first()


def numbers_of(rules: RulesInForce) -> list[int]:
    """Return the numbers under which snapshots were made by just these rules, ascending."""
    digest = digest_of(feature_rules(rules.book.scorecard, snapshot_rules()))
    return list(FeatureRules.objects.filter(digest=digest).order_by("number").values_list("number", flat=True))


def looks_by_older_rules(parameters: dict[str, object]) -> int:
    """Return how many renewals at a horizon were looked at by other rules of features alone; see `frames.ROWS`."""
    with connection.cursor() as cursor:
        cursor.execute(OLDER, parameters)
        return int(cursor.fetchone()[0])

"""How an account stands: its three scores, its tier, and the story of health and risk over the last year."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboards.queries.asker import Asker
from dashboards.queries.score_story import ScoreStory, score_story
from dashboards.queries.scoring import ScorePart, score_part
from dashboards.queries.tiers import TierPart, tier_part
from renewals.models import Account, Renewal
from signals.models import CurrentExpansion, CurrentRisk, CurrentScore


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The scores of an account with their reasons; `risk` is that of its next open renewal, None without one."""

    health: ScorePart
    risk: ScorePart | None
    expansion: ScorePart
    tier: TierPart
    story: ScoreStory


def standing_of(asker: Asker, row: Account, risks: Mapping[int, CurrentRisk], first: Renewal | None) -> Standing:
    """Return how the account stands; `first` is its next open renewal."""
    health = CurrentScore.objects.filter(account_id=row.id).first()
    expansion = CurrentExpansion.objects.filter(account_id=row.id).first()
    return Standing(
        health=score_part(health, "health", now=asker.now),
        risk=None if first is None else score_part(risks.get(first.id), "risk", now=asker.now),
        expansion=score_part(expansion, "expansion", now=asker.now),
        tier=tier_part(asker, row),
        story=score_story(asker, row, first),
    )

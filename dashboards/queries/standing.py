"""How an account stands now: its three scores with their reasons. How it came there is `account_story`."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboards.queries.asker import Asker
from dashboards.queries.scoring import ScorePart, score_part, stored_scores
from renewals.models import Account, Renewal
from renewals.queries.written import Given, Written
from signals.models import CurrentExpansion, CurrentRisk, CurrentScore

HEALTH = Written(lambda: CurrentScore.objects.filter(account_id=Given("account")).order_by("id")[:1])
EXPANSION = Written(lambda: CurrentExpansion.objects.filter(account_id=Given("account")).order_by("id")[:1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The scores of an account with their reasons; `risk` is that of its next open renewal, None without one."""

    health: ScorePart
    risk: ScorePart | None
    expansion: ScorePart


def standing_of(asker: Asker, row: Account, risks: Mapping[int, CurrentRisk], first: Renewal | None) -> Standing:
    """Return how the account stands; `first` is its next open renewal."""
    health, expansion = HEALTH.first(account=row.id), EXPANSION.first(account=row.id)
    risk = None if first is None else risks.get(first.id)
    stored = stored_scores(health, expansion, risk)
    return Standing(
        health=score_part(health, "health", now=asker.now, stored=stored),
        risk=None if first is None else score_part(risk, "risk", now=asker.now, stored=stored),
        expansion=score_part(expansion, "expansion", now=asker.now, stored=stored),
    )

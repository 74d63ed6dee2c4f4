"""The rules in force: versions of scorecard and risk, and the shipped ones as long as a workspace has none."""

from dataclasses import dataclass

from signals.core.risk import parse_risk_model
from signals.core.scorecard import parse_scorecard
from signals.core.scoring import RuleBook
from signals.models import ScorecardVersion
from signals.models.scores import ScoreKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesInForce:
    """The rule book with the ids of the versions it was made from; `expansion` reads by a scorecard of its own."""

    book: RuleBook
    health_version_id: int
    risk_version_id: int
    expansion: RuleBook
    expansion_version_id: int


def version_in_force(kind: str) -> ScorecardVersion | None:
    """Return the published version of "health" or "risk"; None before the workspace has one."""
    return ScorecardVersion.objects.filter(kind=kind, published_at__isnull=False, retired_at__isnull=True).first()


def versions(kind: str) -> list[ScorecardVersion]:
    """Return all versions of a kind, the newest first."""
    return list(ScorecardVersion.objects.filter(kind=kind).order_by("-number"))


def rules_of(health: ScorecardVersion, risk: ScorecardVersion, expansion: ScorecardVersion) -> RulesInForce:
    """Return the rule books that three versions make."""
    model = parse_risk_model(risk.definition)
    return RulesInForce(
        book=RuleBook(scorecard=parse_scorecard(health.definition), model=model),
        health_version_id=health.id,
        risk_version_id=risk.id,
        expansion=RuleBook(scorecard=parse_scorecard(expansion.definition), model=model),
        expansion_version_id=expansion.id,
    )


def rules_in_force() -> RulesInForce | None:
    """Return the rules in force; None as long as a kind has no published version."""
    found = {
        each.kind: each for each in ScorecardVersion.objects.filter(published_at__isnull=False, retired_at__isnull=True)
    }
    health, risk = found.get(ScoreKind.HEALTH), found.get(ScoreKind.RISK)
    expansion = found.get(ScoreKind.EXPANSION)
    return rules_of(health, risk, expansion) if health and risk and expansion else None

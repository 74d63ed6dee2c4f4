"""The rules in force: versions of scorecard and risk, and the shipped ones as long as a workspace has none."""

from dataclasses import dataclass

from signals.core.risk import parse_risk_model
from signals.core.scorecard import parse_scorecard
from signals.core.scoring import RuleBook
from signals.models import ScorecardVersion
from signals.models.scores import ScoreKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesInForce:
    """The rule book with the ids of the versions it was made from."""

    book: RuleBook
    health_version_id: int
    risk_version_id: int


def version_in_force(kind: str) -> ScorecardVersion | None:
    """Return the published version of "health" or "risk"; None before the workspace has one."""
    return ScorecardVersion.objects.filter(kind=kind, published_at__isnull=False, retired_at__isnull=True).first()


def versions(kind: str) -> list[ScorecardVersion]:
    """Return all versions of a kind, the newest first."""
    return list(ScorecardVersion.objects.filter(kind=kind).order_by("-number"))


def rules_of(health: ScorecardVersion, risk: ScorecardVersion) -> RulesInForce:
    """Return the rule book that two versions make."""
    book = RuleBook(scorecard=parse_scorecard(health.definition), model=parse_risk_model(risk.definition))
    return RulesInForce(book=book, health_version_id=health.id, risk_version_id=risk.id)


def rules_in_force() -> RulesInForce | None:
    """Return the rules in force; None as long as a kind has no published version."""
    found = {
        each.kind: each for each in ScorecardVersion.objects.filter(published_at__isnull=False, retired_at__isnull=True)
    }
    health, risk = found.get(ScoreKind.HEALTH), found.get(ScoreKind.RISK)
    return rules_of(health, risk) if health and risk else None

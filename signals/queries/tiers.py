"""Read tiers: the rule in force, the periods of an account, and what a tier is decided from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from renewals.models import Account
from signals.core.tiers import HeldTier, TierDecision, TierFacts, TierRule, parse_tier_rule, tier_of
from signals.models import CurrentExpansion, CurrentRisk, ScorecardVersion, TierPeriod
from signals.models.scores import RuleKind
from signals.models.tiers import TierPeriod as Period
from signals.queries.noted import computed_value
from signals.queries.scorecards import version_in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRuleInForce:
    """The rule with the version it was read from."""

    rule: TierRule
    version: ScorecardVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class TierCase:
    """What the tier of one account is decided from, with the rows its scores stand in (None when there is none)."""

    account_id: int
    facts: TierFacts
    risk: CurrentRisk | None
    expansion: CurrentExpansion | None
    period: TierPeriod | None


def tier_rule_in_force() -> TierRuleInForce | None:
    """Return the published rule; None before the workspace has one."""
    version = version_in_force(RuleKind.TIERS)
    return TierRuleInForce(rule=parse_tier_rule(version.definition), version=version) if version else None


def tier_periods(account_id: int) -> list[TierPeriod]:
    """Return the tiers of an account over time, the newest first, with their rule versions."""
    return list(TierPeriod.objects.filter(account_id=account_id).select_related("rule").order_by("-from_at", "-id"))


def tier_at(account_id: int, *, at: datetime) -> TierPeriod | None:
    """Return the period that held at a moment; None before the first one, when the segment's tier held."""
    found = TierPeriod.objects.filter(account_id=account_id, from_at__lte=at).order_by("-from_at", "-id").first()
    return found if found and (found.until_at is None or found.until_at > at) else None


def open_periods(account_ids: Iterable[int]) -> QuerySet[TierPeriod]:
    """Return the periods that have not ended."""
    return TierPeriod.objects.filter(account_id__in=list(account_ids), until_at__isnull=True)


def expired_overrides(*, now: datetime) -> list[int]:
    """Return the accounts whose tier was set by a person until a moment that has passed."""
    found = TierPeriod.objects.filter(origin=Period.Origin.OVERRIDE, until_at__isnull=True, expires_at__lte=now)
    return list(found.order_by("account_id").values_list("account_id", flat=True))


def tier_cases(account_ids: Iterable[int], *, now: datetime) -> list[TierCase]:
    """Return the case of each account by id: its worst open risk, its expansion potential and the tier it has."""
    ids = sorted(account_ids)
    periods = {row.account_id: row for row in open_periods(ids)}
    risks = worst_risks(ids)
    grown = {row.account_id: row for row in CurrentExpansion.objects.filter(account_id__in=ids)}
    tiers = dict(Account.objects.filter(id__in=ids).values_list("id", "tier"))
    return [
        TierCase(
            account_id=account_id,
            facts=TierFacts(
                risk=_value(risks.get(account_id)),
                expansion=_value(grown.get(account_id)),
                held=_held(tiers[account_id], periods.get(account_id), now),
            ),
            risk=risks.get(account_id),
            expansion=grown.get(account_id),
            period=periods.get(account_id),
        )
        for account_id in ids
        if account_id in tiers
    ]


def decision_of(account_id: int, *, now: datetime) -> TierDecision | None:
    """Return what the rule in force says of an account now; None without a rule or such an account."""
    found, cases = tier_rule_in_force(), tier_cases([account_id], now=now)
    return tier_of(cases[0].facts, found.rule) if found and cases else None


def tier_counts(accounts: QuerySet[Account]) -> Mapping[tuple[str, str], int]:
    """Return how many of these accounts hold a derived tier by (risk level, expansion level)."""
    rows = TierPeriod.objects.filter(until_at__isnull=True, origin=Period.Origin.DERIVED, account__in=accounts)
    counted = rows.values_list("risk_level", "expansion_level").annotate(n=Count("id"))
    return {(risk, expansion): n for risk, expansion, n in counted}


def worst_risks(account_ids: Iterable[int]) -> dict[int, CurrentRisk]:
    """Return the highest known risk among the open renewals of each account; one without a number only for lack of
    any. What the rules say counts: a person's word changes the score it names, never the tier.
    """
    found: dict[int, CurrentRisk] = {}
    for row in CurrentRisk.objects.filter(account_id__in=list(account_ids)).order_by("renewal_id"):
        kept = found.get(row.account_id)
        value, highest = _value(row), _value(kept)
        if kept is None or (value is not None and (highest is None or value > highest)):
            found[row.account_id] = row
    return found


def _value(row: CurrentRisk | CurrentExpansion | None) -> float | None:
    return None if row is None else computed_value(row)


def _held(tier: str, period: TierPeriod | None, now: datetime) -> HeldTier | None:
    """Return the tier in force; an override that has run out is a tier without levels, which the rule may replace."""
    if period is None:
        return HeldTier(tier=tier) if tier else None
    return HeldTier(
        tier=period.tier,
        risk_level=period.risk_level,
        expansion_level=period.expansion_level,
        held_days=max((now - period.from_at).days, 0),
        is_override=period.expires_at is not None and period.expires_at > now,
    )

"""Read tiers: the rule in force, the periods of an account, and what a tier is decided from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet

from renewals.models import Account
from renewals.queries.any_of import any_of, id_array
from signals.core.tiers import HeldTier, TierDecision, TierFacts, TierRule, parse_tier_rule, tier_of
from signals.models import ScorecardVersion, TierPeriod
from signals.models.scores import RuleKind
from signals.models.tiers import TierPeriod as Period
from signals.queries.scorecards import version_in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRuleInForce:
    """The rule with the version it was read from."""

    rule: TierRule
    version: ScorecardVersion


# The risk of an account is the highest known one of its open renewals. What the rules say counts: a person's word over
# a score changes the score it names, never the tier. Account by account: joined as tables, each of thousands of
# accounts was compared with all of them where PostgreSQL expected a few.
CASES = """
SELECT a.id, a.tier, r.told, e.told, r.score_id, e.score_id,
       p.id, p.tier, p.before, p.from_at, p.expires_at, p.risk_level, p.expansion_level, p.other_tier, p.other_since_at
FROM renewals_account a
LEFT JOIN LATERAL (
  SELECT score_id, CASE WHEN computed IS NULL THEN value ELSE (computed ->> 'value')::float8 END AS told
  FROM signals_currentrisk WHERE workspace_id = a.workspace_id AND account_id = a.id
  ORDER BY told DESC NULLS LAST, renewal_id LIMIT 1) AS r ON true
LEFT JOIN LATERAL (
  SELECT score_id, CASE WHEN computed IS NULL THEN value ELSE (computed ->> 'value')::float8 END AS told
  FROM signals_currentexpansion WHERE workspace_id = a.workspace_id AND account_id = a.id LIMIT 1) AS e ON true
LEFT JOIN LATERAL (
  SELECT * FROM signals_tierperiod
  WHERE workspace_id = a.workspace_id AND account_id = a.id AND until_at IS NULL LIMIT 1) AS p ON true
WHERE a.id = ANY(%(accounts)s::bigint[]) ORDER BY a.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPeriod:
    """The stay in a tier that has not ended; `expires_at` only where a person set it."""

    id: int
    tier: str
    before: str
    from_at: datetime
    expires_at: datetime | None
    risk_level: str
    expansion_level: str
    other_tier: str
    other_since_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TierCase:
    """What the tier of one account is decided from, with the scores it was read from (None when there is none)."""

    account_id: int
    facts: TierFacts
    risk_score_id: int | None
    expansion_score_id: int | None
    period: OpenPeriod | None


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
    return TierPeriod.objects.filter(any_of("account_id", account_ids), until_at__isnull=True)


def expired_overrides(*, now: datetime) -> list[int]:
    """Return the accounts whose tier was set by a person until a moment that has passed."""
    found = TierPeriod.objects.filter(origin=Period.Origin.OVERRIDE, until_at__isnull=True, expires_at__lte=now)
    return list(found.order_by("account_id").values_list("account_id", flat=True))


def confirmed_tiers(rule: TierRule, *, now: datetime) -> list[int]:
    """Return the accounts whose scores have said another tier long enough for the rule to take it."""
    since = now - timedelta(days=rule.days_to_confirm)
    found = TierPeriod.objects.filter(until_at__isnull=True, other_since_at__lte=since)
    return list(found.order_by("account_id").values_list("account_id", flat=True))


def tier_cases(account_ids: Iterable[int], *, now: datetime) -> list[TierCase]:
    """Return the case of each account by id: its worst open risk, its expansion potential and the tier it has."""
    with connection.cursor() as cursor:
        cursor.execute(CASES, {"accounts": id_array(account_ids)})
        return [_case(row, now) for row in cursor.fetchall()]


def decision_of(account_id: int, *, now: datetime) -> TierDecision | None:
    """Return what the rule in force says of an account now; None without a rule or such an account."""
    found, cases = tier_rule_in_force(), tier_cases([account_id], now=now)
    return tier_of(cases[0].facts, found.rule) if found and cases else None


def tier_counts(accounts: QuerySet[Account]) -> Mapping[tuple[str, str], int]:
    """Return how many of these accounts hold a derived tier by (risk level, expansion level)."""
    rows = TierPeriod.objects.filter(until_at__isnull=True, origin=Period.Origin.DERIVED, account__in=accounts)
    counted = rows.values_list("risk_level", "expansion_level").annotate(n=Count("id"))
    return {(risk, expansion): n for risk, expansion, n in counted}


def _case(row: tuple[Any, ...], now: datetime) -> TierCase:
    account_id, tier, risk, expansion, risk_score_id, expansion_score_id, *told = row
    period = None if told[0] is None else _period(told)
    return TierCase(
        account_id=account_id,
        facts=TierFacts(risk=risk, expansion=expansion, held=_held(tier, period, now)),
        risk_score_id=risk_score_id,
        expansion_score_id=expansion_score_id,
        period=period,
    )


def _period(told: Sequence[Any]) -> OpenPeriod:
    period_id, tier, before, from_at, expires_at, risk_level, expansion_level, other_tier, other_since_at = told
    return OpenPeriod(
        id=period_id,
        tier=tier,
        before=before,
        from_at=from_at,
        expires_at=expires_at,
        risk_level=risk_level,
        expansion_level=expansion_level,
        other_tier=other_tier,
        other_since_at=other_since_at,
    )


def _held(tier: str, period: OpenPeriod | None, now: datetime) -> HeldTier | None:
    """Return the tier in force; an override that has run out is a tier without levels, which the rule may replace."""
    if period is None:
        return HeldTier(tier=tier) if tier else None
    return HeldTier(
        tier=period.tier,
        risk_level=period.risk_level,
        expansion_level=period.expansion_level,
        held_days=max((now - period.from_at).days, 0),
        other_tier=period.other_tier,
        other_days=max((now - period.other_since_at).days, 0) if period.other_since_at else 0,
        is_override=period.expires_at is not None and period.expires_at > now,
    )

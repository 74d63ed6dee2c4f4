"""Tiers of accounts over time: derived again when scores change, set by a person with a reason until a day.

The rule decides (`core.tiers`); here its decisions are written, and handed to the account as its tier in force.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from renewals.actions.tiers import TierGiven, give_tiers
from renewals.core.actors import Actor
from renewals.core.dates import start_of_day
from renewals.core.errors import Conflict, DateOutOfRange, UnknownChoice, UnknownReference
from renewals.core.text import check_line
from renewals.queries.accounts import account as account_by_id
from signals.actions.scores.versions import ensure_rule
from signals.core.tiers import TierDecision, TierRule, parse_tier_rule, tier_of
from signals.models import ScorecardVersion, TierPeriod
from signals.models.scores import RuleKind
from signals.queries.tiers import (
    TierCase,
    confirmed_tiers,
    expired_overrides,
    open_periods,
    tier_cases,
    tier_rule_in_force,
)

LONGEST_REASON = 300


@transaction.atomic
def derive_tiers(*, workspace_id: int, account_ids: Iterable[int], by: Actor, now: datetime) -> int:
    """Decide the tiers of these accounts again and return how many changed; the same scores change nothing.

    An override that has run out ends here, at the moment it ran out. What is not known keeps the tier there was.
    """
    ids = sorted(account_ids)
    version = ensure_rule(kind=RuleKind.TIERS, workspace_id=workspace_id, by=by, now=now)
    rule = parse_tier_rule(version.definition)
    list(open_periods(ids).select_for_update().order_by("account_id").values_list("id"))
    cases = tier_cases(ids, now=now)
    ended = _end_expired(cases, now)
    decided = [(case, tier_of(case.facts, rule)) for case in cases]
    _note_others(decided, now)
    moved = [(case, decision) for case, decision in decided if decision.verdict == "derived"]
    _open_periods(workspace_id, moved, version, ended, now)
    given = {case.account_id: _given(decision, case, version) for case, decision in moved}
    kept = {case.account_id: _kept(case) for case, decision in decided if _fell_back(case, decision, ended)}
    return give_tiers(tiers=given | kept, by=by, now=now)


def derive_expired(*, workspace_id: int, by: Actor, now: datetime) -> int:
    """End overrides that have run out, take tiers that are confirmed by now; returns how many accounts changed."""
    found = tier_rule_in_force()
    expired = {*expired_overrides(now=now), *(confirmed_tiers(found.rule, now=now) if found else ())}
    return derive_tiers(workspace_id=workspace_id, account_ids=expired, by=by, now=now) if expired else 0


@transaction.atomic
def override_tier(*, account_id: int, tier: str, reason: str, until_on: date, by: Actor, now: datetime) -> TierPeriod:
    """Set the tier of an account until the end of the day before `until_on`, whatever the scores say.

    Raises UnknownReference, UnknownChoice, DateOutOfRange, RequiredValueMissing. A second one replaces the first.
    """
    version = ensure_rule(kind=RuleKind.TIERS, workspace_id=by.workspace_id, by=by, now=now)
    rule = parse_tier_rule(version.definition)
    in_force = _tier_in_force(account_id)
    said = check_line(reason, label="Reason", longest=LONGEST_REASON, is_required=True)
    expires_at = _expiry(until_on, rule, now)
    if tier not in rule.tiers:
        raise UnknownChoice(f"There is no tier '{tier}'.", remedy=f"Choose {', '.join(rule.tiers)}.")
    before = open_periods([account_id]).first()
    kept = before.before if before and before.origin == TierPeriod.Origin.OVERRIDE else in_force
    _close(before, now)
    made = TierPeriod.objects.create(
        workspace_id=by.workspace_id,
        account_id=account_id,
        tier=tier,
        before=kept,
        from_at=now,
        origin=TierPeriod.Origin.OVERRIDE,
        rule=version,
        reason=said,
        author=by.label,
        expires_at=expires_at,
    )
    shown = {"origin": "override", "reason": said, "author": by.label, "expires_at": expires_at.isoformat()}
    give_tiers(tiers={account_id: TierGiven(tier=tier, reason=shown)}, by=by, now=now)
    return made


@transaction.atomic
def lift_tier_override(*, account_id: int, by: Actor, now: datetime) -> None:
    """Give the tier back to the rule before the override runs out; raises UnknownReference, Conflict without one."""
    _tier_in_force(account_id)
    period = open_periods([account_id]).filter(origin=TierPeriod.Origin.OVERRIDE).first()
    if period is None:
        raise Conflict("Nobody has set the tier of this account.", remedy="It follows from the scores already.")
    ends_at = max(now, period.from_at + timedelta(microseconds=1))
    TierPeriod.objects.filter(id=period.id).update(expires_at=ends_at)
    derive_tiers(workspace_id=by.workspace_id, account_ids=[account_id], by=by, now=ends_at)


def _tier_in_force(account_id: int) -> str:
    """Return the tier of the account; two people at once are told apart by the periods, which cannot overlap."""
    found = account_by_id(account_id)
    if found is None:
        raise UnknownReference("There is no such account in this workspace.")
    return found.tier


def _expiry(until_on: date, rule: TierRule, now: datetime) -> datetime:
    expires_at = start_of_day(until_on, "UTC")
    if not now < expires_at <= now + timedelta(days=rule.longest_override_days):
        raise DateOutOfRange(
            "A tier is set for a while: until a day that is still to come.",
            where="Until",
            remedy=f"Choose a day within {rule.longest_override_days} days; it can be set again then.",
        )
    return expires_at


def _note_others(decided: list[tuple[TierCase, TierDecision]], now: datetime) -> None:
    """Keep since when the scores say another tier than the one held; the same again keeps its first moment."""
    changed: dict[str, list[int]] = {}
    for case, decision in decided:
        other = decision.derived_tier if decision.verdict in ("held", "unconfirmed") else ""
        if case.period is not None and decision.verdict != "unknown" and other != case.period.other_tier:
            changed.setdefault(other, []).append(case.period.id)
    for other, ids in changed.items():
        TierPeriod.objects.filter(id__in=ids).update(other_tier=other, other_since_at=now if other else None)


def _end_expired(cases: list[TierCase], now: datetime) -> set[int]:
    """Close overrides at the moment they ran out; return their accounts."""
    ended = [case for case in cases if case.period and case.period.expires_at and case.period.expires_at <= now]
    for case in ended:
        if case.period is not None:
            TierPeriod.objects.filter(id=case.period.id).update(until_at=case.period.expires_at)
    return {case.account_id for case in ended}


def _close(period: TierPeriod | None, at: datetime | None) -> None:
    if period is not None and period.until_at is None:
        period.until_at = at
        period.save(update_fields=["until_at"])


def _open_periods(
    workspace_id: int,
    moved: list[tuple[TierCase, TierDecision]],
    version: ScorecardVersion,
    ended: set[int],
    now: datetime,
) -> None:
    if not moved:
        return
    open_ids = [case.period.id for case, _ in moved if case.period and case.account_id not in ended]
    TierPeriod.objects.filter(id__in=open_ids).update(until_at=now)
    TierPeriod.objects.bulk_create(
        [
            TierPeriod(
                workspace_id=workspace_id,
                account_id=case.account_id,
                tier=decision.tier,
                before=case.facts.held.tier if case.facts.held else "",
                from_at=now,
                origin=TierPeriod.Origin.DERIVED,
                rule=version,
                risk=case.facts.risk,
                risk_level=decision.risk_level,
                risk_score_id=case.risk_score_id,
                expansion=case.facts.expansion,
                expansion_level=decision.expansion_level,
                expansion_score_id=case.expansion_score_id,
            )
            for case, decision in moved
        ]
    )


def _given(decision: TierDecision, case: TierCase, version: ScorecardVersion) -> TierGiven:
    reason: Mapping[str, Any] = {
        "origin": "derived",
        "risk": case.facts.risk,
        "risk_level": decision.risk_level,
        "expansion": case.facts.expansion,
        "expansion_level": decision.expansion_level,
        "version": version.number,
    }
    return TierGiven(tier=decision.tier, reason=reason)


def _fell_back(case: TierCase, decision: TierDecision, ended: set[int]) -> bool:
    """An override has ended and the rule cannot decide: the tier from before it holds again."""
    return case.account_id in ended and decision.verdict == "unknown"


def _kept(case: TierCase) -> TierGiven:
    before = case.period.before if case.period else ""
    return TierGiven(tier=before, reason={"origin": "before_override", "tier": before})

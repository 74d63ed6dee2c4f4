"""The verdict of the policy on a price: free, needs approval of a level, or refused; always with its reasons.

It takes the hardest of all limits, so no limit can soften another. What the contract agreed goes before the policy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from offers.core.policy.definition import Kind, Policy
from offers.core.policy.governed import Governed, governed_values, strictly_worse
from offers.core.pricing.proposal import Price
from renewals.core.conditions import Facts
from renewals.core.money import Money

Baseline = Mapping[str, Fraction | None]
"""The governed values of the version that was approved last, by key."""

FREE = 0
REFUSED = 1000
"""How hard: 0 is free, a level has its rank from 1, refused is beyond every level."""


class Outcome(StrEnum):
    """What the policy says."""

    ALLOW = "allow"
    NEEDS_APPROVAL = "needs_approval"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferClass:
    """The approval class of an offer: the level that has to agree whenever it is made; empty for none."""

    key: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one limit says of one value; `free` is how far it may go without anybody.

    `code`: within, above, below, unknown, agreed, above_cap, offer_class.
    """

    key: str
    code: str
    limit: str
    measure: str
    kind: str
    line: str
    value: Fraction | None
    free: Fraction
    severity: int
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The verdict with every finding, the hardest first. `level` is empty unless approval is needed."""

    outcome: Outcome
    level: str
    findings: tuple[Finding, ...]
    policy_number: int

    @property
    def reasons(self) -> tuple[Finding, ...]:
        """Return what stands in the way; nothing when it is free."""
        return tuple(finding for finding in self.findings if finding.severity > FREE)

    @property
    def values(self) -> Baseline:
        """Return the governed values by key, to compare a later version with."""
        return {finding.key: finding.value for finding in self.findings}


def verdict_of(
    policy: Policy, price: Price, facts: Facts, *, below_policy: Money | None, offer: OfferClass | None = None
) -> Verdict:
    """Return the verdict on a price; `below_policy` as in `governed_values`, `offer` the one it was made from."""
    values = governed_values(policy, price, facts, below_policy=below_policy)
    findings = (*(_finding(policy, each) for each in values), *_capped(price), *_of_offer(policy, offer))
    return _verdict(policy, findings)


def remaining(policy: Policy, verdict: Verdict, approved: Baseline) -> Verdict:
    """Return what is still to be asked when an earlier version was approved with these values.

    One rule: what did not get strictly worse is not asked again. What is refused stays refused.
    """
    kept = tuple(
        finding
        for finding in verdict.findings
        if finding.severity >= REFUSED
        or finding.key not in approved
        or strictly_worse(Kind(finding.kind), finding.value, approved[finding.key])
    )
    return _verdict(policy, kept)


def _verdict(policy: Policy, findings: tuple[Finding, ...]) -> Verdict:
    ordered = tuple(sorted(findings, key=lambda finding: -finding.severity))
    hardest = ordered[0].severity if ordered else FREE
    if hardest >= REFUSED:
        outcome, level = Outcome.REFUSE, ""
    elif hardest > FREE:
        outcome, level = Outcome.NEEDS_APPROVAL, policy.levels[hardest - 1].key
    else:
        outcome, level = Outcome.ALLOW, ""
    return Verdict(outcome=outcome, level=level, findings=ordered, policy_number=policy.number)


def _finding(policy: Policy, governed: Governed) -> Finding:
    limit = governed.limit
    free = Fraction(limit.free)
    if governed.agreed_free is not None and governed.agreed_free > free:
        free = governed.agreed_free
    severity = _severity(policy, governed, free)
    return Finding(
        key=governed.key,
        code=_code(governed, severity, free),
        limit=limit.key,
        measure=limit.measure.value,
        kind=limit.kind.value,
        line=governed.line,
        value=governed.value,
        free=free,
        severity=severity,
        why=limit.why,
    )


def _severity(policy: Policy, governed: Governed, free: Fraction) -> int:
    """An unknown value is asked of the first level that the limit names."""
    limit, value = governed.limit, governed.value
    if value is None:
        return policy.ranks[limit.thresholds[0].level] if limit.thresholds else REFUSED
    if not strictly_worse(limit.kind, value, free):
        return FREE
    for threshold in limit.thresholds:
        if threshold.up_to is None or not strictly_worse(limit.kind, value, Fraction(threshold.up_to)):
            return policy.ranks[threshold.level]
    return REFUSED


def _code(governed: Governed, severity: int, free: Fraction) -> str:
    if governed.value is None:
        return "unknown"
    if severity == FREE:
        is_agreed = free > Fraction(governed.limit.free) and governed.value > Fraction(governed.limit.free)
        return "agreed" if is_agreed else "within"
    return "above" if governed.limit.kind is Kind.CEILING else "below"


def _capped(price: Price) -> tuple[Finding, ...]:
    """A price above what the contract caps is refused whatever the policy says: we promised."""
    return tuple(
        Finding(
            key=f"contract_cap:{line.key}",
            code="above_cap",
            limit="contract_cap",
            measure="uplift_percent",
            kind=Kind.CEILING.value,
            line=line.key,
            value=Fraction(line.net.amount),
            free=Fraction(line.cap.amount),
            severity=REFUSED,
        )
        for line in price.lines
        if line.cap is not None and line.cap < line.net
    )


def _of_offer(policy: Policy, offer: OfferClass | None) -> tuple[Finding, ...]:
    """An offer of an approval class is asked for once; a level the policy no longer has is its highest."""
    if offer is None or not offer.level:
        return ()
    severity = policy.ranks.get(offer.level, len(policy.levels))
    return (
        Finding(
            key=f"offer_class:{offer.key}",
            code="offer_class",
            limit="offer_class",
            measure="offer_class",
            kind=Kind.CEILING.value,
            line="",
            value=Fraction(severity),
            free=Fraction(0),
            severity=severity,
        ),
    )

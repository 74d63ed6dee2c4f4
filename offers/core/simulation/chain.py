"""The decided versions of one proposal, judged again one after the other under the policy of then and another one.

People are taken to answer as they did: a version that was approved is what later versions are compared with, unless the
other policy refuses it. Nothing is guessed: what cannot be judged says why.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from offers.core.approvals import Way, asking_for
from offers.core.errors import PriceNotPossible
from offers.core.judging import Basis, Judged, at_home, judge_again
from offers.core.library import OfferDefinition
from offers.core.plain import plain_baseline, plain_price, plain_verdict
from offers.core.policy import Baseline, Level, Policy
from offers.core.pricing import Wish
from offers.core.simulation.unknown import unknown_to
from renewals.core.errors import RateMissing
from renewals.core.money import Money

NOT_KEPT, NO_POLICY, NO_PRICE = "basis_not_kept", "policy_not_readable", "no_policy_price"
NO_ROLE, OTHER_PRICE, OTHER_VERDICT, OTHER_BEFORE, OTHER_WAY = (
    "role_not_kept",
    "other_price",
    "other_verdict",
    "other_values_before",
    "other_way",
)
"""Why a decision is not judged, or does not come again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One decided version as it is recorded. `way` is that of its request, or refused without one.

    `basis` and `policy` are None where they were not kept or cannot be read. `level` is a name, as recorded.
    """

    number: int
    request_id: int | None
    basis: Basis | None
    policy: Policy | None
    wish: Wish
    offer: OfferDefinition | None
    way: str
    level: str
    is_approved: bool
    price: Mapping[str, Any]
    verdict: Mapping[str, Any]
    approved_before: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What a policy leads to; `level` is None where nobody is asked, `given` and `net` None without a rate."""

    way: Way
    level: Level | None
    judged: Judged
    net: Money | None
    given: Money | None
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """A decision under both; a side is None where it could not be judged, `why` says the reason of the first lack."""

    decided: Decided
    before: Side | None
    after: Side | None
    is_reproduced: bool
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Approved:
    """The values of a version that was approved, under either policy."""

    number: int
    before: Baseline | None
    after: Baseline | None


def simulate_proposal(decisions: Sequence[Decided], *, other: Policy | None) -> tuple[Simulated, ...]:
    """Return the decisions of one proposal, in the order they were asked, under both policies.

    `other` None: as it was, so that both sides are judged by the policy of then.
    """
    return tuple(_each(decisions, other))


def _each(decisions: Sequence[Decided], other: Policy | None) -> Iterator[Simulated]:
    approved: list[_Approved] = []
    for decided in decisions:
        found = _simulated(decided, other, approved)
        yield found
        if decided.is_approved:
            approved.append(_Approved(number=decided.number, before=_values(found.before), after=_values(found.after)))


def _values(side: Side | None) -> Baseline | None:
    return None if side is None or side.way is Way.REFUSED else side.judged.verdict.values


def _simulated(decided: Decided, other: Policy | None, approved: Sequence[_Approved]) -> Simulated:
    basis, policy = decided.basis, decided.policy
    if basis is None or policy is None:
        why = NOT_KEPT if basis is None else NO_POLICY
        return Simulated(decided=decided, before=None, after=None, is_reproduced=False, why=why)
    last = max(approved, key=lambda each: each.number, default=None)
    before = side_of(decided, basis, policy, policy, last.before if last else None)
    after = before if other is None else side_of(decided, basis, policy, other, last.after if last else None)
    why = "" if before is None else _difference(decided, before, basis, last.before if last else None)
    return Simulated(
        decided=decided,
        before=before,
        after=after,
        is_reproduced=before is not None and not why,
        why=why or (NO_PRICE if before is None or after is None else ""),
    )


def side_of(
    decided: Decided, basis: Basis, priced_by: Policy, judged_by: Policy, approved: Baseline | None
) -> Side | None:
    """Return what `judged_by` leads to for a price that `priced_by` made; None where it has no price for a line."""
    try:
        judged = judge_again(basis, decided.wish, decided.offer, priced_by=priced_by, judged_by=judged_by)
    except (PriceNotPossible, RateMissing):
        return None
    asking = asking_for(judged_by, judged.verdict, approved=approved, role=basis.role)
    return Side(
        way=asking.way,
        level=judged_by.level(asking.level) if asking.way is Way.ASK else None,
        judged=judged,
        net=at_home(basis, judged.price.net),
        given=at_home(basis, judged.price.given),
        unknown=unknown_to(judged_by, basis, judged),
    )


def _difference(decided: Decided, side: Side, basis: Basis, approved: Baseline | None) -> str:
    """Return why the record did not come again, "" when it did: price, verdict, what was approved before, the way."""
    if _amounts(plain_price(side.judged.price)) != _amounts(decided.price):
        return OTHER_PRICE
    if _findings(plain_verdict(side.judged.verdict)) != _findings(decided.verdict):
        return OTHER_VERDICT
    if decided.request_id is not None and plain_baseline(approved or {}) != dict(decided.approved_before):
        return OTHER_BEFORE
    asked = side.level.name if side.level else ""
    recorded = decided.level if decided.way == Way.ASK.value else ""
    if (side.way.value, asked) == (decided.way, recorded):
        return ""
    return OTHER_WAY if basis.role else NO_ROLE


def _amounts(price: Mapping[str, Any]) -> object:
    """What a price comes to, whole and line by line; how it is explained may change with the words."""
    names = ("gross", "net", "policy")
    lines = [(line["key"], *(line[name] for name in names)) for line in price["lines"]]
    return price["currency"], price["term_months"], price["payment_days"], *(price[name] for name in names), lines


def _findings(verdict: Mapping[str, Any]) -> object:
    found = {each["key"]: (each["code"], each["value"], each["severity"]) for each in verdict["findings"]}
    return verdict["outcome"], verdict["level"], verdict["policy"], found

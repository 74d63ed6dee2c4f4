"""What a simulation keeps of each decision: both sides, what they cost in time and money, why it did not come again.

Makes rows; writes nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from offers.core.plain import plain_verdict
from offers.core.policy import Policy
from offers.core.simulation import Clock, Side, Simulated, hours_of, queues_of, simulate_closing, simulate_proposal
from offers.models import PolicySimulation, SimulatedDecision
from offers.queries.simulations.closings import Closing
from offers.queries.simulations.decided import DecidedRow
from renewals.core.money import Money

MOST_REASONS = 6


def decision_rows(
    run: PolicySimulation,
    chain: Sequence[DecidedRow],
    other: Policy | None,
    clocks: tuple[Clock, ...],
    *,
    since: datetime,
) -> list[SimulatedDecision]:
    """Return the rows of one proposal that were decided since an instant; earlier ones are only compared with."""
    found = simulate_proposal([row.decided for row in chain], other=other)
    shown = [(row, each) for row, each in zip(chain, found, strict=True) if row.decided_at >= since]
    return [
        _decision(run, row, each, clocks, is_last=place == len(shown)) for place, (row, each) in enumerate(shown, 1)
    ]


def closing_row(
    run: PolicySimulation, closing: Closing, policy: Policy, clocks: tuple[Clock, ...]
) -> SimulatedDecision:
    """Return the row of a renewal that closed without any proposal; it has no side before."""
    side = None
    if closing.basis is not None and closing.wish is not None:
        side = simulate_closing(closing.basis, closing.wish, policy=policy)
    return SimulatedDecision(
        workspace_id=run.workspace_id,
        run_id=run.id,
        kind=SimulatedDecision.Kind.CLOSING,
        account_id=closing.account_id,
        renewal_id=closing.renewal_id,
        is_last=True,
        decided_at=closing.closed_at,
        currency=closing.currency,
        net_amount=closing.net,
        home_amount=_amount(side.net) if side else None,
        why=closing.why or ("" if side else "no_policy_price"),
        **_after(side, clocks),
    )


def _decision(
    run: PolicySimulation, row: DecidedRow, found: Simulated, clocks: tuple[Clock, ...], *, is_last: bool
) -> SimulatedDecision:
    before = found.before
    return SimulatedDecision(
        workspace_id=run.workspace_id,
        run_id=run.id,
        kind=SimulatedDecision.Kind.PROPOSAL,
        account_id=row.account_id,
        renewal_id=row.renewal_id,
        is_last=is_last,
        request_id=row.decided.request_id,
        version_number=row.decided.number,
        decided_at=row.decided_at,
        currency=row.currency,
        net_amount=Decimal(row.decided.price["net"]),
        home_amount=_amount(before.net) if before else None,
        before_way=row.decided.way,
        before_level=row.decided.level if row.decided.way == "ask" else "",
        before_given=_amount(before.given) if before else None,
        before_hours=hours_of(before.level, clocks) if before else None,
        before_asked=list(row.queues),
        real_hours=row.real_hours,
        is_reproduced=found.is_reproduced,
        why=found.why,
        **_after(found.after, clocks),
    )


def _after(side: Side | None, clocks: tuple[Clock, ...]) -> dict[str, Any]:
    if side is None:
        return {}
    reasons = plain_verdict(side.judged.verdict)["findings"]
    return {
        "after_way": side.way.value,
        "after_level": side.level.name if side.level else "",
        "after_given": _amount(side.given),
        "after_hours": hours_of(side.level, clocks),
        "after_asked": list(queues_of(side.level)),
        "reasons": [each for each in reasons if each["severity"] > 0][:MOST_REASONS],
        "unknown": list(side.unknown),
    }


def _amount(money: Money | None) -> Decimal | None:
    return None if money is None else money.amount

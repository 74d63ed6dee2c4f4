"""The touch budget of an account across all playbooks and channels: is there room now, and who goes first.

Reads what the ledger holds; the ledger's own constraints refuse what slips past.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from playbooks.core.account_facts import AccountFacts, Rival, Touch, TouchLimits
from playbooks.core.facts import Reason, reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Why a touch has to wait, and until when it is worth looking again."""

    until: datetime
    why: Reason


def tighter(first: TouchLimits, second: TouchLimits | None) -> TouchLimits:
    """Return the stricter of two budgets in every part: an account may have less than its workspace, never more."""
    if second is None:
        return first
    return TouchLimits(
        max_touches=min(first.max_touches, second.max_touches),
        per_days=max(first.per_days, second.per_days),
        min_gap_days=max(first.min_gap_days, second.min_gap_days),
    )


def room_for(limits: TouchLimits, touches: tuple[Touch, ...], *, now: datetime) -> Wait | None:
    """Return None when a capped touch fits at `now`, else why it waits. Every kind of touch counts."""
    gap, span = timedelta(days=limits.min_gap_days), timedelta(days=limits.per_days)
    rested_at = max((max(item.at + gap, item.rests_until or item.at) for item in touches), default=now)
    if rested_at > now:
        return Wait(until=rested_at, why=reason("account_gap", days=limits.min_gap_days))
    within = sorted(item.at for item in touches if item.at > now - span)
    numbers = {"touches": len(within), "allowed": limits.max_touches, "per_days": limits.per_days}
    if len(within) >= limits.max_touches:
        return Wait(until=within[-limits.max_touches] + span, why=reason("account_budget", **numbers))
    if free_slot(limits, touches, now=now) is None:
        frees_at = min(item.frees_at for item in touches if item.frees_at is not None and item.frees_at > now)
        return Wait(until=frees_at, why=reason("account_budget", **numbers))
    return None


def free_slot(limits: TouchLimits, touches: tuple[Touch, ...], *, now: datetime) -> int | None:
    """Return the lowest slot nobody holds at `now`, None when all are held."""
    held = {item.slot for item in touches if item.frees_at is not None and item.frees_at > now}
    return next((slot for slot in range(1, limits.max_touches + 1) if slot not in held), None)


def moments_with_room(
    limits: TouchLimits,
    planned: Iterable[datetime],
    beside: Iterable[datetime],
    *,
    opens: Callable[[datetime], datetime],
) -> tuple[tuple[datetime, datetime], ...]:
    """Return when each planned message would leave as (planned, leaves), in the order of time.

    `beside` are other messages to the account, which stay where they are; `opens` is the next moment in the hours of
    sending. Each waits as the engine lets it wait, by the same rule: for what was before it, never for what comes.
    """
    touches, found = [Touch(at=at) for at in beside], []
    for at in sorted(planned):
        leaves = at
        while (wait := room_for(limits, _before(touches, leaves), now=leaves)) is not None:
            leaves = opens(wait.until)
        touches.append(Touch(at=leaves))
        found.append((at, leaves))
    return tuple(found)


def _before(touches: Iterable[Touch], moment: datetime) -> tuple[Touch, ...]:
    return tuple(item for item in touches if item.at <= moment)


def yields_to(account: AccountFacts, *, now: datetime) -> Rival | None:
    """Return the rival that goes first, None when this one may go or there is room for all who are before it."""
    own = account.own
    if own is None or account.limits is None:
        return None
    before = sorted((item for item in account.rivals if item.rank < own.rank), key=lambda item: item.rank)
    if not before:
        return None
    within = [item for item in account.touches or () if item.at > now - timedelta(days=account.limits.per_days)]
    has_room = account.limits.min_gap_days == 0 and len(within) + len(before) < account.limits.max_touches
    return None if has_room else before[0]

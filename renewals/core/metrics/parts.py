"""The words of which metric contracts are made: what one row brings to a figure. Every part adds up over rows."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType

from renewals.core.metrics.rows import ZERO, Movement, MovementKind, RenewalRow

ONE = Decimal(1)
AccountPart = Callable[[Movement], Decimal]
RenewalPart = Callable[[RenewalRow], Decimal]


def increase(row: Movement) -> Decimal:
    """Return by how much an account that was there at the opening rose; zero for one that fell or is new."""
    return max(ZERO, row.closing - row.opening) if row.opening > 0 else ZERO


def escalation(row: Movement) -> Decimal:
    """Return the part of the increase that was written before; never more than the increase."""
    return min(row.escalated, increase(row))


def _of_kind(*kinds: MovementKind) -> AccountPart:
    def part(row: Movement) -> Decimal:
        return abs(row.closing - row.opening) if row.kind in kinds else ZERO

    return part


def _opening_if(row: Movement, amount: Decimal) -> Decimal:
    return amount if row.opening > 0 else ZERO


def _count(is_counted: bool) -> Decimal:
    return ONE if is_counted else ZERO


ACCOUNT_PARTS: Mapping[str, AccountPart] = MappingProxyType(
    {
        "opening": lambda row: row.opening,
        "closing": lambda row: row.closing,
        "kept": lambda row: min(row.opening, row.closing),
        "retained": lambda row: _opening_if(row, row.closing),
        "kept_plain": lambda row: min(row.opening, row.closing - row.escalated),
        "retained_plain": lambda row: _opening_if(row, row.closing - row.escalated),
        "churned": _of_kind(MovementKind.CHURN),
        "contracted": _of_kind(MovementKind.CONTRACTION),
        "lost": _of_kind(MovementKind.CHURN, MovementKind.CONTRACTION),
        "expanded": lambda row: increase(row) - escalation(row),
        "escalated": escalation,
        "increased": increase,
        "added": _of_kind(MovementKind.NEW),
        "reactivated": _of_kind(MovementKind.REACTIVATION),
        "multi_year": lambda row: row.multi_year,
        "opening_accounts": lambda row: _count(row.opening > 0),
        "kept_accounts": lambda row: _count(row.opening > 0 and (row.closing > 0 or row.is_resting)),
        "closing_accounts": lambda row: _count(row.closing > 0),
        "closing_contracts": lambda row: Decimal(row.closing_contracts),
    }
)


def _final(row: RenewalRow) -> Decimal:
    return row.final if row.final is not None and row.target is not None and row.is_won else ZERO


def _on_time(row: RenewalRow) -> bool:
    return row.is_won and row.closed_on is not None and row.closed_on <= row.due_on


RENEWAL_PARTS: Mapping[str, RenewalPart] = MappingProxyType(
    {
        "target": lambda row: row.target or ZERO,
        "final": _final,
        "final_capped": lambda row: min(_final(row), row.target or ZERO),
        "shrunk": lambda row: max(ZERO, (row.target or ZERO) - _final(row)) if row.is_won else ZERO,
        "grown": lambda row: max(ZERO, _final(row) - (row.target or ZERO)) if row.is_won else ZERO,
        "renewals": lambda _: ONE,
        "won": lambda row: _count(row.is_won),
        "closed": lambda row: _count(row.closed_on is not None),
        "on_time": lambda row: _count(_on_time(row)),
    }
)


def _days_open(row: RenewalRow) -> int | None:
    """A renewal that was recorded after it had closed was opened nobody knows when."""
    if not row.is_won or row.closed_on is None or row.closed_on < row.opened_on:
        return None
    return (row.closed_on - row.opened_on).days


# Days of one renewal; None takes no part. A middle value does not add up, so these are no parts.
DAYS: Mapping[str, Callable[[RenewalRow], int | None]] = MappingProxyType(
    {
        "days_open": _days_open,
        "days_early": lambda row: (row.due_on - row.closed_on).days if row.is_won and row.closed_on else None,
    }
)

COUNTS = frozenset(name for name in (*ACCOUNT_PARTS, *RENEWAL_PARTS) if name.endswith(("_accounts", "_contracts"))) | {
    "renewals",
    "won",
    "closed",
    "on_time",
}
"""The parts that count; the others are amounts."""

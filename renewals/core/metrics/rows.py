"""The rows figures are made of: what became of an account's ARR in a period, and how a renewal went."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

ZERO = Decimal(0)


class MovementKind(StrEnum):
    """What became of an account's ARR between the two ends of a period. One account, one kind."""

    KEPT = "kept"
    NEW = "new"
    REACTIVATION = "reactivation"
    EXPANSION = "expansion"
    ESCALATION = "escalation"
    CONTRACTION = "contraction"
    CHURN = "churn"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """An account in a period, amounts in the reporting currency to the cent.

    `escalated` is what steps written in a running term added, as written; `multi_year` the closing ARR in terms longer
    than a year; `unrated` the currencies without a rate, for which the account counts nowhere and is said so.
    """

    account_id: int
    period: str
    kind: MovementKind
    opening: Decimal = ZERO
    closing: Decimal = ZERO
    escalated: Decimal = ZERO
    multi_year: Decimal = ZERO
    closing_contracts: int = 0
    is_resting: bool = False
    is_renewing: bool = False
    is_anniversary: bool = False
    is_bridged: bool = False
    first_on: date | None = None
    product_id: int | None = None
    unrated: tuple[str, ...] = ()

    @property
    def subject_id(self) -> int:
        """Return what the row is about."""
        return self.account_id


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalRow:
    """A renewal, amounts in the reporting currency to the cent; `final` None: open. `target` None: no rate."""

    renewal_id: int
    account_id: int
    due_on: date
    opened_on: date
    target: Decimal | None
    closed_on: date | None = None
    final: Decimal | None = None
    is_lost: bool = False
    unrated: tuple[str, ...] = ()

    @property
    def subject_id(self) -> int:
        """Return what the row is about."""
        return self.renewal_id

    @property
    def is_won(self) -> bool:
        """Answer whether it was renewed, at whatever amount."""
        return self.closed_on is not None and not self.is_lost


Row = Movement | RenewalRow

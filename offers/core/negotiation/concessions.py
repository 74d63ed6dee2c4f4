"""What is given for what: where a give and its get stand on a day, what leaks, what comes back in the next cycle."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from offers.core.errors import ConcessionNotPossible
from renewals.core.money import Money, check_decimals


class GiveKind(StrEnum):
    """What we give. Only a price comes back into the price of the next cycle by itself."""

    PRICE = "price"
    PAYMENT = "payment"
    TERMS = "terms"
    SEATS = "seats"
    PRODUCT = "product"
    SERVICE = "service"
    OTHER = "other"


class GetKind(StrEnum):
    """What the account does in return."""

    LONGER_TERM = "longer_term"
    EARLY_SIGNATURE = "early_signature"
    MORE = "more"
    REFERENCE = "reference"
    CASE_STUDY = "case_study"
    PREPAYMENT = "prepayment"
    INTRODUCTION = "introduction"
    FEEDBACK = "feedback"
    OTHER = "other"


class GiveState(StrEnum):
    """Where a give stands on a day."""

    COMING = "coming"
    RUNNING = "running"
    STILL_GIVEN = "still_given"
    BACK = "back"


class GetState(StrEnum):
    """Where the get of a give stands on a day."""

    NONE = "none"
    OPEN = "open"
    LATE = "late"
    DELIVERED = "delivered"
    FAILED = "failed"


class Leak(StrEnum):
    """How value is lost: signed below the policy price, given for nothing, not delivered, or given past its day."""

    BELOW_POLICY = "below_policy"
    WITHOUT_GET = "without_get"
    NOT_DELIVERED = "not_delivered"
    STILL_GIVEN = "still_given"


@dataclass(frozen=True, slots=True, kw_only=True)
class Give:
    """What is given: its kind, in words, what it is worth a year, from and until when (both inclusive), and why."""

    kind: GiveKind
    what: str
    amount: Money
    starts_on: date
    expires_on: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Get:
    """What the account does in return, and by when."""

    kind: GetKind
    what: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcessionFacts:
    """A give with its get as it is kept. `ended_on`: the day from which it is not given any more."""

    kind: GiveKind
    amount: Decimal
    starts_on: date
    expires_on: date
    ended_on: date | None = None
    get_due_on: date | None = None
    get_delivered_on: date | None = None
    get_failed_on: date | None = None


def check_concession(give: Give, get: Get | None, *, no_get_reason: str) -> None:
    """Raise ConcessionNotPossible for a give that cannot be, and for one without a get that says not why.

    Raises TooManyDecimals for more decimals than the currency has.
    """
    if not give.what.strip() or not give.reason.strip():
        raise ConcessionNotPossible("Say what is given, and why.", where="what")
    amount = give.amount.amount
    if amount < 0:
        raise ConcessionNotPossible(f"It is worth {amount} a year.", where="amount", remedy="Nought or more.")
    check_decimals(give.amount)
    if give.expires_on < give.starts_on:
        raise ConcessionNotPossible("It expires before it begins.", where="expires_on", remedy="Move one of the days.")
    if get is None and not no_get_reason.strip():
        raise ConcessionNotPossible(
            "It is given for nothing.", where="get", remedy="Name what they do in return, or say why there is nothing."
        )
    if get is not None and not get.what.strip():
        raise ConcessionNotPossible("Say what they do in return.", where="get")


def give_state(facts: ConcessionFacts, *, today: date) -> GiveState:
    """Return where the give stands; past its last day it is still given until somebody says that it came back."""
    if facts.ended_on is not None and facts.ended_on <= today:
        return GiveState.BACK
    if today < facts.starts_on:
        return GiveState.COMING
    return GiveState.RUNNING if today <= facts.expires_on else GiveState.STILL_GIVEN


def get_state(facts: ConcessionFacts, *, today: date) -> GetState:
    """Return where the get stands; one that is due today is not late yet."""
    if facts.get_due_on is None:
        return GetState.NONE
    if facts.get_delivered_on is not None:
        return GetState.DELIVERED
    if facts.get_failed_on is not None:
        return GetState.FAILED
    return GetState.LATE if facts.get_due_on < today else GetState.OPEN


def leaks_of(facts: ConcessionFacts, *, today: date) -> tuple[Leak, ...]:
    """Return how a concession leaks today; one that came back leaks no more, whatever became of its get."""
    standing, get = give_state(facts, today=today), get_state(facts, today=today)
    if standing is GiveState.BACK:
        return ()
    found = (
        (Leak.WITHOUT_GET, get is GetState.NONE),
        (Leak.NOT_DELIVERED, get in (GetState.LATE, GetState.FAILED)),
        (Leak.STILL_GIVEN, standing is GiveState.STILL_GIVEN),
    )
    return tuple(leak for leak, holds in found if holds)


def comes_back(facts: ConcessionFacts, *, due_on: date) -> bool:
    """Answer whether the price of the cycle that begins on `due_on` starts from what it was without this give.

    A price that expires before that day does; one that runs on is carried as it is.
    """
    is_over = facts.ended_on is not None and facts.ended_on <= due_on
    return facts.kind is GiveKind.PRICE and not is_over and facts.expires_on < due_on


def unnamed_amount(*, policy: Money, net: Money, named: Money) -> Money:
    """Return what is given below the policy price and named by no concession; zero at or above it.

    So every price below the policy has its concessions, and they add up to what was given.
    """
    zero = Money(Decimal(0), policy.currency)
    return max(zero, policy - net - named)

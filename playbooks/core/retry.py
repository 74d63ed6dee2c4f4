"""When a failed or ambiguous send is tried again, and when it is left to a person. The random fraction is passed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from playbooks.core.facts import Reason, reason
from playbooks.core.keys import decision_key
from playbooks.core.vocabulary import MessageClass

RETRY_HORIZON = timedelta(hours=20)
"""Providers remember an idempotency key for 24 hours; past 20 a retry could double (reliability 2.4)."""

POISON_CLAIMS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Capped exponential waits with jitter: attempt n waits between half and all of min(cap, first * 2^(n-1))."""

    first: timedelta = timedelta(seconds=10)
    cap: timedelta = timedelta(minutes=30)


class Failure(StrEnum):
    """How a send ended when it did not succeed."""

    REFUSED_FOR_NOW = "refused_for_now"
    REFUSED_FOR_GOOD = "refused_for_good"
    AMBIGUOUS = "ambiguous"


class RetryVerdict(StrEnum):
    """What becomes of the message."""

    RETRY = "retry"
    RESEND_AS_COPY = "resend_as_copy"
    HOLD_IN_DOUBT = "hold_in_doubt"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendFailure:
    """One failed attempt: `attempts` so far (this one included), when the first began, what the channel can do."""

    workspace_id: int
    message_id: str
    message_class: MessageClass
    failure: Failure
    attempts: int
    first_sending_at: datetime
    not_after: datetime | None
    has_idempotency: bool
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryDecision:
    """What to do with a message after a failure; `next_at` is None unless it is tried again."""

    verdict: RetryVerdict
    next_at: datetime | None
    needs_task: bool
    reasons: tuple[Reason, ...]
    key: str


IN_DOUBT_WITHOUT_KEY: dict[MessageClass, RetryVerdict] = {
    MessageClass.MARKETING: RetryVerdict.HOLD_IN_DOUBT,
    MessageClass.RELATIONSHIP: RetryVerdict.HOLD_IN_DOUBT,
    MessageClass.CONTRACTUAL_NOTICE: RetryVerdict.RESEND_AS_COPY,
    MessageClass.SECURITY: RetryVerdict.RETRY,
}
"""A missing nudge is cheap and a double one embarrassing; a lost notice can cost the renewal (reliability 2.4)."""


def backoff_delay(attempt: int, *, fraction: float, backoff: Backoff = Backoff()) -> timedelta:
    """Return the wait before the try after `attempt` (1 is the first); `fraction` in [0, 1) spreads it.

    Formula: full = min(cap, first * 2^(attempt-1)); wait = full/2 + fraction * full/2 ("equal jitter").
    """
    doublings = min(max(attempt, 1) - 1, 40)
    full = min(backoff.cap, backoff.first * (1 << doublings))
    return full / 2 + full / 2 * min(max(fraction, 0.0), 1.0)


def decide_retry(failed: SendFailure, *, fraction: float, now: datetime) -> RetryDecision:
    """Decide what follows a failed attempt.

    Retries carry the same key; they end at 20 hours after the first attempt or at `not_after`, whichever is earlier.
    An ambiguous end over a channel without idempotency keys follows the table of the message class.
    """
    if failed.failure is Failure.REFUSED_FOR_GOOD:
        return _decision(failed, RetryVerdict.FAIL, reason("refused_for_good", attempts=failed.attempts))
    verdict = RetryVerdict.RETRY
    if failed.failure is Failure.AMBIGUOUS and not failed.has_idempotency:
        verdict = IN_DOUBT_WITHOUT_KEY[failed.message_class]
    if verdict is RetryVerdict.HOLD_IN_DOUBT:
        return _decision(failed, verdict, reason("in_doubt_no_key", message_class=failed.message_class.value))
    wait = max(backoff_delay(failed.attempts, fraction=fraction), failed.retry_after or timedelta(0))
    if now + wait > retry_until(failed):
        return _out_of_time(failed)
    why = reason("retry", attempts=failed.attempts, wait_seconds=round(wait.total_seconds(), 1))
    return _decision(failed, verdict, why, next_at=now + wait)


def retry_until(failed: SendFailure) -> datetime:
    """Return the last instant at which this message may be tried again."""
    horizon = failed.first_sending_at + RETRY_HORIZON
    return min(horizon, failed.not_after) if failed.not_after else horizon


def is_poison(consecutive_unfinished_claims: int, *, others_progress: bool) -> bool:
    """Answer whether a step is parked: 5 consecutive unfinished claims while other steps made progress.

    A stall of everything (database away, deployment) proves nothing about one step, so it never parks one.
    """
    return others_progress and consecutive_unfinished_claims >= POISON_CLAIMS


def _out_of_time(failed: SendFailure) -> RetryDecision:
    is_ambiguous = failed.failure is Failure.AMBIGUOUS
    verdict = RetryVerdict.HOLD_IN_DOUBT if is_ambiguous else RetryVerdict.FAIL
    return _decision(failed, verdict, reason("out_of_time", until=retry_until(failed), attempts=failed.attempts))


def _decision(
    failed: SendFailure, verdict: RetryVerdict, why: Reason, *, next_at: datetime | None = None
) -> RetryDecision:
    needs_person = verdict is not RetryVerdict.RETRY and failed.message_class is not MessageClass.MARKETING
    return RetryDecision(
        verdict=verdict,
        next_at=next_at,
        needs_task=needs_person,
        reasons=(why,),
        key=decision_key("retry", failed.workspace_id, failed.message_id, failed.attempts, verdict.value),
    )

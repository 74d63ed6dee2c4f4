"""Retries are capped and jittered, end at the horizon, and doubt is settled by the class of the message."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.core.retry import (
    IN_DOUBT_WITHOUT_KEY,
    Failure,
    RetryVerdict,
    SendFailure,
    backoff_delay,
    decide_retry,
    is_poison,
    retry_until,
)
from playbooks.core.vocabulary import MessageClass

NOW = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)


def failed(**changes: object) -> SendFailure:
    made = SendFailure(
        workspace_id=1,
        message_id="<a@example.com>",
        message_class=MessageClass.RELATIONSHIP,
        failure=Failure.REFUSED_FOR_NOW,
        attempts=1,
        first_sending_at=NOW,
        not_after=None,
        has_idempotency=True,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # a test names the fields it changes


@pytest.mark.parametrize(
    ("attempt", "fraction", "seconds"),
    [(1, 0.0, 5), (1, 0.999999, 10), (2, 0.0, 10), (4, 0.5, 60), (50, 0.0, 900), (10_000, 0.999999, 1800), (0, 0.0, 5)],
)
def test_wait_doubles_and_is_capped(attempt: int, fraction: float, seconds: int) -> None:
    assert backoff_delay(attempt, fraction=fraction).total_seconds() == pytest.approx(seconds, abs=0.01)


@pytest.mark.parametrize(
    ("message_class", "verdict", "needs_task"),
    [
        (MessageClass.MARKETING, RetryVerdict.HOLD_IN_DOUBT, False),
        (MessageClass.RELATIONSHIP, RetryVerdict.HOLD_IN_DOUBT, True),
        (MessageClass.CONTRACTUAL_NOTICE, RetryVerdict.RESEND_AS_COPY, True),
        (MessageClass.SECURITY, RetryVerdict.RETRY, False),
    ],
)
def test_doubt_without_idempotency_is_settled_by_class(
    message_class: MessageClass, verdict: RetryVerdict, needs_task: bool
) -> None:
    doubtful = failed(failure=Failure.AMBIGUOUS, has_idempotency=False, message_class=message_class)
    decision = decide_retry(doubtful, fraction=0.5, now=NOW)
    assert (decision.verdict, decision.needs_task) == (verdict, needs_task)
    assert (decision.next_at is None) == (verdict is RetryVerdict.HOLD_IN_DOUBT)


def test_every_class_has_a_rule_for_doubt() -> None:
    assert set(IN_DOUBT_WITHOUT_KEY) == set(MessageClass)


@pytest.mark.parametrize("message_class", list(MessageClass))
def test_doubt_with_idempotency_is_retried_with_the_same_key(message_class: MessageClass) -> None:
    decision = decide_retry(failed(failure=Failure.AMBIGUOUS, message_class=message_class), fraction=0.0, now=NOW)
    assert (decision.verdict, decision.next_at) == (RetryVerdict.RETRY, NOW + timedelta(seconds=5))


@pytest.mark.parametrize(
    ("failure", "verdict"),
    [(Failure.AMBIGUOUS, RetryVerdict.HOLD_IN_DOUBT), (Failure.REFUSED_FOR_NOW, RetryVerdict.FAIL)],
)
def test_past_the_horizon_nothing_is_tried_again(failure: Failure, verdict: RetryVerdict) -> None:
    late = failed(failure=failure, first_sending_at=NOW - timedelta(hours=20))
    decision = decide_retry(late, fraction=0.0, now=NOW)
    assert (decision.verdict, decision.next_at, decision.reasons[0].code) == (verdict, None, "out_of_time")


def test_not_after_shortens_the_horizon_and_retry_after_lengthens_the_wait() -> None:
    assert retry_until(failed(not_after=NOW + timedelta(minutes=1))) == NOW + timedelta(minutes=1)
    slow = failed(retry_after=timedelta(minutes=7))
    assert decide_retry(slow, fraction=0.0, now=NOW).next_at == NOW + timedelta(minutes=7)


def test_refusal_for_good_is_final() -> None:
    assert decide_retry(failed(failure=Failure.REFUSED_FOR_GOOD), fraction=0.0, now=NOW).verdict is RetryVerdict.FAIL


@given(attempts=st.integers(1, 500), fraction=st.floats(0, 0.999), hours=st.floats(0, 30))
def test_retry_never_lies_beyond_twenty_hours_nor_in_the_past(attempts: int, fraction: float, hours: float) -> None:
    now = NOW + timedelta(hours=hours)
    decision = decide_retry(failed(attempts=attempts), fraction=fraction, now=now)
    if decision.next_at is not None:
        assert now < decision.next_at <= NOW + timedelta(hours=20)


@pytest.mark.parametrize(
    ("claims", "others", "parked"), [(4, True, False), (5, True, True), (6, True, True), (50, False, False)]
)
def test_poison_needs_five_claims_while_others_progress(claims: int, others: bool, parked: bool) -> None:
    assert is_poison(claims, others_progress=others) is parked

"""The circuit breaker: it opens after so many faults in the window, lets one probe through, and doubles its pause."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewals.core.breaker import (
    CLOSED,
    Breaker,
    BreakerRule,
    BreakerState,
    as_document,
    ask,
    failed,
    from_document,
    pass_through,
    probe_soon,
    succeeded,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RULE = BreakerRule(failures=3, window=10 * MINUTE, opens_for=5 * MINUTE, longest=12 * MINUTE, probe_lasts=2 * MINUTE)


def fail(breaker, minute, *, is_probe=False, jitter=0.0):
    return failed(breaker, is_probe=is_probe, now=NOW + minute * MINUTE, jitter=jitter, rule=RULE)


def opened() -> Breaker:
    return fail(fail(fail(CLOSED, 0), 1), 2)


def test_breaker_fewer_faults_than_the_rule_stays_closed():
    breaker = fail(fail(CLOSED, 0), 1)
    assert breaker.state is BreakerState.CLOSED
    assert breaker.failed_at == (NOW, NOW + MINUTE)
    assert pass_through(breaker, now=NOW + MINUTE, rule=RULE).is_allowed


def test_breaker_enough_faults_within_the_window_opens_for_the_pause():
    breaker = opened()
    assert (breaker.state, breaker.trips, breaker.opened_at) == (BreakerState.OPEN, 1, NOW + 2 * MINUTE)
    assert breaker.until == NOW + 7 * MINUTE
    refused = pass_through(breaker, now=NOW + 7 * MINUTE - timedelta(seconds=1), rule=RULE)
    assert (refused.is_allowed, refused.is_probe, refused.retry_at) == (False, False, NOW + 7 * MINUTE)
    assert refused.after == breaker


def test_breaker_faults_further_apart_than_the_window_do_not_add_up():
    breaker = fail(fail(fail(CLOSED, 0), 5), 10)
    assert breaker.state is BreakerState.CLOSED
    assert breaker.failed_at == (NOW + 5 * MINUTE, NOW + 10 * MINUTE)


def test_breaker_success_while_closed_forgets_the_faults():
    assert succeeded(fail(fail(CLOSED, 0), 1), is_probe=False) == CLOSED


def test_breaker_after_the_pause_lets_exactly_one_probe_through():
    at = NOW + 7 * MINUTE
    first = pass_through(opened(), now=at, rule=RULE)
    second = pass_through(first.after, now=at, rule=RULE)
    assert (first.is_allowed, first.is_probe, first.after.state) == (True, True, BreakerState.HALF_OPEN)
    assert (second.is_allowed, second.retry_at) == (False, at + 2 * MINUTE)


def test_breaker_probe_that_never_answers_is_given_anew():
    probing = pass_through(opened(), now=NOW + 7 * MINUTE, rule=RULE).after
    again = pass_through(probing, now=NOW + 9 * MINUTE, rule=RULE)
    assert (again.is_allowed, again.is_probe) == (True, True)


def test_breaker_probe_that_succeeds_closes():
    probing = pass_through(opened(), now=NOW + 7 * MINUTE, rule=RULE).after
    assert succeeded(probing, is_probe=True) == CLOSED


def test_breaker_probes_that_fail_double_the_pause_up_to_the_longest():
    once = fail(pass_through(opened(), now=NOW + 7 * MINUTE, rule=RULE).after, 7, is_probe=True)
    twice = fail(pass_through(once, now=NOW + 17 * MINUTE, rule=RULE).after, 17, is_probe=True)
    assert (once.trips, once.until) == (2, NOW + 17 * MINUTE)
    assert (twice.trips, twice.until) == (3, NOW + 29 * MINUTE)
    assert twice.opened_at == NOW + 2 * MINUTE


def test_breaker_late_answers_to_older_calls_change_nothing_while_open():
    breaker = opened()
    assert succeeded(breaker, is_probe=False) == breaker
    assert fail(breaker, 3) == breaker


def test_breaker_jitter_spreads_the_end_by_a_fifth():
    breaker = fail(fail(fail(CLOSED, 0), 1), 2, jitter=1.0)
    assert breaker.until == NOW + 8 * MINUTE


@pytest.mark.parametrize("jitter", [-0.1, 1.1, float("nan")])
def test_breaker_jitter_outside_its_range_is_refused(jitter):
    with pytest.raises(ValueError, match="jitter"):
        fail(CLOSED, 0, jitter=jitter)


@pytest.mark.parametrize(
    "given", [{"failures": 0}, {"window": timedelta()}, {"opens_for": timedelta(hours=3)}, {"probe_lasts": timedelta()}]
)
def test_breaker_rule_that_cannot_work_is_refused(given):
    with pytest.raises(ValueError, match=r"breaker needs|longest pause"):
        BreakerRule(**given)


JITTERS = st.sampled_from([0.0, 0.5, 1.0])
STEPS = st.lists(st.tuples(st.sampled_from(["works", "fails", "hangs"]), st.integers(0, 15), JITTERS), max_size=40)


@given(STEPS)
def test_breaker_any_story_never_calls_during_a_pause_and_always_comes_back(steps):
    breaker, now = CLOSED, NOW
    for what, minutes, jitter in steps:
        now += minutes * MINUTE
        passage = pass_through(breaker, now=now, rule=RULE)
        assert passage.is_allowed == ask(breaker, now=now)
        breaker = passage.after
        if not passage.is_allowed:
            assert now < passage.retry_at <= now + RULE.longest * 1.2
        elif what == "works":
            breaker = succeeded(breaker, is_probe=passage.is_probe)
            assert breaker == CLOSED
        elif what == "fails":
            breaker = failed(breaker, is_probe=passage.is_probe, now=now, jitter=jitter, rule=RULE)
        assert from_document(json.loads(json.dumps(as_document(breaker)))) == breaker
    assert ask(breaker, now=now + RULE.longest * 2)


def test_breaker_pause_ended_by_a_person_gives_the_next_call_the_probe():
    passage = pass_through(probe_soon(opened(), now=NOW + 3 * MINUTE), now=NOW + 3 * MINUTE, rule=RULE)
    assert (passage.is_allowed, passage.is_probe, passage.after.trips) == (True, True, 1)
    assert probe_soon(CLOSED, now=NOW) == CLOSED


def test_breaker_empty_document_is_closed():
    assert from_document({}) == CLOSED

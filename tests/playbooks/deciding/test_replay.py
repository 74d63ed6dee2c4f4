"""The same inputs give the same decision, and a message leaves only when everything about the account lets it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.core.account_facts import AccountFacts, Rival, Touch, TouchLimits
from playbooks.core.budget import room_for, yields_to
from playbooks.core.facts import Blackout
from playbooks.core.guards import StepVerdict, decide_step
from playbooks.core.reactions import Reacted, ReactionEffect, ReactionKind, rule_for
from tests.playbooks.core.specimens import email_step, playbook, step_facts

NOW = datetime(2027, 3, 2, 8, 31, tzinfo=UTC)
OWN = Rival(rank=(50, NOW, 5), playbook="Own", step_key="hello", step_run_id=5)
BOOK = playbook(email_step())

instants = st.integers(0, 40 * 24).map(lambda hours: NOW - timedelta(hours=hours))
touches = st.builds(Touch, at=instants)
rivals = st.builds(
    Rival,
    rank=st.tuples(st.integers(0, 99), instants, st.integers(6, 99)),
    playbook=st.sampled_from(["A", "B"]),
    step_key=st.just("x"),
    step_run_id=st.integers(6, 99),
)
accounts = st.builds(
    AccountFacts,
    limits=st.builds(
        TouchLimits, max_touches=st.integers(1, 4), per_days=st.integers(1, 30), min_gap_days=st.integers(0, 5)
    ),
    touches=st.lists(touches, max_size=6).map(tuple),
    rivals=st.lists(rivals, max_size=3, unique_by=lambda item: item.rank).map(tuple),
    reactions=st.lists(st.builds(Reacted, kind=st.sampled_from(ReactionKind), occurred_at=instants), max_size=2).map(
        tuple
    ),
    human_only=st.sampled_from(["", "", "Escalation"]),
    own=st.just(OWN),
)
pauses = st.lists(
    st.integers(-5, 5).map(
        lambda day: Blackout(
            from_on=NOW.date() + timedelta(days=day),
            until_on=NOW.date() + timedelta(days=day + 2),
            reason="asked",
            is_pause=True,
        )
    ),
    max_size=1,
).map(tuple)


@pytest.mark.requirement(19)
@given(accounts, pauses, st.randoms(use_true_random=False))
def test_same_inputs_in_any_order_give_the_same_decision(account: AccountFacts, away: tuple, dice: object) -> None:
    """Verdict, instant, contact, reasons and key: all of it is a function of the facts."""
    shuffled = [list(each) for each in (account.touches or (), account.rivals)]
    for each in shuffled:
        dice.shuffle(each)  # type: ignore[attr-defined]  # hypothesis' own Random
    again = replace(account, touches=tuple(shuffled[0]), rivals=tuple(shuffled[1]))
    first, second = (
        decide_step(BOOK, email_step(), step_facts(account=each, blackouts=away), now=NOW) for each in (account, again)
    )
    assert first == second


@pytest.mark.requirement(5, 18)
@given(accounts, pauses)
def test_message_leaves_only_when_everything_about_the_account_lets_it(account: AccountFacts, away: tuple) -> None:
    decision = decide_step(BOOK, email_step(), step_facts(account=account, blackouts=away), now=NOW)
    stops = [
        item
        for item in account.reactions
        if item.kind is not ReactionKind.REPLY
        and rule_for(BOOK.reactions, item.kind).effect is ReactionEffect.STOP
        and item.occurred_at > step_facts().enrolled_at
    ]
    is_away = any(pause.from_on <= NOW.date() <= pause.until_on for pause in away)
    assert account.limits is not None
    may_leave = (
        not account.human_only
        and not stops
        and not is_away
        and room_for(account.limits, account.touches or (), now=NOW) is None
        and yields_to(account, now=NOW) is None
    )
    held = [item for item in account.reactions if item.kind is ReactionKind.MEETING_BOOKED]
    if decision.verdict is StepVerdict.DO:
        assert may_leave
    elif may_leave and not held:
        pytest.fail(f"{decision.verdict} although nothing objects: {decision.reasons}")
    assert decision.reasons != ()

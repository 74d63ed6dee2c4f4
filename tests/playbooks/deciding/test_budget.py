"""The touch budget of an account: pure arithmetic, the ledger's own constraints, and two playbooks that collide."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from playbooks.core.account_facts import AccountFacts, Rival, Touch, TouchLimits
from playbooks.core.budget import free_slot, room_for, tighter, yields_to
from playbooks.models import AccountTouch
from renewals.models import Workspace
from tests.playbooks.factories import World, make_world

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@st.composite
def _stories(draw: st.DrawFn) -> tuple[TouchLimits, list[int]]:
    limits = TouchLimits(
        max_touches=draw(st.integers(1, 4)), per_days=draw(st.integers(1, 20)), min_gap_days=draw(st.integers(0, 5))
    )
    return limits, draw(st.lists(st.integers(0, 72), max_size=60))


@pytest.mark.requirement(73)
@given(_stories())
def test_touches_taken_when_there_is_room_never_pass_the_budget(story: tuple[TouchLimits, list[int]]) -> None:
    """Whatever the instants asked for: within any span at most so many, and never closer than the gap."""
    limits, hours = story
    taken: list[Touch] = []
    now = START
    for hour in hours:
        now += timedelta(hours=hour)
        slot = free_slot(limits, tuple(taken), now=now)
        if room_for(limits, tuple(taken), now=now) is None and slot is not None:
            span, gap = timedelta(days=limits.per_days), timedelta(days=limits.min_gap_days)
            taken.append(Touch(at=now, slot=slot, frees_at=now + span, rests_until=now + gap))
    at = [item.at for item in taken]
    assert all(b - a >= timedelta(days=limits.min_gap_days) for a, b in itertools.pairwise(at))
    for first in at:
        assert sum(first <= other < first + timedelta(days=limits.per_days) for other in at) <= limits.max_touches


def test_account_may_have_less_than_its_workspace_never_more() -> None:
    book = TouchLimits(max_touches=4, per_days=14, min_gap_days=1)
    own = TouchLimits(max_touches=9, per_days=30, min_gap_days=0)
    assert tighter(book, own) == TouchLimits(max_touches=4, per_days=30, min_gap_days=1)
    assert tighter(book, None) == book


def test_human_and_exempt_touches_count_too() -> None:
    limits = TouchLimits(max_touches=1, per_days=7, min_gap_days=0)
    wait = room_for(limits, (Touch(at=START),), now=START + timedelta(days=1))
    assert wait is not None
    assert (wait.until, wait.why.code) == (START + timedelta(days=7), "account_budget")


@pytest.mark.parametrize(("gap", "most", "winner"), [(1, 9, "First"), (0, 1, "First"), (0, 9, None)])
def test_lower_priority_waits_unless_there_is_room_for_both(gap: int, most: int, winner: str | None) -> None:
    first = Rival(rank=(10, START, 2), playbook="First", step_key="a", step_run_id=2)
    own = Rival(rank=(50, START, 1), playbook="Second", step_key="b", step_run_id=1)
    limits = TouchLimits(max_touches=most, per_days=7, min_gap_days=gap)
    found = yields_to(AccountFacts(limits=limits, rivals=(own, first), own=own), now=START)
    assert (found.playbook if found else None) == winner


def test_higher_priority_waits_for_nobody() -> None:
    first = Rival(rank=(10, START, 2), playbook="First", step_key="a", step_run_id=2)
    other = Rival(rank=(50, START, 1), playbook="Second", step_key="b", step_run_id=1)
    limits = TouchLimits(max_touches=1, per_days=7, min_gap_days=3)
    assert yields_to(AccountFacts(limits=limits, rivals=(other, first), own=first), now=START) is None


def touch(world: World, at: datetime, **changes: object) -> AccountTouch:
    """Write one ledger row by hand, as a broken engine would."""
    row = {
        "workspace": world.workspace,
        "account": world.account,
        "message_class": "relationship",
        "slot": 1,
        "slots": 1,
        "occurred_at": at,
        "frees_at": at + timedelta(days=7),
        "rests_until_at": at + timedelta(days=2),
    }
    return AccountTouch.objects.create(**row | changes)


@pytest.mark.requirement(73)
@pytest.mark.parametrize(
    ("days", "changes", "constraint"),
    [
        (3, {}, "account_touch_within_budget"),
        (1, {"slot": 2, "slots": 2}, "account_touch_after_the_gap"),
        (30, {"slot": 2}, "account_touch_in_its_slots"),
    ],
)
def test_ledger_refuses_a_touch_over_the_budget(
    inside: Workspace, days: int, changes: dict[str, object], constraint: str
) -> None:
    """No code of ours is asked: the database itself says no."""
    world = make_world(inside)
    touch(world, START)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        touch(world, START + timedelta(days=days), **changes)


def test_ledger_takes_exempt_and_released_touches(inside: Workspace) -> None:
    world = make_world(inside)
    touch(world, START)
    touch(world, START, is_exempt=True, slot=0)
    touch(world, START + timedelta(hours=1), released_at=START)
    touch(world, START + timedelta(days=7))
    assert AccountTouch.objects.count() == 4

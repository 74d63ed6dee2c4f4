"""Chains, parallel steps, who may answer, absences, escalation, and when nobody is asked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from offers.core.approvals import (
    Person,
    Seat,
    StepFacts,
    Way,
    asking_for,
    due_at,
    progress_after,
    seat_at,
    seats_of,
    steps_to_escalate,
)
from offers.core.approvals.answers import first_stage
from offers.core.pricing import Wish
from offers.core.states import (
    DRAFT_OWNERS,
    DRAFT_STEPS,
    PROPOSAL_OWNERS,
    PROPOSAL_STEPS,
    REQUEST_OWNERS,
    REQUEST_STEPS,
    STEP_OWNERS,
    STEP_STEPS,
    DraftState,
    ProposalState,
    RequestState,
    StepState,
)
from tests.offers.core.examples import DISCOUNT, Decimal, judged, policy

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
ANNA, BEN, CARA, DORA = 1, 2, 3, 4
PEOPLE = (
    Person(user_id=ANNA, role="renewal_manager"),
    Person(user_id=BEN, role="finance"),
    Person(user_id=CARA, role="finance"),
    Person(user_id=DORA, role="executive"),
)


def step(key: str = "money", **more: object) -> StepFacts:
    known = {"stage": 1, "roles": ("finance",), "needs": "one", "escalate_to": ("executive",), "state": StepState.OPEN}
    return StepFacts(key=key, **(known | more))


def seated(given: StepFacts, away: dict[int, int | None] | None = None, barred: tuple[int, ...] = ()) -> list[Seat]:
    seats = seats_of(given, people=PEOPLE, away=away or {}, barred=frozenset(barred))
    return sorted(seats, key=lambda seat: seat.user_id)


def test_states_have_steps_and_owners_for_every_word() -> None:
    for kind, steps, owners in (
        (DraftState, DRAFT_STEPS, DRAFT_OWNERS),
        (ProposalState, PROPOSAL_STEPS, PROPOSAL_OWNERS),
        (RequestState, REQUEST_STEPS, REQUEST_OWNERS),
        (StepState, STEP_STEPS, STEP_OWNERS),
    ):
        words = {state.value for state in kind}
        assert set(steps) == words == set(owners)
        assert {to for targets in steps.values() for to in targets} <= words


def test_step_is_for_its_role_and_never_for_who_is_barred() -> None:
    assert [seat.user_id for seat in seated(step())] == [BEN, CARA]
    assert [seat.user_id for seat in seated(step(), barred=(BEN,))] == [CARA]
    assert seated(step(state=StepState.COMING)) == []


@pytest.mark.parametrize(
    ("away", "barred", "seats"),
    [
        ({BEN: ANNA}, (), [(ANNA, BEN), (CARA, None)]),
        ({BEN: None}, (), [(CARA, None)]),
        ({BEN: ANNA}, (ANNA,), [(CARA, None)]),
        ({BEN: ANNA}, (BEN,), [(CARA, None)]),
        ({BEN: CARA}, (), [(CARA, None)]),
        ({BEN: ANNA, ANNA: DORA}, (), [(CARA, None), (DORA, BEN)]),
        ({BEN: CARA, CARA: BEN}, (), []),
        ({BEN: 99}, (), [(CARA, None)]),
    ],
)
def test_absence_hands_the_seat_on_and_never_to_who_is_barred(
    away: dict[int, int | None], barred: tuple[int, ...], seats: list[tuple[int, int | None]]
) -> None:
    assert [(seat.user_id, seat.on_behalf_of) for seat in seated(step(), away, barred)] == seats


def test_escalated_step_is_for_those_higher_up_too() -> None:
    seats = seated(step(escalated_at=NOW))
    assert [(seat.user_id, seat.role) for seat in seats] == [(BEN, "finance"), (CARA, "finance"), (DORA, "finance")]
    assert seat_at(step(), DORA, people=PEOPLE, away={}, barred=frozenset()) is None


@pytest.mark.parametrize(
    ("given", "away", "escalated"),
    [
        (step(due_at=NOW + timedelta(seconds=1)), {}, ()),
        (step(due_at=NOW), {}, ("money",)),
        (step(due_at=NOW, escalated_at=NOW), {}, ()),
        (step(due_at=NOW, escalate_to=()), {}, ()),
        (step(due_at=NOW + timedelta(days=1)), {BEN: None, CARA: None}, ("money",)),
        (step(due_at=NOW, state=StepState.COMING), {}, ()),
    ],
)
def test_time_escalates_and_approves_nothing(
    given: StepFacts, away: dict[int, int | None], escalated: tuple[str, ...]
) -> None:
    assert steps_to_escalate([given], people=PEOPLE, away=away, barred=frozenset(), now=NOW) == escalated


def test_answer_is_due_in_plain_hours() -> None:
    assert due_at(opened_at=NOW, hours=48) == NOW + timedelta(hours=48)


def chain() -> tuple[StepFacts, ...]:
    return (
        step("money"),
        step("lead", roles=("renewal_manager",)),
        step("board", stage=2, roles=("executive",), state=StepState.COMING),
    )


def test_parallel_steps_are_both_needed_before_the_next_stage() -> None:
    assert first_stage(chain()) == ("money", "lead")
    one = progress_after(chain(), "money", role="finance", is_approved=True)
    assert (one.request, one.steps) == (RequestState.WAITING, (("money", StepState.APPROVED),))
    left = tuple(replace(each, state=StepState.APPROVED) if each.key == "money" else each for each in chain())
    two = progress_after(left, "lead", role="renewal_manager", is_approved=True)
    assert two.steps == (("lead", StepState.APPROVED), ("board", StepState.OPEN))
    last = tuple(replace(each, state=StepState.APPROVED) if each.stage == 1 else each for each in chain())
    opened = tuple(replace(each, state=StepState.OPEN) if each.stage == 2 else each for each in last)
    assert progress_after(opened, "board", role="executive", is_approved=True).request is RequestState.APPROVED


def test_first_refusal_ends_the_request_and_closes_the_rest() -> None:
    found = progress_after(chain(), "lead", role="renewal_manager", is_approved=False)
    assert (found.request, dict(found.steps)) == (
        RequestState.REFUSED,
        {"lead": StepState.REFUSED, "money": StepState.CLOSED, "board": StepState.CLOSED},
    )


def test_step_that_needs_all_waits_for_each_role() -> None:
    both = step(roles=("finance", "renewal_manager"), needs="all")
    assert progress_after([both], "money", role="finance", is_approved=True).request is RequestState.WAITING
    second = replace(both, answered=("finance",))
    assert [seat.user_id for seat in seated(second)] == [ANNA]
    done = progress_after([second], "money", role="renewal_manager", is_approved=True)
    assert done.request is RequestState.APPROVED


@pytest.mark.requirement(32)
@pytest.mark.parametrize(
    ("discount", "approved", "role", "way", "level"),
    [
        (5, None, "csm", Way.INSIDE, ""),
        (8, None, "csm", Way.ASK, "l1"),
        (8, None, "renewal_manager", Way.OWN_LIMIT, "l1"),
        (12, None, "renewal_manager", Way.ASK, "l2"),
        (12, 12, "csm", Way.CARRIED, ""),
        (12, 15, "csm", Way.CARRIED, ""),
        (13, 12, "csm", Way.ASK, "l2"),
        (40, 40, "csm", Way.REFUSED, ""),
    ],
)
def test_who_is_asked_when(discount: int, approved: int | None, role: str, way: Way, level: str) -> None:
    rules = policy(DISCOUNT)
    first = replace(rules.levels[0], own_roles=("renewal_manager",))
    rules = replace(rules, levels=(first, *rules.levels[1:]))
    verdict = judged(rules, Wish(discount_percent=Decimal(discount)))[1]
    before = None if approved is None else judged(rules, Wish(discount_percent=Decimal(approved)))[1].values
    found = asking_for(rules, verdict, approved=before, role=role)
    assert (found.way, found.level) == (way, level)

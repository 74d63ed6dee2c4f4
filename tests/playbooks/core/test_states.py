"""State tables cover their enums, end somewhere, and print one page."""

from collections.abc import Mapping
from enum import StrEnum

import pytest

from playbooks.core.states import (
    ENROLMENT_OWNERS,
    ENROLMENT_TRANSITIONS,
    MACHINES,
    MESSAGE_OWNERS,
    MESSAGE_TRANSITIONS,
    OPEN_ENROLMENT_STATES,
    OPEN_STEP_RUN_STATES,
    OPEN_TASK_STATES,
    STEP_RUN_OWNERS,
    STEP_RUN_TRANSITIONS,
    TASK_OWNERS,
    TASK_TRANSITIONS,
    EnrolmentState,
    MessageState,
    StateOwner,
    StepRunState,
    TaskState,
    can_move,
    check_move,
    is_final,
    states_text,
)
from renewals.core.errors import StateNotAllowed

TABLES = [
    (EnrolmentState, ENROLMENT_TRANSITIONS, ENROLMENT_OWNERS),
    (StepRunState, STEP_RUN_TRANSITIONS, STEP_RUN_OWNERS),
    (TaskState, TASK_TRANSITIONS, TASK_OWNERS),
    (MessageState, MESSAGE_TRANSITIONS, MESSAGE_OWNERS),
]


@pytest.mark.parametrize(("kind", "transitions", "owners"), TABLES)
def test_tables_cover_the_enum_and_every_state_can_end(
    kind: type[StrEnum],
    transitions: Mapping[StrEnum, tuple[StrEnum, ...]],
    owners: Mapping[StrEnum, StateOwner],
) -> None:
    assert set(transitions) == set(owners) == set(kind)
    assert {to for nexts in transitions.values() for to in nexts} <= set(kind)
    reached = {state for state in kind if is_final(state, transitions)} | {TaskState.DONE} & set(kind)
    for _ in kind:
        reached |= {state for state in kind if set(transitions[state]) & reached}
    assert reached == set(kind)


def test_open_states_are_the_ones_that_still_wait() -> None:
    assert not any(is_final(state, ENROLMENT_TRANSITIONS) for state in OPEN_ENROLMENT_STATES)
    assert not any(is_final(state, STEP_RUN_TRANSITIONS) for state in OPEN_STEP_RUN_STATES)
    assert set(OPEN_TASK_STATES) == {TaskState.OPEN, TaskState.SNOOZED}


@pytest.mark.parametrize("state", [StepRunState.DONE, StepRunState.SKIPPED])
def test_finished_step_never_runs_again(state: StepRunState) -> None:
    assert not any(can_move(state, to, STEP_RUN_TRANSITIONS) for to in StepRunState)


def test_sent_message_is_never_sent_again() -> None:
    assert MESSAGE_TRANSITIONS[MessageState.SENT] == ()


def test_move_that_the_table_lacks_is_refused_with_what_is_possible() -> None:
    check_move(TaskState.OPEN, TaskState.DONE, TASK_TRANSITIONS)
    with pytest.raises(StateNotAllowed, match="'cancelled' cannot become 'open'") as refused:
        check_move(TaskState.CANCELLED, TaskState.OPEN, TASK_TRANSITIONS)
    assert "nothing, it is final" in refused.value.why


def test_states_text_has_a_row_per_state() -> None:
    text = states_text()
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## Enrolment",
        "## Step run",
        "## Task",
        "## Message",
        "## Approval of a step",
    ]
    assert text.count("\n| ") == sum(len(machine.rows) for machine in MACHINES) + len(MACHINES)
    assert "| paused | active, exited | renewal owner |" in text

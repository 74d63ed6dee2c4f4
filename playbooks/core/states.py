"""The states of enrolments, step runs, tasks and messages: where each may go, and whose move it is.

docs/states.md is generated from these tables.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from playbooks.core.facts import ApprovalState
from renewals.core.errors import StateNotAllowed


class EnrolmentState(StrEnum):
    """Where an enrolment stands. Exactly one step run is open while it is active or paused."""

    ACTIVE = "active"
    PAUSED = "paused"
    PARKED = "parked"
    COMPLETED = "completed"
    EXITED = "exited"


class StepRunState(StrEnum):
    """Where one step of one enrolment stands in one contract period."""

    SCHEDULED = "scheduled"
    CLAIMED = "claimed"
    WAITING = "waiting"
    DONE = "done"
    SKIPPED = "skipped"
    PARKED = "parked"


class TaskState(StrEnum):
    """Where a person's task stands; a snoozed task is still open for de-duplication."""

    OPEN = "open"
    SNOOZED = "snoozed"
    DONE = "done"
    CANCELLED = "cancelled"


class MessageState(StrEnum):
    """Where a message in the outbox stands."""

    DRAFT = "draft"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    IN_DOUBT = "in_doubt"
    FAILED = "failed"
    PARKED = "parked"
    CANCELLED = "cancelled"


class StateOwner(StrEnum):
    """Whose move it is while a thing is in a state."""

    SYSTEM = "system"
    RENEWAL_OWNER = "renewal owner"
    ADMIN = "workspace admin"
    APPROVER = "whoever may decide"
    NOBODY = "nobody"


ENROLMENT_TRANSITIONS: Mapping[EnrolmentState, tuple[EnrolmentState, ...]] = {
    EnrolmentState.ACTIVE: (
        EnrolmentState.PAUSED,
        EnrolmentState.PARKED,
        EnrolmentState.COMPLETED,
        EnrolmentState.EXITED,
    ),
    EnrolmentState.PAUSED: (EnrolmentState.ACTIVE, EnrolmentState.EXITED),
    EnrolmentState.PARKED: (EnrolmentState.ACTIVE, EnrolmentState.EXITED),
    EnrolmentState.COMPLETED: (),
    EnrolmentState.EXITED: (),
}

ENROLMENT_OWNERS: Mapping[EnrolmentState, StateOwner] = {
    EnrolmentState.ACTIVE: StateOwner.SYSTEM,
    EnrolmentState.PAUSED: StateOwner.RENEWAL_OWNER,
    EnrolmentState.PARKED: StateOwner.RENEWAL_OWNER,
    EnrolmentState.COMPLETED: StateOwner.NOBODY,
    EnrolmentState.EXITED: StateOwner.NOBODY,
}

STEP_RUN_TRANSITIONS: Mapping[StepRunState, tuple[StepRunState, ...]] = {
    StepRunState.SCHEDULED: (StepRunState.CLAIMED, StepRunState.SKIPPED),
    StepRunState.CLAIMED: (
        StepRunState.SCHEDULED,
        StepRunState.WAITING,
        StepRunState.DONE,
        StepRunState.SKIPPED,
        StepRunState.PARKED,
    ),
    StepRunState.WAITING: (StepRunState.SCHEDULED, StepRunState.DONE, StepRunState.SKIPPED),
    StepRunState.PARKED: (StepRunState.SCHEDULED, StepRunState.SKIPPED),
    StepRunState.DONE: (),
    StepRunState.SKIPPED: (),
}

STEP_RUN_OWNERS: Mapping[StepRunState, StateOwner] = {
    StepRunState.SCHEDULED: StateOwner.SYSTEM,
    StepRunState.CLAIMED: StateOwner.SYSTEM,
    StepRunState.WAITING: StateOwner.RENEWAL_OWNER,
    StepRunState.PARKED: StateOwner.RENEWAL_OWNER,
    StepRunState.DONE: StateOwner.NOBODY,
    StepRunState.SKIPPED: StateOwner.NOBODY,
}

TASK_TRANSITIONS: Mapping[TaskState, tuple[TaskState, ...]] = {
    TaskState.OPEN: (TaskState.SNOOZED, TaskState.DONE, TaskState.CANCELLED),
    TaskState.SNOOZED: (TaskState.OPEN, TaskState.DONE, TaskState.CANCELLED),
    TaskState.DONE: (TaskState.OPEN,),
    TaskState.CANCELLED: (),
}

TASK_OWNERS: Mapping[TaskState, StateOwner] = {
    TaskState.OPEN: StateOwner.RENEWAL_OWNER,
    TaskState.SNOOZED: StateOwner.SYSTEM,
    TaskState.DONE: StateOwner.NOBODY,
    TaskState.CANCELLED: StateOwner.NOBODY,
}

MESSAGE_TRANSITIONS: Mapping[MessageState, tuple[MessageState, ...]] = {
    MessageState.DRAFT: (MessageState.QUEUED, MessageState.CANCELLED),
    MessageState.QUEUED: (MessageState.SENDING, MessageState.IN_DOUBT, MessageState.PARKED, MessageState.CANCELLED),
    MessageState.SENDING: (
        MessageState.SENT,
        MessageState.QUEUED,
        MessageState.IN_DOUBT,
        MessageState.FAILED,
        MessageState.CANCELLED,
    ),
    MessageState.IN_DOUBT: (MessageState.QUEUED, MessageState.SENT, MessageState.CANCELLED),
    MessageState.PARKED: (MessageState.DRAFT, MessageState.QUEUED, MessageState.CANCELLED),
    MessageState.SENT: (),
    MessageState.FAILED: (),
    MessageState.CANCELLED: (),
}

MESSAGE_OWNERS: Mapping[MessageState, StateOwner] = {
    MessageState.DRAFT: StateOwner.RENEWAL_OWNER,
    MessageState.QUEUED: StateOwner.SYSTEM,
    MessageState.SENDING: StateOwner.SYSTEM,
    MessageState.IN_DOUBT: StateOwner.RENEWAL_OWNER,
    MessageState.PARKED: StateOwner.RENEWAL_OWNER,
    MessageState.SENT: StateOwner.NOBODY,
    MessageState.FAILED: StateOwner.ADMIN,
    MessageState.CANCELLED: StateOwner.NOBODY,
}


APPROVAL_TRANSITIONS: Mapping[ApprovalState, tuple[ApprovalState, ...]] = {
    ApprovalState.PENDING: (
        ApprovalState.APPROVED,
        ApprovalState.REJECTED,
        ApprovalState.WITHDRAWN,
        ApprovalState.TIMED_OUT,
    ),
    ApprovalState.APPROVED: (),
    ApprovalState.REJECTED: (),
    ApprovalState.WITHDRAWN: (),
    ApprovalState.TIMED_OUT: (),
}

APPROVAL_OWNERS: Mapping[ApprovalState, StateOwner] = {
    state: StateOwner.APPROVER if state is ApprovalState.PENDING else StateOwner.NOBODY for state in ApprovalState
}

OPEN_ENROLMENT_STATES: tuple[EnrolmentState, ...] = (EnrolmentState.ACTIVE, EnrolmentState.PAUSED)
OPEN_STEP_RUN_STATES: tuple[StepRunState, ...] = (
    StepRunState.SCHEDULED,
    StepRunState.CLAIMED,
    StepRunState.WAITING,
)
OPEN_TASK_STATES: tuple[TaskState, ...] = (TaskState.OPEN, TaskState.SNOOZED)

State = TypeVar("State", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRow:
    """One state of a machine as the generated page prints it."""

    state: str
    may_become: tuple[str, ...]
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StateMachine:
    """One table of states with the title of its section."""

    title: str
    rows: tuple[StateRow, ...]


def _machine(
    title: str, transitions: Mapping[State, tuple[State, ...]], owners: Mapping[State, StateOwner]
) -> StateMachine:
    rows = tuple(
        StateRow(state=state.value, may_become=tuple(to.value for to in nexts), owner=owners[state].value)
        for state, nexts in transitions.items()
    )
    return StateMachine(title=title, rows=rows)


MACHINES: tuple[StateMachine, ...] = (
    _machine("Enrolment", ENROLMENT_TRANSITIONS, ENROLMENT_OWNERS),
    _machine("Step run", STEP_RUN_TRANSITIONS, STEP_RUN_OWNERS),
    _machine("Task", TASK_TRANSITIONS, TASK_OWNERS),
    _machine("Message", MESSAGE_TRANSITIONS, MESSAGE_OWNERS),
    _machine("Approval of a step", APPROVAL_TRANSITIONS, APPROVAL_OWNERS),
)


def can_move(state: State, to: State, transitions: Mapping[State, tuple[State, ...]]) -> bool:
    """Answer whether the table has this move."""
    return to in transitions[state]


def check_move(state: State, to: State, transitions: Mapping[State, tuple[State, ...]]) -> None:
    """Refuse a move the table does not have. Raises StateNotAllowed naming what is possible instead."""
    if can_move(state, to, transitions):
        return
    allowed = ", ".join(transitions[state]) or "nothing, it is final"
    raise StateNotAllowed(f"'{state}' cannot become '{to}'.", why=f"Possible from here: {allowed}.")


def is_final(state: State, transitions: Mapping[State, tuple[State, ...]]) -> bool:
    """Answer whether nothing follows this state."""
    return not transitions[state]


def states_text(machines: Iterable[StateMachine] = MACHINES) -> str:
    """Return the Markdown sections of docs/states.md for these machines; the same text for the same tables."""
    return "\n".join(_section(machine) for machine in machines)


def _section(machine: StateMachine) -> str:
    rows = [f"| {row.state} | {', '.join(row.may_become) or '(final)'} | {row.owner} |" for row in machine.rows]
    return "\n".join([f"## {machine.title}", "", "| state | may become | whose move |", "|---|---|---|", *rows, ""])

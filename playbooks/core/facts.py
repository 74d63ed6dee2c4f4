"""What the decisions of playbooks are told: frozen facts about a renewal, its calendar, its contacts and sends.

Whoever loads them resolves zones and holidays; nothing here decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum

from playbooks.core.account_facts import AccountFacts
from playbooks.core.duties import Duty
from playbooks.core.holdouts import Arm
from playbooks.core.vocabulary import ContactRole, MessageClass
from renewals.core.conditions import Facts
from renewals.core.dates import BusinessCalendar, ResolvedZone

ReasonValue = str | int | float | bool | Decimal | date | datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a decision fell: a stable code and its numbers. The wording is the template's work."""

    code: str
    values: Mapping[str, ReasonValue] = field(default_factory=dict)


def reason(code: str, **values: ReasonValue) -> Reason:
    """Return a reason with its numbers, written as keywords."""
    return Reason(code=code, values=values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blackout:
    """Days we stay away; `until_on` is the last such day. A pause they asked for also stops the clock of delays."""

    from_on: date
    until_on: date
    reason: str
    is_pause: bool = False


class DoneState(StrEnum):
    """How a step that is behind us ended. What follows a step that was held out counts as if that had been done."""

    DONE = "done"
    SKIPPED = "skipped"
    PARKED = "parked"
    HELD_OUT = "held_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneStep:
    """A step run that is behind us; it is never planned again. `due_at` is when it was due, `done_at` when it ended.

    `chosen` is the path a branch took, empty for every other step.
    """

    step_key: str
    state: DoneState
    due_at: datetime
    done_at: datetime
    chosen: str = ""


class DeviationKind(StrEnum):
    """How a step is done otherwise than the playbook says; `as_planned` takes an earlier deviation back."""

    SKIP = "skip"
    RETIME = "retime"
    SWAP = "swap"
    ALTERNATIVE = "alternative"
    AS_PLANNED = "as_planned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviated:
    """The deviation in force for one step: `due_on` is another day, `what` another way; `by` and `why` are shown."""

    kind: DeviationKind
    due_on: date | None
    what: str
    why: str
    by: str

    def reason(self) -> Reason:
        """Return it as the reason that stands with the step and its decision."""
        return reason(f"person_{self.kind.value}", by=self.by, why=self.why, what=self.what, due_on=self.due_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """Everything the cadence plan of one enrolment depends on.

    `occurrence` is the renewal date at enrolment: it names the contract period and stays when `renewal_on` is moved.
    `notice_on` is the last day to give notice, None when the contract has none. `facts` are today's: branches that are
    not decided yet are planned with them. `deviations` are what people changed, by step key; `advanced` is when a
    reaction brought a step forward.
    """

    workspace_id: int
    enrolment_id: int
    started_at: datetime
    occurrence: date
    renewal_on: date
    notice_on: date | None
    term_starts_on: date
    zone: ResolvedZone
    calendar: BusinessCalendar
    blackouts: tuple[Blackout, ...] = ()
    done: tuple[DoneStep, ...] = ()
    facts: Facts = field(default_factory=dict)
    deviations: Mapping[str, Deviated] = field(default_factory=dict)
    advanced: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """An earlier run of a renewal in a playbook. `is_rearmed`: its entry condition was no again since it ended."""

    playbook_key: str
    occurrence: date
    round: int
    started_at: datetime
    is_open: bool
    is_rearmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionFacts:
    """What decides whether a renewal enters a playbook: conditions read `facts`, the rest is about this renewal."""

    workspace_id: int
    renewal_id: int
    renewal_on: date
    is_renewal_open: bool
    enrolled_occurrences: tuple[date, ...]
    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactFacts:
    """A person a step could reach. `suppressed_classes` are message classes this address may not get (None: unknown).

    `recent_touch_at` are the relationship and marketing touches to this person across all playbooks, in any order;
    None when they could not be read.
    """

    contact_id: int
    role: ContactRole
    has_address: bool
    suppressed_classes: frozenset[MessageClass] | None
    recent_touch_at: tuple[datetime, ...] | None
    out_of_office_until: datetime | None = None


class ApprovalState(StrEnum):
    """Where an approval stands; silence never approves."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    TIMED_OUT = "timed_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalFacts:
    """The approval a step has asked for: its state, how long silence is waited out, and if that was escalated."""

    approval_id: int
    state: ApprovalState
    version: int
    due_at: datetime
    is_escalated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFacts:
    """What is true at the moment a claimed step would act. None means unknown, and unknown holds a message back.

    `due_at` is the planned instant, also after holds. `contacts` come in any order, the step names whom it prefers.
    `replied_at` is the last reply of anybody at the account; only replies after `enrolled_at` count. `not_after` is the
    last instant at which acting makes sense (a notice deadline), None when there is none. A sponsor without a name is
    not named yet; `approval` is None until the step has asked for one. A renewal that was lost is open to what asks its
    account back, until it has answered. `arms` are the holdouts the enrolment drew; a person may have released it.
    """

    workspace_id: int
    enrolment_id: int
    occurrence: date
    due_at: datetime
    enrolled_at: datetime
    renewal_on: date
    is_enrolment_active: bool | None
    is_enrolment_paused: bool | None
    is_renewal_open: bool | None
    is_sending_paused: bool | None
    is_human_only: bool | None
    contacts: tuple[ContactFacts, ...]
    zone: ResolvedZone | None
    calendar: BusinessCalendar | None
    blackouts: tuple[Blackout, ...] = ()
    replied_at: datetime | None = None
    not_after: datetime | None = None
    is_approved: bool | None = None
    account: AccountFacts = field(default_factory=AccountFacts)
    deviation: Deviated | None = None
    approval: ApprovalFacts | None = None
    duties: tuple[Duty, ...] = ()
    our_sponsor: str = ""
    is_sponsor_named: bool = True
    their_sponsor: str = ""
    facts: Facts = field(default_factory=dict)
    arms: tuple[Arm, ...] = ()
    is_released: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SendWindow:
    """Local hours in which a message may leave, on open days only; `send_until` is exclusive."""

    send_from: time = time(8, 0)
    send_until: time = time(18, 0)

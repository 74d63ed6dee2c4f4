"""Who answers for a renewal's current step now, and which gaps make that unclear since when. Pure; writes nothing.

The sender of a hand-over answers until it is accepted; somebody away is stood in for by the delegate; a person who is
no active member answers for nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from playbooks.core.facts import Reason, reason
from playbooks.core.vocabulary import OperatorRole
from renewals.core.dates import BusinessCalendar, add_business_days, start_of_day
from renewals.core.renewal_states import STAGE_OWNERS, RenewalStage

DUTIES = ("owner", "initiator", "negotiator", "finaliser")
WEEK = BusinessCalendar()


class GapKind(StrEnum):
    """Why it is not plain who answers."""

    VACANCY = "vacancy"
    ABSENCE = "absence"
    UNOWNED_TASK = "unowned_task"
    HANDOVER = "handover"
    TIER_CHANGE = "tier_change"


UNCOVERED = (GapKind.VACANCY, GapKind.ABSENCE, GapKind.UNOWNED_TASK)
"""Kinds that leave nobody who answers; in the others somebody still does."""


class Raised(StrEnum):
    """When a manager gets a task about a gap."""

    OPENING = "opening"
    DUE = "due"


@dataclass(frozen=True, slots=True, kw_only=True)
class GapClock:
    """How long a gap may stay open, and when a manager gets a task about it."""

    business_days: int
    raised: Raised


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who may answer at a moment: active members by role (oldest membership first) and who stands in for whom.

    `away` maps a person who is away today to the delegate, None where nobody stands in.
    """

    by_role: Mapping[str, tuple[int, ...]]
    away: Mapping[int, int | None] = field(default_factory=dict)

    def is_member(self, person: int) -> bool:
        """Answer whether a person is an active member."""
        return any(person in people for people in self.by_role.values())

    def present(self, person: int) -> int | None:
        """Return who answers for a person's work: the person, the present delegate, or None."""
        if not self.is_member(person):
            return None
        if person not in self.away:
            return person
        delegate = self.away[person]
        is_there = delegate is not None and self.is_member(delegate) and delegate not in self.away
        return delegate if is_there else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFacts:
    """An open task of the renewal; `is_step` when a step of a playbook asked for it."""

    task_id: int
    assignee: int
    due_on: date
    title: str
    is_step: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StepNow:
    """The step an enrolment waits for, and whose it is by the definition."""

    playbook: str
    key: str
    name: str
    operator: OperatorRole


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverFacts:
    """A hand-over that nobody has accepted or refused."""

    handover_id: int
    sender: int
    receiver: int
    offered_at: datetime
    deadline_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TierFacts:
    """A change of tier that nobody has reviewed the ownership for."""

    period_id: int
    before: str
    tier: str
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnershipFacts:
    """What decides who answers for one open renewal. `account_owner` is None when the account has none."""

    renewal_id: int
    account_id: int
    stage: RenewalStage
    duties: Mapping[str, int]
    account_owner: int | None
    step: StepNow | None = None
    tasks: tuple[TaskFacts, ...] = ()
    handover: HandoverFacts | None = None
    tier: TierFacts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One gap as it is found; `subject` tells two gaps of a kind apart. None `since_at`: since it was noticed."""

    kind: GapKind
    subject: str
    why: Reason
    since_at: datetime | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Who answers now (None: nobody, and then a gap says why), whose work it is by name, why, and every gap."""

    accountable: int | None
    named: int
    why: Reason
    gaps: tuple[Gap, ...]


def standing(facts: OwnershipFacts, people: People) -> Standing:
    """Return who answers for the current step of an open renewal, and its gaps; at most one of each kind.

    The current step is the earliest open task of a playbook, else the step its enrolment waits for, else the duty of
    the renewal's stage. Whenever nobody answers there is a gap of a kind in `UNCOVERED`.
    """
    named, why = _named(facts, people)
    accountable = people.present(named)
    if accountable is not None and accountable != named:
        why = reason("stands_in", because=why.code, **why.values)
    return Standing(accountable=accountable, named=named, why=why, gaps=tuple(_gaps(facts, people, named).values()))


def clock_end(since_at: datetime, clock: GapClock, zone: str) -> datetime:
    """Return when a clock of whole business days runs out: the end of the last of them in the workspace's zone."""
    last_on = add_business_days(since_at.date(), clock.business_days, WEEK)
    return start_of_day(add_business_days(last_on, 1, WEEK), zone)


def _named(facts: OwnershipFacts, people: People) -> tuple[int, Reason]:
    task = min(
        (item for item in facts.tasks if item.is_step), key=lambda each: (each.due_on, each.task_id), default=None
    )
    if task is not None:
        return task.assignee, reason("has_the_task", title=task.title, due_on=task.due_on)
    if facts.step is not None:
        return _operator(facts, people, facts.step.operator), reason(
            "has_the_step", step=facts.step.name, playbook=facts.step.playbook, role=facts.step.operator.value
        )
    duty = STAGE_OWNERS[facts.stage].value
    return facts.duties.get(duty, facts.duties["owner"]), reason("has_the_stage", stage=facts.stage.value, duty=duty)


def _operator(facts: OwnershipFacts, people: People, role: OperatorRole) -> int:
    """Near the account where it names one; else the first of the role who is there, and the owner when nobody is."""
    if role is OperatorRole.SYSTEM:
        return facts.duties["owner"]
    if role is OperatorRole.CSM:
        return facts.account_owner if facts.account_owner is not None else facts.duties["owner"]
    if role is OperatorRole.RENEWAL_MANAGER:
        return facts.duties["negotiator"]
    there = (person for person in people.by_role.get(role.value, ()) if people.present(person) == person)
    return next(there, facts.duties["owner"])


def _gaps(facts: OwnershipFacts, people: People, named: int) -> dict[GapKind, Gap]:
    found = [*_person_gaps(facts, people, named), *_task_gaps(facts, people), *_handover_gap(facts), *_tier_gap(facts)]
    kept: dict[GapKind, Gap] = {}
    for gap in found:
        kept.setdefault(gap.kind, gap)
    return kept


def _person_gaps(facts: OwnershipFacts, people: People, named: int) -> list[Gap]:
    """The one whose step it is first, then the owner: both have to be there."""
    gaps = []
    for person in dict.fromkeys((named, facts.duties["owner"])):
        duty = "step" if person == named else "owner"
        if not people.is_member(person):
            why = reason("person_gone", person=person, duty=duty)
            gaps.append(Gap(kind=GapKind.VACANCY, subject=str(person), why=why))
        elif people.present(person) is None:
            why = reason("away_without_delegate", person=person, duty=duty)
            gaps.append(Gap(kind=GapKind.ABSENCE, subject=str(person), why=why))
    return gaps


def _task_gaps(facts: OwnershipFacts, people: People) -> list[Gap]:
    orphans = [item for item in facts.tasks if not people.is_member(item.assignee)]
    if not orphans:
        return []
    first = min(orphans, key=lambda item: (item.due_on, item.task_id))
    why = reason("task_unowned", title=first.title, tasks=len(orphans), person=first.assignee)
    return [Gap(kind=GapKind.UNOWNED_TASK, subject=str(first.task_id), why=why)]


def _handover_gap(facts: OwnershipFacts) -> list[Gap]:
    offer = facts.handover
    if offer is None:
        return []
    why = reason("handover_open", sender=offer.sender, receiver=offer.receiver, deadline_at=offer.deadline_at)
    return [
        Gap(
            kind=GapKind.HANDOVER,
            subject=str(offer.handover_id),
            why=why,
            since_at=offer.offered_at,
            due_at=offer.deadline_at,
        )
    ]


def _tier_gap(facts: OwnershipFacts) -> list[Gap]:
    change = facts.tier
    if change is None:
        return []
    why = reason("tier_changed", before=change.before, tier=change.tier, changed_at=change.changed_at)
    return [Gap(kind=GapKind.TIER_CHANGE, subject=str(change.period_id), why=why, since_at=change.changed_at)]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenGap:
    """A gap as it is kept open."""

    kind: GapKind
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GapChanges:
    """Which gaps to open, and which kinds to close."""

    opened: tuple[Gap, ...]
    closed: tuple[GapKind, ...]


def gap_changes(kept: tuple[OpenGap, ...], found: tuple[Gap, ...]) -> GapChanges:
    """Return what makes the kept gaps equal to those found; a gap about something else closes and opens anew."""
    now, before = {(item.kind, item.subject) for item in found}, {(item.kind, item.subject) for item in kept}
    return GapChanges(
        opened=tuple(item for item in found if (item.kind, item.subject) not in before),
        closed=tuple(item.kind for item in kept if (item.kind, item.subject) not in now),
    )

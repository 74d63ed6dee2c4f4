"""When each step of an enrolment is due and what lateness does to it, as one plan; and which step comes next.

The same facts give the same plan. Whether a due step may act is decided by guards, never here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from playbooks.core.definition import Playbook, Step
from playbooks.core.facts import DoneState, DoneStep, PlanFacts, Reason, SendWindow, reason
from playbooks.core.keys import decision_key
from playbooks.core.planned import CadencePlan, NextStep, PlanChange, Planned, PlannedStep
from playbooks.core.step_days import blackouts_for, has_phase_closed, phase_of, step_day
from playbooks.core.vocabulary import AnchorKind, LatePolicy, StepKind
from playbooks.core.windows import next_send_at
from renewals.core.dates import local_date, local_instant


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a step stands: its position, the day it counts from, and whether that day is a fact."""

    position: int
    previous_on: date
    is_firm: bool


def plan(definition: Playbook, facts: PlanFacts, *, now: datetime) -> CadencePlan:
    """Return every step not yet done, in the order and at the times in which it will act if nothing holds it.

    Steps anchored to contract dates never drift; `after_previous` steps count from the day the previous step acted, or
    from the day it is expected to. A skipped step moves what follows only when it was due later than what came before.
    Raises InvalidInput when a calendar has no open day to roll to.
    """
    firm = {item.step_key for item in _steps_ahead(definition, facts, now=now) if item.is_firm}
    steps = tuple(replace(item, is_firm=item.step_key in firm) for item in _unfold(definition, facts, now=now))
    key = decision_key("plan", facts.workspace_id, facts.enrolment_id, *(item.key for item in steps))
    return CadencePlan(steps=steps, zone=facts.zone, occurrence=facts.occurrence, key=key)


def next_step(definition: Playbook, facts: PlanFacts, *, now: datetime) -> NextStep:
    """Return the earliest step that will act and the skips due before it; calling it twice gives the same answer."""
    skipped: list[PlannedStep] = []
    for planned in _unfold(definition, facts, now=now):
        if planned.planned is not Planned.SKIP:
            return NextStep(step=planned, skipped=tuple(skipped))
        skipped.append(planned)
    return NextStep(step=None, skipped=tuple(skipped))


def plan_changes(old: CadencePlan, new: CadencePlan) -> tuple[PlanChange, ...]:
    """Return what differs between two plans, old to new, in the order of the new plan and then of the old one."""
    before = {item.step_key: item for item in old.steps}
    after = {item.step_key: item for item in new.steps}
    changes = (_change(key, before.get(key), after.get(key)) for key in {**after, **before})
    return tuple(item for item in changes if (item.old_due_at, item.old_planned) != (item.new_due_at, item.new_planned))


def send_window_of(definition: Playbook) -> SendWindow:
    """Return the hours in which messages of this playbook may leave."""
    return SendWindow(send_from=definition.guardrails.send_from, send_until=definition.guardrails.send_until)


def late_on(
    definition: Playbook, step: Step, renewal_on: date, due_on: date, day: date
) -> tuple[Planned, tuple[Reason, ...]]:
    """Return what a step due on `due_on` becomes if it can act on the local day `day` at the earliest, and why."""
    has_closed = has_phase_closed(day, step, phase_of(definition, step), renewal_on)
    return late_decision(step, due_on, today=day, has_closed=has_closed)


def late_decision(
    step: Step, due_on: date, *, today: date, has_closed: bool = False
) -> tuple[Planned, tuple[Reason, ...]]:
    """Return what a step due on `due_on` becomes on the local day `today`, and why.

    A step is late from the next local day on. `has_closed` says that its phase is over, which skips it unless its late
    policy turns it into a task.
    """
    late_days = (today - due_on).days
    if late_days <= 0:
        return Planned.RUN, ()
    numbers = reason("late", late_days=late_days, allowed_days=step.late.max_days, policy=step.late.policy.value)
    if step.late.policy is not LatePolicy.SKIP and late_days <= step.late.max_days and not has_closed:
        return Planned.RUN_LATE, (numbers,)
    return (Planned.MAKE_TASK if step.late.policy is LatePolicy.TASK else Planned.SKIP), (numbers,)


def _unfold(definition: Playbook, facts: PlanFacts, *, now: datetime) -> Iterator[PlannedStep]:
    """Yield the steps one after another, as if those before had just acted: one step is open at a time."""
    while ahead := _steps_ahead(definition, facts, now=now):
        first = ahead[0]
        yield first
        acts = first.planned is not Planned.SKIP
        now = max(now, first.expected_at) if acts else now
        behind = DoneStep(
            step_key=first.step_key,
            state=DoneState.DONE if acts else DoneState.SKIPPED,
            due_at=first.due_at,
            done_at=now,
        )
        facts = replace(facts, done=(*facts.done, behind))


def _steps_ahead(definition: Playbook, facts: PlanFacts, *, now: datetime) -> list[PlannedStep]:
    """Return the steps not yet done by due time; a step whose predecessor is not done has an estimated day."""
    done = {item.step_key: item for item in facts.done}
    place = _Place(position=0, previous_on=local_date(facts.started_at, facts.zone.name), is_firm=True)
    ahead: list[PlannedStep] = []
    for position, step in enumerate(definition.steps):
        if step.key in done:
            previous_on, is_firm = _day_behind(done[step.key], place.previous_on, facts), True
        else:
            ahead.append(_plan_step(definition, step, facts, place, now=now))
            previous_on, is_firm = _day_ahead(ahead[-1], place.previous_on), False
        place = _Place(position=position + 1, previous_on=previous_on, is_firm=is_firm)
    return sorted(ahead, key=lambda item: (item.due_at, item.position))


def _plan_step(definition: Playbook, step: Step, facts: PlanFacts, place: _Place, *, now: datetime) -> PlannedStep:
    day = step_day(definition, step, facts, previous_on=place.previous_on)
    due_on = day.due_on or local_date(facts.started_at, facts.zone.name)
    due_at = local_instant(due_on, step.at, facts.zone.name)
    earliest = max(due_at, now)
    expected_at = _expected_at(definition, step, facts, earliest)
    planned, reasons = late_on(definition, step, facts.renewal_on, due_on, local_date(expected_at, facts.zone.name))
    if day.skip is not None:
        planned, reasons = Planned.SKIP, (day.skip,)
    shown = due_at.astimezone(ZoneInfo(facts.zone.name))
    return PlannedStep(
        enrolment_id=facts.enrolment_id,
        step_key=step.key,
        position=place.position,
        kind=StepKind.TASK if planned is Planned.MAKE_TASK else step.kind,
        planned=planned,
        occurrence=facts.occurrence,
        due_at=due_at,
        due_on=shown.date(),
        due_time=shown.time(),
        zone=facts.zone,
        expected_at=expected_at if planned in (Planned.RUN, Planned.RUN_LATE) else earliest,
        anchor=step.anchor.kind,
        anchor_on=day.anchor_on,
        computed_on=day.computed_on,
        is_firm=place.is_firm or step.anchor.kind is not AnchorKind.AFTER_PREVIOUS,
        moves=day.moves,
        reasons=reasons,
    )


def _expected_at(definition: Playbook, step: Step, facts: PlanFacts, earliest: datetime) -> datetime:
    """A message waits for the send window; a task is made at once."""
    if step.kind is not StepKind.EMAIL:
        return earliest
    return next_send_at(
        earliest,
        window=send_window_of(definition),
        zone=facts.zone,
        calendar=facts.calendar,
        blackouts=blackouts_for(step, facts.blackouts),
    )


def _day_behind(item: DoneStep, previous_on: date, facts: PlanFacts) -> date:
    if item.state is DoneState.DONE:
        return local_date(item.done_at, facts.zone.name)
    return max(previous_on, local_date(item.due_at, facts.zone.name))


def _day_ahead(planned: PlannedStep, previous_on: date) -> date:
    if planned.planned is Planned.SKIP:
        return max(previous_on, planned.due_on)
    return local_date(planned.expected_at, planned.zone.name)


def _change(key: str, old: PlannedStep | None, new: PlannedStep | None) -> PlanChange:
    return PlanChange(
        step_key=key,
        old_due_at=old.due_at if old else None,
        new_due_at=new.due_at if new else None,
        old_planned=old.planned if old else None,
        new_planned=new.planned if new else None,
    )

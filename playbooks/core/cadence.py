"""When each step of an enrolment is due and what lateness does to it, as one plan; and which step comes next.

The same facts give the same plan. Whether a due step may act is decided by guards, never here.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from playbooks.core.branches import choose_path, other_way
from playbooks.core.definition import Playbook, Step
from playbooks.core.deviations import alternative_of
from playbooks.core.facts import Blackout, DoneState, DoneStep, PlanFacts, Reason, SendWindow, StepFacts, reason
from playbooks.core.keys import decision_key
from playbooks.core.planned import CadencePlan, NextStep, PlanChange, Planned, PlannedStep
from playbooks.core.step_days import (
    StepDay,
    blackouts_for,
    contract_day,
    has_phase_closed,
    is_notice_date,
    phase_of,
    step_day,
)
from playbooks.core.vocabulary import AnchorKind, LatePolicy, StepKind, is_message
from playbooks.core.windows import next_send_at
from renewals.core.conditions import Answer, evaluate
from renewals.core.dates import BusinessCalendar, check_zone, local_date, local_instant


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dated:
    """A step ahead with its day: all that the order of the steps needs, and cheap to have for every one of them."""

    position: int
    step: Step
    day: StepDay
    due_on: date
    due_at: datetime


NEVER_LATE = (StepKind.WAIT, StepKind.BRANCH)
"""They touch nobody: a late one still has to say how it goes on."""


def plan(definition: Playbook, facts: PlanFacts, *, now: datetime) -> CadencePlan:
    """Return every step not yet done, in the order and at the times in which it will act if nothing holds it.

    Steps anchored to contract dates never drift; `after_previous` steps count from the day the previous step acted, or
    from the day it is expected to. A skipped step moves what follows only when it was due later than what came before.
    Raises InvalidInput when a calendar has no open day to roll to.
    """
    behind = {item.step_key for item in facts.done}
    steps = tuple(
        replace(item, is_firm=_is_firm(definition, item.position, behind))
        for item in _unfold(definition, facts, now=now)
    )
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


def wait_ends_at(step: Step, due_at: datetime, *, zone: str) -> datetime:
    """Return when a wait that was due at `due_at` is over at the latest; the due instant itself for other steps."""
    if step.wait is None:
        return due_at
    return local_instant(local_date(due_at, zone) + timedelta(days=step.wait.max_days), step.at, zone)


def late_on(
    definition: Playbook, step: Step, renewal_on: date, due_on: date, day: date
) -> tuple[Planned, tuple[Reason, ...]]:
    """Return what a step due on `due_on` becomes if it can act on the local day `day` at the earliest, and why."""
    if step.kind in NEVER_LATE:
        return Planned.RUN, ()
    has_closed = has_phase_closed(day, step, phase_of(definition, step), renewal_on)
    return late_decision(step, due_on, today=day, has_closed=has_closed)


def asks_late(step: Step, facts: StepFacts, *, now: datetime) -> bool:
    """Answer whether a person is asked if the step should still happen, because its day was an earlier one."""
    if step.late.policy is not LatePolicy.ASK or facts.zone is None:
        return False
    return local_date(now, facts.zone.name) > local_date(facts.due_at, facts.zone.name)


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
    """Yield the steps one after another, as if those before had just acted: one step is open at a time.

    Nothing is planned before it is asked for. A skipped step moves no date, so only a step that acts is followed by a
    new look; days counted from contract dates are kept from look to look.
    """
    kept = dict(_contract_days(definition, facts))
    done = {item.step_key: item for item in facts.done}
    while ahead := _dated_steps(definition, facts, done, kept, now=now):
        for item in ahead:
            planned = _planned(
                definition, item, facts, done, is_firm=_is_firm(definition, item.position, done), now=now
            )
            planned = _before_notice(planned, ahead) if item.step.wait is not None else planned
            yield planned
            acts = planned.planned is not Planned.SKIP
            now = max(now, planned.expected_at) if acts else now
            done[item.step.key] = DoneStep(
                step_key=item.step.key,
                state=DoneState.DONE if acts else DoneState.SKIPPED,
                due_at=item.due_at,
                done_at=now,
                chosen=choose_path(item.step, facts.facts).path if acts and item.step.paths else "",
            )
            if acts:
                break


def _before_notice(waits: PlannedStep, ahead: list[_Dated]) -> PlannedStep:
    """A wait gives way when a date of notice behind it comes first."""
    dates = [item.due_at for item in ahead if item.day.skip is None and is_notice_date(item.step)]
    first = min((at for at in dates if at >= waits.due_at), default=waits.expected_at)
    return replace(waits, expected_at=min(waits.expected_at, first))


def _dated_steps(
    definition: Playbook, facts: PlanFacts, done: Mapping[str, DoneStep], kept: dict[str, _Dated], *, now: datetime
) -> list[_Dated]:
    """Return the steps not yet done by due time; a step whose predecessor is not done has an estimated day.

    `kept` holds the steps whose day no other step can move, and grows.
    """
    ahead: dict[str, _Dated] = {}
    started_on = local_date(facts.started_at, facts.zone.name)
    for position, step in enumerate(definition.steps):
        if step.key in done:
            continue
        drifts = step.anchor.kind is AnchorKind.AFTER_PREVIOUS
        item = kept.get(step.key)
        if item is None:
            previous_on = _previous_day(definition, facts, done, ahead, position, now=now) if drifts else started_on
            item = _date_step(definition, step, facts, position=position, previous_on=previous_on)
        if not drifts:
            kept[step.key] = item
        ahead[step.key] = item
    return sorted(ahead.values(), key=lambda item: (_turn(item, ahead), item.position))


def _turn(item: _Dated, ahead: Mapping[str, _Dated]) -> datetime:
    """A step on a path never comes before its branch, however early its own day is."""
    branch = ahead.get(item.step.branch_key) if item.step.path else None
    return item.due_at if branch is None else max(item.due_at, _turn(branch, ahead))


def _contract_days(definition: Playbook, facts: PlanFacts) -> Mapping[str, _Dated]:
    """Return the steps that no other step can move; of those without a day or changed by a person, none."""
    if facts.deviations:
        return {}
    dates = (facts.renewal_on, facts.notice_on, facts.term_starts_on)
    return _kept_days(definition, dates, facts.zone.name, facts.calendar, facts.blackouts)


@lru_cache(maxsize=2048)
def _kept_days(
    definition: Playbook,
    dates: tuple[date, date | None, date],
    zone: str,
    calendar: BusinessCalendar,
    blackouts: tuple[Blackout, ...],
) -> Mapping[str, _Dated]:
    """Renewals of one day have the same dates, and what is due on one day is mostly of renewals of one day."""
    dated = {}
    for position, step in enumerate(definition.steps):
        if step.anchor.kind is not AnchorKind.AFTER_PREVIOUS:
            day = contract_day(definition, step, dates, calendar=calendar, blackouts=blackouts)
            if day.due_on is not None:
                due_at = local_instant(day.due_on, step.at, zone)
                dated[step.key] = _Dated(position=position, step=step, day=day, due_on=day.due_on, due_at=due_at)
    return dated


def _date_step(definition: Playbook, step: Step, facts: PlanFacts, *, position: int, previous_on: date) -> _Dated:
    day = step_day(definition, step, facts, previous_on=previous_on)
    due_on = day.due_on or local_date(facts.started_at, facts.zone.name)
    due_at = local_instant(due_on, step.at, facts.zone.name)
    advanced_at = _advanced_at(step, facts, previous_on=previous_on)
    if advanced_at is not None and advanced_at < due_at:
        due_on, due_at = local_date(advanced_at, facts.zone.name), advanced_at
        is_over = has_phase_closed(due_on, step, phase_of(definition, step), facts.renewal_on)
        day = day if is_over else replace(day, skip=None)
    return _Dated(position=position, step=step, day=day, due_on=due_on, due_at=due_at)


def _advanced_at(step: Step, facts: PlanFacts, *, previous_on: date) -> datetime | None:
    """A drifting step that a reaction brought forward stays there, however often it is planned again.

    One that acts before it meanwhile makes it the day of that step. A day that a person chose for it afterwards, or a
    contract date it hangs on by now, counts more.
    """
    is_free = step.anchor.kind is AnchorKind.AFTER_PREVIOUS and step.key not in facts.deviations
    at = facts.advanced.get(step.key) if is_free else None
    if at is None or local_date(at, facts.zone.name) >= previous_on:
        return at
    return local_instant(previous_on, step.at, facts.zone.name)


def _previous_day(
    definition: Playbook,
    facts: PlanFacts,
    done: Mapping[str, DoneStep],
    ahead: Mapping[str, _Dated],
    position: int,
    *,
    now: datetime,
) -> date:
    """Return the day the step before `position` acted or is expected to; of skipped ones the latest day counts."""
    latest = local_date(facts.started_at, facts.zone.name)
    for step in reversed(definition.steps[:position]):
        behind = done.get(step.key)
        if behind is not None:
            acts, at = behind.state in (DoneState.DONE, DoneState.HELD_OUT), behind.due_at
            at = behind.done_at if acts else at
        else:
            planned = _planned(definition, ahead[step.key], facts, done, is_firm=False, now=now)
            acts = planned.planned is not Planned.SKIP
            at = planned.expected_at if acts else planned.due_at
        latest = max(latest, local_date(at, facts.zone.name))
        if acts:
            break
    return latest


def _is_firm(definition: Playbook, position: int, behind: Collection[str]) -> bool:
    """Answer whether a step's date hangs on nothing that is still to happen."""
    step = definition.steps[position]
    if step.path and step.branch_key not in behind:
        return False
    drifts = step.anchor.kind is AnchorKind.AFTER_PREVIOUS
    return not drifts or position == 0 or definition.steps[position - 1].key in behind


def _planned(
    definition: Playbook,
    item: _Dated,
    facts: PlanFacts,
    done: Mapping[str, DoneStep],
    *,
    is_firm: bool,
    now: datetime,
) -> PlannedStep:
    step, day = item.step, item.day
    earliest = max(item.due_at, now)
    expected_at = _expected_at(definition, item, facts, earliest)
    planned, reasons = _fate(definition, item, facts, done, on=local_date(expected_at, facts.zone.name))
    shown = item.due_at.astimezone(check_zone(facts.zone.name))
    return PlannedStep(
        enrolment_id=facts.enrolment_id,
        step_key=step.key,
        position=item.position,
        kind=StepKind.TASK if planned is Planned.MAKE_TASK else step.kind,
        planned=planned,
        occurrence=facts.occurrence,
        due_at=item.due_at,
        due_on=shown.date(),
        due_time=shown.time(),
        zone=facts.zone,
        expected_at=expected_at if planned in (Planned.RUN, Planned.RUN_LATE) else earliest,
        anchor=step.anchor.kind,
        anchor_on=day.anchor_on,
        computed_on=day.computed_on,
        is_firm=is_firm,
        moves=day.moves,
        reasons=reasons,
    )


def _fate(
    definition: Playbook, item: _Dated, facts: PlanFacts, done: Mapping[str, DoneStep], *, on: date
) -> tuple[Planned, tuple[Reason, ...]]:
    """Return what becomes of a step that can act on the day `on` at the earliest, and why."""
    skip = item.day.skip or other_way(definition, item.step, facts.facts, done)
    if skip is not None:
        return Planned.SKIP, (skip,)
    planned, reasons = late_on(definition, item.step, facts.renewal_on, item.due_on, on)
    instead = alternative_of(facts.deviations.get(item.step.key))
    if instead is None or planned is Planned.SKIP:
        return planned, reasons
    return Planned.MAKE_TASK, (*reasons, instead)


def _expected_at(definition: Playbook, item: _Dated, facts: PlanFacts, earliest: datetime) -> datetime:
    """A message waits for the send window, a wait for its condition or its last day; anything else acts at once."""
    step = item.step
    if step.wait is not None:
        is_over = step.wait.until is not None and evaluate(step.wait.until, facts.facts).answer is Answer.YES
        return earliest if is_over else max(earliest, wait_ends_at(step, item.due_at, zone=facts.zone.name))
    if not is_message(step.kind):
        return earliest
    return next_send_at(
        earliest,
        window=send_window_of(definition),
        zone=facts.zone,
        calendar=facts.calendar,
        blackouts=blackouts_for(step, facts.blackouts),
    )


def _change(key: str, old: PlannedStep | None, new: PlannedStep | None) -> PlanChange:
    return PlanChange(
        step_key=key,
        old_due_at=old.due_at if old else None,
        new_due_at=new.due_at if new else None,
        old_planned=old.planned if old else None,
        new_planned=new.planned if new else None,
    )

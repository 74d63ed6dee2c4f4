"""The day of one step: its anchor, its offset, its phase, and the calendar moves with their reasons.

Steps anchored to a contract date never drift; a day counted towards a notice deadline only ever moves earlier.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from playbooks.core.definition import Phase, Playbook, Step
from playbooks.core.facts import Blackout, Deviated, DeviationKind, PlanFacts, Reason, reason
from playbooks.core.vocabulary import AnchorKind, DayUnit, MessageClass, Roll, is_message
from playbooks.core.windows import roll_day
from renewals.core.dates import BusinessCalendar, add_business_days


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDay:
    """A step's day: what it counts from, the day before and after calendar moves; `skip` says why it has no place."""

    anchor_on: date | None
    computed_on: date | None
    due_on: date | None
    moves: tuple[Reason, ...] = ()
    skip: Reason | None = None


def step_day(definition: Playbook, step: Step, facts: PlanFacts, *, previous_on: date) -> StepDay:
    """Return the day of a step; `previous_on` is the day the step before it acts on (or enrolment began).

    What a person changed about the step comes last: their day is not moved by phases or closed days.
    """
    day = _written_day(definition, step, facts, previous_on=previous_on)
    deviated = facts.deviations.get(step.key)
    return day if deviated is None else _deviated_day(day, deviated)


def _written_day(definition: Playbook, step: Step, facts: PlanFacts, *, previous_on: date) -> StepDay:
    if step.anchor.kind is not AnchorKind.AFTER_PREVIOUS:
        dates = (facts.renewal_on, facts.notice_on, facts.term_starts_on)
        return contract_day(definition, step, dates, calendar=facts.calendar, blackouts=facts.blackouts)
    phase, resting = phase_of(definition, step), blackouts_for(step, facts.blackouts)
    counted = _Counted(step.anchor.offset_days, step.anchor.unit, roll_of(step))
    computed_on, kept = _with_pauses(_offset(previous_on, counted, facts.calendar), previous_on, resting)
    opened_on, opening = _not_before_phase(computed_on, phase, facts.renewal_on)
    closing = (phase.key, facts.renewal_on + timedelta(days=phase.closes_days))
    day = _rolled(opened_on, counted, closing, facts.calendar, resting)
    return replace(day, anchor_on=previous_on, computed_on=computed_on, moves=kept + opening + day.moves)


def contract_day(
    definition: Playbook,
    step: Step,
    dates: tuple[date, date | None, date],
    *,
    calendar: BusinessCalendar,
    blackouts: tuple[Blackout, ...],
) -> StepDay:
    """Return the day of a step counted from a date of the contract: renewal, notice deadline or start of the term."""
    renewal_on, notice_on, term_starts_on = dates
    kind = step.anchor.kind
    anchored = {AnchorKind.RENEWAL_DATE: renewal_on, AnchorKind.NOTICE_DEADLINE: notice_on}
    anchor_on = anchored.get(kind, term_starts_on)
    if anchor_on is None:
        return StepDay(anchor_on=None, computed_on=None, due_on=None, skip=reason("no_anchor_date", anchor=kind.value))
    phase = phase_of(definition, step)
    counted = _Counted(step.anchor.offset_days, step.anchor.unit, roll_of(step))
    outlives = kind is AnchorKind.NOTICE_DEADLINE
    closing = None if outlives else (phase.key, renewal_on + timedelta(days=phase.closes_days))
    day = _rolled(_offset(anchor_on, counted, calendar), counted, closing, calendar, blackouts_for(step, blackouts))
    return replace(day, anchor_on=anchor_on)


class _Counted(NamedTuple):
    """How far from its anchor a step is, in which days, and where it goes from a closed one."""

    offset_days: int
    unit: DayUnit
    roll: Roll


def _rolled(
    day: date,
    counted: _Counted,
    closing: tuple[str, date] | None,
    calendar: BusinessCalendar,
    blackouts: tuple[Blackout, ...],
) -> StepDay:
    due_on, moves = roll_day(day, roll=counted.roll, calendar=calendar, blackouts=blackouts)
    skip = None
    if closing is not None and day > closing[1]:
        skip = reason("phase_closed", phase=closing[0], closes_on=closing[1], due_on=day)
    return StepDay(anchor_on=day, computed_on=day, due_on=due_on, moves=moves, skip=skip)


def _deviated_day(day: StepDay, deviated: Deviated) -> StepDay:
    if deviated.kind is DeviationKind.SKIP:
        return replace(day, skip=deviated.reason())
    if deviated.due_on is None:
        return day
    return replace(day, due_on=deviated.due_on, skip=None, moves=(*day.moves, deviated.reason()))


def roll_of(step: Step) -> Roll:
    """Return the direction a closed day moves in.

    Towards a notice deadline always earlier, and a step that follows another never before it, whatever is written.
    """
    if step.anchor.kind is AnchorKind.NOTICE_DEADLINE and step.anchor.offset_days <= 0:
        return Roll.PREVIOUS
    return Roll.NEXT if step.anchor.kind is AnchorKind.AFTER_PREVIOUS else step.anchor.roll


def phase_of(definition: Playbook, step: Step) -> Phase:
    """Return the phase a step belongs to; raises `StopIteration` for a definition that was never validated."""
    return next(phase for phase in definition.phases if phase.key == step.phase)


def has_phase_closed(day: date, step: Step, phase: Phase, renewal_on: date) -> bool:
    """Answer whether the phase's last day is over; steps counted from the notice deadline outlive their phase."""
    if step.anchor.kind is AnchorKind.NOTICE_DEADLINE:
        return False
    return day > renewal_on + timedelta(days=phase.closes_days)


def blackouts_for(step: Step, blackouts: tuple[Blackout, ...]) -> tuple[Blackout, ...]:
    """Return the blackouts a step respects: messages do, while tasks, notices and notice dates still happen."""
    is_exempt = (
        not is_message(step.kind)
        or step.message_class in (MessageClass.CONTRACTUAL_NOTICE, MessageClass.SECURITY)
        or step.anchor.kind is AnchorKind.NOTICE_DEADLINE
    )
    return () if is_exempt else blackouts


def is_notice_date(step: Step) -> bool:
    """Answer whether a step keeps a date of notice: its day is the contract's, and nothing may hold it up."""
    is_notice = step.message_class is MessageClass.CONTRACTUAL_NOTICE
    drifts = step.anchor.kind is AnchorKind.AFTER_PREVIOUS
    return step.anchor.kind is AnchorKind.NOTICE_DEADLINE or (is_notice and not drifts)


def _offset(day: date, counted: _Counted, calendar: BusinessCalendar) -> date:
    if counted.unit is DayUnit.BUSINESS_DAYS and counted.offset_days:
        return add_business_days(day, counted.offset_days, calendar)
    return day + timedelta(days=counted.offset_days)


def _with_pauses(day: date, from_on: date, resting: tuple[Blackout, ...]) -> tuple[date, tuple[Reason, ...]]:
    """A pause stops the clock of a drifting message: what was left of its delay is left when the pause ends."""
    moved = day
    for pause in sorted(resting, key=lambda item: item.from_on):
        if pause.is_pause and pause.from_on <= moved and pause.until_on >= from_on:
            moved += pause.until_on - max(pause.from_on, from_on) + timedelta(days=1)
    if moved == day:
        return day, ()
    return moved, (reason("delay_kept_over_pause", from_on=day, to_on=moved),)


def _not_before_phase(day: date, phase: Phase, renewal_on: date) -> tuple[date, tuple[Reason, ...]]:
    """A drifting step waits for its phase to open; a contract-anchored one never moves for it."""
    opens_on = renewal_on + timedelta(days=phase.opens_days)
    if day >= opens_on:
        return day, ()
    return opens_on, (reason("waits_for_phase", phase=phase.key, from_on=day, to_on=opens_on),)

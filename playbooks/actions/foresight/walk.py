"""Let enrolments run ahead in memory: the engine's own decision about each look, one account's steps in due order.

Nothing is written or sent here; what comes out holds as long as nothing changes.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeGuard
from zoneinfo import ZoneInfo

from playbooks.actions.outcomes import WAITS_FOR_FACTS, StepOutcome, decide_outcome, done_state
from playbooks.actions.step_rows import Row
from playbooks.core.account_facts import Touch as AccountTouch
from playbooks.core.cadence import next_step
from playbooks.core.facts import DoneState, DoneStep, Reason
from playbooks.core.foresight import Effect, Standing, Touch, loose_reasons, next_look
from playbooks.core.states import MessageState, StepRunState
from playbooks.core.vocabulary import MessageClass
from playbooks.queries.assignees import Assignees
from playbooks.queries.case_facts import StepCase, contract_dates
from playbooks.queries.cases import LoadedCase

COUNTED = (MessageClass.RELATIONSHIP, MessageClass.MARKETING)
STEPS_AHEAD = 10_000
"""More than the steps of any enrolment."""
Touches = dict[int, tuple[tuple[int | None, datetime], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """An enrolment on its way: `due_at` is its next look. `is_open` while it stands at the step it really waits for.

    `held` is why it waited at this step, `stops_at` when somebody is known to have ended it.
    """

    loaded: LoadedCase
    due_at: datetime
    is_open: bool
    is_entering: bool = False
    was_held: bool = False
    held: tuple[Reason, ...] = ()
    stops_at: datetime | None = None


def tracks_of(cases: Iterable[LoadedCase], *, now: datetime) -> tuple[Track, ...]:
    """Return enrolments at the step they wait for; what should have been looked at before is looked at `now`.

    A contract that was moved meanwhile is planned again by the engine's next sweep, which is now.
    """
    return tuple(
        Track(loaded=each, due_at=now if _is_moved(each, now) else max(now, each.row["due_at"]), is_open=True)
        for each in cases
    )


def _is_moved(loaded: LoadedCase, now: datetime) -> bool:
    case = loaded.seen_at(now=now)
    return bool(case.planned_for) and case.planned_for != contract_dates(case.plan)


def entered(loaded: LoadedCase, *, now: datetime) -> Track | None:
    """Return a renewal that enters at `now` at its first step; None when it would skip them all."""
    case = loaded.seen_at(now=now)
    ahead = next_step(case.definition, case.plan, now=now)
    behind = tuple(
        DoneStep(step_key=item.step_key, state=DoneState.SKIPPED, due_at=item.due_at, done_at=now)
        for item in ahead.skipped
    )
    if ahead.step is None:
        return None
    row = {
        **loaded.row,
        "step_key": ahead.step.step_key,
        "kind": case.definition.step(ahead.step.step_key).kind.value,
        "due_at": ahead.step.due_at,
        "planned_at": ahead.step.due_at,
    }
    due_at = max(now, ahead.step.due_at)
    return Track(loaded=replace(loaded, row=row, behind=behind), due_at=due_at, is_open=True, is_entering=True)


def walk(tracks: Sequence[Track], people: Assignees, *, until: datetime) -> Iterator[Touch]:
    """Yield what happens to these enrolments up to `until`, in the order of time.

    Messages of one count as touches for the others, so all enrolments of an account belong into one walk.
    """
    heap = [(track.loaded.looked_at(track.due_at), place) for place, track in enumerate(tracks)]
    touches = {contact: found for track in tracks for contact, found in track.loaded.people.touches.items()}
    accounts: dict[int, tuple[AccountTouch, ...]] = {}
    standing = [_counting(track, place, touches, accounts) for place, track in enumerate(tracks)]
    heapq.heapify(heap)
    while heap and heap[0][0] <= until:
        at, place = heapq.heappop(heap)
        stops_at = standing[place].stops_at
        if stops_at is not None and at > stops_at:
            continue
        track, happened = _look(standing[place], people, touches, at)
        yield from happened
        if track is not None:
            standing[place] = track
            heapq.heappush(heap, (track.loaded.looked_at(track.due_at), place))


def _counting(track: Track, place: int, touches: Touches, accounts: dict[int, tuple[AccountTouch, ...]]) -> Track:
    """Return the track reading touches that grow during the walk; who else is due now is in the walk itself.

    Steps that are yet to be get numbers of their own, so that no enrolment takes the touches of another for its own.
    """
    people = replace(track.loaded.people, touches=touches)
    state = track.loaded.row["state"]
    alone = replace(state, facts=replace(state.facts, rivals=()))
    row = {**track.loaded.row, "state": alone, "projected": accounts}
    row["step_run_id"] = row["step_run_id"] or -(place + 1) * STEPS_AHEAD
    return replace(track, loaded=replace(track.loaded, people=people, row=row))


def _look(track: Track, people: Assignees, touches: Touches, at: datetime) -> tuple[Track | None, tuple[Touch, ...]]:
    case = track.loaded.seen_at(now=at)
    outcome = decide_outcome(case, people, now=at)
    if outcome.moved:
        return _moved(track, outcome, at), ()
    if outcome.state is StepRunState.SCHEDULED:
        return _held(track, case, outcome, people, at), ()
    _count_touch(touches, track.loaded.row["step_run_id"], outcome.message, at)
    _count_account_touch(track.loaded.row["projected"], outcome.message, at)
    return _followed(track, outcome, at), (_touch(track, case, outcome, people, at),)


def _moved(track: Track, outcome: StepOutcome, at: datetime) -> Track:
    """The contract was moved since the step was planned: the engine plans it again before anything else."""
    moved = outcome.moved or {}
    names = ("step_key", "kind", "due_at", "planned_at")
    row = {**track.loaded.row, **{name: moved[name] for name in names}, "planned_for": "{}"}
    loaded = replace(track.loaded, row=row, behind=(*track.loaded.behind, *_skipped(outcome.following, at)))
    return replace(track, loaded=loaded, due_at=max(at, row["due_at"]))


def _held(track: Track, case: StepCase, outcome: StepOutcome, people: Assignees, at: datetime) -> Track:
    step = case.definition.step(case.step_key)
    until = outcome.due_at or at
    if step.message_class is None:
        until = next_look(at, until, _standing(track, case, at))
    woken_at = track.loaded.woken_after(at)
    until = until if woken_at is None else min(until, woken_at)
    until = _told_at(track.loaded, outcome, people, at, until)
    if _waits_for_hours(outcome.reasons):
        return replace(track, due_at=until)
    return replace(track, due_at=until, was_held=True, held=outcome.reasons)


def _told_at(loaded: LoadedCase, outcome: StepOutcome, people: Assignees, at: datetime, until: datetime) -> datetime:
    """Return when what is recorded by then lets the step go on, `until` when nothing before that does."""
    if not any(each.code in WAITS_FOR_FACTS for each in outcome.reasons):
        return until
    while (told_at := loaded.news_after(at)) is not None and told_at < until:
        case = loaded.seen_at(now=told_at)
        if decide_outcome(case, people, now=told_at).state is not StepRunState.SCHEDULED:
            return told_at
        at = told_at
    return until


def _waits_for_hours(reasons: Iterable[Reason]) -> bool:
    """Waiting for the send window is part of the plan and makes nothing less firm."""
    return all(item.code in ("outside_send_window", "not_due_yet") for item in reasons)


def _standing(track: Track, case: StepCase, at: datetime) -> Standing:
    behind = DoneStep(step_key=case.step_key, state=DoneState.SKIPPED, due_at=case.facts.due_at, done_at=at)
    plan = replace(case.plan, done=(*case.plan.done, behind))
    following = next_step(case.definition, plan, now=at).step
    zones = {case.plan.zone.name} | ({case.facts.zone.name} if case.facts.zone else set())
    return Standing(
        zones=tuple(sorted(zones)),
        following_at=following.due_at if following else None,
        paused_until_at=track.loaded.row["paused_until_at"],
        replied_at=case.facts.replied_at,
        recorded_at=track.loaded.change_after(at),
    )


def _followed(track: Track, outcome: StepOutcome, at: datetime) -> Track | None:
    """Return the enrolment at its next step; None when this was the last one."""
    opened = [row for row in outcome.following if row["state"] == StepRunState.SCHEDULED.value]
    if outcome.ended_state or not opened:
        return None
    own = DoneStep(
        step_key=outcome.case.step_key,
        state=done_state(outcome.state, outcome.reasons),
        due_at=outcome.case.facts.due_at,
        done_at=at,
        chosen=outcome.chosen,
    )
    names = ("step_key", "kind", "due_at", "planned_at")
    row = {
        **track.loaded.row,
        **{name: opened[0][name] for name in names},
        "step_run_id": track.loaded.row["step_run_id"] - 1,
    }
    behind = (*track.loaded.behind, own, *_skipped(outcome.following, at))
    loaded = replace(track.loaded, row=row, behind=behind)
    return replace(track, loaded=loaded, due_at=max(at, row["due_at"]), is_open=False, was_held=False, held=())


def _skipped(rows: Iterable[Row], at: datetime) -> tuple[DoneStep, ...]:
    return tuple(
        DoneStep(step_key=row["step_key"], state=DoneState.SKIPPED, due_at=row["planned_at"], done_at=at)
        for row in rows
        if row["state"] == StepRunState.SKIPPED.value
    )


def _count_touch(touches: Touches, step_run_id: int, message: Row | None, at: datetime) -> None:
    """Let a projected message count against the caps and gaps of those behind it, as a sent one would."""
    if _will_leave(message) and message["message_class"] in COUNTED:
        contact = message["contact_id"]
        touches[contact] = (*touches.get(contact, ()), (step_run_id, at))


def _count_account_touch(accounts: dict[int, tuple[AccountTouch, ...]], message: Row | None, at: datetime) -> None:
    if _will_leave(message):
        account = message["account_id"]
        accounts[account] = (*accounts.get(account, ()), AccountTouch(at=at))


def _will_leave(message: Row | None) -> TypeGuard[Row]:
    """A draft leaves only if a person approves it, which nobody foresees; until then it is no touch."""
    return message is not None and message["state"] == MessageState.QUEUED.value


def _touch(track: Track, case: StepCase, outcome: StepOutcome, people: Assignees, at: datetime) -> Touch:
    step = case.definition.step(case.step_key)
    zone = case.facts.zone if outcome.message and case.facts.zone else case.plan.zone
    local = at.astimezone(ZoneInfo(zone.name))
    return Touch(
        enrolment_id=case.enrolment_id or None,
        renewal_id=case.renewal_id,
        account_id=case.account_id,
        playbook_key=case.definition.key,
        step_key=step.key,
        name=step.name,
        intended_outcome=step.intended_outcome,
        kind=step.kind.value,
        effect=_effect(outcome),
        at=at,
        local_on=local.date(),
        local_at=local.time(),
        zone=zone.name,
        zone_of=zone.taken_from,
        owner_id=outcome.task["assignee_id"] if outcome.task else people.person_for_step(case, step),
        loose=loose_reasons(
            step,
            is_open=track.is_open,
            is_entering=track.is_entering,
            was_held=track.was_held,
            is_unheard=_hangs_on_silence(track.loaded, outcome, people, at),
            is_todays_score=track.loaded.goes_by_todays_scores(step, now=at),
        ),
        reasons=outcome.reasons,
        held=track.held,
    )


def _hangs_on_silence(loaded: LoadedCase, outcome: StepOutcome, people: Assignees, at: datetime) -> bool:
    """Answer whether by the scores of today the step would do something else."""
    case = loaded.seen_by_todays_scores(now=at)
    if case is None:
        return False
    otherwise = decide_outcome(case, people, now=at)
    return (otherwise.state, otherwise.chosen, _effect(otherwise)) != (outcome.state, outcome.chosen, _effect(outcome))


def _effect(outcome: StepOutcome) -> Effect:
    if outcome.ended_state == "exited":
        return Effect.EXIT
    if outcome.state is not StepRunState.DONE:
        return Effect.STUCK if outcome.state is StepRunState.PARKED else Effect.SKIP
    if outcome.message:
        return Effect.MESSAGE if outcome.message["state"] == MessageState.QUEUED.value else Effect.APPROVAL
    return Effect.TASK if outcome.task else Effect.ACT

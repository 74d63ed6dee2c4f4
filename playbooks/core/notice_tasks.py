"""Which tasks a notice of ours asks for: one for its owner while it is unproven, one more for each rung of silence.

The words are those a CSM reads; who stands for a role is found by queries.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from playbooks.core.facts import Reason, reason
from renewals.core.notices.escalation import Ladder
from renewals.core.notices.states import NoticeState

WANT_TASKS = (NoticeState.PLANNED, NoticeState.DUE, NoticeState.SENT, NoticeState.MISSED)
PROOF_DAYS = 7
STAGES = {NoticeState.SENT: "prove", NoticeState.MISSED: "settle"}
"""What the owner has to do next; before either it is to serve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFacts:
    """One notice of ours as its tasks need it; `open_keys` are the origins of its tasks that are still open."""

    notice_id: int
    state: NoticeState
    opens_on: date
    planned_on: date
    safe_latest_on: date
    closes_on: date
    sent_on: date | None
    level: int
    channels: tuple[str, ...]
    source: str
    keys: tuple[str, ...] = ()
    open_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeTask:
    """A task to make: the same `origin_key` is the same task. `role` "owner" is the notice's owner."""

    origin_key: str
    role: str
    title: str
    instructions: str
    due_on: date
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeWork:
    """Tasks to make and origins of tasks to end; `reason` says why they end."""

    make: tuple[NoticeTask, ...] = ()
    end: tuple[str, ...] = ()
    reason: str = ""


def notice_work(facts: NoticeFacts, ladder: Ladder, *, today: date) -> NoticeWork:
    """Return what a notice's tasks should become: an open one from `lead_days` before its window until it is proven.

    A task closed without a proof comes back under the next number: only a proof, or a reason, ends the duty. Each rung
    reached adds a task for the person it names. The same facts ask for the same tasks.
    """
    if facts.state not in WANT_TASKS:
        return NoticeWork(end=facts.open_keys, reason=f"notice_{facts.state.value}")
    if today < facts.opens_on - timedelta(days=ladder.lead_days):
        return NoticeWork(end=facts.open_keys, reason="notice_moved")
    duty = _prefix(facts)
    stage = f"{duty}owner-{STAGES.get(facts.state, 'serve')}:"
    stale = tuple(key for key in facts.open_keys if not key.startswith((stage, f"{duty}level:")))
    mine = [key for key in facts.keys if key.startswith(stage)]
    make: list[NoticeTask] = []
    if not any(key in facts.open_keys for key in mine):
        make.append(_duty_task(facts, f"{stage}{len(mine) + 1}"))
    rungs = (*ladder.rungs, ladder.missed)
    reached = [rung for rung in rungs if rung.level <= facts.level and rung.role != "owner"]
    make += [_raised_task(facts, f"{duty}level:{rung.level}", rung.role, today) for rung in reached]
    fresh = tuple(task for task in make if task.origin_key not in facts.keys)
    return NoticeWork(make=fresh, end=stale, reason="notice_moved_on")


def notice_prefix(notice_id: int) -> str:
    """Return what the origins of all tasks of a notice begin with."""
    return f"notice:{notice_id}:"


def _prefix(facts: NoticeFacts) -> str:
    """A moved window is a new duty: its tasks are new ones, and those of the old window end."""
    return f"{notice_prefix(facts.notice_id)}{facts.closes_on.isoformat()}:"


def _duty_task(facts: NoticeFacts, key: str) -> NoticeTask:
    if facts.state is NoticeState.SENT and facts.sent_on is not None:
        title, due_on = "Record the proof that our notice was served", facts.sent_on + timedelta(days=PROOF_DAYS)
    elif facts.state is NoticeState.MISSED:
        title, due_on = "Our notice was not served in time: settle what follows", facts.closes_on
    else:
        title, due_on = "Serve our notice", facts.safe_latest_on
    return NoticeTask(
        origin_key=key,
        role="owner",
        title=title,
        instructions=_instructions(facts),
        due_on=due_on,
        why=(_window_reason(facts),),
    )


def _raised_task(facts: NoticeFacts, key: str, role: str, today: date) -> NoticeTask:
    missed = facts.state is NoticeState.MISSED
    return NoticeTask(
        origin_key=key,
        role=role,
        title="A notice of ours was missed: decide with counsel" if missed else "A notice of ours is still not proven",
        instructions=_instructions(facts),
        due_on=today if missed else min(max(today, facts.opens_on), facts.safe_latest_on),
        why=(_window_reason(facts), reason("notice_escalated", level=facts.level)),
    )


def _instructions(facts: NoticeFacts) -> str:
    ways = " or ".join(channel.replace("_", " ") for channel in facts.channels)
    return (
        f"Serve it from {facts.opens_on.isoformat()} to {facts.closes_on.isoformat()}, at the latest on "
        f"{facts.safe_latest_on.isoformat()}, by {ways}. Rule: {facts.source}. Then record the proof on the renewal. "
        "This is no legal advice."
    )


def _window_reason(facts: NoticeFacts) -> Reason:
    return reason(
        "notice_window", opens_on=facts.opens_on, safe_latest_on=facts.safe_latest_on, closes_on=facts.closes_on
    )

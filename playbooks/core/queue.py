"""The renewal queue: priority as printed arithmetic, groups, and the one next action with its why-now.

Priority = ARR up for renewal x chance of loss x urgency. Decides order only; it changes no renewal and no task.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from playbooks.core.facts import Reason, reason
from playbooks.core.queue_weights import QueueWeights, urgency_at

NEAR_DAYS = 90  # what the pipeline calls near: due within this many days


class QueueGroup(StrEnum):
    """Where an item stands on the page."""

    OVERDUE = "overdue"
    TODAY = "today"
    WAITING = "waiting"
    SNOOZED = "snoozed"


class LossSource(StrEnum):
    """Where the chance of loss comes from."""

    SCORE = "score"
    SEGMENT_BASE_RATE = "segment_base_rate"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """A task of the renewal that is not finished; `snoozed_until_on` is None when it is not snoozed."""

    task_id: int
    title: str
    due_on: date
    snoozed_until_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFacts:
    """One open renewal as the queue sees it. `arr_amount` is in the reporting currency; `loss_probability` is 0..1.

    `next_step_on` is when the cadence acts next by itself, None when nothing is scheduled.
    """

    renewal_id: int
    segment: str
    arr_amount: Decimal
    loss_probability: float | None
    due_on: date
    notice_on: date | None
    tasks: tuple[OpenTask, ...] = ()
    next_step_key: str | None = None
    next_step_on: date | None = None
    has_owner: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityParts:
    """The arithmetic to print: priority = arr_amount x loss_probability x urgency, and what urgency was read from."""

    arr_amount: Decimal
    loss_probability: float
    loss_source: LossSource
    urgency: float
    urgency_days: int
    urgency_anchor: str
    priority: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAction:
    """The one thing to do next: a task (its id), the waiting cadence step, or naming an owner."""

    kind: str
    task_id: int | None
    step_key: str | None
    title: str | None
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueItem:
    """One line of the queue: where it stands, its arithmetic, the next action and why now."""

    renewal_id: int
    group: QueueGroup
    parts: PriorityParts
    action: NextAction
    why_now: tuple[Reason, ...]


def queue_item(weights: QueueWeights, facts: QueueFacts, *, today: date) -> QueueItem:
    """Return one line of the queue as of the local day `today`."""
    parts = priority_parts(weights, facts, today=today)
    task = _next_task(facts.tasks, today)
    action = _next_action(facts, task)
    return QueueItem(
        renewal_id=facts.renewal_id,
        group=_group(facts, task, today),
        parts=parts,
        action=action,
        why_now=_why_now(facts, action, parts, today),
    )


def order_queue(items: tuple[QueueItem, ...]) -> tuple[QueueItem, ...]:
    """Return items by priority, highest first; equal priorities by fewer days left, then by renewal id."""
    return tuple(sorted(items, key=lambda item: (-item.parts.priority, item.parts.urgency_days, item.renewal_id)))


def priority_parts(weights: QueueWeights, facts: QueueFacts, *, today: date) -> PriorityParts:
    """Return the factors of the priority and their product, rounded to cents.

    Without a score the segment's base rate stands in, and `loss_source` says so.
    """
    loss, source = _loss(weights, facts)
    anchor, days = _nearest_date(facts, today)
    urgency = urgency_at(weights, days)
    priority = facts.arr_amount * Decimal(str(loss)) * Decimal(str(urgency))
    return PriorityParts(
        arr_amount=facts.arr_amount,
        loss_probability=loss,
        loss_source=source,
        urgency=urgency,
        urgency_days=days,
        urgency_anchor=anchor,
        priority=priority.quantize(Decimal("0.01")),
    )


def _loss(weights: QueueWeights, facts: QueueFacts) -> tuple[float, LossSource]:
    if facts.loss_probability is not None:
        return facts.loss_probability, LossSource.SCORE
    return weights.base_loss.get(facts.segment, weights.default_base_loss), LossSource.SEGMENT_BASE_RATE


def _nearest_date(facts: QueueFacts, today: date) -> tuple[str, int]:
    """A notice deadline that is over no longer presses; the due date does, also when it has passed."""
    if facts.notice_on is not None and today <= facts.notice_on < facts.due_on:
        return "notice_deadline", (facts.notice_on - today).days
    return "due_date", (facts.due_on - today).days


def _is_asleep(task: OpenTask, today: date) -> bool:
    return task.snoozed_until_on is not None and task.snoozed_until_on > today


def _next_task(tasks: tuple[OpenTask, ...], today: date) -> OpenTask | None:
    """The earliest due task that is awake, else the one that wakes first."""
    ordered = sorted(tasks, key=lambda task: (task.due_on, task.task_id))
    awake = [task for task in ordered if not _is_asleep(task, today)]
    if awake:
        return awake[0]
    return min(ordered, key=lambda task: (task.snoozed_until_on or task.due_on, task.task_id), default=None)


def _next_action(facts: QueueFacts, task: OpenTask | None) -> NextAction:
    if not facts.has_owner:
        return NextAction(kind="name_owner", task_id=None, step_key=None, title=None, due_on=None)
    if task is not None:
        return NextAction(kind="task", task_id=task.task_id, step_key=None, title=task.title, due_on=task.due_on)
    kind = "step" if facts.next_step_key else "none"
    return NextAction(kind=kind, task_id=None, step_key=facts.next_step_key, title=None, due_on=facts.next_step_on)


def _group(facts: QueueFacts, task: OpenTask | None, today: date) -> QueueGroup:
    if not facts.has_owner:
        return QueueGroup.TODAY
    if task is None:
        return QueueGroup.OVERDUE if facts.due_on < today else QueueGroup.WAITING
    if _is_asleep(task, today):
        return QueueGroup.SNOOZED
    if task.due_on < today:
        return QueueGroup.OVERDUE
    return QueueGroup.TODAY if task.due_on == today else QueueGroup.WAITING


def _why_now(facts: QueueFacts, action: NextAction, parts: PriorityParts, today: date) -> tuple[Reason, ...]:
    reasons = [reason(f"{parts.urgency_anchor}_in", days=parts.urgency_days)]
    if facts.notice_on is not None and facts.notice_on < today <= facts.due_on:
        reasons.append(reason("notice_deadline_passed", days=(today - facts.notice_on).days))
    if action.kind == "name_owner":
        reasons.insert(0, reason("no_owner"))
    elif action.due_on is not None:
        late_days = (today - action.due_on).days
        code = "action_overdue" if late_days > 0 else "action_due" if late_days == 0 else "action_ahead"
        reasons.insert(0, reason(code, days=abs(late_days)))
    if parts.loss_source is LossSource.SEGMENT_BASE_RATE:
        reasons.append(reason("loss_from_base_rate", segment=facts.segment, loss_probability=parts.loss_probability))
    return tuple(reasons)

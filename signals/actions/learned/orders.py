"""Orders to train: at most one open per workspace; a due row is the queue, and a lost worker's lease runs out.

The calendar orders once a month, an alarm of the watch once a week at most, a person whenever they like.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from renewals.core.actors import Actor
from signals.core.model_life import order_due
from signals.models import RiskTraining
from signals.queries.learned.watch import training_facts

LEASE = timedelta(hours=1)
RETRY_AFTER = timedelta(hours=1)
MOST_ATTEMPTS = 3
State = RiskTraining.State
OPEN = (State.WAITING, State.RUNNING)


def order_training(*, cause: str, by: Actor, now: datetime) -> RiskTraining:
    """Return the open order to train; one is made when there is none."""
    try:
        with transaction.atomic():
            return RiskTraining.objects.create(
                workspace_id=by.workspace_id, cause=cause, ordered_at=now, ordered_by=by.label[:150], retry_at=now
            )
    except IntegrityError:
        return RiskTraining.objects.get(state__in=OPEN)


@transaction.atomic
def order_due_training(*, by: Actor, now: datetime) -> RiskTraining | None:
    """Order a training when the calendar or an alarm asks for one; None when neither does."""
    cause = order_due(training_facts(), now=now)
    return order_training(cause=cause, by=by, now=now) if cause else None


@transaction.atomic
def claim_training(*, by: Actor, now: datetime) -> RiskTraining | None:
    """Take up the waiting order, or one whose worker was lost; None when there is nothing to do.

    After three attempts it is given up, so that a training that kills its worker does not do so for ever.
    """
    due = RiskTraining.objects.select_for_update(skip_locked=True).filter(state__in=OPEN, retry_at__lte=now)
    order = due.first()
    if order is None:
        return None
    if order.attempts >= MOST_ATTEMPTS:
        order.state, order.finished_at = State.FAILED, now
        order.last_error = order.last_error or "The worker was lost three times."
        order.save()
        return None
    order.state, order.attempts, order.retry_at = State.RUNNING, order.attempts + 1, now + LEASE
    order.save()
    return order


def finish_training(*, order: RiskTraining, version_id: int | None, by: Actor, now: datetime) -> bool:
    """Close the order with the version it made (None: nothing to learn from); False when it is another worker's now."""
    mine = RiskTraining.objects.filter(id=order.id, state=State.RUNNING, attempts=order.attempts)
    return bool(mine.update(state=State.DONE, finished_at=now, version_id=version_id, last_error=""))


def fail_training(*, order: RiskTraining, error: str, by: Actor, now: datetime) -> bool:
    """Put the order back for an hour, or give it up after three attempts; False when it is another worker's now."""
    mine = RiskTraining.objects.filter(id=order.id, state=State.RUNNING, attempts=order.attempts)
    if order.attempts >= MOST_ATTEMPTS:
        return bool(mine.update(state=State.FAILED, finished_at=now, last_error=error[:300]))
    return bool(mine.update(state=State.WAITING, retry_at=now + RETRY_AFTER, last_error=error[:300]))

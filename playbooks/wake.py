"""The only place that publishes to the message broker. A message says "look now"; it carries no data and soon expires.

Losing every one of them costs one poll interval: the due row in PostgreSQL is the queue.
"""

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)
EXPIRES_SECONDS = 5


def wake(task: str = "playbooks.look_now") -> None:
    """Ask a worker to look now; a broker that is away is logged and otherwise ignored."""
    try:
        current_app.send_task(task, expires=EXPIRES_SECONDS, retry=False, ignore_result=True)
    except (OperationalError, OSError) as error:
        log.warning("The broker did not take a wake-up; the sweep will find the work: %s", error)


def wake_on_commit() -> None:
    """Wake a worker once the present transaction has committed; nothing happens if it is rolled back."""
    transaction.on_commit(partial(wake))


def wake_channels_on_commit() -> None:
    """Wake a worker for what came back through a channel, or is to be posted, once the transaction has committed."""
    transaction.on_commit(partial(wake, "playbooks.tend_channels"))


def wake_replays_on_commit() -> None:
    """Have a replay that was ordered worked on once the present transaction has committed."""
    transaction.on_commit(partial(wake, "playbooks.replay_history"))


def wake_projections_on_commit() -> None:
    """Have what is ahead projected anew once the change that moved it has committed."""
    transaction.on_commit(partial(wake, "playbooks.project_ahead"))


def wake_contracts_on_commit() -> None:
    """Have an approved price revision applied once the approval has committed."""
    transaction.on_commit(partial(wake, "playbooks.tend_contracts"))

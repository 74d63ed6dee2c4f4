"""Messages of signals to the broker: "look now", no data, soon expired. Losing one costs one beat."""

import logging
import time
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)
EXPIRES_SECONDS = 5
DELIVERIES_EVERY_SECONDS = 0.5
_woken: dict[str, float] = {}


def wake_imports() -> None:
    """Ask a worker to look for imports; a broker that is away is logged and otherwise ignored."""
    _send("signals.run_imports")


def wake_imports_on_commit() -> None:
    """Wake a worker once the present transaction has committed; nothing happens if it is rolled back."""
    transaction.on_commit(wake_imports)


def wake_deliveries() -> None:
    """Ask a worker to read what has come in, twice a second at most: a flood of messages is one piece of work."""
    at = time.monotonic()
    if at - _woken.get("deliveries", -1.0) < DELIVERIES_EVERY_SECONDS:
        return
    _woken["deliveries"] = at
    _send("signals.settle_deliveries")


def wake_scores_on_commit() -> None:
    """Have previews and newly published rules looked at once the present transaction has committed."""
    transaction.on_commit(partial(_send, "signals.tend_scores"))


def wake_training_on_commit() -> None:
    """Have a training that was ordered looked at once the present transaction has committed."""
    transaction.on_commit(partial(_send, "signals.train_due"))


def wake_forecast_on_commit() -> None:
    """Have the forecast drawn anew once the present transaction has committed."""
    transaction.on_commit(partial(_send, "signals.tend_forecast"))


def _send(task: str) -> None:
    try:
        current_app.send_task(task, expires=EXPIRES_SECONDS, retry=False, ignore_result=True)
    except (OperationalError, OSError) as error:
        log.warning("The broker did not take a wake-up; the sweep will find the work: %s", error)

"""Messages of offers to the broker: "look now", no data, soon expired. Losing one costs one beat."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)
EXPIRES_SECONDS = 5


def wake_orders() -> None:
    """Ask a worker to look for simulations and plans; a broker that is away is logged and otherwise ignored."""
    try:
        current_app.send_task("offers.work_orders", expires=EXPIRES_SECONDS, retry=False, ignore_result=True)
    except (OperationalError, OSError) as error:
        log.warning("The broker did not take a wake-up; the sweep will find the work: %s", error)


def wake_orders_on_commit() -> None:
    """Have a simulation or a plan that was ordered worked on once the present transaction has committed."""
    transaction.on_commit(wake_orders)

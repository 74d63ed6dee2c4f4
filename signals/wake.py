"""Messages of signals to the broker: "look now", no data, soon expired. Losing one costs one beat."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)
EXPIRES_SECONDS = 5


def wake_imports() -> None:
    """Ask a worker to look for imports; a broker that is away is logged and otherwise ignored."""
    try:
        current_app.send_task("signals.run_imports", expires=EXPIRES_SECONDS, retry=False, ignore_result=True)
    except (OperationalError, OSError) as error:
        log.warning("The broker did not take a wake-up; the sweep will find the import: %s", error)


def wake_imports_on_commit() -> None:
    """Wake a worker once the present transaction has committed; nothing happens if it is rolled back."""
    transaction.on_commit(wake_imports)

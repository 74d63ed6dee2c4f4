"""The Celery application. Its messages say "look now" and carry no data; PostgreSQL holds every due row."""

import gc
import os

from celery import Celery
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("perennial")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def keep_what_is_loaded(**_: object) -> None:
    """Leave what a worker has loaded out of every search for rubbish, which took longer than a hundred steps."""
    gc.freeze()

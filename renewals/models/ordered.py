"""What every run that a person orders and a worker does in parts has: whose it is, how far it is, how it ended.

Each app keeps its own table of runs; what is asked and found stands there.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceModel


class OrderedRun(WorkspaceModel):
    """One run. A subclass adds in its own words what was `asked`, the `cursor` and how many rows are `done`."""

    class State(models.TextChoices):
        """A running one whose worker was killed goes on at its cursor."""

        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    ordered_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True, help_text="when a worker last finished a part of it")
    finished_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    ended_by = models.CharField(max_length=150, blank=True, help_text="who cancelled it")

    class Meta:
        abstract = True


def run_constraints(name: str) -> list[models.BaseConstraint]:
    """Return what holds for every table of runs: what is over has a time, what failed says why."""
    is_running = Q(state="running", finished_at__isnull=True)
    is_over = ~Q(state="running") & Q(finished_at__isnull=False)
    return [
        models.CheckConstraint(condition=is_running | is_over, name=f"{name}_over_with_time"),
        models.CheckConstraint(condition=~Q(state="failed") | ~Q(error=""), name=f"{name}_failed_with_reason"),
    ]


def run_indexes(name: str) -> list[models.Index]:
    """Return the indexes that lists and workers ask."""
    return [
        models.Index(fields=["workspace", "-ordered_at"], name=f"{name}_newest"),
        models.Index(fields=["workspace", "id"], condition=Q(state="running"), name=f"{name}_running"),
    ]

"""Meetings that people arranged from a task: what every version of an invitation is made from."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


@track
class Meeting(WorkspaceModel):
    """One meeting of one task. `uid` never changes; `revision` (SEQUENCE) grows with every change and cancellation."""

    task = WorkspaceForeignKey("playbooks.Task", related_name="meetings", db_index=False)
    step_run = WorkspaceForeignKey("playbooks.StepRun", related_name="meetings", db_index=False)
    account = WorkspaceForeignKey("renewals.Account", related_name="meetings", db_index=False)
    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="meetings", db_index=False)
    contact = WorkspaceForeignKey("renewals.Contact", related_name="meetings", db_index=False)
    organiser = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    uid = models.CharField(max_length=250)
    revision = models.PositiveSmallIntegerField(default=0)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    zone = models.CharField(max_length=64, help_text="the zone it was chosen in")
    place = models.CharField(max_length=300, blank=True, help_text="a place or a link")
    organiser_address = models.CharField(
        max_length=254, blank=True, help_text='where answers to the invitation go; "" the owner\'s own address'
    )
    answer = models.CharField(max_length=12, blank=True, help_text="accepted, declined, tentative; of this revision")
    answered_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, default="planned")
    ended_reason = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "task"], name="meeting_once_a_task"),
            models.UniqueConstraint(fields=["workspace", "uid"], name="meeting_uid_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_start"),
            models.CheckConstraint(
                condition=Q(state="planned", ended_reason="") | (Q(state="cancelled") & ~Q(ended_reason="")),
                name="meeting_cancelled_with_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "starts_at"], name="meeting_ahead", condition=Q(state="planned")),
            models.Index(fields=["workspace", "account", "-starts_at"], name="meeting_account"),
        ]

    def __str__(self) -> str:
        return self.uid

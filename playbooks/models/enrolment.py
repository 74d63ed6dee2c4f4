"""A renewal inside a playbook, pinned to one version, for one contract period."""

from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


@track
class Enrolment(WorkspaceModel):
    """At most one open per renewal and playbook; a period has rounds. Its row lock orders a stop and a send."""

    playbook = WorkspaceForeignKey("playbooks.Playbook", related_name="enrolments")
    version = WorkspaceForeignKey("playbooks.PlaybookVersion", related_name="enrolments")
    account = WorkspaceForeignKey("renewals.Account", related_name="+", db_index=False)
    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="enrolments", db_index=False)
    occurrence = models.DateField(help_text="the renewal date when it was enrolled; it never moves")
    round = models.PositiveSmallIntegerField(default=1, help_text="the how-manieth run in this period")
    goal_met_at = models.DateTimeField(null=True)
    goal_version = models.CharField(max_length=80, blank=True, help_text="the version whose goal was met")
    rearmed_at = models.DateTimeField(null=True, help_text="when its entry condition was no again, after it had ended")
    planned_for = models.JSONField(default=dict, help_text="the contract dates the open step was planned from")
    advanced = models.JSONField(default=dict, help_text="when a reaction brought a step forward, by its key")
    state = models.CharField(max_length=12, default="active")
    ended_reason = models.CharField(max_length=60, blank=True)
    trigger = models.JSONField(default=dict, help_text="why it was enrolled, with the signal's id if there was one")
    arms = models.JSONField(default=list, help_text="the holdouts it drew as it began, see core.holdouts")
    released_at = models.DateTimeField(null=True, help_text="when a person let it out of its holdouts")
    released_by = models.CharField(max_length=150, blank=True)
    release_reason = models.CharField(max_length=300, blank=True)
    paused_until_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "playbook", "renewal", "occurrence", "round"], name="enrolment_once_a_round"
            ),
            models.UniqueConstraint(
                fields=["workspace", "playbook", "renewal"],
                condition=Q(state__in=["active", "paused", "parked"]),
                name="enrolment_one_open",
            ),
            models.CheckConstraint(
                condition=Q(goal_met_at__isnull=True, goal_version="")
                | (Q(goal_met_at__isnull=False) & ~Q(goal_version="")),
                name="enrolment_goal_with_version",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["active", "paused", "parked"], ended_at__isnull=True, ended_reason="")
                | (Q(state__in=["completed", "exited"], ended_at__isnull=False) & ~Q(ended_reason="")),
                name="enrolment_ended_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True, released_by="", release_reason="")
                | (Q(released_at__isnull=False) & ~Q(released_by="") & ~Q(release_reason="")),
                name="enrolment_released_with_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "renewal"],
                name="enrolment_open_renewal",
                condition=Q(state__in=["active", "paused", "parked"]),
            ),
            models.Index(fields=["workspace", "account"], name="enrolment_account"),
            models.Index(fields=["workspace", "playbook"], name="enrolment_drawn", condition=~Q(arms=[])),
        ]

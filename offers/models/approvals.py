"""Requests for approval of one version of a proposal, their steps, and every answer with its reason."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


@track
class ApprovalRequest(WorkspaceModel):
    """Who asked for which version, why, on which evidence, and how it ended.

    What is inside the policy has a request, too, approved in the same moment: `way` says on what ground.
    """

    class State(models.TextChoices):
        """How far it has come; `offers.core.states` has the steps between them."""

        WAITING = "waiting"
        APPROVED = "approved"
        REFUSED = "refused"
        RECALLED = "recalled"
        OVERTAKEN = "overtaken"

    proposal = WorkspaceForeignKey("offers.Proposal", related_name="requests")
    version = WorkspaceForeignKey("offers.ProposalVersion", related_name="requests")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    way = models.CharField(max_length=10, help_text="inside, carried, own_limit or ask")
    level = models.CharField(max_length=60, blank=True)
    level_name = models.CharField(max_length=120, blank=True)
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    requested_by = models.CharField(max_length=150)
    requested_at = models.DateTimeField()
    note = models.CharField(max_length=600, blank=True)
    barred_ids = ArrayField(models.BigIntegerField(), default=list, help_text="who may not answer: hands in it, owners")
    evidence = models.JSONField(default=dict, help_text="what the way rests on")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=150, blank=True)
    ended_reason = models.CharField(max_length=600, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "proposal"], condition=Q(state="waiting"), name="request_one_waiting"
            ),
            models.UniqueConstraint(
                fields=["workspace", "version"],
                condition=Q(state__in=["waiting", "approved"]),
                name="request_one_live_of_a_version",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at__isnull=True)
                | (~Q(state="waiting") & Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="request_ended_with_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(ended_reason=""), name="request_refused_with_reason"
            ),
            models.CheckConstraint(condition=Q(way="ask") | Q(state="approved"), name="request_waits_only_when_asked"),
        ]
        indexes = [
            models.Index(fields=["workspace", "-requested_at"], name="request_newest"),
            models.Index(fields=["workspace", "requested_at"], name="request_waiting", condition=Q(state="waiting")),
        ]


@track
class ApprovalStep(WorkspaceModel):
    """One answer that a request needs, with its clock."""

    class State(models.TextChoices):
        """How far it has come; `offers.core.states` has the steps between them."""

        COMING = "coming"
        OPEN = "open"
        APPROVED = "approved"
        REFUSED = "refused"
        CLOSED = "closed"

    request = WorkspaceForeignKey("offers.ApprovalRequest", related_name="steps")
    key = models.CharField(max_length=60)
    stage = models.PositiveSmallIntegerField()
    roles = ArrayField(models.CharField(max_length=30))
    needs = models.CharField(max_length=5)
    hours = models.PositiveSmallIntegerField()
    escalate_to = ArrayField(models.CharField(max_length=30), default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.COMING)
    opened_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "request", "key"], name="approval_step_once"),
            models.CheckConstraint(
                condition=Q(state="coming", opened_at__isnull=True)
                | Q(state="closed")
                | Q(state__in=["open", "approved", "refused"], opened_at__isnull=False, due_at__isnull=False),
                name="approval_step_opened_with_time",
            ),
        ]
        ordering = ["stage", "id"]


class ApprovalAnswer(WorkspaceModel):
    """One answer, in one's own name or for somebody away; never by who asked, says the database, too."""

    append_only = True

    step = WorkspaceForeignKey("offers.ApprovalStep", related_name="answers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    role = models.CharField(max_length=30)
    is_approved = models.BooleanField()
    reason = models.CharField(max_length=600, blank=True)
    answered_at = models.DateTimeField()
    answered_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "step", "role"], name="approval_answer_once_a_role"),
            models.CheckConstraint(
                condition=Q(requester__isnull=True) | ~Q(user=F("requester")), name="approval_not_by_the_requester"
            ),
            models.CheckConstraint(
                condition=Q(requester__isnull=True) | Q(on_behalf_of__isnull=True) | ~Q(on_behalf_of=F("requester")),
                name="approval_not_for_the_requester",
            ),
            models.CheckConstraint(condition=Q(is_approved=True) | ~Q(reason=""), name="approval_refused_with_reason"),
        ]

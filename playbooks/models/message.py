"""The outbox: every message exactly as it was rendered, from draft to its end. Nothing is ever sent from elsewhere."""

from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel


class Message(WorkspaceModel):
    """One message of one step run, or one version of its invitation.

    Its keys are a function of the step, so an attempt can always be recognised.
    """

    workspace = models.ForeignKey("renewals.Workspace", on_delete=models.PROTECT, related_name="+", db_index=False)
    step_run = WorkspaceForeignKey("playbooks.StepRun", related_name="messages", db_index=False)
    enrolment = WorkspaceForeignKey("playbooks.Enrolment", related_name="messages")
    account = WorkspaceForeignKey("renewals.Account", related_name="messages", db_index=False)
    contact = WorkspaceForeignKey("renewals.Contact", related_name="messages", db_index=False)
    dedup_key = models.CharField(max_length=200)
    idem_key = models.CharField(max_length=200)
    message_id = models.CharField(max_length=250)
    message_class = models.CharField(max_length=30)
    channel = models.CharField(max_length=30, blank=True, help_text="the channel that tried it last")
    to_address = models.CharField(max_length=254)
    to_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=300)
    text_body = models.TextField()
    html_body = models.TextField(blank=True)
    revision = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="SEQUENCE of an invitation, 0 for anything else"
    )
    is_correction = models.BooleanField(
        default=False, db_default=False, help_text="changes or takes back an invitation that they may have"
    )
    calendar_method = models.CharField(
        max_length=8, blank=True, default="", db_default="", help_text="REQUEST or CANCEL for an invitation"
    )
    calendar_text = models.TextField(blank=True, default="", db_default="", help_text="the invitation as it leaves")
    state = models.CharField(max_length=12, default="queued")
    next_at = models.DateTimeField()
    veto_until_at = models.DateTimeField(null=True, help_text="until then a person may object; then it leaves")
    not_after_at = models.DateTimeField()
    lease_owner = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    first_sending_at = models.DateTimeField(null=True)
    sending_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    may_have_left = models.BooleanField(default=False, help_text="an attempt ended without a clear answer")
    is_copy = models.BooleanField(default=False, help_text="goes out again, marked as a copy of the first")
    provider_ref = models.CharField(max_length=200, blank=True)
    reasons = models.JSONField(default=list)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "step_run", "revision"], name="message_once_a_step"),
            models.UniqueConstraint(fields=["workspace", "dedup_key"], name="message_dedup_once"),
            models.UniqueConstraint(fields=["workspace", "idem_key"], name="message_idem_once"),
            models.UniqueConstraint(fields=["workspace", "message_id"], name="message_id_once"),
            models.CheckConstraint(
                condition=Q(
                    state__in=["draft", "queued", "sending", "sent", "in_doubt", "failed", "parked", "cancelled"]
                ),
                name="message_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False, first_sending_at__isnull=False),
                name="message_sent_with_time",
            ),
            models.CheckConstraint(
                condition=Q(calendar_method="", calendar_text="", revision=0, is_correction=False)
                | (Q(calendar_method__in=["REQUEST", "CANCEL"]) & ~Q(calendar_text="")),
                name="message_invitation_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(lease_until__isnull=False), name="message_sending_with_lease"
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "next_at"], name="message_due", condition=Q(state__in=["queued", "sending"])
            ),
            models.Index(
                fields=["workspace", "account"], name="message_waiting", condition=Q(state__in=["draft", "in_doubt"])
            ),
            models.Index(fields=["workspace", "account", "-created_at"], name="message_account"),
            models.Index(fields=["workspace", "contact", "-sent_at"], name="message_contact"),
            models.Index(
                fields=["workspace", "provider_ref"], name="message_provider_ref", condition=~Q(provider_ref="")
            ),
        ]

    def __str__(self) -> str:
        return self.subject

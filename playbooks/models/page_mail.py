"""Pages that people have mailed to them, and the mails that come of it, each written once."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


@track
class PageSubscription(WorkspaceModel):
    """A page with its filters that a member has mailed to their own address. What it says is read when it leaves."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=200)
    query = models.CharField(max_length=1000, blank=True)
    title = models.CharField(max_length=200, help_text="the page as it was called when it was subscribed to")
    every = models.CharField(max_length=4)
    weekday = models.PositiveSmallIntegerField(default=0, help_text="0 is Monday; of a weekly one")
    hour = models.PositiveSmallIntegerField()
    zone = models.CharField(max_length=64)
    next_at = models.DateTimeField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "user", "path", "query"],
                condition=Q(ended_at__isnull=True),
                name="page_subscription_once",
            ),
            models.CheckConstraint(condition=Q(every__in=["day", "week"]), name="page_subscription_every_known"),
            models.CheckConstraint(condition=Q(hour__lte=23, weekday__lte=6), name="page_subscription_time_known"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_because="")
                | (Q(ended_at__isnull=False) & ~Q(ended_because="")),
                name="page_subscription_ended_with_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "next_at"], name="page_subscription_due", condition=Q(ended_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.title


class PageMail(WorkspaceModel):
    """One mail of a page as it was written for its reader; once for each moment of the subscription."""

    subscription = WorkspaceForeignKey("playbooks.PageSubscription", related_name="mails", db_index=False)
    mail_key = models.CharField(max_length=40)
    to_address = models.CharField(max_length=254)
    to_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=300)
    text_body = models.TextField()
    html_body = models.TextField(blank=True)
    state = models.CharField(max_length=10, default="waiting", help_text="waiting, sending, sent or failed")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(help_text="when it is tried; while it is sent, until when its worker has it")
    answer = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "subscription", "mail_key"], name="page_mail_once")]
        indexes = [
            models.Index(
                fields=["workspace", "next_at"], name="page_mail_due", condition=Q(state__in=["waiting", "sending"])
            )
        ]

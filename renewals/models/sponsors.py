"""Who of us is the executive sponsor of an account, since when, and who was it before."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


@track
class AccountSponsor(WorkspaceModel):
    """One person as our sponsor of one account; the row without an end is the present one."""

    account = WorkspaceForeignKey("renewals.Account", related_name="sponsors", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    since_on = models.DateField()
    until_on = models.DateField(null=True, help_text="the day the next one began, or nobody was it any more")
    note = models.CharField(max_length=200, blank=True)
    named_by = models.CharField(max_length=150)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "account"], condition=Q(until_on__isnull=True), name="account_sponsor_once"
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("since_on")), name="account_sponsor_forward"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "account", "-since_on"], name="account_sponsor_account")]

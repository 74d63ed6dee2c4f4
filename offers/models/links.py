"""The address at which an account sees one version of a proposal, how often it was opened, and what was answered."""

from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


@track
class ProposalLink(WorkspaceModel):
    """One exact version, for one contact (None: whoever it is handed to), until a day; at most one lives."""

    proposal = WorkspaceForeignKey("offers.Proposal", related_name="links")
    version = WorkspaceForeignKey("offers.ProposalVersion", related_name="links")
    contact = WorkspaceForeignKey("renewals.Contact", null=True, related_name="+")
    valid_until_on = models.DateField()
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150)
    revoked_at = models.DateTimeField(null=True)
    revoked_as = models.CharField(max_length=10, blank=True, help_text="withdrawn or replaced")
    revoked_by = models.CharField(max_length=150, blank=True)
    revoked_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "proposal"], condition=Q(revoked_at__isnull=True), name="proposal_link_one_live"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_as="")
                | (Q(revoked_at__isnull=False, revoked_as__in=["withdrawn", "replaced"]) & ~Q(revoked_by="")),
                name="proposal_link_revoked_whole",
            ),
        ]


class ProposalViews(WorkspaceModel):
    """How often a link was opened, first and last; a mail program that looks ahead counts, too."""

    link = WorkspaceForeignKey("offers.ProposalLink", related_name="views")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "link"], name="proposal_views_once"),
            models.CheckConstraint(condition=Q(last_at__gte=models.F("first_at")), name="proposal_views_in_order"),
        ]


class ProposalAnswer(WorkspaceModel):
    """What somebody at the account said, as they typed it, with the proof of it; it never changes."""

    append_only = True

    link = WorkspaceForeignKey("offers.ProposalLink", related_name="answers")
    proposal = WorkspaceForeignKey("offers.Proposal", related_name="answers")
    version = WorkspaceForeignKey("offers.ProposalVersion", related_name="+")
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=150)
    title = models.CharField(max_length=150, blank=True)
    email = models.CharField(max_length=254)
    words = models.TextField(blank=True, help_text="the question, or why it was declined")
    statement = models.CharField(max_length=600, blank=True, help_text="the sentence that was ticked")
    said_at = models.DateTimeField()
    address_hash = models.CharField(max_length=64, blank=True, help_text="keyed hash of the network address")
    user_agent = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "proposal"], condition=Q(kind="accepted"), name="proposal_accepted_once"
            ),
            models.UniqueConstraint(
                fields=["workspace", "link"], condition=Q(kind="declined"), name="proposal_link_declined_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="accepted") & ~Q(statement="") & ~Q(title="")
                | (Q(kind__in=["declined", "asked"]) & ~Q(words="")),
                name="proposal_answer_whole",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "proposal", "-said_at"], name="proposal_answer_newest")]

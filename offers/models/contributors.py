"""Who contributes to the proposal of a renewal, with which part, and every wording of that part."""

from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


@track
class ProposalPart(WorkspaceModel):
    """One part of a proposal and the person who owns it; taken off it stays with what was written."""

    class Function(models.TextChoices):
        """Where the person stands."""

        SALES = "sales"
        SUCCESS = "success"
        PRODUCT = "product"
        FINANCE = "finance"
        LEGAL = "legal"

    class State(models.TextChoices):
        """Whether the owner of the part is done with it."""

        ASKED = "asked"
        READY = "ready"
        REMOVED = "removed"

    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="proposal_parts")
    user = models.ForeignKey("renewals.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    function = models.CharField(max_length=10, choices=Function.choices)
    title = models.CharField(max_length=120, help_text="what they are asked for")
    text = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    revision = models.PositiveIntegerField(default=1)
    due_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150)
    edited_at = models.DateTimeField()
    edited_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "renewal", "user", "title"],
                condition=~Q(state="removed"),
                name="proposal_part_once",
            ),
            models.CheckConstraint(condition=~Q(state="ready") | ~Q(text=""), name="proposal_part_ready_with_words"),
        ]


class PartRemark(WorkspaceModel):
    """A remark on a part: by its owner, by who asked for it, or by another who contributes. Never changed."""

    append_only = True

    part = WorkspaceForeignKey("offers.ProposalPart", related_name="remarks")
    words = models.CharField(max_length=1000)
    said_at = models.DateTimeField()
    said_by = models.CharField(max_length=150)

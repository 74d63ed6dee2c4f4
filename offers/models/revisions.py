"""Mass price revisions with their two people, and what each makes of every term of its part of the book."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, currency, currency_check, money, track
from signals.models.scorecards import IsNotAmong


@track
class PriceRevision(WorkspaceModel):
    """A revision on its way. Whoever had a hand in it is in `editor_ids` and cannot approve it.

    `content` is the plain table of book, rule and choices; what it makes of each term stands in its rows.
    """

    class State(models.TextChoices):
        """How far it has come; `offers.core.states` has the steps between them."""

        DRAFT = "draft"
        WAITING = "waiting"
        APPLYING = "applying"
        STOPPED = "stopped"
        APPLIED = "applied"
        REFUSED = "refused"
        DISCARDED = "discarded"
        UNDONE = "undone"

    name = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    content = models.JSONField()
    revision = models.PositiveIntegerField(default=1, help_text="counts the edits, so that none is overwritten unseen")
    reason = models.CharField(max_length=300)
    author = models.CharField(max_length=150)
    editor_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    previewed_at = models.DateTimeField(help_text="when its rows were made")
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    approved_by = models.CharField(max_length=150, blank=True)
    approved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=150, blank=True)
    ended_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(reason="") & ~Q(author=""), name="price_revision_by_whom_and_why"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["applying", "stopped", "applied", "undone"]) | Q(approver__isnull=False),
                name="price_revision_applied_as_approved",
            ),
            models.CheckConstraint(
                condition=IsNotAmong("approver", "editor_ids"), name="price_revision_approved_by_a_second_person"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "-created_at"], name="price_revision_newest")]

    def __str__(self) -> str:
        return self.name


class RevisedTerm(WorkspaceModel):
    """One term in a revision: old and new prices, by when they are announced, and what became of it.

    An applied row is the policy price of the renewal of that term; it is written nowhere else.
    """

    class State(models.TextChoices):
        """Planned, left out with its reason, in force, passed over when it was applied, taken back."""

        PLANNED = "planned"
        EXCLUDED = "excluded"
        APPLIED = "applied"
        PASSED_OVER = "passed_over"
        UNDONE = "undone"

    revision = WorkspaceForeignKey("offers.PriceRevision", related_name="terms")
    contract = WorkspaceForeignKey("renewals.Contract", related_name="+", db_index=False)
    term_number = models.PositiveSmallIntegerField()
    term_version = models.PositiveSmallIntegerField(help_text="the version it was made from")
    lines = models.JSONField(help_text="key, name, old, new and rule of each line; amounts as text")
    currency = currency()
    old_amount = money()
    new_amount = money()
    ends_on = models.DateField(null=True)
    announce_on = models.DateField(null=True, help_text="our last day to announce it")
    announced_on = models.DateField(null=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.PLANNED)
    reason = models.CharField(max_length=20, blank=True, help_text="why it is left out or passed over")
    note = models.CharField(max_length=300, blank=True)
    level = models.CharField(max_length=60, blank=True, help_text="the level of the policy that its price needs")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "revision", "contract", "term_number"], name="revised_term_once"
            ),
            models.UniqueConstraint(
                fields=["workspace", "contract", "term_number"],
                condition=Q(state="applied"),
                name="revised_term_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "applied", "undone"], reason="")
                | (Q(state__in=["excluded", "passed_over"]) & ~Q(reason="")),
                name="revised_term_left_out_with_reason",
            ),
            models.CheckConstraint(condition=Q(new_amount__gte=0, old_amount__gte=0), name="revised_term_not_negative"),
            models.CheckConstraint(
                condition=Q(announced_on__isnull=True) | Q(state="applied"), name="revised_term_announced_in_force"
            ),
            models.CheckConstraint(
                condition=Q(announce_on__isnull=True) | Q(ends_on__isnull=True) | Q(announce_on__lte=F("ends_on")),
                name="revised_term_announced_in_time",
            ),
            currency_check("revised_term_currency_iso"),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "revision", "id"], name="revised_term_planned", condition=Q(state="planned")
            )
        ]


class RevisionAnswer(WorkspaceModel):
    """One signature under a revision whose prices go beyond the limits: for which step, as which role, for whom."""

    append_only = True

    revision = WorkspaceForeignKey("offers.PriceRevision", related_name="answers")
    step = models.CharField(max_length=60)
    role = models.CharField(max_length=30)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    answered_at = models.DateTimeField()
    answered_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["answered_at", "id"]

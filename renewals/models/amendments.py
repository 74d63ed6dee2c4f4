"""What changed a contract and what became of it: amendments, successions, end actions, and reviews of losses."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, money, track
from renewals.models.contracts import TermVersion


@track
class Amendment(WorkspaceModel):
    """A change to a contract. A date that becomes known later is a new version of it; none is ever edited."""

    contract = WorkspaceForeignKey("renewals.Contract", related_name="amendments", db_index=False)
    term = WorkspaceForeignKey("renewals.TermVersion", related_name="amendments", help_text="the version it made")
    number = models.PositiveSmallIntegerField(help_text="1 for the contract's first amendment")
    version = models.PositiveSmallIntegerField(default=1)
    effective_on = models.DateField(help_text="from this day the contract reads so, and ARR counts so")
    activated_on = models.DateField(null=True, help_text="the service runs; empty: not yet")
    accepted_on = models.DateField(null=True, help_text="the account accepted; empty: not yet")
    items = models.JSONField(default=list, help_text="what it changed, item by item")
    clauses = models.JSONField(
        default=dict, db_default={}, help_text="which clauses of the term it changed, and to what"
    )
    reason = models.CharField(max_length=300)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=150)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "contract", "number", "version"], name="amendment_version_once"
            ),
            models.UniqueConstraint(
                fields=["workspace", "contract", "number"],
                condition=Q(superseded_at__isnull=True),
                name="amendment_one_live_version",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="amendment_has_a_reason"),
            models.CheckConstraint(
                condition=Q(superseded_at__isnull=True) | Q(superseded_at__gte=F("recorded_at")),
                name="amendment_superseded_after_recorded",
            ),
        ]


@track
class Succession(WorkspaceModel):
    """A term that went on in another contract: several into one (merged) or one into several (split)."""

    class Way(models.TextChoices):
        """How the lines went on."""

        MERGED = "merged"
        SPLIT = "split"
        ASSIGNED = "assigned"

    way = models.CharField(max_length=10, choices=Way.choices)
    from_contract = WorkspaceForeignKey("renewals.Contract", related_name="successors", db_index=False)
    from_term = models.PositiveSmallIntegerField()
    to_contract = WorkspaceForeignKey("renewals.Contract", related_name="predecessors", db_index=False)
    to_term = models.PositiveSmallIntegerField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "from_contract", "from_term", "to_contract", "to_term"], name="succession_once"
            ),
            models.CheckConstraint(condition=Q(way__in=["merged", "split", "assigned"]), name="succession_way_known"),
        ]
        indexes = [models.Index(fields=["workspace", "to_contract"], name="succession_to")]


class EndActionRun(WorkspaceModel):
    """What the daily sweep did with a term that ended while nobody acted; once per renewal, whatever happens."""

    append_only = True

    class Result(models.TextChoices):
        """What it came to; `asked` leaves the decision to the owner."""

        RENEWED = "renewed"
        EVERGREEN = "evergreen"
        ENDED = "ended"
        ASKED = "asked"

    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="end_action_runs", db_index=False)
    action = models.CharField(max_length=10, choices=TermVersion.EndAction.choices)
    result = models.CharField(max_length=10, choices=Result.choices)
    why = models.CharField(max_length=300, blank=True, help_text="why the owner is asked")
    done_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "renewal"], name="end_action_once")]


@track
class LossReview(WorkspaceModel):
    """What is to be learnt from a renewal that was lost, and the win-back that follows. One per renewal.

    A win-back is an opportunity of its own: never a renewal, so that no rate, forecast or pipeline of renewals has it.
    """

    class WinBack(models.TextChoices):
        """What asking them back came to; empty: not asked yet."""

        WON = "won"
        LATER = "later"
        DECLINED = "declined"

    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="loss_reviews", db_index=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    win_back_on = models.DateField(null=True, help_text="the day to ask them back; empty: never")
    held_on = models.DateField(null=True)
    findings = models.TextField(blank=True)
    win_back_owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_on = models.DateField(null=True, help_text="the day they were asked back")
    win_back_result = models.CharField(max_length=10, choices=WinBack.choices, blank=True, default="", db_default="")
    win_back_note = models.CharField(max_length=300, blank=True, default="", db_default="")
    win_back_stage = models.CharField(max_length=15, default="upcoming", db_default="upcoming")
    win_back_amount = money(null=True, help_text="ARR a year that is hoped for, in the currency of the renewal")
    win_back_by = models.DateField(null=True, help_text="the day by which they are hoped to sign")
    won_contract = WorkspaceForeignKey("renewals.Contract", null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "renewal"], name="loss_review_once"),
            models.CheckConstraint(
                condition=Q(held_on__isnull=True) | ~Q(findings=""), name="loss_review_held_with_findings"
            ),
            models.CheckConstraint(
                condition=Q(win_back_result="") | Q(asked_on__isnull=False), name="loss_review_answer_has_a_day"
            ),
            # Wins from before contracts were named have none.
            models.CheckConstraint(
                condition=Q(won_contract__isnull=True) | Q(win_back_result="won"), name="win_back_contract_only_of_won"
            ),
            models.CheckConstraint(
                condition=Q(win_back_amount__isnull=True) | Q(win_back_amount__gte=0), name="win_back_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "due_on"], name="loss_review_open", condition=Q(held_on__isnull=True)),
            models.Index(fields=["workspace", "win_back_on"], name="win_back_due", condition=Q(win_back_result="")),
        ]

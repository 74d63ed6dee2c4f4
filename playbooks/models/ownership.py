"""Who answers for a renewal when that is not plain: gaps with a clock, hand-overs, escalations of playbooks."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track

UNSETTLED = ("offered", "expired")


class OwnershipGap(WorkspaceModel):
    """A time in which it was not plain who answers for a renewal's current step; at most one open of each kind."""

    account = WorkspaceForeignKey("renewals.Account", related_name="+", db_index=False)
    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="+", db_index=False)
    kind = models.CharField(max_length=20, help_text="vacancy, absence, handover, tier_change, unowned_task")
    subject = models.CharField(max_length=60, blank=True, help_text="what it is about: a person, a tier period, a task")
    reason = models.JSONField(default=dict, help_text="code and values, as reasons are kept")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="when its clock runs out")
    task = WorkspaceForeignKey("playbooks.Task", null=True, related_name="+", db_index=False)
    closed_at = models.DateTimeField(null=True)
    closed_because = models.CharField(max_length=300, blank=True)
    closed_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "renewal", "kind"],
                condition=Q(closed_at__isnull=True),
                name="ownership_gap_one_open",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_because="")
                | (Q(closed_at__gte=F("opened_at")) & ~Q(closed_because="")),
                name="ownership_gap_closed_with_why",
            ),
            models.CheckConstraint(condition=Q(due_at__gte=F("opened_at")), name="ownership_gap_clock_forward"),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "due_at", "id"], name="ownership_gap_open", condition=Q(closed_at__isnull=True)
            ),
            models.Index(fields=["workspace", "renewal", "kind", "subject"], name="ownership_gap_renewal"),
        ]


@track
class Handover(WorkspaceModel):
    """Duties of a renewal passed from one person to another. Until it is accepted the sender answers for them."""

    account = WorkspaceForeignKey("renewals.Account", related_name="+", db_index=False)
    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="+")
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    duties = models.JSONField(help_text="owner, initiator, negotiator, finaliser")
    payload = models.JSONField(default=dict, help_text="note, open items and signals as they stood")
    state = models.CharField(max_length=10, default="offered")
    offered_at = models.DateTimeField()
    deadline_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "renewal"], condition=Q(state__in=UNSETTLED), name="handover_one_unsettled"
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNSETTLED, answered_at__isnull=True)
                | Q(state__in=["accepted", "refused", "withdrawn"], answered_at__isnull=False),
                name="handover_answered_with_time",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(answer=""), name="handover_refused_with_why"),
            models.CheckConstraint(condition=~Q(sender=F("receiver")), name="handover_to_another"),
            models.CheckConstraint(condition=Q(deadline_at__gt=F("offered_at")), name="handover_deadline_ahead"),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "deadline_at"], name="handover_unsettled", condition=Q(state__in=UNSETTLED)
            )
        ]


class Escalation(WorkspaceModel):
    """One rung of a playbook's ladder for one renewal and period: first watched, then raised to a named person, once.

    A watched one whose condition ceases is taken away; a raised one stays, whatever follows.
    """

    account = WorkspaceForeignKey("renewals.Account", related_name="+", db_index=False)
    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="+", db_index=False)
    enrolment = WorkspaceForeignKey("playbooks.Enrolment", related_name="+", db_index=False)
    playbook_key = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField(help_text="1 is the first rung")
    period = models.DateField(help_text="the renewal date at enrolment: the contract period")
    since_at = models.DateTimeField(help_text="since when its condition has held")
    reasons = models.JSONField(default=list)
    rule_version = models.CharField(max_length=80)
    raised_at = models.DateTimeField(null=True)
    response = models.TextField(blank=True, help_text="what is to be done, with the values of that moment")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    task = WorkspaceForeignKey("playbooks.Task", null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "renewal", "playbook_key", "level", "period"], name="escalation_once_a_period"
            ),
            models.CheckConstraint(
                condition=Q(raised_at__isnull=True, task__isnull=True)
                | (Q(raised_at__gte=F("since_at"), task__isnull=False, person__isnull=False) & ~Q(response="")),
                name="escalation_raised_to_somebody",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "enrolment"], name="escalation_enrolment")]


class EscalationMark(WorkspaceModel):
    """When the ladder of an enrolment was last looked at, so that a sweep looks only at what has changed since."""

    enrolment = WorkspaceForeignKey("playbooks.Enrolment", related_name="+", db_index=False)
    looked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "enrolment"], name="escalation_mark_once")]


class ComplianceNote(WorkspaceModel):
    """Somebody has looked at a touch that broke a rule, and says why that is settled."""

    append_only = True

    finding = models.CharField(max_length=120, help_text="rule and row, as the audit names them")
    account = WorkspaceForeignKey("renewals.Account", related_name="+", db_index=False)
    why = models.CharField(max_length=500)
    by_label = models.CharField(max_length=150)
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "finding"], name="compliance_note_once"),
            models.CheckConstraint(condition=~Q(why=""), name="compliance_note_with_why"),
        ]

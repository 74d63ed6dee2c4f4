"""Learned models of renewal risk: versions and their life, what was ordered, what they said, how they are watched.

A body (the model and its report) is written once and never changes; only the state of its version moves.
"""

from django.db import models
from django.db.models import F, Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track
from signals.models.bulk import BulkModel, account_link


class Verdict(models.TextChoices):
    """What the backtest says of a model; only a learned one may ever be promoted."""

    LEARNED = "learned"
    PRIOR_HOLDS = "prior_holds"
    NO_SIGNAL = "no_usable_signal"
    ONE_CLASS = "one_class"
    TOO_FEW = "too_few_outcomes"
    NO_OUTCOMES = "no_outcomes"


@track
class RiskModelVersion(WorkspaceModel):
    """One trained model and its life: proposed by training, put in force by a person, retired, or rejected."""

    class State(models.TextChoices):
        """`signals.core.model_life` has the steps between them."""

        PROPOSED = "proposed"
        IN_FORCE = "in_force"
        RETIRED = "retired"
        REJECTED = "rejected"

    class Protocol(models.TextChoices):
        """How it was tested: on later quarters, or on folds by the hash of the key (tables without time)."""

        ROLLING = "rolling"
        HASH5 = "hash5"

    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    verdict = models.CharField(max_length=20, choices=Verdict.choices)
    protocol = models.CharField(max_length=10, choices=Protocol.choices)
    form = models.CharField(max_length=20, help_text="prior, scorecard, booster or stack")
    as_of = models.DateTimeField(help_text="nothing received later was read")
    trained_at = models.DateTimeField()
    frame_hash = models.CharField(max_length=64, help_text="SHA-256 of the table it was trained on")
    code_version = models.CharField(max_length=40)
    rows_count = models.PositiveIntegerField()
    groups_count = models.PositiveIntegerField()
    lost_count = models.PositiveIntegerField()
    learned_share = models.FloatField(null=True, help_text="0 is the shipped judgement alone, 1 is learned alone")
    auc = models.FloatField(null=True, help_text="of the backtest; None when it could not be measured")
    author = models.CharField(max_length=150)
    reason = models.CharField(max_length=300)
    promoted_at = models.DateTimeField(null=True)
    promoted_by = models.CharField(max_length=150, blank=True)
    promotion_reason = models.CharField(max_length=300, blank=True)
    replaced_number = models.PositiveIntegerField(
        null=True, help_text="the version it was put in force in place of, and is rolled back to; None was in force"
    )
    ended_at = models.DateTimeField(null=True, help_text="when it was retired or rejected")
    ended_by = models.CharField(max_length=150, blank=True)
    ended_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="risk_model_number_once"),
            models.UniqueConstraint(
                fields=["workspace", "frame_hash", "protocol", "code_version"], name="risk_model_trained_once"
            ),
            models.UniqueConstraint(
                fields=["workspace"], condition=Q(state="in_force"), name="risk_model_one_in_force"
            ),
            models.CheckConstraint(
                condition=~Q(state="in_force") | Q(verdict=Verdict.LEARNED), name="risk_model_in_force_is_usable"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["in_force", "retired"])
                | (Q(promoted_at__isnull=False) & ~Q(promoted_by="") & ~Q(promotion_reason="")),
                name="risk_model_promoted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "in_force"], ended_at__isnull=True)
                | (Q(state__in=["retired", "rejected"], ended_at__isnull=False) & ~Q(ended_reason="")),
                name="risk_model_ended_with_reason",
            ),
            models.CheckConstraint(condition=Q(lost_count__lte=F("rows_count")), name="risk_model_lost_within_rows"),
        ]

    def __str__(self) -> str:
        return f"Risk model {self.number}"


class RiskModelBody(WorkspaceModel):
    """The model as plain data (trees as skops, never pickle) and the report of its training; never changed."""

    append_only = True

    version = WorkspaceForeignKey("signals.RiskModelVersion", related_name="bodies")
    document = models.TextField(help_text="JSON; kept as text, so that each number is what it was to the last digit")
    specs = models.JSONField(default=list, help_text="from where in a snapshot each column is read")
    report = models.JSONField()
    sha256 = models.CharField(max_length=64, help_text="of the document, compared before each use")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "version"], name="risk_model_body_once")]


class RiskTraining(WorkspaceModel):
    """A training that was ordered: by the calendar, by an alarm, or by a person. A due row is the queue."""

    class Cause(models.TextChoices):
        """Why it was ordered."""

        SCHEDULE = "schedule"
        ALARM = "alarm"
        PERSON = "person"

    class State(models.TextChoices):
        """One found `running` after its lease has ended is taken up again."""

        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    cause = models.CharField(max_length=10, choices=Cause.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    ordered_at = models.DateTimeField()
    ordered_by = models.CharField(max_length=150)
    retry_at = models.DateTimeField(help_text="not taken up before; while running, the end of the lease")
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    version = WorkspaceForeignKey("signals.RiskModelVersion", null=True, related_name="trainings")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace"], condition=Q(state__in=["waiting", "running"]), name="risk_training_one_open"
            )
        ]


class RiskPrediction(BulkModel):
    """What a version said about a renewal on a snapshot; written before the outcome, compared with it later."""

    append_only = True

    version = models.ForeignKey(
        "signals.RiskModelVersion", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    account = account_link()
    renewal = models.ForeignKey(
        "renewals.Renewal", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    snapshot_key = models.CharField(max_length=120)
    taken_on = models.DateField()
    segment = models.CharField(max_length=20, blank=True)
    loss_probability = models.FloatField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "version", "snapshot_key"], name="risk_prediction_once"),
            models.CheckConstraint(
                condition=Q(loss_probability__gte=0, loss_probability__lte=1), name="risk_prediction_probability"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "renewal"], name="risk_prediction_renewal")]


class RiskModelCheck(WorkspaceModel):
    """One figure that watches a version in one month: drift, missing values, observed against expected losses."""

    class Kind(models.TextChoices):
        """What is watched."""

        DRIFT = "drift"
        MISSING = "missing"
        UNSEEN = "unseen"
        OBSERVED = "observed_expected"
        LOG_LOSS = "log_loss"
        ORDER = "order"

    version = WorkspaceForeignKey("signals.RiskModelVersion", related_name="checks")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    subject = models.CharField(max_length=200, blank=True, help_text="the column or the segment; empty: all of it")
    month_on = models.DateField(help_text="first day of the month it is about")
    rows_count = models.PositiveIntegerField()
    value = models.FloatField()
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    is_alarm = models.BooleanField(default=False)
    details = models.JSONField(default=dict)
    checked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "version", "kind", "subject", "month_on"], name="risk_check_once"
            )
        ]
        indexes = [models.Index(fields=["workspace", "version"], name="risk_check_alarm", condition=Q(is_alarm=True))]

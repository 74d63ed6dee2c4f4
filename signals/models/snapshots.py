"""What renewals looked like at their moments, by which rules, and what became of them. These ledgers only grow."""

from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel
from signals.models.bulk import BulkModel, account_link


class FeatureRules(WorkspaceModel):
    """All that decided the features of snapshots from some moment on, under the number they carry. Never changed."""

    append_only = True

    number = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the definition: the same rules have the same")
    definition = models.JSONField(help_text="the recipe of the code, and how each measure is read")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="feature_rules_once"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="feature_rules_digest_form"),
        ]


class Snapshot(BulkModel):
    """The features of a renewal at a moment, as one text in one spelling, with its hash. Never changed.

    Rebuilt from facts with `received_at` up to `known_at`, the text is the same to the last byte.
    """

    append_only = True

    account = account_link()
    renewal = models.ForeignKey(
        "renewals.Renewal", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    scorecard = models.ForeignKey(
        "signals.ScorecardVersion", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    horizon_days = models.PositiveSmallIntegerField(help_text="days before the due date it was due; 0: the end itself")
    due_on = models.DateField(help_text="as it was known")
    as_of = models.DateTimeField(help_text="the world's time: facts up to here")
    known_at = models.DateTimeField(help_text="our time: facts received up to here; later than as_of in a back-fill")
    is_backfilled = models.BooleanField()
    is_mid_term = models.BooleanField()
    taken_at = models.DateTimeField()
    recipe = models.PositiveSmallIntegerField(help_text="the version of how the code makes features")
    rules_version = models.PositiveSmallIntegerField(help_text="number of its FeatureRules; 0: before they were kept")
    features = models.TextField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "renewal", "horizon_days", "rules_version"], name="snapshot_once"
            ),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="snapshot_hash_form"),
            models.CheckConstraint(
                condition=Q(is_backfilled=True) | Q(known_at=models.F("as_of")), name="snapshot_live_knows_no_more"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "as_of"], name="snapshot_as_of")]


class LabelLook(WorkspaceModel):
    """When the ends of renewals were last looked through for labels: what was recorded since is looked at next."""

    rules_version = models.PositiveSmallIntegerField(help_text="of the rules of labels: others look through everything")
    looked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace"], name="label_look_once")]


class LabelWait(WorkspaceModel):
    """An account with an ended renewal whose label does not hold yet, and the day it is looked at again."""

    account = WorkspaceForeignKey("renewals.Account", related_name="+")
    look_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "account"], name="label_wait_once")]
        indexes = [models.Index(fields=["workspace", "look_on", "account"], name="label_wait_due")]


class RenewalLabel(BulkModel):
    """What became of a renewal, as it may be learnt. A correction is a new version; the newest holds."""

    append_only = True

    class Kind(models.TextChoices):
        """Censored takes an earlier label back: not known after all."""

        CHURNED = "churned"
        CONTRACTED = "contracted"
        FLAT = "flat"
        EXPANDED = "expanded"
        CENSORED = "censored"

    account = account_link()
    renewal = models.ForeignKey(
        "renewals.Renewal", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    version = models.PositiveSmallIntegerField()
    group_key = models.CharField(max_length=40, help_text="renewals decided together have the same")
    is_lead = models.BooleanField(help_text="the renewal that stands for its group")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    manner = models.CharField(max_length=15, help_text="signed, auto_renewed, lost, stated, open, disputed")
    ratio = models.FloatField(null=True, help_text="final over target amount of the group, a year")
    due_on = models.DateField()
    decided_on = models.DateField(null=True)
    labelled_at = models.DateTimeField(null=True, help_text="from when it may be learnt; empty when censored")
    matures_on = models.DateField(help_text="when every renewal of that date is known, lost or kept")
    rules_version = models.PositiveSmallIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "renewal", "version"], name="renewal_label_once"),
            models.CheckConstraint(
                condition=Q(kind="censored", labelled_at__isnull=True)
                | (~Q(kind="censored") & Q(labelled_at__isnull=False)),
                name="renewal_label_known_or_censored",
            ),
        ]

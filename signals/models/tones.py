"""What people said about the tone of a text, and the model that was learnt from it."""

from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


@track
class ToneCorrection(WorkspaceModel):
    """A person's word on the tone of one signal's text. The newest one counts; the signal itself never changes."""

    account = WorkspaceForeignKey("renewals.Account", related_name="+")
    signal_id = models.BigIntegerField()
    occurred_at = models.DateTimeField(help_text="of the signal, to find it")
    text = models.TextField()
    read_tone = models.FloatField(null=True, help_text="what had been read, -1 to 1")
    read_version = models.CharField(max_length=40, blank=True)
    tone = models.FloatField(help_text="what the person says, -1 to 1")
    corrected_by = models.CharField(max_length=150)
    corrected_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "signal_id"], name="tone_correction_once"),
            models.CheckConstraint(condition=Q(tone__gte=-1, tone__lte=1), name="tone_within_one"),
        ]


class ToneModel(WorkspaceModel):
    """A version of the model of tone: words with their weights as plain numbers. The newest active one reads texts."""

    number = models.PositiveIntegerField()
    definition = models.JSONField(help_text="terms, inverse document frequencies, coefficients, intercept")
    corrections_count = models.PositiveIntegerField()
    evidence = models.JSONField(help_text="area under the curve by cross-validation, beside the word list's")
    made_at = models.DateTimeField()
    is_active = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="tone_model_once"),
            models.UniqueConstraint(fields=["workspace"], condition=Q(is_active=True), name="tone_model_one_active"),
        ]

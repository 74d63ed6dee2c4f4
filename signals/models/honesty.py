"""The weekly reports on how honest scores were. Written once, never changed."""

from django.db import models

from renewals.models.base import WorkspaceModel
from signals.models.scores import ScoreKind


class HonestyReport(WorkspaceModel):
    """One kind of score in one week; `segment` empty stands for all, `maker` empty and `version` 0, too."""

    append_only = True

    week_on = models.DateField(help_text="the Monday of the week")
    kind = models.CharField(max_length=10, choices=ScoreKind.choices)
    segment = models.CharField(max_length=20, blank=True)
    maker = models.CharField(max_length=10, blank=True, help_text="scorecard or model")
    version = models.PositiveIntegerField(default=0, help_text="number of what made the scores judged")
    is_enough = models.BooleanField(help_text="False: too few renewals, no figure is given")
    rows_count = models.PositiveIntegerField()
    lost_count = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10, blank=True)
    brier = models.FloatField(null=True)
    auc = models.FloatField(null=True)
    rules = models.JSONField(help_text="the settings it was made with")
    figures = models.JSONField(help_text="curve, warning time, scores that were wrong")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "week_on", "kind", "segment", "maker", "version"],
                name="honesty_report_once_a_week",
            ),
            models.CheckConstraint(
                condition=models.Q(is_enough=True) | models.Q(verdict="", brier__isnull=True, auc__isnull=True),
                name="honesty_report_no_figure_of_too_few",
            ),
        ]

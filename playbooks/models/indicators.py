"""What leads to a renewal and how well the work is done, kept by month, so that no page adds up the past."""

from django.db import models
from django.db.models import F, Q

from renewals.models.base import WorkspaceModel


class MonthTally(WorkspaceModel):
    """One measure of one month, subject and segment: `hits` of `base`. `tally_months` rewrites a month together."""

    month_on = models.DateField(help_text="first day of the month")
    measure = models.CharField(max_length=30)
    subject = models.CharField(max_length=130, blank=True, help_text="the playbook, or playbook and step, it is about")
    segment = models.CharField(max_length=20, blank=True)
    hits = models.PositiveIntegerField()
    base = models.PositiveIntegerField()
    total = models.FloatField(default=0, help_text="days or hours of the hits, for an average")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "month_on", "measure", "subject", "segment"], name="month_tally_once"
            ),
            models.CheckConstraint(
                condition=Q(hits__lte=F("base")) | Q(measure="escalations"), name="month_tally_hits_within_base"
            ),
        ]


class MeasureMiddle(WorkspaceModel):
    """The middle of a health measure in a segment, of all for an empty one; rewritten with the present month.

    `accounts` were looked at in all segments together.
    """

    measure = models.CharField(max_length=60)
    segment = models.CharField(max_length=20, blank=True)
    middle = models.FloatField(null=True)
    yes = models.FloatField(null=True, help_text="share of the known ones that say yes")
    known = models.PositiveIntegerField()
    accounts = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "measure", "segment"], name="measure_middle_once"),
        ]


class MonthMark(WorkspaceModel):
    """When the tallies of a month were made."""

    month_on = models.DateField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "month_on"], name="month_mark_once")]

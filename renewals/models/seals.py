"""The seals over history and ledgers, and how far each workspace has come with sealing and verifying."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from renewals.core.seals import SealKind
from renewals.models.base import WorkspaceModel


class HistorySeal(WorkspaceModel):
    """One link of the chain: spans of rows with a digest of each, or why the rows of an earlier seal are others now.

    `spans` are [table, low, high, rows]; `lines` are 40 bytes a row, the spans one after the other.
    """

    append_only = True

    number = models.PositiveIntegerField(help_text="1, 2, 3 … in each workspace, without a gap")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in SealKind])
    sealed_at = models.DateTimeField()
    spans = models.JSONField(default=list)
    shapes = models.JSONField(default=dict, help_text="columns of a table where they differ from the seals before")
    lines = models.BinaryField(default=b"")
    former = models.BinaryField(help_text="hash of the seal before; zeros before the first")
    hash = models.BinaryField()
    by_label = models.CharField(max_length=150, blank=True)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "number"], name="history_seal_once")]


class SealProgress(WorkspaceModel):
    """How far sealing is. What `marks` name is sealed once every transaction of `waits_for` has ended.

    A cache of what the chain says, so that sealing need not read it: verifying trusts nothing in here.
    """

    highs = models.JSONField(default=dict, help_text="last sealed id by table")
    shapes = models.JSONField(default=dict, help_text="columns by table, as last sealed")
    seen = models.JSONField(default=dict, help_text="last id by table up to which nothing is left to seal")
    marks = models.JSONField(default=dict, help_text="last id given out by table when it was looked at")
    waits_for = ArrayField(models.CharField(max_length=40), default=list)
    seals = models.PositiveIntegerField(default=0)
    rows = models.PositiveBigIntegerField(default=0)
    looked_at = models.DateTimeField(null=True, help_text="when sealing last found nothing left to seal")
    verified_at = models.DateTimeField(null=True)
    finding = models.TextField(blank=True, help_text="what the last verification found broken; '' for nothing")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace"], name="seal_progress_once")]

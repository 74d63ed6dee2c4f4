"""Where signals come from, the signals themselves, what makes each of them unique, and who has to be scored again.

`Signal` is partitioned by month of `occurred_at`; the migration makes the table, Django only reads it.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track
from signals.models.bulk import BulkModel, account_link


@track
class Source(WorkspaceModel):
    """A system that sends signals. Its feeds say when it was last heard."""

    class Kind(models.TextChoices):
        """By which door its signals come in."""

        API = "api"
        FILE = "file"
        WEBHOOK = "webhook"
        PULL = "pull"
        PERSON = "person"

    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.API)
    stale_after_days = models.PositiveSmallIntegerField(default=7, help_text="silence longer than this marks it stale")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "key"], name="source_key_once"),
            models.CheckConstraint(condition=Q(stale_after_days__gte=1), name="source_stale_after_a_day_or_more"),
        ]
        ordering = ["key"]

    def __str__(self) -> str:
        return self.name


class SourceFeed(WorkspaceModel):
    """What one source sends of one family: which kinds, how much, when last. A silent feed makes its measures stale."""

    source = WorkspaceForeignKey("signals.Source", related_name="feeds")
    family = models.CharField(max_length=20)
    kinds = ArrayField(models.TextField(), default=list, help_text="every kind it ever sent, in order")
    signals_count = models.BigIntegerField(default=0)
    last_occurred_at = models.DateTimeField()
    last_received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "source", "family"], name="feed_once")]


class KindHeard(WorkspaceModel):
    """A kind of signal that was heard for some account, and since when. What nobody ever sends lowers no coverage."""

    kind = models.TextField(help_text="family.name")
    first_occurred_at = models.DateTimeField()
    first_received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "kind"], name="kind_heard_once")]


class Signal(BulkModel):
    """Something seen about an account. Never changed; `occurred_at` is the world's time, `received_at` ours."""

    account = account_link()
    source = models.ForeignKey(
        "signals.Source", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    value = models.FloatField(null=True)
    batch_id = models.BigIntegerField(null=True, help_text="the import that brought it, so that it can be undone")
    kind = models.TextField(help_text="family.name")
    external_id = models.TextField(blank=True)
    subject = models.TextField(blank=True, help_text="the feature, ticket, invoice or mailing it is about")
    text = models.TextField(blank=True)
    author = models.TextField(blank=True)
    attributes = models.JSONField(null=True)

    @property
    def family(self) -> str:
        """Return the family: the part of the kind before the first full stop."""
        return self.kind.partition(".")[0]


class SignalKey(BulkModel):
    """What makes a signal unique: its external id within its source. The first version stays."""

    pk = models.CompositePrimaryKey("workspace_id", "source_id", "external_key")
    source = models.ForeignKey(
        "signals.Source", models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    external_key = models.UUIDField(help_text="MD5 of the external id")
    content = models.UUIDField(help_text="MD5 of what the signal says, to tell a repetition from a different text")
    account = account_link()
    occurred_at = models.DateTimeField()


class AccountChange(BulkModel):
    """An account whose signals have changed since it was last scored; gone when it has been scored."""

    account = account_link()
    changed_at = models.DateTimeField()
    retry_at = models.DateTimeField(help_text="not looked at before this moment")
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "account"], name="account_change_once")]
        indexes = [models.Index(fields=["workspace", "retry_at"], name="account_change_due")]

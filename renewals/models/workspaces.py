"""Workspaces and what a workspace sets for itself: calendar, currency, exchange rates, stages, products."""

from django.db import models

from renewals.models.base import WorkspaceModel, currency, currency_check, track


class Workspace(models.Model):
    """One company using this installation. Its row is visible only from inside itself."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    currency = currency(default="USD")
    timezone = models.CharField(max_length=64, default="UTC")
    country = models.CharField(max_length=2, blank=True)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    sending_paused_at = models.DateTimeField(null=True)
    sending_pause_reason = models.CharField(max_length=200, blank=True)
    signals_kept_months = models.PositiveSmallIntegerField(
        default=60, db_default=60, help_text="signals of older months are dropped once no workspace keeps them"
    )
    postal_address = models.CharField(max_length=300, blank=True, default="", db_default="")
    booking_url = models.CharField(max_length=300, blank=True, default="", db_default="")
    resources_url = models.CharField(max_length=300, blank=True, default="", db_default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            currency_check("workspace_currency_iso"),
            # Scores read three years back, and may be explained for a year after.
            models.CheckConstraint(condition=models.Q(signals_kept_months__gte=48), name="workspace_keeps_four_years"),
        ]

    def __str__(self) -> str:
        return self.name


@track
class FxRate(WorkspaceModel):
    """Units of the workspace's currency for one unit of `currency`, valid from `rate_on` until the next row."""

    currency = currency()
    rate_on = models.DateField()
    rate = models.DecimalField(max_digits=20, decimal_places=10)
    origin = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "currency", "rate_on"], name="fx_rate_once_a_day"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="fx_rate_positive"),
            currency_check("fx_rate_currency_iso"),
        ]


@track
class LifecycleStage(WorkspaceModel):
    """A stage from onboarding to expansion, in the order of `position`."""

    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    purpose = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "key"], name="stage_key_once"),
            models.UniqueConstraint(fields=["workspace", "position"], name="stage_position_once"),
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


@track
class CriticalMoment(WorkspaceModel):
    """A renewal-critical moment: so many days from a date of the contract or of the stage."""

    class Anchor(models.TextChoices):
        """What the offset counts from."""

        RENEWAL_DATE = "renewal_date"
        NOTICE_DEADLINE = "notice_deadline"
        TERM_START = "term_start"
        STAGE_ENTRY = "stage_entry"

    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=120)
    anchor = models.CharField(max_length=20, choices=Anchor.choices)
    offset_days = models.SmallIntegerField(help_text="negative: before the anchor")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="moment_key_once")]
        ordering = ["offset_days"]


@track
class Product(WorkspaceModel):
    """Something that is sold by subscription; its complexity moves score targets."""

    external_id = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    complexity = models.CharField(max_length=10, default="standard")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "external_id"], name="product_once"),
            models.CheckConstraint(
                condition=models.Q(complexity__in=["low", "standard", "high"]), name="product_complexity_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

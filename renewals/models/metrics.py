"""What figures are made of, kept so that a page need not add up history; what was restated; and targets.

Movements, sums and touches are made from contracts by `renewals.actions.metrics` and can be made anew at any time;
their links stop no import from being taken back.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, currency, money, track
from renewals.models.bulk import BulkModel, account_link


class ArrMovement(BulkModel):
    """What became of an account's ARR in a period, once for the whole account and once for each of its products.

    Amounts are in the workspace's currency, to the cent. The rule is `renewals.core.metrics.movements`.
    """

    account = account_link()
    product = models.ForeignKey(
        "renewals.Product", models.DO_NOTHING, related_name="+", null=True, db_constraint=False, db_index=False
    )
    period = models.CharField(max_length=12)
    kind = models.CharField(max_length=14)
    opening_amount = money()
    closing_amount = money()
    escalated_amount = money(help_text="what steps written in running terms added")
    multi_year_amount = money(help_text="closing ARR in terms longer than a year")
    closing_contracts = models.PositiveSmallIntegerField()
    is_resting = models.BooleanField()
    is_renewing = models.BooleanField(help_text="a term ended in the period")
    is_anniversary = models.BooleanField(help_text="a term turned a year in the period")
    is_bridged = models.BooleanField(help_text="counts at one end only by the grace of a late renewal")
    first_on = models.DateField(null=True, help_text="first day on which it ever counted")
    unrated = ArrayField(models.CharField(max_length=3), default=list, help_text="currencies without a rate")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "account", "period"], condition=Q(product__isnull=True), name="movement_once"
            ),
            models.UniqueConstraint(
                fields=["workspace", "account", "period", "product"],
                condition=Q(product__isnull=False),
                name="movement_once_a_product",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "period"], name="movement_period", condition=Q(product__isnull=True)),
            models.Index(
                fields=["workspace", "period", "product"],
                name="movement_period_product",
                condition=Q(product__isnull=False),
            ),
        ]


class ArrSum(BulkModel):
    """What a period's rows add up to in one part: movements of whole accounts, or renewals, over one set of them."""

    period = models.CharField(max_length=12)
    rows = models.CharField(max_length=20)
    part = models.CharField(max_length=20)
    amount = models.DecimalField(max_digits=30, decimal_places=4)
    number = models.PositiveIntegerField(help_text="rows that bring something")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "period", "rows", "part"], name="arr_sum_once"),
        ]


class ArrTouch(BulkModel):
    """An account whose contracts changed since the last refresh; taken away by it. May stand several times."""

    account_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["workspace"], name="arr_touch_workspace")]


class ArrSlice(BulkModel):
    """What a period's rows of one segment, owner and team add up to, part by part, as their accounts are now.

    Sums of anything that filters ask for are sums of slices. Amounts and numbers stand in the order of the parts of
    `renewals.queries.metrics.parts`; a slice of a start quarter has its closing alone. Nobody and no team are 0.
    """

    period = models.CharField(max_length=12)
    rows = models.CharField(max_length=20)
    segment = models.CharField(max_length=20, blank=True)
    owner_id = models.BigIntegerField(default=0)
    team_id = models.BigIntegerField(default=0)
    renewal_owner_id = models.BigIntegerField(default=0, help_text="of renewals; they have an owner of their own")
    is_renewing = models.BooleanField(default=False)
    is_anniversary = models.BooleanField(default=False)
    amounts = ArrayField(models.DecimalField(max_digits=30, decimal_places=4))
    numbers = ArrayField(models.PositiveIntegerField(), help_text="rows that bring something")
    unknown = models.PositiveIntegerField(default=0, help_text="rows without a rate")
    bridged = models.PositiveIntegerField(default=0)
    days_open = ArrayField(models.IntegerField(), default=list, help_text="of each renewal won in the period")
    days_early = ArrayField(models.IntegerField(), default=list)

    class Meta:
        indexes = [models.Index(fields=["workspace", "period", "rows", "segment"], name="arr_slice_period")]


class SliceTouch(BulkModel):
    """A slice whose renewals of a quarter changed, or that an account left or came to (no quarter: all periods).

    Noted by triggers of renewals and accounts, taken away by the next refresh.
    """

    quarter_on = models.DateField(null=True)
    segment = models.CharField(max_length=20, blank=True)
    owner_id = models.BigIntegerField(default=0)
    team_id = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["workspace", "quarter_on"], name="slice_touch_quarter")]


class BookTouch(BulkModel):
    """Something changed that open renewals are foreseen from: triggers note it, who looks takes it away."""

    class Meta:
        indexes = [models.Index(fields=["workspace"], name="book_touch_workspace")]


class MetricMark(WorkspaceModel):
    """Up to which day movements are counted, by which rates, and when they were last brought up to date."""

    through_on = models.DateField()
    rates_stamp = models.CharField(max_length=64)
    rules_stamp = models.CharField(max_length=64)
    refreshed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace"], name="metric_mark_once")]


class MetricFill(WorkspaceModel):
    """How far the first count of a workspace's figures has come; the mark takes its place when it is over."""

    through_on = models.DateField()
    rates_stamp = models.CharField(max_length=64)
    rules_stamp = models.CharField(max_length=64)
    accounts = models.PositiveIntegerField(help_text="to count when it began")
    counted = models.PositiveIntegerField(default=0)
    last_account_id = models.BigIntegerField(default=0, help_text="accounts up to this one are counted")
    summed = models.PositiveSmallIntegerField(default=0, help_text="periods that are added up")
    moved_at = models.DateTimeField(help_text="when the last lot was done")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace"], name="metric_fill_once")]


class Restatement(BulkModel):
    """A movement of a period that was over, told otherwise later: from what to what, when it was noticed, and why."""

    append_only = True

    account = account_link()
    period = models.CharField(max_length=12)
    opening_before = money()
    opening_after = money()
    closing_before = money()
    closing_after = money()
    kind_before = models.CharField(max_length=14, blank=True, help_text="empty: it did not count")
    kind_after = models.CharField(max_length=14, blank=True)
    because = models.CharField(max_length=300)
    recorded_by = models.CharField(max_length=150, blank=True)
    noticed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["workspace", "period", "-noticed_at"], name="restatement_period")]


@track
class MetricTarget(WorkspaceModel):
    """What a figure is to reach in a period, by a person and with a reason. A change is a new version.

    It is of all accounts, or of one segment, one person or one team.
    """

    metric = models.CharField(max_length=40)
    way = models.CharField(max_length=20)
    period = models.CharField(max_length=12)
    segment = models.CharField(max_length=20, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    team = WorkspaceForeignKey("renewals.Team", null=True, related_name="+")
    version = models.PositiveSmallIntegerField()
    amount = models.DecimalField(max_digits=18, decimal_places=4, null=True, help_text="empty: withdrawn")
    currency = currency(blank=True)
    reason = models.CharField(max_length=300)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    recorded_by = models.CharField(max_length=150)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "metric", "way", "period", "segment", "owner", "team", "version"],
                nulls_distinct=False,
                name="target_version_once",
            ),
            models.UniqueConstraint(
                fields=["workspace", "metric", "way", "period", "segment", "owner", "team"],
                condition=Q(superseded_at__isnull=True),
                nulls_distinct=False,
                name="target_one_live_version",
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=True, team__isnull=True)
                | Q(segment="", team__isnull=True)
                | Q(segment="", owner__isnull=True),
                name="target_of_one_thing",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="target_has_a_reason"),
        ]

"""The forecast: calls and their frozen copies, what came of them, and the distribution a worker has drawn last.

Calls, frozen calls and weekly snapshots only grow: no program of ours can change or delete one.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, currency, currency_check, money
from renewals.models.renewals import Renewal


class Caller(models.TextChoices):
    """Who calls; `signals.core.forecast.calls` says what each may say."""

    CSM = "csm"
    LEADER = "leader"
    MODEL = "model"


class CallMade(WorkspaceModel):
    """What a call says: category, amount a year, chance, expansion and what the account asks for."""

    caller = models.CharField(max_length=10, choices=Caller.choices)
    category = models.CharField(max_length=10, choices=Renewal.Category.choices)
    amount = money()
    likelihood = models.FloatField(null=True, help_text="chance of renewal as it was said, 0 to 1")

    class Meta:
        abstract = True


class ForecastCall(CallMade):
    """A call of a person. Never changed: whoever thinks otherwise later makes another one."""

    append_only = True

    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="forecast_calls", db_index=False)
    currency = currency()
    expansion_amount = money(null=True, help_text="what may be sold on top, apart from the amount")
    demand = models.CharField(max_length=300, blank=True, help_text="what the account asks for")
    reason = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            currency_check("forecast_call_currency_iso"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="forecast_call_not_negative"),
            models.CheckConstraint(condition=~Q(caller="model"), name="forecast_call_of_a_person"),
            models.CheckConstraint(condition=~Q(category="closed"), name="forecast_call_of_something_open"),
            models.CheckConstraint(condition=~Q(caller="leader") | ~Q(reason=""), name="forecast_call_adjusts_why"),
            models.CheckConstraint(
                condition=Q(likelihood__isnull=True) | Q(likelihood__gte=0, likelihood__lte=1),
                name="forecast_call_chance",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "renewal", "caller", "-made_at"], name="forecast_call_latest"),
            models.Index(fields=["workspace", "made_at"], name="forecast_call_made"),
        ]


class ForecastAdjustment(WorkspaceModel):
    """By how much a leader thinks the calls of a part of a quarter are off as a whole; the newest holds."""

    append_only = True

    quarter_on = models.DateField()
    segment = models.CharField(max_length=20, blank=True, help_text="empty: all")
    owner_id = models.BigIntegerField(default=0, help_text="0: all")
    team_id = models.BigIntegerField(default=0, help_text="0: all")
    amount = money(help_text="below zero: the calls are too high")
    currency = currency()
    reason = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            currency_check("forecast_adjustment_currency"),
            models.CheckConstraint(condition=~Q(reason=""), name="forecast_adjustment_why"),
        ]
        indexes = [
            models.Index(fields=["workspace", "quarter_on", "owner_id", "team_id"], name="forecast_adjustment_part")
        ]


class CurrentCall(CallMade):
    """The newest call of each caller on a renewal."""

    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="current_calls", db_index=False)
    call = WorkspaceForeignKey("signals.ForecastCall", related_name="+", db_index=False)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "renewal", "caller"], name="current_call_once"),
        ]


class ForecastFreeze(WorkspaceModel):
    """What a caller said when a checkpoint ended; an empty category: nothing. Frozen once, never altered."""

    append_only = True

    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="frozen_calls", db_index=False)
    caller = models.CharField(max_length=10, choices=Caller.choices)
    checkpoint_days = models.PositiveSmallIntegerField()
    as_of_on = models.DateField(help_text="the day whose end it shows")
    frozen_at = models.DateTimeField()
    category = models.CharField(max_length=10, choices=Renewal.Category.choices, blank=True)
    amount = money(null=True)
    likelihood = models.FloatField(null=True)
    currency = currency()
    home_rate = models.DecimalField(
        max_digits=20, decimal_places=10, null=True, help_text="units of the workspace's currency, of that day"
    )
    target_amount = money()
    due_on = models.DateField(help_text="as it was known")
    segment = models.CharField(max_length=20, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", help_text="the owner; who adjusted"
    )
    maker = models.CharField(max_length=40, blank=True, help_text="version of what made the model's call")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "renewal", "caller", "checkpoint_days"], name="forecast_freeze_once"
            ),
            models.CheckConstraint(
                condition=Q(category="", amount__isnull=True) | (~Q(category="") & Q(amount__isnull=False)),
                name="forecast_freeze_said_or_not",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "due_on"], name="forecast_freeze_due")]


class ForecastDisagreement(WorkspaceModel):
    """Two callers are too far apart on an open renewal; reviews take these up. Closed when they meet, or it ends."""

    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="forecast_disagreements", db_index=False)
    first = models.CharField(max_length=10, choices=Caller.choices)
    second = models.CharField(max_length=10, choices=Caller.choices)
    kind = models.CharField(max_length=10, help_text="category, likelihood or amount")
    gap = models.FloatField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "renewal", "first", "second"],
                condition=Q(closed_at__isnull=True),
                name="forecast_disagreement_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "opened_at"],
                condition=Q(closed_at__isnull=True),
                name="forecast_disagreement_open",
            ),
        ]


class ForecastTally(WorkspaceModel):
    """The ledger added up: frozen calls of a quarter with an outcome, by caller, person, checkpoint and segment."""

    quarter_on = models.DateField()
    caller = models.CharField(max_length=10, choices=Caller.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    checkpoint_days = models.PositiveSmallIntegerField()
    segment = models.CharField(max_length=20, blank=True)
    calls = models.PositiveIntegerField()
    missing = models.PositiveIntegerField()
    called = money()
    actual = money()
    missed = money()
    chances = models.PositiveIntegerField()
    squares = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["workspace", "quarter_on"], name="forecast_tally_quarter")]


class ForecastRun(WorkspaceModel):
    """The distribution as it was drawn last, by which laws, from which inputs; one row a workspace."""

    class State(models.TextChoices):
        """A run whose worker was killed is begun again."""

        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    ordered_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True)
    done = models.PositiveSmallIntegerField(default=0, help_text="per cent of what is being drawn")
    made_at = models.DateTimeField(null=True, help_text="when the figures shown were drawn")
    checked_at = models.DateTimeField(null=True, help_text="when the inputs were last found to be the same")
    inputs_hash = models.CharField(max_length=64, blank=True)
    frame_hash = models.CharField(max_length=64, blank=True, help_text="of day, rules, people and rates")
    maker = models.CharField(max_length=80, blank=True, help_text="versions of what the chances came from")
    laws = models.JSONField(default=dict)
    summary = models.JSONField(default=dict, help_text="tornado, blend, backtest, renewals without a chance")
    error = models.CharField(max_length=300, blank=True)
    frozen_on = models.DateField(null=True, help_text="calls of every checkpoint before this day are frozen")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace"], name="forecast_run_once")]


class ForecastPart(WorkspaceModel):
    """The figures of one quarter and part: segment ("" all), owner or team (0 all)."""

    quarter_on = models.DateField()
    segment = models.CharField(max_length=20, blank=True)
    owner_id = models.BigIntegerField(default=0)
    team_id = models.BigIntegerField(default=0)
    figures = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "owner_id", "team_id", "segment", "quarter_on"], name="forecast_part_once"
            ),
        ]


class ForecastSnapshot(WorkspaceModel):
    """A quarter's forecast as it stood in a week: what is held against the end of the quarter. Never changed."""

    append_only = True

    week_on = models.DateField(help_text="the Monday of the week")
    quarter_on = models.DateField()
    segment = models.CharField(max_length=20, blank=True)
    figures = models.JSONField()
    maker = models.CharField(max_length=80, blank=True)
    mean_ratios = models.JSONField(default=dict, help_text="mean ratio of kept renewals by segment, as it was known")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "quarter_on", "segment", "week_on"], name="forecast_snapshot_once"
            ),
        ]
        indexes = [models.Index(fields=["workspace", "week_on"], name="forecast_snapshot_week")]


class ForecastScenario(WorkspaceModel):
    """A question of the form "what if": its levers, and what the forecast says then."""

    class State(models.TextChoices):
        """A waiting one is drawn by the next worker."""

        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    name = models.CharField(max_length=120)
    levers = models.JSONField(help_text="value of each lever that is moved")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    results = models.JSONField(default=dict, help_text="figures by quarter, beside those without levers")
    error = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    drawn_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "-made_at"], name="forecast_scenario_newest")]

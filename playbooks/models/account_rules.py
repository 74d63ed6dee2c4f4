"""How an account is to be treated: its touch budget, the ledger that keeps to it, pauses, and people only.

The ledger's own constraints make a touch over the budget impossible, whoever writes it.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


class TimeRange(Func):
    """tstzrange(from, to), the end exclusive."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


CAPPED = Q(is_exempt=False, released_at__isnull=True)


@track
class TouchBudget(WorkspaceModel):
    """How many touches an account may get from all playbooks and channels; no account: the workspace's own default."""

    account = WorkspaceForeignKey("renewals.Account", null=True, related_name="+")
    max_touches = models.PositiveSmallIntegerField()
    per_days = models.PositiveSmallIntegerField()
    min_gap_days = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=200, blank=True)
    set_by = models.CharField(max_length=150)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "account"], nulls_distinct=False, name="touch_budget_once_an_account"
            ),
            models.CheckConstraint(
                condition=Q(max_touches__gte=1, per_days__gte=1, per_days__lte=365, min_gap_days__lte=90),
                name="touch_budget_sensible",
            ),
        ]


class AccountTouch(WorkspaceModel):
    """One touch of an account. Capped ones take a slot for the span of the budget and rest for the smallest gap.

    Two capped touches of an account never share a slot or a rest, so no count of them can pass the budget. Exempt ones
    (contractual, security) are counted and never refused. A touch that certainly did not happen is released.
    """

    account = WorkspaceForeignKey("renewals.Account", related_name="+", db_index=False)
    contact = WorkspaceForeignKey("renewals.Contact", null=True, related_name="+", db_index=False)
    message = WorkspaceForeignKey("playbooks.Message", null=True, related_name="+", db_index=False)
    playbook = WorkspaceForeignKey("playbooks.Playbook", null=True, related_name="+", db_index=False)
    message_class = models.CharField(max_length=30)
    is_exempt = models.BooleanField(default=False)
    slot = models.PositiveSmallIntegerField()
    slots = models.PositiveSmallIntegerField(help_text="touches the budget allowed when this one was decided")
    occurred_at = models.DateTimeField()
    frees_at = models.DateTimeField(help_text="when its slot is free again")
    rests_until_at = models.DateTimeField(help_text="the earliest moment of the next touch")
    released_at = models.DateTimeField(null=True, help_text="it certainly did not happen")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "message"],
                condition=Q(released_at__isnull=True, message__isnull=False),
                name="account_touch_once_a_message",
            ),
            models.CheckConstraint(
                condition=Q(is_exempt=True) | Q(slot__gte=1, slot__lte=F("slots")), name="account_touch_in_its_slots"
            ),
            ExclusionConstraint(
                name="account_touch_within_budget",
                expressions=[
                    ("workspace", RangeOperators.EQUAL),
                    ("account", RangeOperators.EQUAL),
                    ("slot", RangeOperators.EQUAL),
                    (TimeRange(F("occurred_at"), F("frees_at")), RangeOperators.OVERLAPS),
                ],
                condition=CAPPED,
            ),
            ExclusionConstraint(
                name="account_touch_after_the_gap",
                expressions=[
                    ("workspace", RangeOperators.EQUAL),
                    ("account", RangeOperators.EQUAL),
                    (TimeRange(F("occurred_at"), F("rests_until_at")), RangeOperators.OVERLAPS),
                ],
                condition=CAPPED,
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "account", "-occurred_at"],
                name="account_touch_recent",
                condition=Q(released_at__isnull=True),
            )
        ]


@track
class AccountPause(WorkspaceModel):
    """Days an account asked us to stay away, who asked, and why. Contract dates, notices and tasks still happen."""

    account = WorkspaceForeignKey("renewals.Account", related_name="+", db_index=False)
    from_on = models.DateField()
    until_on = models.DateField(help_text="the last day of the pause")
    asked_by = models.CharField(max_length=150)
    reason = models.CharField(max_length=300)
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="account_pause_forward"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(asked_by=""), name="account_pause_with_who_and_why"),
        ]
        indexes = [models.Index(fields=["workspace", "account"], name="account_pause_account")]


@track
class HumanOnly(WorkspaceModel):
    """People alone write to this account, until a day or until somebody says otherwise."""

    account = WorkspaceForeignKey("renewals.Account", related_name="+", db_index=False)
    reason = models.CharField(max_length=300)
    until_on = models.DateField(null=True, help_text="the last such day; empty: until it is switched off")
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "account"], condition=Q(ended_at__isnull=True), name="human_only_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="human_only_with_reason"),
        ]

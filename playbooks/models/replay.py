"""Replays against history: what was asked, how far it is, and what came of it, row by row. No message stands here."""

from django.db import models

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel
from renewals.models.ordered import OrderedRun, run_constraints, run_indexes


class ReplayRun(OrderedRun):
    """One replay. `frozen` holds the changed definitions as they were when it was ordered; `cursor` how far it is."""

    asked = models.JSONField(help_text="days, whose renewals, what is changed")
    frozen = models.JSONField(default=dict, help_text="the changed definitions, and how they are called")
    recorded_from = models.DateField(null=True, help_text="the first day of which anything is recorded")
    cursor = models.BigIntegerField(default=0, help_text="the last account that was replayed")
    done = models.PositiveIntegerField(default=0, help_text="accounts replayed")

    class Meta:
        constraints = run_constraints("replay_run")
        indexes = run_indexes("replay_run")


class ReplayedRenewal(WorkspaceModel):
    """What one replay found of one renewal. Leads are days from the first alarm to the day the loss was decided."""

    workspace = models.ForeignKey("renewals.Workspace", on_delete=models.PROTECT, related_name="+", db_index=False)
    run = WorkspaceForeignKey("playbooks.ReplayRun", related_name="renewals", db_index=False)
    account = WorkspaceForeignKey("renewals.Account", related_name="+", db_index=False)
    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="+", db_index=False)
    outcome = models.CharField(max_length=10, blank=True)
    decided_on = models.DateField(null=True)
    was_enrolled = models.BooleanField()
    is_enrolled = models.BooleanField(help_text="under the changed configuration")
    touches_before = models.PositiveIntegerField()
    touches_after = models.PositiveIntegerField()
    human_before = models.PositiveIntegerField()
    human_after = models.PositiveIntegerField()
    alarm_before_at = models.DateTimeField(null=True)
    alarm_after_at = models.DateTimeField(null=True)
    lead_before_days = models.IntegerField(null=True)
    lead_after_days = models.IntegerField(null=True)
    decisions = models.PositiveIntegerField(help_text="recorded, or made up by the unchanged replay")
    equal_decisions = models.PositiveIntegerField(help_text="of these, how many the unchanged replay gave again")

    class Meta:
        indexes = [models.Index(fields=["workspace", "run", "account"], name="replayed_renewal_run")]


class ReplayedAct(WorkspaceModel):
    """One decision before and after. `change` is same, added, gone, moved, other, quiet; unequal: not reproduced."""

    workspace = models.ForeignKey("renewals.Workspace", on_delete=models.PROTECT, related_name="+", db_index=False)
    run = WorkspaceForeignKey("playbooks.ReplayRun", related_name="acts", db_index=False)
    account = WorkspaceForeignKey("renewals.Account", related_name="+", db_index=False)
    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="+", db_index=False)
    change = models.CharField(max_length=10)
    playbook_key = models.CharField(max_length=60, blank=True)
    step_key = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=30)
    before_effect = models.CharField(max_length=12, blank=True)
    after_effect = models.CharField(max_length=12, blank=True)
    before_at = models.DateTimeField(null=True)
    after_at = models.DateTimeField(null=True)
    before_owner_id = models.BigIntegerField(null=True, help_text="whose time it cost")
    after_owner_id = models.BigIntegerField(null=True)
    days = models.IntegerField(null=True, help_text="later; negative is earlier")
    why = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField(help_text="the earlier of both sides")

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "run", "at"], name="replayed_act_run"),
            models.Index(fields=["workspace", "run", "renewal"], name="replayed_act_renewal"),
        ]

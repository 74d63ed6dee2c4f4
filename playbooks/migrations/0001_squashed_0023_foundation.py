"""Create the tables of playbooks, steps, messages and decisions. Generated from the models; a change to them is a migration of its own."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
import pghistory.utils
import playbooks.models.account_rules
import renewals.models.base
import renewals.models.tables
import signals.models.scorecards
from django.conf import settings
from django.db import migrations, models
from playbooks.migrations._statements import OPERATIONS


class Migration(migrations.Migration):
    """Where every database begins."""

    initial = True

    dependencies = [
        ("renewals", "0001_squashed_0014_foundation"),
    ]

    operations = [
        renewals.models.tables.CreateTables(
            tables=[
                migrations.CreateModel(
                    name="Absence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "delegate",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("from_on", models.DateField()),
                        ("until_on", models.DateField(help_text="the last day away")),
                        (
                            "treatments",
                            models.JSONField(
                                default=dict, help_text="kind of step: delegate or shift; what is left out delegates"
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=200)),
                        ("created_by", models.CharField(max_length=150)),
                        ("created_at", models.DateTimeField()),
                        ("cancelled_at", models.DateTimeField(null=True)),
                        ("returned_at", models.DateTimeField(help_text="when the work was handed back", null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("cancelled_at__isnull", True), ("returned_at__isnull", True)),
                                fields=["workspace", "user"],
                                name="absence_open",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("until_on__gte", models.F("from_on"))), name="absence_forward"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("delegate__isnull", True),
                                    models.Q(("delegate", models.F("user")), _negated=True),
                                    _connector="OR",
                                ),
                                name="absence_delegate_is_another",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AbsenceEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="playbooks.absence",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "delegate",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("from_on", models.DateField()),
                        ("until_on", models.DateField(help_text="the last day away")),
                        (
                            "treatments",
                            models.JSONField(
                                default=dict, help_text="kind of step: delegate or shift; what is left out delegates"
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=200)),
                        ("created_by", models.CharField(max_length=150)),
                        ("created_at", models.DateTimeField()),
                        ("cancelled_at", models.DateTimeField(null=True)),
                        ("returned_at", models.DateTimeField(help_text="when the work was handed back", null=True)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Playbook",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        ("key", models.SlugField(max_length=60)),
                        ("name", models.CharField(max_length=200)),
                        ("is_active", models.BooleanField(default=True, help_text="whether new renewals may enter")),
                        (
                            "priority",
                            models.PositiveSmallIntegerField(
                                db_default=50,
                                default=50,
                                help_text="the lower number goes first where two playbooks want the same account",
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("workspace", "key"), name="playbook_key_once")],
                    },
                ),
                migrations.CreateModel(
                    name="PlaybookVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "playbook",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="playbooks.playbook",
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("definition", models.JSONField()),
                        ("content_hash", models.CharField(max_length=64)),
                        (
                            "is_pilot",
                            models.BooleanField(
                                default=False, help_text="new enrolments take it only where its pilot condition is yes"
                            ),
                        ),
                        ("published_at", models.DateTimeField(null=True)),
                        ("published_by", models.CharField(blank=True, max_length=150)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "playbook", "number"), name="playbook_version_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("published_at__isnull", True),
                                    models.Q(("published_by", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="playbook_version_published_by",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Enrolment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "playbook",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="enrolments",
                                to="playbooks.playbook",
                            ),
                        ),
                        (
                            "version",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="enrolments",
                                to="playbooks.playbookversion",
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="enrolments",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "occurrence",
                            models.DateField(help_text="the renewal date when it was enrolled; it never moves"),
                        ),
                        (
                            "round",
                            models.PositiveSmallIntegerField(default=1, help_text="the how-manieth run in this period"),
                        ),
                        ("goal_met_at", models.DateTimeField(null=True)),
                        (
                            "goal_version",
                            models.CharField(blank=True, help_text="the version whose goal was met", max_length=80),
                        ),
                        (
                            "rearmed_at",
                            models.DateTimeField(
                                help_text="when its entry condition was no again, after it had ended", null=True
                            ),
                        ),
                        (
                            "planned_for",
                            models.JSONField(
                                default=dict, help_text="the contract dates the open step was planned from"
                            ),
                        ),
                        ("state", models.CharField(default="active", max_length=12)),
                        ("ended_reason", models.CharField(blank=True, max_length=60)),
                        (
                            "trigger",
                            models.JSONField(
                                default=dict, help_text="why it was enrolled, with the signal's id if there was one"
                            ),
                        ),
                        ("paused_until_at", models.DateTimeField(null=True)),
                        ("started_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("updated_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["active", "paused", "parked"])),
                                fields=["workspace", "renewal"],
                                name="enrolment_open_renewal",
                            ),
                            models.Index(fields=["workspace", "account"], name="enrolment_account"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "playbook", "renewal", "occurrence", "round"),
                                name="enrolment_once_a_round",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["active", "paused", "parked"])),
                                fields=("workspace", "playbook", "renewal"),
                                name="enrolment_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("goal_met_at__isnull", True), ("goal_version", "")),
                                    models.Q(
                                        ("goal_met_at__isnull", False), models.Q(("goal_version", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="enrolment_goal_with_version",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("ended_at__isnull", True),
                                        ("ended_reason", ""),
                                        ("state__in", ["active", "paused", "parked"]),
                                    ),
                                    models.Q(
                                        ("ended_at__isnull", False),
                                        ("state__in", ["completed", "exited"]),
                                        models.Q(("ended_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="enrolment_ended_with_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StepRun",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        (
                            "enrolment",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="step_runs",
                                to="playbooks.enrolment",
                            ),
                        ),
                        (
                            "version",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="playbooks.playbookversion",
                            ),
                        ),
                        ("step_key", models.CharField(max_length=60)),
                        ("occurrence", models.DateField()),
                        ("kind", models.CharField(max_length=20)),
                        ("state", models.CharField(default="scheduled", max_length=12)),
                        ("due_at", models.DateTimeField(help_text="when to look next; moves when the step is put off")),
                        (
                            "planned_at",
                            models.DateTimeField(help_text="when the plan wanted it; lateness counts from here"),
                        ),
                        ("due_local_on", models.DateField()),
                        ("due_local_at", models.TimeField()),
                        ("due_zone", models.CharField(max_length=64)),
                        ("lease_owner", models.CharField(blank=True, max_length=80)),
                        ("lease_until", models.DateTimeField(null=True)),
                        ("claimed_at", models.DateTimeField(null=True)),
                        ("fence", models.BigIntegerField(default=0)),
                        (
                            "claims",
                            models.PositiveSmallIntegerField(
                                default=0, help_text="consecutive claims that nobody finished"
                            ),
                        ),
                        ("failures", models.PositiveSmallIntegerField(default=0)),
                        ("done_at", models.DateTimeField(null=True)),
                        (
                            "advanced_at",
                            models.DateTimeField(
                                help_text="when a reaction brought it forward; plans keep that", null=True
                            ),
                        ),
                        ("chosen", models.CharField(blank=True, help_text="the path a branch took", max_length=60)),
                        ("input_snapshot", models.JSONField(null=True)),
                        ("reasons", models.JSONField(default=list)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["scheduled", "claimed"])),
                                fields=["workspace", "due_at"],
                                name="step_run_due",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "enrolment", "step_key", "occurrence"), name="step_run_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("done_at__isnull", True), ("state__in", ["scheduled", "claimed", "waiting"])
                                    ),
                                    models.Q(("done_at__isnull", False), ("state__in", ["done", "skipped", "parked"])),
                                    _connector="OR",
                                ),
                                name="step_run_ended_with_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "claimed"), _negated=True),
                                    ("lease_until__isnull", False),
                                    _connector="OR",
                                ),
                                name="step_run_claimed_with_lease",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "done"), _negated=True),
                                    ("done_at__gte", models.F("due_at")),
                                    _connector="OR",
                                ),
                                name="step_run_not_before_due",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Message",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        (
                            "step_run",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="messages",
                                to="playbooks.steprun",
                            ),
                        ),
                        (
                            "enrolment",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="messages",
                                to="playbooks.enrolment",
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="messages",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "contact",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="messages",
                                to="renewals.contact",
                            ),
                        ),
                        ("dedup_key", models.CharField(max_length=200)),
                        ("idem_key", models.CharField(max_length=200)),
                        ("message_id", models.CharField(max_length=250)),
                        ("message_class", models.CharField(max_length=30)),
                        (
                            "channel",
                            models.CharField(blank=True, help_text="the channel that tried it last", max_length=30),
                        ),
                        ("to_address", models.CharField(max_length=254)),
                        ("to_name", models.CharField(blank=True, max_length=200)),
                        ("subject", models.CharField(max_length=300)),
                        ("text_body", models.TextField()),
                        ("html_body", models.TextField(blank=True)),
                        (
                            "revision",
                            models.PositiveSmallIntegerField(
                                db_default=0, default=0, help_text="SEQUENCE of an invitation, 0 for anything else"
                            ),
                        ),
                        (
                            "is_correction",
                            models.BooleanField(
                                db_default=False,
                                default=False,
                                help_text="changes or takes back an invitation that they may have",
                            ),
                        ),
                        (
                            "calendar_method",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                help_text="REQUEST or CANCEL for an invitation",
                                max_length=8,
                            ),
                        ),
                        (
                            "calendar_text",
                            models.TextField(
                                blank=True, db_default="", default="", help_text="the invitation as it leaves"
                            ),
                        ),
                        ("state", models.CharField(default="queued", max_length=12)),
                        ("next_at", models.DateTimeField()),
                        (
                            "veto_until_at",
                            models.DateTimeField(help_text="until then a person may object; then it leaves", null=True),
                        ),
                        ("not_after_at", models.DateTimeField()),
                        ("lease_owner", models.CharField(blank=True, max_length=80)),
                        ("lease_until", models.DateTimeField(null=True)),
                        ("fence", models.BigIntegerField(default=0)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("first_sending_at", models.DateTimeField(null=True)),
                        ("sending_at", models.DateTimeField(null=True)),
                        ("sent_at", models.DateTimeField(null=True)),
                        (
                            "may_have_left",
                            models.BooleanField(default=False, help_text="an attempt ended without a clear answer"),
                        ),
                        (
                            "is_copy",
                            models.BooleanField(
                                default=False, help_text="goes out again, marked as a copy of the first"
                            ),
                        ),
                        ("provider_ref", models.CharField(blank=True, max_length=200)),
                        ("reasons", models.JSONField(default=list)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["queued", "sending"])),
                                fields=["workspace", "next_at"],
                                name="message_due",
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ["draft", "in_doubt"])),
                                fields=["workspace", "account"],
                                name="message_waiting",
                            ),
                            models.Index(fields=["workspace", "account", "-created_at"], name="message_account"),
                            models.Index(fields=["workspace", "contact", "-sent_at"], name="message_contact"),
                            models.Index(
                                condition=models.Q(("provider_ref", ""), _negated=True),
                                fields=["workspace", "provider_ref"],
                                name="message_provider_ref",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "step_run", "revision"), name="message_once_a_step"
                            ),
                            models.UniqueConstraint(fields=("workspace", "dedup_key"), name="message_dedup_once"),
                            models.UniqueConstraint(fields=("workspace", "idem_key"), name="message_idem_once"),
                            models.UniqueConstraint(fields=("workspace", "message_id"), name="message_id_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "draft",
                                            "queued",
                                            "sending",
                                            "sent",
                                            "in_doubt",
                                            "failed",
                                            "parked",
                                            "cancelled",
                                        ],
                                    )
                                ),
                                name="message_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "sent"), _negated=True),
                                    models.Q(("first_sending_at__isnull", False), ("sent_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="message_sent_with_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("calendar_method", ""),
                                        ("calendar_text", ""),
                                        ("is_correction", False),
                                        ("revision", 0),
                                    ),
                                    models.Q(
                                        ("calendar_method__in", ["REQUEST", "CANCEL"]),
                                        models.Q(("calendar_text", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="message_invitation_whole",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "sending"), _negated=True),
                                    ("lease_until__isnull", False),
                                    _connector="OR",
                                ),
                                name="message_sending_with_lease",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Task",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        ("origin_key", models.CharField(help_text="the same key is the same task", max_length=200)),
                        (
                            "step_run",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tasks",
                                to="playbooks.steprun",
                            ),
                        ),
                        (
                            "enrolment",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tasks",
                                to="playbooks.enrolment",
                            ),
                        ),
                        (
                            "message",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tasks",
                                to="playbooks.message",
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tasks",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tasks",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "assignee",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tasks",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("title", models.CharField(max_length=200)),
                        ("instructions", models.TextField(blank=True)),
                        ("why", models.JSONField(default=list)),
                        (
                            "kind",
                            models.CharField(default="task", help_text="the kind of step it comes from", max_length=20),
                        ),
                        (
                            "form",
                            models.JSONField(default=list, help_text="what is asked for, for an information request"),
                        ),
                        ("outcomes", models.JSONField(default=list, help_text="the outcome codes to choose from")),
                        ("due_on", models.DateField()),
                        ("state", models.CharField(default="open", max_length=12)),
                        ("snoozed_until_on", models.DateField(null=True)),
                        ("snooze_reason", models.CharField(blank=True, max_length=200)),
                        ("outcome_code", models.CharField(blank=True, max_length=40)),
                        ("note", models.TextField(blank=True)),
                        ("completed_at", models.DateTimeField(null=True)),
                        (
                            "completed_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("ended_reason", models.CharField(blank=True, max_length=60)),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ["open", "snoozed"])),
                                fields=["workspace", "renewal", "due_on"],
                                name="task_open_renewal",
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ["open", "snoozed"])),
                                fields=["workspace", "assignee", "due_on"],
                                name="task_open_assignee",
                            ),
                            models.Index(fields=["workspace", "account"], name="task_account"),
                            models.Index(fields=["workspace", "updated_at"], name="task_changed"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "origin_key"), name="task_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("step_run__isnull", False)),
                                fields=("workspace", "step_run"),
                                name="task_once_a_step",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("completed_at__isnull", True), ("state__in", ["open", "snoozed"])),
                                    models.Q(("completed_at__isnull", False), ("state", "done")),
                                    models.Q(
                                        ("completed_at__isnull", True),
                                        ("state", "cancelled"),
                                        models.Q(("ended_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="task_done_with_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "snoozed"), _negated=True),
                                    models.Q(
                                        ("snoozed_until_on__isnull", False),
                                        models.Q(("snooze_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="task_snoozed_with_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TaskMove",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "task",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="moves",
                                to="playbooks.task",
                            ),
                        ),
                        (
                            "absence",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="moves",
                                to="playbooks.absence",
                            ),
                        ),
                        ("because", models.CharField(help_text="absence, return, capacity", max_length=20)),
                        (
                            "from_user",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "to_user",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("from_on", models.DateField()),
                        ("to_on", models.DateField()),
                        ("reasons", models.JSONField(default=list)),
                        ("moved_at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="TouchBudget",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.account",
                            ),
                        ),
                        ("max_touches", models.PositiveSmallIntegerField()),
                        ("per_days", models.PositiveSmallIntegerField()),
                        ("min_gap_days", models.PositiveSmallIntegerField()),
                        ("reason", models.CharField(blank=True, max_length=200)),
                        ("set_by", models.CharField(max_length=150)),
                        ("set_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "account"),
                                name="touch_budget_once_an_account",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("max_touches__gte", 1),
                                    ("min_gap_days__lte", 90),
                                    ("per_days__gte", 1),
                                    ("per_days__lte", 365),
                                ),
                                name="touch_budget_sensible",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TouchBudgetEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="playbooks.touchbudget",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.account",
                            ),
                        ),
                        ("max_touches", models.PositiveSmallIntegerField()),
                        ("per_days", models.PositiveSmallIntegerField()),
                        ("min_gap_days", models.PositiveSmallIntegerField()),
                        ("reason", models.CharField(blank=True, max_length=200)),
                        ("set_by", models.CharField(max_length=150)),
                        ("set_at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="AccountTouch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "contact",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.contact",
                            ),
                        ),
                        (
                            "message",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="playbooks.message",
                            ),
                        ),
                        (
                            "playbook",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="playbooks.playbook",
                            ),
                        ),
                        ("message_class", models.CharField(max_length=30)),
                        ("is_exempt", models.BooleanField(default=False)),
                        ("slot", models.PositiveSmallIntegerField()),
                        (
                            "slots",
                            models.PositiveSmallIntegerField(
                                help_text="touches the budget allowed when this one was decided"
                            ),
                        ),
                        ("occurred_at", models.DateTimeField()),
                        ("frees_at", models.DateTimeField(help_text="when its slot is free again")),
                        ("rests_until_at", models.DateTimeField(help_text="the earliest moment of the next touch")),
                        ("released_at", models.DateTimeField(help_text="it certainly did not happen", null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("released_at__isnull", True)),
                                fields=["workspace", "account", "-occurred_at"],
                                name="account_touch_recent",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("message__isnull", False), ("released_at__isnull", True)),
                                fields=("workspace", "message"),
                                name="account_touch_once_a_message",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_exempt", True),
                                    models.Q(("slot__gte", 1), ("slot__lte", models.F("slots"))),
                                    _connector="OR",
                                ),
                                name="account_touch_in_its_slots",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(("is_exempt", False), ("released_at__isnull", True)),
                                expressions=[
                                    ("workspace", "="),
                                    ("account", "="),
                                    ("slot", "="),
                                    (
                                        playbooks.models.account_rules.TimeRange(
                                            models.F("occurred_at"), models.F("frees_at")
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="account_touch_within_budget",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(("is_exempt", False), ("released_at__isnull", True)),
                                expressions=[
                                    ("workspace", "="),
                                    ("account", "="),
                                    (
                                        playbooks.models.account_rules.TimeRange(
                                            models.F("occurred_at"), models.F("rests_until_at")
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="account_touch_after_the_gap",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AccountPause",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.account",
                            ),
                        ),
                        ("from_on", models.DateField()),
                        ("until_on", models.DateField(help_text="the last day of the pause")),
                        ("asked_by", models.CharField(max_length=150)),
                        ("reason", models.CharField(max_length=300)),
                        ("created_by", models.CharField(max_length=150)),
                        ("created_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "account"], name="account_pause_account")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("until_on__gte", models.F("from_on"))), name="account_pause_forward"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("reason", ""), _negated=True), models.Q(("asked_by", ""), _negated=True)
                                ),
                                name="account_pause_with_who_and_why",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AccountPauseEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="playbooks.accountpause",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.account",
                            ),
                        ),
                        ("from_on", models.DateField()),
                        ("until_on", models.DateField(help_text="the last day of the pause")),
                        ("asked_by", models.CharField(max_length=150)),
                        ("reason", models.CharField(max_length=300)),
                        ("created_by", models.CharField(max_length=150)),
                        ("created_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="HumanOnly",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.account",
                            ),
                        ),
                        ("reason", models.CharField(max_length=300)),
                        (
                            "until_on",
                            models.DateField(help_text="the last such day; empty: until it is switched off", null=True),
                        ),
                        ("created_by", models.CharField(max_length=150)),
                        ("created_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=("workspace", "account"),
                                name="human_only_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True), name="human_only_with_reason"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HumanOnlyEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="playbooks.humanonly",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.account",
                            ),
                        ),
                        ("reason", models.CharField(max_length=300)),
                        (
                            "until_on",
                            models.DateField(help_text="the last such day; empty: until it is switched off", null=True),
                        ),
                        ("created_by", models.CharField(max_length=150)),
                        ("created_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="StepAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        (
                            "enrolment",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="playbooks.enrolment",
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.account",
                            ),
                        ),
                        ("step_key", models.CharField(max_length=60)),
                        ("field_key", models.CharField(max_length=60)),
                        (
                            "kind",
                            models.CharField(help_text="text, long_text, number, date, choice, yes_no", max_length=12),
                        ),
                        (
                            "value",
                            models.TextField(help_text="as entered: dates in ISO form, yes and no as true and false"),
                        ),
                        ("answered_by", models.CharField(max_length=150)),
                        ("answered_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "enrolment", "answered_at"], name="answer_enrolment")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StepApproval",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "step_run",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="approvals",
                                to="playbooks.steprun",
                            ),
                        ),
                        (
                            "enrolment",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="approvals",
                                to="playbooks.enrolment",
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.renewal",
                            ),
                        ),
                        ("step_key", models.CharField(max_length=60)),
                        ("title", models.CharField(max_length=200)),
                        ("roles", models.JSONField(default=list, help_text="who may decide")),
                        (
                            "requested_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("state", models.CharField(default="pending", max_length=12)),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("due_at", models.DateTimeField(help_text="silence until then is no consent")),
                        ("escalated_at", models.DateTimeField(null=True)),
                        ("decided_by", models.CharField(blank=True, max_length=150)),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("note", models.CharField(blank=True, max_length=500)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "step_run"), name="approval_once_a_step"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at__isnull", True), ("state", "pending")),
                                    models.Q(
                                        ("decided_at__isnull", False),
                                        ("state__in", ["approved", "rejected", "withdrawn", "timed_out"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="approval_decided_with_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StepApprovalEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="playbooks.stepapproval",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        (
                            "step_run",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="playbooks.steprun",
                            ),
                        ),
                        (
                            "enrolment",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="playbooks.enrolment",
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.renewal",
                            ),
                        ),
                        ("step_key", models.CharField(max_length=60)),
                        ("title", models.CharField(max_length=200)),
                        ("roles", models.JSONField(default=list, help_text="who may decide")),
                        (
                            "requested_by",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("state", models.CharField(default="pending", max_length=12)),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("due_at", models.DateTimeField(help_text="silence until then is no consent")),
                        ("escalated_at", models.DateTimeField(null=True)),
                        ("decided_by", models.CharField(blank=True, max_length=150)),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("note", models.CharField(blank=True, max_length=500)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ChannelSetting",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        ("kind", models.CharField(help_text="installation, console, smtp or provider", max_length=20)),
                        ("provider", models.CharField(blank=True, max_length=30)),
                        ("from_address", models.CharField(blank=True, max_length=254)),
                        (
                            "reply_domain",
                            models.CharField(
                                blank=True, help_text="replies come to r+<message>@ this domain", max_length=200
                            ),
                        ),
                        ("host", models.CharField(blank=True, max_length=200)),
                        ("port", models.PositiveIntegerField(default=587)),
                        ("user", models.CharField(blank=True, max_length=200)),
                        ("is_tracking", models.BooleanField(default=False, help_text="opens and clicks are followed")),
                        (
                            "door",
                            models.CharField(
                                blank=True, help_text="the part of the event address nobody can guess", max_length=60
                            ),
                        ),
                        ("changed_at", models.DateTimeField()),
                        ("changed_by", models.CharField(max_length=150)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace",), name="channel_one_a_workspace"),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["installation", "console", "smtp", "provider"])),
                                name="channel_kind_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ChannelSettingEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="playbooks.channelsetting",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        ("kind", models.CharField(help_text="installation, console, smtp or provider", max_length=20)),
                        ("provider", models.CharField(blank=True, max_length=30)),
                        ("from_address", models.CharField(blank=True, max_length=254)),
                        (
                            "reply_domain",
                            models.CharField(
                                blank=True, help_text="replies come to r+<message>@ this domain", max_length=200
                            ),
                        ),
                        ("host", models.CharField(blank=True, max_length=200)),
                        ("port", models.PositiveIntegerField(default=587)),
                        ("user", models.CharField(blank=True, max_length=200)),
                        ("is_tracking", models.BooleanField(default=False, help_text="opens and clicks are followed")),
                        (
                            "door",
                            models.CharField(
                                blank=True, help_text="the part of the event address nobody can guess", max_length=60
                            ),
                        ),
                        ("changed_at", models.DateTimeField()),
                        ("changed_by", models.CharField(max_length=150)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ChannelSecret",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "place",
                            models.CharField(
                                help_text="api, password, events, url:<target>, signing:<target>", max_length=60
                            ),
                        ),
                        ("sealed", models.TextField(help_text="AES-256-GCM, bound to workspace and place")),
                        (
                            "hint",
                            models.CharField(
                                blank=True,
                                help_text="what may be shown of it: its last letters, its host",
                                max_length=60,
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                        ("made_by", models.CharField(max_length=150)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "place"), name="channel_secret_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Circuit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        ("name", models.CharField(help_text="mail:<channel> or webhook:<target>", max_length=60)),
                        ("document", models.JSONField(default=dict)),
                        ("last_error", models.CharField(blank=True, max_length=300)),
                        ("changed_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("workspace", "name"), name="circuit_once")],
                    },
                ),
                migrations.CreateModel(
                    name="ChannelTrial",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        ("channel", models.CharField(blank=True, max_length=30)),
                        ("to_address", models.CharField(max_length=254)),
                        (
                            "state",
                            models.CharField(default="waiting", help_text="waiting, sent or failed", max_length=10),
                        ),
                        ("answer", models.CharField(blank=True, max_length=300)),
                        ("asked_at", models.DateTimeField()),
                        ("asked_by", models.CharField(max_length=150)),
                        ("settled_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "waiting")),
                                fields=["workspace", "id"],
                                name="trial_waiting",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DeliveryEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "message",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="delivery_events",
                                to="playbooks.message",
                            ),
                        ),
                        (
                            "contact",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="delivery_events",
                                to="renewals.contact",
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                help_text="who told it: a provider, or mail for a bounce by mail", max_length=30
                            ),
                        ),
                        ("event_key", models.CharField(max_length=200)),
                        ("kind", models.CharField(max_length=20)),
                        ("recipient", models.CharField(blank=True, max_length=254)),
                        ("provider_ref", models.CharField(blank=True, max_length=200)),
                        (
                            "own_id",
                            models.CharField(blank=True, help_text="our Message-ID, where it was told", max_length=250),
                        ),
                        ("detail", models.CharField(blank=True, max_length=300)),
                        ("occurred_at", models.DateTimeField()),
                        ("received_at", models.DateTimeField()),
                        ("settled_at", models.DateTimeField(help_text="what follows from it has been done", null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "message", "occurred_at"], name="delivery_event_message"),
                            models.Index(
                                fields=["workspace", "contact", "kind", "occurred_at"], name="delivery_event_contact"
                            ),
                            models.Index(
                                condition=models.Q(("settled_at__isnull", True)),
                                fields=["workspace", "id"],
                                name="delivery_event_open",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "source", "event_key"), name="delivery_event_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InboundMessage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "message",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replies",
                                to="playbooks.message",
                            ),
                        ),
                        (
                            "contact",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="inbound_messages",
                                to="renewals.contact",
                            ),
                        ),
                        (
                            "message_key",
                            models.CharField(help_text="their Message-ID, else the hash of the mail", max_length=250),
                        ),
                        ("kind", models.CharField(max_length=20)),
                        ("mark", models.CharField(blank=True, help_text="by what its kind was known", max_length=60)),
                        ("returns_on", models.DateField(null=True)),
                        ("from_address", models.CharField(blank=True, max_length=254)),
                        (
                            "answers",
                            models.JSONField(default=list, help_text="the Message-IDs it answers, the nearest first"),
                        ),
                        ("subject", models.CharField(blank=True, max_length=300)),
                        ("text_body", models.TextField(blank=True)),
                        (
                            "calendar_text",
                            models.TextField(blank=True, help_text="the answer to an invitation as it came"),
                        ),
                        ("occurred_at", models.DateTimeField()),
                        ("received_at", models.DateTimeField()),
                        ("settled_at", models.DateTimeField(help_text="what follows from it has been done", null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "message"], name="inbound_message"),
                            models.Index(
                                condition=models.Q(("settled_at__isnull", True)),
                                fields=["workspace", "id"],
                                name="inbound_open",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "message_key"), name="inbound_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MessageEdit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "message",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="edits",
                                to="playbooks.message",
                            ),
                        ),
                        ("template_subject", models.CharField(help_text="as the template gave it", max_length=300)),
                        ("template_text", models.TextField(help_text="as the template gave it")),
                        ("subject", models.CharField(max_length=300)),
                        ("text_body", models.TextField()),
                        (
                            "diff",
                            models.JSONField(default=list, help_text="lines that differ from the template, - and +"),
                        ),
                        ("edited_at", models.DateTimeField()),
                        ("edited_by", models.CharField(max_length=150)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "message", "-id"], name="message_edit_latest")],
                    },
                ),
                migrations.CreateModel(
                    name="WebhookTarget",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        ("name", models.CharField(max_length=80)),
                        (
                            "style",
                            models.CharField(
                                help_text="chat (a text, as Slack takes it) or signed (Standard Webhooks)",
                                max_length=10,
                            ),
                        ),
                        (
                            "host",
                            models.CharField(
                                help_text="what may be shown of the address; the rest is sealed", max_length=253
                            ),
                        ),
                        ("topics", models.JSONField(default=list, help_text="escalation, digest, step")),
                        ("is_active", models.BooleanField(default=True)),
                        ("failing_since", models.DateTimeField(null=True)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "name"), name="webhook_target_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WebhookTargetEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="playbooks.webhooktarget",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        ("name", models.CharField(max_length=80)),
                        (
                            "style",
                            models.CharField(
                                help_text="chat (a text, as Slack takes it) or signed (Standard Webhooks)",
                                max_length=10,
                            ),
                        ),
                        (
                            "host",
                            models.CharField(
                                help_text="what may be shown of the address; the rest is sealed", max_length=253
                            ),
                        ),
                        ("topics", models.JSONField(default=list, help_text="escalation, digest, step")),
                        ("is_active", models.BooleanField(default=True)),
                        ("failing_since", models.DateTimeField(null=True)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="WebhookPost",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "target",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="posts",
                                to="playbooks.webhooktarget",
                            ),
                        ),
                        ("post_key", models.CharField(max_length=120)),
                        ("topic", models.CharField(max_length=30)),
                        ("body", models.JSONField()),
                        (
                            "state",
                            models.CharField(default="waiting", help_text="waiting, done or failed", max_length=10),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("next_at", models.DateTimeField()),
                        ("lease_until", models.DateTimeField(null=True)),
                        ("fence", models.BigIntegerField(default=0)),
                        ("last_answer", models.CharField(blank=True, max_length=300)),
                        ("created_at", models.DateTimeField()),
                        ("settled_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "waiting")),
                                fields=["workspace", "next_at"],
                                name="webhook_post_due",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "target", "post_key"), name="webhook_post_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Decision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        ("key", models.CharField(max_length=200)),
                        ("kind", models.CharField(help_text="enrol, step, send, stop, replan, task", max_length=20)),
                        ("verdict", models.CharField(max_length=30)),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "enrolment",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="playbooks.enrolment",
                            ),
                        ),
                        ("step_key", models.CharField(blank=True, max_length=60)),
                        ("rule_version", models.CharField(max_length=80)),
                        ("reasons", models.JSONField(default=list)),
                        ("inputs", models.JSONField(default=dict)),
                        ("decided_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "account", "-decided_at"], name="decision_account"),
                            models.Index(fields=["workspace", "decided_at"], name="decision_time"),
                        ],
                        "constraints": [models.UniqueConstraint(fields=("workspace", "key"), name="decision_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Deviation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        (
                            "enrolment",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deviations",
                                to="playbooks.enrolment",
                            ),
                        ),
                        (
                            "version",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deviations",
                                to="playbooks.playbookversion",
                            ),
                        ),
                        ("step_key", models.CharField(max_length=60)),
                        ("kind", models.CharField(max_length=12)),
                        ("due_on", models.DateField(help_text="the day a person chose", null=True)),
                        ("planned_on", models.DateField(help_text="the day the playbook had planned", null=True)),
                        ("what", models.CharField(blank=True, help_text="what is done instead", max_length=200)),
                        ("reason", models.CharField(max_length=300)),
                        (
                            "by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("by_name", models.CharField(max_length=150)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "enrolment", "step_key", "-id"], name="deviation_latest"),
                            models.Index(fields=["workspace", "version"], name="deviation_version"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind__in", ["skip", "retime", "swap", "alternative", "as_planned"])
                                ),
                                name="deviation_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True), name="deviation_with_reason"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind__in", ["retime", "swap"]), _negated=True),
                                    ("due_on__isnull", False),
                                    _connector="OR",
                                ),
                                name="deviation_moved_to_a_day",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SelectionVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("definition", models.JSONField()),
                        ("published_at", models.DateTimeField()),
                        ("published_by", models.CharField(max_length=150)),
                        ("reason", models.CharField(max_length=300)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "number"), name="selection_version_once"),
                            models.CheckConstraint(
                                condition=models.Q(("published_by", ""), _negated=True),
                                name="selection_version_published_by",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SelectionVersionEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="playbooks.selectionversion",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("definition", models.JSONField()),
                        ("published_at", models.DateTimeField()),
                        ("published_by", models.CharField(max_length=150)),
                        ("reason", models.CharField(max_length=300)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="PlaybookDraft",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("playbook", "Playbook"), ("selection", "Selection")],
                                default="playbook",
                                max_length=10,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("waiting", "Waiting"),
                                    ("published", "Published"),
                                    ("rejected", "Rejected"),
                                    ("discarded", "Discarded"),
                                ],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        (
                            "playbook",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="drafts",
                                to="playbooks.playbook",
                            ),
                        ),
                        (
                            "based_on",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="playbooks.playbookversion",
                            ),
                        ),
                        (
                            "based_on_selection",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="playbooks.selectionversion",
                            ),
                        ),
                        (
                            "version",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="drafts",
                                to="playbooks.playbookversion",
                            ),
                        ),
                        (
                            "selection",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="drafts",
                                to="playbooks.selectionversion",
                            ),
                        ),
                        ("content", models.JSONField()),
                        (
                            "revision",
                            models.PositiveIntegerField(
                                default=1, help_text="counts the edits, so that none is overwritten unseen"
                            ),
                        ),
                        ("reason", models.CharField(max_length=300)),
                        ("author", models.CharField(max_length=150)),
                        (
                            "editor_ids",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), blank=True, default=list, size=None
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("edited_at", models.DateTimeField(null=True)),
                        ("edited_by", models.CharField(blank=True, max_length=150)),
                        ("submitted_at", models.DateTimeField(null=True)),
                        (
                            "approver",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("approved_by", models.CharField(blank=True, max_length=150)),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "ended_reason",
                            models.CharField(blank=True, help_text="why it was not published", max_length=300),
                        ),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "-created_at"], name="playbook_draft_newest")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("playbook__isnull", False), ("state__in", ["draft", "waiting"])),
                                fields=("workspace", "playbook"),
                                name="playbook_draft_one_open",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("kind", "selection"), ("state__in", ["draft", "waiting"])),
                                fields=("workspace", "kind"),
                                name="selection_draft_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("author", ""), _negated=True), models.Q(("reason", ""), _negated=True)
                                ),
                                name="playbook_draft_author_and_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at__isnull", True), ("state__in", ["draft", "waiting"])),
                                    models.Q(
                                        ("ended_at__isnull", False),
                                        ("state__in", ["published", "rejected", "discarded"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="playbook_draft_ended_with_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["rejected", "discarded"]), _negated=True),
                                    models.Q(
                                        models.Q(("ended_reason", ""), _negated=True),
                                        models.Q(("ended_by", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="playbook_draft_ended_with_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "published"), _negated=True),
                                    models.Q(
                                        ("approver__isnull", False),
                                        models.Q(
                                            ("version__isnull", False), ("selection__isnull", False), _connector="OR"
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="playbook_draft_published_as_something",
                            ),
                            models.CheckConstraint(
                                condition=signals.models.scorecards.IsNotAmong("approver", "editor_ids"),
                                name="playbook_draft_approved_by_a_second_person",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlaybookDraftEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="playbooks.playbookdraft",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("playbook", "Playbook"), ("selection", "Selection")],
                                default="playbook",
                                max_length=10,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("waiting", "Waiting"),
                                    ("published", "Published"),
                                    ("rejected", "Rejected"),
                                    ("discarded", "Discarded"),
                                ],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        (
                            "playbook",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="playbooks.playbook",
                            ),
                        ),
                        (
                            "based_on",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="playbooks.playbookversion",
                            ),
                        ),
                        (
                            "based_on_selection",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="playbooks.selectionversion",
                            ),
                        ),
                        (
                            "version",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="playbooks.playbookversion",
                            ),
                        ),
                        (
                            "selection",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="playbooks.selectionversion",
                            ),
                        ),
                        ("content", models.JSONField()),
                        (
                            "revision",
                            models.PositiveIntegerField(
                                default=1, help_text="counts the edits, so that none is overwritten unseen"
                            ),
                        ),
                        ("reason", models.CharField(max_length=300)),
                        ("author", models.CharField(max_length=150)),
                        (
                            "editor_ids",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), blank=True, default=list, size=None
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("edited_at", models.DateTimeField(null=True)),
                        ("edited_by", models.CharField(blank=True, max_length=150)),
                        ("submitted_at", models.DateTimeField(null=True)),
                        (
                            "approver",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("approved_by", models.CharField(blank=True, max_length=150)),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "ended_reason",
                            models.CharField(blank=True, help_text="why it was not published", max_length=300),
                        ),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="EngineCounter",
                    fields=[
                        ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                        ("count", models.BigIntegerField(default=0)),
                    ],
                ),
                migrations.CreateModel(
                    name="EnginePulse",
                    fields=[
                        ("name", models.CharField(max_length=80, primary_key=True, serialize=False)),
                        ("finished_at", models.DateTimeField()),
                        ("steps", models.BigIntegerField(default=0)),
                    ],
                ),
                migrations.CreateModel(
                    name="EnrolmentEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="playbooks.enrolment",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        (
                            "playbook",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="playbooks.playbook",
                            ),
                        ),
                        (
                            "version",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="playbooks.playbookversion",
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "occurrence",
                            models.DateField(help_text="the renewal date when it was enrolled; it never moves"),
                        ),
                        (
                            "round",
                            models.PositiveSmallIntegerField(default=1, help_text="the how-manieth run in this period"),
                        ),
                        ("goal_met_at", models.DateTimeField(null=True)),
                        (
                            "goal_version",
                            models.CharField(blank=True, help_text="the version whose goal was met", max_length=80),
                        ),
                        (
                            "rearmed_at",
                            models.DateTimeField(
                                help_text="when its entry condition was no again, after it had ended", null=True
                            ),
                        ),
                        (
                            "planned_for",
                            models.JSONField(
                                default=dict, help_text="the contract dates the open step was planned from"
                            ),
                        ),
                        ("state", models.CharField(default="active", max_length=12)),
                        ("ended_reason", models.CharField(blank=True, max_length=60)),
                        (
                            "trigger",
                            models.JSONField(
                                default=dict, help_text="why it was enrolled, with the signal's id if there was one"
                            ),
                        ),
                        ("paused_until_at", models.DateTimeField(null=True)),
                        ("started_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("updated_at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="MonthTally",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        ("month_on", models.DateField(help_text="first day of the month")),
                        ("measure", models.CharField(max_length=30)),
                        (
                            "subject",
                            models.CharField(
                                blank=True, help_text="the playbook, or playbook and step, it is about", max_length=130
                            ),
                        ),
                        ("segment", models.CharField(blank=True, max_length=20)),
                        ("hits", models.PositiveIntegerField()),
                        ("base", models.PositiveIntegerField()),
                        ("total", models.FloatField(default=0, help_text="days or hours of the hits, for an average")),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "month_on", "measure", "subject", "segment"),
                                name="month_tally_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("hits__lte", models.F("base")), ("measure", "escalations"), _connector="OR"
                                ),
                                name="month_tally_hits_within_base",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MonthMark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        ("month_on", models.DateField()),
                        ("made_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "month_on"), name="month_mark_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Meeting",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "task",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="meetings",
                                to="playbooks.task",
                            ),
                        ),
                        (
                            "step_run",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="meetings",
                                to="playbooks.steprun",
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="meetings",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="meetings",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "contact",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="meetings",
                                to="renewals.contact",
                            ),
                        ),
                        (
                            "organiser",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("uid", models.CharField(max_length=250)),
                        ("revision", models.PositiveSmallIntegerField(default=0)),
                        ("starts_at", models.DateTimeField()),
                        ("ends_at", models.DateTimeField()),
                        ("zone", models.CharField(help_text="the zone it was chosen in", max_length=64)),
                        ("place", models.CharField(blank=True, help_text="a place or a link", max_length=300)),
                        (
                            "organiser_address",
                            models.CharField(
                                blank=True,
                                help_text='where answers to the invitation go; "" the owner\'s own address',
                                max_length=254,
                            ),
                        ),
                        (
                            "answer",
                            models.CharField(
                                blank=True, help_text="accepted, declined, tentative; of this revision", max_length=12
                            ),
                        ),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("state", models.CharField(default="planned", max_length=12)),
                        ("ended_reason", models.CharField(blank=True, max_length=60)),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "planned")),
                                fields=["workspace", "starts_at"],
                                name="meeting_ahead",
                            ),
                            models.Index(fields=["workspace", "account", "-starts_at"], name="meeting_account"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "task"), name="meeting_once_a_task"),
                            models.UniqueConstraint(fields=("workspace", "uid"), name="meeting_uid_once"),
                            models.CheckConstraint(
                                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                                name="meeting_ends_after_start",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_reason", ""), ("state", "planned")),
                                    models.Q(("state", "cancelled"), models.Q(("ended_reason", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="meeting_cancelled_with_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MeetingEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="playbooks.meeting",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        (
                            "task",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="playbooks.task",
                            ),
                        ),
                        (
                            "step_run",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="playbooks.steprun",
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "contact",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.contact",
                            ),
                        ),
                        (
                            "organiser",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("uid", models.CharField(max_length=250)),
                        ("revision", models.PositiveSmallIntegerField(default=0)),
                        ("starts_at", models.DateTimeField()),
                        ("ends_at", models.DateTimeField()),
                        ("zone", models.CharField(help_text="the zone it was chosen in", max_length=64)),
                        ("place", models.CharField(blank=True, help_text="a place or a link", max_length=300)),
                        (
                            "organiser_address",
                            models.CharField(
                                blank=True,
                                help_text='where answers to the invitation go; "" the owner\'s own address',
                                max_length=254,
                            ),
                        ),
                        (
                            "answer",
                            models.CharField(
                                blank=True, help_text="accepted, declined, tentative; of this revision", max_length=12
                            ),
                        ),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("state", models.CharField(default="planned", max_length=12)),
                        ("ended_reason", models.CharField(blank=True, max_length=60)),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="OwnershipGap",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                help_text="vacancy, absence, handover, tier_change, unowned_task", max_length=20
                            ),
                        ),
                        (
                            "subject",
                            models.CharField(
                                blank=True, help_text="what it is about: a person, a tier period, a task", max_length=60
                            ),
                        ),
                        ("reason", models.JSONField(default=dict, help_text="code and values, as reasons are kept")),
                        ("opened_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField(help_text="when its clock runs out")),
                        (
                            "task",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="playbooks.task",
                            ),
                        ),
                        ("closed_at", models.DateTimeField(null=True)),
                        ("closed_because", models.CharField(blank=True, max_length=300)),
                        ("closed_by", models.CharField(blank=True, max_length=150)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("closed_at__isnull", True)),
                                fields=["workspace", "due_at", "id"],
                                name="ownership_gap_open",
                            ),
                            models.Index(
                                fields=["workspace", "renewal", "kind", "subject"], name="ownership_gap_renewal"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("closed_at__isnull", True)),
                                fields=("workspace", "renewal", "kind"),
                                name="ownership_gap_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at__isnull", True), ("closed_because", "")),
                                    models.Q(
                                        ("closed_at__gte", models.F("opened_at")),
                                        models.Q(("closed_because", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="ownership_gap_closed_with_why",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("due_at__gte", models.F("opened_at"))),
                                name="ownership_gap_clock_forward",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Handover",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "sender",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "receiver",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("duties", models.JSONField(help_text="owner, initiator, negotiator, finaliser")),
                        (
                            "payload",
                            models.JSONField(default=dict, help_text="note, open items and signals as they stood"),
                        ),
                        ("state", models.CharField(default="offered", max_length=10)),
                        ("offered_at", models.DateTimeField()),
                        ("deadline_at", models.DateTimeField()),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("answer", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state__in", ("offered", "expired"))),
                                fields=["workspace", "deadline_at"],
                                name="handover_unsettled",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ("offered", "expired"))),
                                fields=("workspace", "renewal"),
                                name="handover_one_unsettled",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("answered_at__isnull", True), ("state__in", ("offered", "expired"))),
                                    models.Q(
                                        ("answered_at__isnull", False),
                                        ("state__in", ["accepted", "refused", "withdrawn"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="handover_answered_with_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "refused"), _negated=True),
                                    models.Q(("answer", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="handover_refused_with_why",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("sender", models.F("receiver")), _negated=True),
                                name="handover_to_another",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("deadline_at__gt", models.F("offered_at"))),
                                name="handover_deadline_ahead",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HandoverEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="playbooks.handover",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "sender",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "receiver",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("duties", models.JSONField(help_text="owner, initiator, negotiator, finaliser")),
                        (
                            "payload",
                            models.JSONField(default=dict, help_text="note, open items and signals as they stood"),
                        ),
                        ("state", models.CharField(default="offered", max_length=10)),
                        ("offered_at", models.DateTimeField()),
                        ("deadline_at", models.DateTimeField()),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("answer", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Escalation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "enrolment",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="playbooks.enrolment",
                            ),
                        ),
                        ("playbook_key", models.CharField(max_length=60)),
                        ("level", models.PositiveSmallIntegerField(help_text="1 is the first rung")),
                        ("period", models.DateField(help_text="the renewal date at enrolment: the contract period")),
                        ("since_at", models.DateTimeField(help_text="since when its condition has held")),
                        ("reasons", models.JSONField(default=list)),
                        ("rule_version", models.CharField(max_length=80)),
                        ("raised_at", models.DateTimeField(null=True)),
                        (
                            "response",
                            models.TextField(
                                blank=True, help_text="what is to be done, with the values of that moment"
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "task",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="playbooks.task",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "enrolment"], name="escalation_enrolment")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "renewal", "playbook_key", "level", "period"),
                                name="escalation_once_a_period",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("raised_at__isnull", True), ("task__isnull", True)),
                                    models.Q(
                                        ("person__isnull", False),
                                        ("raised_at__gte", models.F("since_at")),
                                        ("task__isnull", False),
                                        models.Q(("response", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="escalation_raised_to_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EscalationMark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "enrolment",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="playbooks.enrolment",
                            ),
                        ),
                        ("looked_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "enrolment"), name="escalation_mark_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ComplianceNote",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "finding",
                            models.CharField(help_text="rule and row, as the audit names them", max_length=120),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.account",
                            ),
                        ),
                        ("why", models.CharField(max_length=500)),
                        ("by_label", models.CharField(max_length=150)),
                        ("noted_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "finding"), name="compliance_note_once"),
                            models.CheckConstraint(
                                condition=models.Q(("why", ""), _negated=True), name="compliance_note_with_why"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PageSubscription",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("path", models.CharField(max_length=200)),
                        ("query", models.CharField(blank=True, max_length=1000)),
                        (
                            "title",
                            models.CharField(
                                help_text="the page as it was called when it was subscribed to", max_length=200
                            ),
                        ),
                        ("every", models.CharField(max_length=4)),
                        (
                            "weekday",
                            models.PositiveSmallIntegerField(default=0, help_text="0 is Monday; of a weekly one"),
                        ),
                        ("hour", models.PositiveSmallIntegerField()),
                        ("zone", models.CharField(max_length=64)),
                        ("next_at", models.DateTimeField()),
                        ("created_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_because", models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=["workspace", "next_at"],
                                name="page_subscription_due",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=("workspace", "user", "path", "query"),
                                name="page_subscription_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("every__in", ["day", "week"])), name="page_subscription_every_known"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("hour__lte", 23), ("weekday__lte", 6)),
                                name="page_subscription_time_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at__isnull", True), ("ended_because", "")),
                                    models.Q(
                                        ("ended_at__isnull", False), models.Q(("ended_because", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="page_subscription_ended_with_why",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PageSubscriptionEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="playbooks.pagesubscription",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("path", models.CharField(max_length=200)),
                        ("query", models.CharField(blank=True, max_length=1000)),
                        (
                            "title",
                            models.CharField(
                                help_text="the page as it was called when it was subscribed to", max_length=200
                            ),
                        ),
                        ("every", models.CharField(max_length=4)),
                        (
                            "weekday",
                            models.PositiveSmallIntegerField(default=0, help_text="0 is Monday; of a weekly one"),
                        ),
                        ("hour", models.PositiveSmallIntegerField()),
                        ("zone", models.CharField(max_length=64)),
                        ("next_at", models.DateTimeField()),
                        ("created_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_because", models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="PageMail",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "subscription",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mails",
                                to="playbooks.pagesubscription",
                            ),
                        ),
                        ("mail_key", models.CharField(max_length=40)),
                        ("to_address", models.CharField(max_length=254)),
                        ("to_name", models.CharField(blank=True, max_length=200)),
                        ("subject", models.CharField(max_length=300)),
                        ("text_body", models.TextField()),
                        ("html_body", models.TextField(blank=True)),
                        (
                            "state",
                            models.CharField(
                                default="waiting", help_text="waiting, sending, sent or failed", max_length=10
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("next_at", models.DateTimeField()),
                        ("answer", models.CharField(blank=True, max_length=300)),
                        ("made_at", models.DateTimeField()),
                        ("settled_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "waiting")),
                                fields=["workspace", "next_at"],
                                name="page_mail_due",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "subscription", "mail_key"), name="page_mail_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlaybookEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="playbooks.playbook",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        ("key", models.SlugField(db_index=False, max_length=60)),
                        ("name", models.CharField(max_length=200)),
                        ("is_active", models.BooleanField(default=True, help_text="whether new renewals may enter")),
                        (
                            "priority",
                            models.PositiveSmallIntegerField(
                                db_default=50,
                                default=50,
                                help_text="the lower number goes first where two playbooks want the same account",
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="PlaybookVersionEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="playbooks.playbookversion",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        (
                            "playbook",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="playbooks.playbook",
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("definition", models.JSONField()),
                        ("content_hash", models.CharField(max_length=64)),
                        (
                            "is_pilot",
                            models.BooleanField(
                                default=False, help_text="new enrolments take it only where its pilot condition is yes"
                            ),
                        ),
                        ("published_at", models.DateTimeField(null=True)),
                        ("published_by", models.CharField(blank=True, max_length=150)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Projection",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.renewal",
                            ),
                        ),
                        ("state_key", models.CharField(max_length=32)),
                        ("projected_at", models.DateTimeField()),
                        ("until_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "renewal"), name="projection_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProjectedTouch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        (
                            "renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("playbook_key", models.CharField(blank=True, max_length=60)),
                        ("step_key", models.CharField(blank=True, max_length=60)),
                        ("name", models.CharField(max_length=200)),
                        ("intended_outcome", models.TextField(blank=True)),
                        ("kind", models.CharField(max_length=30)),
                        ("effect", models.CharField(max_length=12)),
                        ("at", models.DateTimeField()),
                        ("local_on", models.DateField()),
                        ("local_at", models.TimeField(help_text="none for a milestone: it lasts all day", null=True)),
                        ("zone", models.CharField(blank=True, max_length=64)),
                        ("zone_of", models.CharField(blank=True, max_length=12)),
                        ("is_firm", models.BooleanField()),
                        (
                            "moves",
                            models.PositiveIntegerField(
                                default=0, help_text="how often its time was moved; feeds tell it"
                            ),
                        ),
                        ("loose", models.JSONField(default=list)),
                        ("reasons", models.JSONField(default=list)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "local_on", "owner"], name="projected_day"),
                            models.Index(fields=["workspace", "owner", "local_on"], name="projected_owner"),
                            models.Index(fields=["workspace", "account", "local_on"], name="projected_account"),
                            models.Index(fields=["workspace", "renewal"], name="projected_renewal"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CalendarFeed",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("scope", models.CharField(help_text="own, team", max_length=4)),
                        ("secret_hash", models.CharField(max_length=64)),
                        ("created_at", models.DateTimeField()),
                        ("revoked_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "secret_hash"), name="calendar_feed_once"),
                            models.CheckConstraint(
                                condition=models.Q(("scope__in", ["own", "team"])), name="calendar_feed_scope"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CalendarFeedEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="playbooks.calendarfeed",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("scope", models.CharField(help_text="own, team", max_length=4)),
                        ("secret_hash", models.CharField(max_length=64)),
                        ("created_at", models.DateTimeField()),
                        ("revoked_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="CalendarFeedUse",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "feed",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="uses",
                                to="playbooks.calendarfeed",
                            ),
                        ),
                        ("last_used_at", models.DateTimeField()),
                        ("hour_began_at", models.DateTimeField()),
                        ("asked", models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "feed"), name="calendar_feed_use_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProviderLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        (
                            "line_key",
                            models.CharField(
                                help_text="our key, else the Message-ID without its domain", max_length=250
                            ),
                        ),
                        ("key", models.CharField(blank=True, max_length=200)),
                        (
                            "local_id",
                            models.CharField(blank=True, help_text="the Message-ID without its domain", max_length=60),
                        ),
                        ("address", models.CharField(help_text="in small letters", max_length=254)),
                        ("sent_at", models.DateTimeField()),
                        ("provider_ref", models.CharField(blank=True, max_length=200)),
                        ("is_expected", models.BooleanField(help_text="its step was ahead when the log was read")),
                        ("read_at", models.DateTimeField()),
                        ("read_by", models.CharField(max_length=150)),
                        (
                            "message",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="provider_lines",
                                to="playbooks.message",
                            ),
                        ),
                        ("settled_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("settled_at", None)),
                                fields=["workspace", "address"],
                                name="provider_line_open",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "line_key"), name="provider_line_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("key", ""), _negated=True),
                                    models.Q(("local_id", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="provider_line_names_a_message",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("message__isnull", True), ("settled_at__isnull", False), _connector="OR"
                                ),
                                name="provider_line_met_is_settled",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="QueueEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="queue_entries",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("account_name", models.CharField(max_length=200)),
                        ("tier", models.CharField(blank=True, max_length=20)),
                        ("segment", models.CharField(blank=True, max_length=20)),
                        ("stage", models.CharField(max_length=15)),
                        ("currency", models.CharField(max_length=3)),
                        ("renewal_amount", models.DecimalField(decimal_places=4, max_digits=18)),
                        (
                            "reporting_amount",
                            models.DecimalField(
                                decimal_places=4, help_text="in the workspace's currency", max_digits=18, null=True
                            ),
                        ),
                        ("due_on", models.DateField()),
                        ("notice_on", models.DateField(null=True)),
                        ("health_score", models.FloatField(null=True)),
                        ("health_band", models.CharField(blank=True, max_length=20)),
                        ("risk_score", models.FloatField(null=True)),
                        (
                            "risk_band",
                            models.CharField(
                                help_text="empty when not scored, none before it was kept", max_length=20, null=True
                            ),
                        ),
                        ("risk_trend", models.CharField(blank=True, max_length=10)),
                        ("renew_probability", models.FloatField(null=True)),
                        ("loss_probability", models.FloatField(default=0)),
                        (
                            "at_risk_amount",
                            models.DecimalField(
                                decimal_places=4,
                                help_text="reporting amount x chance of loss, rounded; none without a rate",
                                max_digits=18,
                                null=True,
                            ),
                        ),
                        (
                            "risk_reason",
                            models.CharField(
                                blank=True, db_default="", help_text="what raises the risk most", max_length=40
                            ),
                        ),
                        (
                            "is_actionable",
                            models.BooleanField(
                                help_text="the main reason can be acted on; none without one", null=True
                            ),
                        ),
                        (
                            "is_swing",
                            models.BooleanField(
                                db_default=False, default=False, help_text="at risk, and can still be saved"
                            ),
                        ),
                        (
                            "has_playbook",
                            models.BooleanField(db_default=False, default=False, help_text="a playbook is open for it"),
                        ),
                        ("urgency", models.FloatField(default=0)),
                        ("priority", models.DecimalField(decimal_places=6, default=0, max_digits=24)),
                        (
                            "parts",
                            models.JSONField(default=dict, help_text="the arithmetic of the priority, for the page"),
                        ),
                        ("group", models.CharField(max_length=12)),
                        (
                            "next_task",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="playbooks.task",
                            ),
                        ),
                        ("next_title", models.CharField(blank=True, max_length=200)),
                        ("next_due_on", models.DateField(null=True)),
                        ("why", models.JSONField(default=list)),
                        ("refreshed_at", models.DateTimeField()),
                        ("refreshed_on", models.DateField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "owner", "-priority", "id"], name="queue_owner_priority"),
                            models.Index(fields=["workspace", "-priority", "id"], name="queue_priority"),
                            models.Index(fields=["workspace", "group", "-priority", "id"], name="queue_group_priority"),
                            models.Index(fields=["workspace", "refreshed_on"], name="queue_refreshed"),
                            models.Index(fields=["workspace", "due_on", "id"], name="queue_due"),
                            models.Index(
                                models.F("workspace"),
                                models.OrderBy(models.F("at_risk_amount"), descending=True, nulls_last=True),
                                models.F("id"),
                                name="queue_at_risk",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "renewal"), name="queue_entry_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="QueueMark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        ("seen_until_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("workspace",), name="queue_mark_once")],
                    },
                ),
                migrations.CreateModel(
                    name="PipelineSum",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        ("quarter_on", models.DateField(help_text="first day of the quarter they are due in")),
                        ("is_near", models.BooleanField(help_text="due until the `near_on` of the mark")),
                        ("category", models.CharField(max_length=15)),
                        ("stage", models.CharField(max_length=15)),
                        ("segment", models.CharField(blank=True, max_length=20)),
                        (
                            "owner",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("amount", models.DecimalField(decimal_places=4, max_digits=30, null=True)),
                        ("at_risk", models.DecimalField(decimal_places=30, max_digits=60, null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "quarter_on"], name="pipeline_sum_quarter")],
                    },
                ),
                migrations.CreateModel(
                    name="AtRiskSum",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        ("quarter_on", models.DateField(help_text="first day of the quarter they are due in")),
                        ("segment", models.CharField(blank=True, max_length=20)),
                        ("risk_band", models.CharField(blank=True, help_text="empty when not scored", max_length=20)),
                        ("risk_reason", models.CharField(blank=True, max_length=40)),
                        ("is_actionable", models.BooleanField(null=True)),
                        ("has_playbook", models.BooleanField()),
                        (
                            "is_swing",
                            models.BooleanField(help_text="at risk, to be acted on, and not past its due date"),
                        ),
                        ("number", models.PositiveIntegerField()),
                        (
                            "unpriced",
                            models.PositiveIntegerField(help_text="of them without a rate to the workspace's currency"),
                        ),
                        ("amount", models.DecimalField(decimal_places=4, max_digits=30, null=True)),
                        ("at_risk", models.DecimalField(decimal_places=4, max_digits=30, null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "quarter_on"], name="at_risk_sum_quarter")],
                    },
                ),
                migrations.CreateModel(
                    name="PipelineMark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        ("summed_at", models.DateTimeField()),
                        ("near_on", models.DateField()),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("workspace",), name="pipeline_mark_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Reaction",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "contact",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.contact",
                            ),
                        ),
                        ("kind", models.CharField(max_length=20)),
                        (
                            "key",
                            models.CharField(
                                help_text="the same key is the same event, however often it is delivered",
                                max_length=200,
                            ),
                        ),
                        ("occurred_at", models.DateTimeField()),
                        ("received_at", models.DateTimeField()),
                        (
                            "until_on",
                            models.DateField(
                                help_text="the last day it asks for: a meeting's day, the end of an absence", null=True
                            ),
                        ),
                        ("applied_at", models.DateTimeField(null=True)),
                        ("evidence", models.JSONField(default=dict)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["workspace", "account", "kind", "-occurred_at"], name="reaction_account"
                            ),
                            models.Index(
                                condition=models.Q(("applied_at", None)),
                                fields=["workspace", "account"],
                                name="reaction_waiting",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "key"), name="reaction_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "reply",
                                            "meeting_booked",
                                            "out_of_office",
                                            "bounce_hard",
                                            "bounce_soft",
                                            "unsubscribe",
                                            "complaint",
                                            "buying_signal",
                                        ],
                                    )
                                ),
                                name="reaction_kind_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReplayRun",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("running", "Running"),
                                    ("done", "Done"),
                                    ("failed", "Failed"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="running",
                                max_length=10,
                            ),
                        ),
                        (
                            "ordered_by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("ordered_at", models.DateTimeField()),
                        (
                            "beat_at",
                            models.DateTimeField(help_text="when a worker last finished a part of it", null=True),
                        ),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("total", models.PositiveIntegerField(default=0)),
                        ("error", models.CharField(blank=True, max_length=300)),
                        ("ended_by", models.CharField(blank=True, help_text="who cancelled it", max_length=150)),
                        ("asked", models.JSONField(help_text="days, whose renewals, what is changed")),
                        (
                            "frozen",
                            models.JSONField(
                                default=dict, help_text="the changed definitions, and how they are called"
                            ),
                        ),
                        (
                            "recorded_from",
                            models.DateField(help_text="the first day of which anything is recorded", null=True),
                        ),
                        ("cursor", models.BigIntegerField(default=0, help_text="the last account that was replayed")),
                        ("done", models.PositiveIntegerField(default=0, help_text="accounts replayed")),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "-ordered_at"], name="replay_run_newest"),
                            models.Index(
                                condition=models.Q(("state", "running")),
                                fields=["workspace", "id"],
                                name="replay_run_running",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("finished_at__isnull", True), ("state", "running")),
                                    models.Q(
                                        models.Q(("state", "running"), _negated=True), ("finished_at__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="replay_run_over_with_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "failed"), _negated=True),
                                    models.Q(("error", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="replay_run_failed_with_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReplayedRenewal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        (
                            "run",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="renewals",
                                to="playbooks.replayrun",
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.renewal",
                            ),
                        ),
                        ("outcome", models.CharField(blank=True, max_length=10)),
                        ("decided_on", models.DateField(null=True)),
                        ("was_enrolled", models.BooleanField()),
                        ("is_enrolled", models.BooleanField(help_text="under the changed configuration")),
                        ("touches_before", models.PositiveIntegerField()),
                        ("touches_after", models.PositiveIntegerField()),
                        ("human_before", models.PositiveIntegerField()),
                        ("human_after", models.PositiveIntegerField()),
                        ("alarm_before_at", models.DateTimeField(null=True)),
                        ("alarm_after_at", models.DateTimeField(null=True)),
                        ("lead_before_days", models.IntegerField(null=True)),
                        ("lead_after_days", models.IntegerField(null=True)),
                        (
                            "decisions",
                            models.PositiveIntegerField(help_text="recorded, or made up by the unchanged replay"),
                        ),
                        (
                            "equal_decisions",
                            models.PositiveIntegerField(help_text="of these, how many the unchanged replay gave again"),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "run", "account"], name="replayed_renewal_run")],
                    },
                ),
                migrations.CreateModel(
                    name="ReplayedAct",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        (
                            "run",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="acts",
                                to="playbooks.replayrun",
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.renewal",
                            ),
                        ),
                        ("change", models.CharField(max_length=10)),
                        ("playbook_key", models.CharField(blank=True, max_length=60)),
                        ("step_key", models.CharField(blank=True, max_length=60)),
                        ("name", models.CharField(max_length=200)),
                        ("kind", models.CharField(max_length=30)),
                        ("before_effect", models.CharField(blank=True, max_length=12)),
                        ("after_effect", models.CharField(blank=True, max_length=12)),
                        ("before_at", models.DateTimeField(null=True)),
                        ("after_at", models.DateTimeField(null=True)),
                        ("before_owner_id", models.BigIntegerField(help_text="whose time it cost", null=True)),
                        ("after_owner_id", models.BigIntegerField(null=True)),
                        ("days", models.IntegerField(help_text="later; negative is earlier", null=True)),
                        ("why", models.CharField(blank=True, max_length=60)),
                        ("at", models.DateTimeField(help_text="the earlier of both sides")),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "run", "at"], name="replayed_act_run"),
                            models.Index(fields=["workspace", "run", "renewal"], name="replayed_act_renewal"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReviewSeries",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        ("kind", models.CharField(max_length=12)),
                        ("name", models.CharField(max_length=120)),
                        ("every", models.CharField(help_text="week, month, quarter", max_length=8)),
                        (
                            "weekday",
                            models.PositiveSmallIntegerField(
                                help_text="0 is Monday; of a month or quarter the first such day"
                            ),
                        ),
                        ("at", models.TimeField()),
                        ("zone", models.CharField(max_length=64)),
                        ("minutes", models.PositiveSmallIntegerField(default=60)),
                        (
                            "lead_days",
                            models.PositiveSmallIntegerField(
                                default=2, help_text="days before it that its agenda is made"
                            ),
                        ),
                        (
                            "team",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.team",
                            ),
                        ),
                        ("segment", models.CharField(blank=True, max_length=40)),
                        (
                            "least_amount",
                            models.DecimalField(
                                decimal_places=4,
                                help_text="ARR at risk below which nothing comes up; empty: as the rules say",
                                max_digits=18,
                                null=True,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "invited",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(),
                                default=list,
                                help_text="people, the owner beside them",
                                size=None,
                            ),
                        ),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=("workspace", "name"),
                                name="review_series_name_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ("at_risk", "forecast", "quarterly"))),
                                name="review_series_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("every__in", ("week", "month", "quarter"))),
                                name="review_series_every_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("weekday__lte", 6)), name="review_series_weekday_known"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReviewSeriesEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="playbooks.reviewseries",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        ("kind", models.CharField(max_length=12)),
                        ("name", models.CharField(max_length=120)),
                        ("every", models.CharField(help_text="week, month, quarter", max_length=8)),
                        (
                            "weekday",
                            models.PositiveSmallIntegerField(
                                help_text="0 is Monday; of a month or quarter the first such day"
                            ),
                        ),
                        ("at", models.TimeField()),
                        ("zone", models.CharField(max_length=64)),
                        ("minutes", models.PositiveSmallIntegerField(default=60)),
                        (
                            "lead_days",
                            models.PositiveSmallIntegerField(
                                default=2, help_text="days before it that its agenda is made"
                            ),
                        ),
                        (
                            "team",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.team",
                            ),
                        ),
                        ("segment", models.CharField(blank=True, max_length=40)),
                        (
                            "least_amount",
                            models.DecimalField(
                                decimal_places=4,
                                help_text="ARR at risk below which nothing comes up; empty: as the rules say",
                                max_digits=18,
                                null=True,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "invited",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(),
                                default=list,
                                help_text="people, the owner beside them",
                                size=None,
                            ),
                        ),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Review",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "series",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reviews",
                                to="playbooks.reviewseries",
                            ),
                        ),
                        ("held_on", models.DateField(help_text="the day of the cadence, in the zone of the series")),
                        ("starts_at", models.DateTimeField()),
                        (
                            "owner",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("state", models.CharField(default="open", max_length=10)),
                        ("rule_version", models.CharField(max_length=80)),
                        ("looked_since_at", models.DateTimeField(help_text="what changed since then counts as new")),
                        (
                            "left_out",
                            models.PositiveIntegerField(
                                default=0, help_text="items the rules raised and the agenda had no room for"
                            ),
                        ),
                        ("minutes", models.TextField(blank=True)),
                        ("pack", models.JSONField(null=True)),
                        ("opened_at", models.DateTimeField()),
                        ("built_at", models.DateTimeField(help_text="when the agenda was made, or made again")),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                        ("ended_reason", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "state", "starts_at"], name="review_ahead")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "series", "held_on"), name="review_once_a_day"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at__isnull", True), ("pack__isnull", True), ("state", "open")),
                                    models.Q(("ended_at__isnull", False), ("pack__isnull", False), ("state", "closed")),
                                    models.Q(
                                        ("ended_at__isnull", False),
                                        ("pack__isnull", True),
                                        ("state", "called_off"),
                                        models.Q(("ended_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="review_closed_with_pack",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReviewEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="playbooks.review",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        (
                            "series",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="playbooks.reviewseries",
                            ),
                        ),
                        ("held_on", models.DateField(help_text="the day of the cadence, in the zone of the series")),
                        ("starts_at", models.DateTimeField()),
                        (
                            "owner",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("state", models.CharField(default="open", max_length=10)),
                        ("rule_version", models.CharField(max_length=80)),
                        ("looked_since_at", models.DateTimeField(help_text="what changed since then counts as new")),
                        (
                            "left_out",
                            models.PositiveIntegerField(
                                default=0, help_text="items the rules raised and the agenda had no room for"
                            ),
                        ),
                        ("minutes", models.TextField(blank=True)),
                        ("pack", models.JSONField(null=True)),
                        ("opened_at", models.DateTimeField()),
                        ("built_at", models.DateTimeField(help_text="when the agenda was made, or made again")),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                        ("ended_reason", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ReviewAttendance",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "review",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attendance",
                                to="playbooks.review",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("is_invited", models.BooleanField(default=True)),
                        ("presence", models.CharField(default="unknown", max_length=8)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "review", "person"), name="review_attendance_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("presence__in", ["unknown", "present", "absent"])),
                                name="review_presence_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReviewAttendanceEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="playbooks.reviewattendance",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        (
                            "review",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="playbooks.review",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("is_invited", models.BooleanField(default=True)),
                        ("presence", models.CharField(default="unknown", max_length=8)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ReviewDecision",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "review",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="playbooks.review",
                            ),
                        ),
                        (
                            "item",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="playbooks.reviewitem",
                            ),
                        ),
                        (
                            "key",
                            models.CharField(
                                help_text="the same words for the same person and day are one decision", max_length=80
                            ),
                        ),
                        ("words", models.CharField(max_length=500)),
                        (
                            "owner",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("due_on", models.DateField()),
                        (
                            "task",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="playbooks.task",
                            ),
                        ),
                        ("state", models.CharField(default="open", max_length=8)),
                        ("result", models.CharField(blank=True, max_length=500)),
                        ("decided_at", models.DateTimeField()),
                        ("decided_by", models.CharField(max_length=150)),
                        ("ended_on", models.DateField(null=True)),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "open")),
                                fields=["workspace", "owner", "due_on"],
                                name="review_decision_open",
                            ),
                            models.Index(
                                condition=models.Q(("task__isnull", False)),
                                fields=["workspace", "task"],
                                name="review_decision_task",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "item", "key"), name="review_decision_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_on__isnull", True), ("state", "open")),
                                    models.Q(("ended_on__isnull", False), ("state__in", ["done", "dropped"])),
                                    _connector="OR",
                                ),
                                name="review_decision_ended_with_day",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReviewItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "review",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="items",
                                to="playbooks.review",
                            ),
                        ),
                        (
                            "key",
                            models.CharField(
                                help_text="the same subject has the same key in every review", max_length=80
                            ),
                        ),
                        ("about", models.CharField(max_length=10)),
                        ("title", models.CharField(max_length=200)),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "decision",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="playbooks.reviewdecision",
                            ),
                        ),
                        ("place", models.PositiveIntegerField()),
                        (
                            "weight_amount",
                            models.DecimalField(
                                decimal_places=4,
                                help_text="ARR at risk when the agenda was made, in the workspace's currency",
                                max_digits=18,
                                null=True,
                            ),
                        ),
                        (
                            "why",
                            models.JSONField(
                                default=list, help_text="rules with the facts that decided them, as pairs"
                            ),
                        ),
                        ("state", models.CharField(default="open", max_length=8)),
                        ("note", models.CharField(blank=True, max_length=500)),
                        (
                            "carried_to",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="carried_from",
                                to="playbooks.reviewitem",
                            ),
                        ),
                        ("age", models.PositiveSmallIntegerField(default=0, help_text="how often it was carried")),
                        ("first_on", models.DateField(help_text="the day of the review it came up in first")),
                        ("settled_at", models.DateTimeField(null=True)),
                        ("settled_by", models.CharField(blank=True, max_length=150)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "review", "key"), name="review_item_once"),
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["open", "decided", "noted", "carried"])),
                                name="review_item_state_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReviewItemEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="playbooks.reviewitem",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        (
                            "review",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="playbooks.review",
                            ),
                        ),
                        (
                            "key",
                            models.CharField(
                                help_text="the same subject has the same key in every review", max_length=80
                            ),
                        ),
                        ("about", models.CharField(max_length=10)),
                        ("title", models.CharField(max_length=200)),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "decision",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="playbooks.reviewdecision",
                            ),
                        ),
                        ("place", models.PositiveIntegerField()),
                        (
                            "weight_amount",
                            models.DecimalField(
                                decimal_places=4,
                                help_text="ARR at risk when the agenda was made, in the workspace's currency",
                                max_digits=18,
                                null=True,
                            ),
                        ),
                        (
                            "why",
                            models.JSONField(
                                default=list, help_text="rules with the facts that decided them, as pairs"
                            ),
                        ),
                        ("state", models.CharField(default="open", max_length=8)),
                        ("note", models.CharField(blank=True, max_length=500)),
                        (
                            "carried_to",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="playbooks.reviewitem",
                            ),
                        ),
                        ("age", models.PositiveSmallIntegerField(default=0, help_text="how often it was carried")),
                        ("first_on", models.DateField(help_text="the day of the review it came up in first")),
                        ("settled_at", models.DateTimeField(null=True)),
                        ("settled_by", models.CharField(blank=True, max_length=150)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ReviewDecisionEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="playbooks.reviewdecision",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        (
                            "review",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="playbooks.review",
                            ),
                        ),
                        (
                            "item",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="playbooks.reviewitem",
                            ),
                        ),
                        (
                            "key",
                            models.CharField(
                                help_text="the same words for the same person and day are one decision", max_length=80
                            ),
                        ),
                        ("words", models.CharField(max_length=500)),
                        (
                            "owner",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("due_on", models.DateField()),
                        (
                            "task",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="playbooks.task",
                            ),
                        ),
                        ("state", models.CharField(default="open", max_length=8)),
                        ("result", models.CharField(blank=True, max_length=500)),
                        ("decided_at", models.DateTimeField()),
                        ("decided_by", models.CharField(max_length=150)),
                        ("ended_on", models.DateField(null=True)),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ReviewChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "decision",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="changes",
                                to="playbooks.reviewdecision",
                            ),
                        ),
                        ("kind", models.CharField(max_length=12)),
                        ("subject_id", models.BigIntegerField(help_text="the row of that kind")),
                        ("label", models.CharField(help_text="what it was called then", max_length=200)),
                        ("changed_at", models.DateTimeField()),
                        ("changed_by", models.CharField(blank=True, max_length=150)),
                        ("linked_at", models.DateTimeField()),
                        ("linked_by", models.CharField(max_length=150)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "decision", "kind", "subject_id"), name="review_change_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        (
                                            "playbook",
                                            "selection",
                                            "trigger",
                                            "offer",
                                            "policy",
                                            "scorecard",
                                            "people_only",
                                            "pause",
                                        ),
                                    )
                                ),
                                name="review_change_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("changed_at__lte", models.F("linked_at"))),
                                name="review_change_linked_after",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TaskEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="playbooks.task",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        ("origin_key", models.CharField(help_text="the same key is the same task", max_length=200)),
                        (
                            "step_run",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="playbooks.steprun",
                            ),
                        ),
                        (
                            "enrolment",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="playbooks.enrolment",
                            ),
                        ),
                        (
                            "message",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="playbooks.message",
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "assignee",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("title", models.CharField(max_length=200)),
                        ("instructions", models.TextField(blank=True)),
                        ("why", models.JSONField(default=list)),
                        (
                            "kind",
                            models.CharField(default="task", help_text="the kind of step it comes from", max_length=20),
                        ),
                        (
                            "form",
                            models.JSONField(default=list, help_text="what is asked for, for an information request"),
                        ),
                        ("outcomes", models.JSONField(default=list, help_text="the outcome codes to choose from")),
                        ("due_on", models.DateField()),
                        ("state", models.CharField(default="open", max_length=12)),
                        ("snoozed_until_on", models.DateField(null=True)),
                        ("snooze_reason", models.CharField(blank=True, max_length=200)),
                        ("outcome_code", models.CharField(blank=True, max_length=40)),
                        ("note", models.TextField(blank=True)),
                        ("completed_at", models.DateTimeField(null=True)),
                        (
                            "completed_by",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("ended_reason", models.CharField(blank=True, max_length=60)),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="TriggerRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        ("key", models.SlugField(max_length=60)),
                        ("number", models.PositiveIntegerField()),
                        ("name", models.CharField(max_length=200)),
                        ("definition", models.JSONField()),
                        ("content_hash", models.CharField(max_length=64)),
                        ("published_at", models.DateTimeField()),
                        ("published_by", models.CharField(max_length=150)),
                        ("retired_at", models.DateTimeField(null=True)),
                        ("retired_by", models.CharField(blank=True, max_length=150)),
                        ("retired_reason", models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "key", "number"), name="trigger_rule_version_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("retired_at__isnull", True)),
                                fields=("workspace", "key"),
                                name="trigger_rule_one_in_force",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TriggerRuleEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="playbooks.triggerrule",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "workspace",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        ("key", models.SlugField(db_index=False, max_length=60)),
                        ("number", models.PositiveIntegerField()),
                        ("name", models.CharField(max_length=200)),
                        ("definition", models.JSONField()),
                        ("content_hash", models.CharField(max_length=64)),
                        ("published_at", models.DateTimeField()),
                        ("published_by", models.CharField(max_length=150)),
                        ("retired_at", models.DateTimeField(null=True)),
                        ("retired_by", models.CharField(blank=True, max_length=150)),
                        ("retired_reason", models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="TriggerFiring",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        (
                            "rule",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="firings",
                                to="playbooks.triggerrule",
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.renewal",
                            ),
                        ),
                        ("rule_key", models.CharField(max_length=60)),
                        ("type", models.CharField(max_length=20)),
                        ("reason", models.CharField(max_length=60)),
                        ("signal_id", models.BigIntegerField(help_text="the signal that set it off", null=True)),
                        ("score_id", models.BigIntegerField(help_text="the score that set it off", null=True)),
                        (
                            "verdict",
                            models.CharField(help_text="task, enrolled, or why it could be neither", max_length=20),
                        ),
                        (
                            "task",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="playbooks.task",
                            ),
                        ),
                        (
                            "enrolment",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="playbooks.enrolment",
                            ),
                        ),
                        ("inputs", models.JSONField(default=dict)),
                        (
                            "times",
                            models.PositiveIntegerField(
                                default=1, help_text="how often the same thing was seen while it was open"
                            ),
                        ),
                        ("fired_at", models.DateTimeField()),
                        ("last_at", models.DateTimeField()),
                        ("rearmed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "rule_key", "-fired_at"], name="trigger_firing_rule")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("rearmed_at__isnull", True)),
                                fields=("workspace", "account", "type", "reason"),
                                name="trigger_fires_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TriggerMark",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "workspace",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace"
                            ),
                        ),
                        ("name", models.CharField(max_length=20)),
                        ("seen_until_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "name"), name="trigger_mark_once")
                        ],
                    },
                ),
            ],
        ),
        *OPERATIONS,
    ]

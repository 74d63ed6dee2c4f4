"""Create the tables of offers, policies and approvals. Generated from the models; a change to them is a migration of its own."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pghistory.utils
import renewals.models.base
import renewals.models.tables
import signals.models.scorecards
from django.conf import settings
from django.db import migrations, models


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
                    name="Offer",
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
                        ("name", models.CharField(max_length=120)),
                        ("is_active", models.BooleanField(default=True, help_text="whether it may still be made")),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("workspace", "key"), name="offer_key_once")],
                    },
                ),
                migrations.CreateModel(
                    name="OfferVersion",
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
                            "offer",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="offers.offer",
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
                            models.UniqueConstraint(fields=("workspace", "offer", "number"), name="offer_version_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("published_by", ""), _negated=True),
                                    models.Q(("reason", ""), _negated=True),
                                ),
                                name="offer_by_whom_and_why",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PolicyVersion",
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
                            models.UniqueConstraint(fields=("workspace", "number"), name="policy_number_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("published_by", ""), _negated=True),
                                    models.Q(("reason", ""), _negated=True),
                                ),
                                name="policy_by_whom_and_why",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProposalVersion",
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
                            "proposal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="offers.proposal",
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        (
                            "offer_version",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="offers.offerversion",
                            ),
                        ),
                        (
                            "policy",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="offers.policyversion",
                            ),
                        ),
                        ("wish", models.JSONField()),
                        ("price", models.JSONField()),
                        ("verdict", models.JSONField()),
                        (
                            "governed",
                            models.JSONField(help_text="exact values by key, to compare a later version with"),
                        ),
                        (
                            "basis",
                            models.JSONField(
                                help_text="what it was judged from, to judge it again; empty: not kept then", null=True
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        ("net_amount", models.DecimalField(decimal_places=4, max_digits=18)),
                        ("policy_amount", models.DecimalField(decimal_places=4, max_digits=18)),
                        ("note", models.CharField(blank=True, max_length=300)),
                        (
                            "author",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_by", models.CharField(max_length=150)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "proposal", "number"), name="proposal_version_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("net_amount__gte", 0)), name="proposal_price_not_negative"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="proposal_currency_iso"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Proposal",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="proposals",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("presented", "Presented"),
                                    ("signed", "Signed"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="draft",
                                max_length=10,
                            ),
                        ),
                        (
                            "version",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="offers.proposalversion",
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("created_by", models.CharField(max_length=150)),
                        ("presented_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                        ("ended_reason", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["draft", "presented"])),
                                fields=("workspace", "renewal"),
                                name="proposal_one_open",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "signed")),
                                fields=("workspace", "renewal"),
                                name="proposal_signed_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at__isnull", True), ("state__in", ["draft", "presented"])),
                                    models.Q(("ended_at__isnull", False), ("state__in", ["signed", "withdrawn"])),
                                    _connector="OR",
                                ),
                                name="proposal_ended_with_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ApprovalRequest",
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
                            "proposal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="requests",
                                to="offers.proposal",
                            ),
                        ),
                        (
                            "version",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="requests",
                                to="offers.proposalversion",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Waiting"),
                                    ("approved", "Approved"),
                                    ("refused", "Refused"),
                                    ("recalled", "Recalled"),
                                    ("overtaken", "Overtaken"),
                                ],
                                default="waiting",
                                max_length=10,
                            ),
                        ),
                        ("way", models.CharField(help_text="inside, carried, own_limit or ask", max_length=10)),
                        ("level", models.CharField(blank=True, max_length=60)),
                        ("level_name", models.CharField(blank=True, max_length=120)),
                        (
                            "requester",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("requested_by", models.CharField(max_length=150)),
                        ("requested_at", models.DateTimeField()),
                        ("note", models.CharField(blank=True, max_length=600)),
                        (
                            "barred_ids",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(),
                                default=list,
                                help_text="who may not answer: hands in it, owners",
                                size=None,
                            ),
                        ),
                        ("evidence", models.JSONField(default=dict, help_text="what the way rests on")),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                        ("ended_reason", models.CharField(blank=True, max_length=600)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "-requested_at"], name="request_newest"),
                            models.Index(
                                condition=models.Q(("state", "waiting")),
                                fields=["workspace", "requested_at"],
                                name="request_waiting",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "waiting")),
                                fields=("workspace", "proposal"),
                                name="request_one_waiting",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["waiting", "approved"])),
                                fields=("workspace", "version"),
                                name="request_one_live_of_a_version",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at__isnull", True), ("state", "waiting")),
                                    models.Q(
                                        models.Q(("state", "waiting"), _negated=True),
                                        ("ended_at__isnull", False),
                                        models.Q(("ended_by", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="request_ended_with_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "refused"), _negated=True),
                                    models.Q(("ended_reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="request_refused_with_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("way", "ask"), ("state", "approved"), _connector="OR"),
                                name="request_waits_only_when_asked",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ApprovalRequestEvent",
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
                                to="offers.approvalrequest",
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
                            "proposal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="offers.proposal",
                            ),
                        ),
                        (
                            "version",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="offers.proposalversion",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Waiting"),
                                    ("approved", "Approved"),
                                    ("refused", "Refused"),
                                    ("recalled", "Recalled"),
                                    ("overtaken", "Overtaken"),
                                ],
                                default="waiting",
                                max_length=10,
                            ),
                        ),
                        ("way", models.CharField(help_text="inside, carried, own_limit or ask", max_length=10)),
                        ("level", models.CharField(blank=True, max_length=60)),
                        ("level_name", models.CharField(blank=True, max_length=120)),
                        (
                            "requester",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("requested_by", models.CharField(max_length=150)),
                        ("requested_at", models.DateTimeField()),
                        ("note", models.CharField(blank=True, max_length=600)),
                        (
                            "barred_ids",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(),
                                default=list,
                                help_text="who may not answer: hands in it, owners",
                                size=None,
                            ),
                        ),
                        ("evidence", models.JSONField(default=dict, help_text="what the way rests on")),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                        ("ended_reason", models.CharField(blank=True, max_length=600)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ApprovalStep",
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
                            "request",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="offers.approvalrequest",
                            ),
                        ),
                        ("key", models.CharField(max_length=60)),
                        ("stage", models.PositiveSmallIntegerField()),
                        (
                            "roles",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=30), size=None
                            ),
                        ),
                        ("needs", models.CharField(max_length=5)),
                        ("hours", models.PositiveSmallIntegerField()),
                        (
                            "escalate_to",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=30), default=list, size=None
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("coming", "Coming"),
                                    ("open", "Open"),
                                    ("approved", "Approved"),
                                    ("refused", "Refused"),
                                    ("closed", "Closed"),
                                ],
                                default="coming",
                                max_length=10,
                            ),
                        ),
                        ("opened_at", models.DateTimeField(null=True)),
                        ("due_at", models.DateTimeField(null=True)),
                        ("escalated_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "ordering": ["stage", "id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "request", "key"), name="approval_step_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("opened_at__isnull", True), ("state", "coming")),
                                    ("state", "closed"),
                                    models.Q(
                                        ("due_at__isnull", False),
                                        ("opened_at__isnull", False),
                                        ("state__in", ["open", "approved", "refused"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="approval_step_opened_with_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ApprovalStepEvent",
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
                                to="offers.approvalstep",
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
                            "request",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="offers.approvalrequest",
                            ),
                        ),
                        ("key", models.CharField(max_length=60)),
                        ("stage", models.PositiveSmallIntegerField()),
                        (
                            "roles",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=30), size=None
                            ),
                        ),
                        ("needs", models.CharField(max_length=5)),
                        ("hours", models.PositiveSmallIntegerField()),
                        (
                            "escalate_to",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=30), default=list, size=None
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("coming", "Coming"),
                                    ("open", "Open"),
                                    ("approved", "Approved"),
                                    ("refused", "Refused"),
                                    ("closed", "Closed"),
                                ],
                                default="coming",
                                max_length=10,
                            ),
                        ),
                        ("opened_at", models.DateTimeField(null=True)),
                        ("due_at", models.DateTimeField(null=True)),
                        ("escalated_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ApprovalAnswer",
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
                            "step",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="offers.approvalstep",
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
                            "on_behalf_of",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "requester",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("role", models.CharField(max_length=30)),
                        ("is_approved", models.BooleanField()),
                        ("reason", models.CharField(blank=True, max_length=600)),
                        ("answered_at", models.DateTimeField()),
                        ("answered_by", models.CharField(max_length=150)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "step", "role"), name="approval_answer_once_a_role"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("requester__isnull", True),
                                    models.Q(("user", models.F("requester")), _negated=True),
                                    _connector="OR",
                                ),
                                name="approval_not_by_the_requester",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("requester__isnull", True),
                                    ("on_behalf_of__isnull", True),
                                    models.Q(("on_behalf_of", models.F("requester")), _negated=True),
                                    _connector="OR",
                                ),
                                name="approval_not_for_the_requester",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_approved", True), models.Q(("reason", ""), _negated=True), _connector="OR"
                                ),
                                name="approval_refused_with_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProposalPart",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="proposal_parts",
                                to="renewals.renewal",
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
                            "function",
                            models.CharField(
                                choices=[
                                    ("sales", "Sales"),
                                    ("success", "Success"),
                                    ("product", "Product"),
                                    ("finance", "Finance"),
                                    ("legal", "Legal"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("title", models.CharField(help_text="what they are asked for", max_length=120)),
                        ("text", models.TextField(blank=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[("asked", "Asked"), ("ready", "Ready"), ("removed", "Removed")],
                                default="asked",
                                max_length=10,
                            ),
                        ),
                        ("revision", models.PositiveIntegerField(default=1)),
                        ("due_on", models.DateField(null=True)),
                        ("created_at", models.DateTimeField()),
                        ("created_by", models.CharField(max_length=150)),
                        ("edited_at", models.DateTimeField()),
                        ("edited_by", models.CharField(max_length=150)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "removed"), _negated=True),
                                fields=("workspace", "renewal", "user", "title"),
                                name="proposal_part_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "ready"), _negated=True),
                                    models.Q(("text", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="proposal_part_ready_with_words",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProposalPartEvent",
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
                                to="offers.proposalpart",
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
                            "function",
                            models.CharField(
                                choices=[
                                    ("sales", "Sales"),
                                    ("success", "Success"),
                                    ("product", "Product"),
                                    ("finance", "Finance"),
                                    ("legal", "Legal"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("title", models.CharField(help_text="what they are asked for", max_length=120)),
                        ("text", models.TextField(blank=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[("asked", "Asked"), ("ready", "Ready"), ("removed", "Removed")],
                                default="asked",
                                max_length=10,
                            ),
                        ),
                        ("revision", models.PositiveIntegerField(default=1)),
                        ("due_on", models.DateField(null=True)),
                        ("created_at", models.DateTimeField()),
                        ("created_by", models.CharField(max_length=150)),
                        ("edited_at", models.DateTimeField()),
                        ("edited_by", models.CharField(max_length=150)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="PartRemark",
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
                            "part",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="remarks",
                                to="offers.proposalpart",
                            ),
                        ),
                        ("words", models.CharField(max_length=1000)),
                        ("said_at", models.DateTimeField()),
                        ("said_by", models.CharField(max_length=150)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="RuleDraft",
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
                        ("kind", models.CharField(choices=[("policy", "Policy"), ("offer", "Offer")], max_length=10)),
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
                            "offer",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="drafts",
                                to="offers.offer",
                            ),
                        ),
                        (
                            "based_on_number",
                            models.PositiveIntegerField(
                                default=0, help_text="of the version in force then; 0 for none"
                            ),
                        ),
                        ("published_number", models.PositiveIntegerField(null=True)),
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
                        "indexes": [models.Index(fields=["workspace", "-created_at"], name="rule_draft_newest")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("offer__isnull", False), ("state__in", ["draft", "waiting"])),
                                fields=("workspace", "offer"),
                                name="offer_draft_one_open",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("kind", "policy"), ("state__in", ["draft", "waiting"])),
                                fields=("workspace", "kind"),
                                name="policy_draft_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("author", ""), _negated=True), models.Q(("reason", ""), _negated=True)
                                ),
                                name="rule_draft_author_and_reason",
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
                                name="rule_draft_ended_with_time",
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
                                name="rule_draft_ended_with_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "published"), _negated=True),
                                    models.Q(("approver__isnull", False), ("published_number__isnull", False)),
                                    _connector="OR",
                                ),
                                name="rule_draft_published_as_something",
                            ),
                            models.CheckConstraint(
                                condition=signals.models.scorecards.IsNotAmong("approver", "editor_ids"),
                                name="rule_draft_approved_by_a_second_person",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RuleDraftEvent",
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
                                to="offers.ruledraft",
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
                        ("kind", models.CharField(choices=[("policy", "Policy"), ("offer", "Offer")], max_length=10)),
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
                            "offer",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="offers.offer",
                            ),
                        ),
                        (
                            "based_on_number",
                            models.PositiveIntegerField(
                                default=0, help_text="of the version in force then; 0 for none"
                            ),
                        ),
                        ("published_number", models.PositiveIntegerField(null=True)),
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
                    name="PolicyVersionEvent",
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
                                to="offers.policyversion",
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
                    name="OfferEvent",
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
                                to="offers.offer",
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
                        ("name", models.CharField(max_length=120)),
                        ("is_active", models.BooleanField(default=True, help_text="whether it may still be made")),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="OfferVersionEvent",
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
                                to="offers.offerversion",
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
                            "offer",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="offers.offer",
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
                    name="ProposalLink",
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
                            "proposal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="links",
                                to="offers.proposal",
                            ),
                        ),
                        (
                            "version",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="links",
                                to="offers.proposalversion",
                            ),
                        ),
                        (
                            "contact",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.contact",
                            ),
                        ),
                        ("valid_until_on", models.DateField()),
                        ("created_at", models.DateTimeField()),
                        ("created_by", models.CharField(max_length=150)),
                        ("revoked_at", models.DateTimeField(null=True)),
                        ("revoked_as", models.CharField(blank=True, help_text="withdrawn or replaced", max_length=10)),
                        ("revoked_by", models.CharField(blank=True, max_length=150)),
                        ("revoked_reason", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("revoked_at__isnull", True)),
                                fields=("workspace", "proposal"),
                                name="proposal_link_one_live",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("revoked_as", ""), ("revoked_at__isnull", True)),
                                    models.Q(
                                        ("revoked_as__in", ["withdrawn", "replaced"]),
                                        ("revoked_at__isnull", False),
                                        models.Q(("revoked_by", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="proposal_link_revoked_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProposalLinkEvent",
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
                                to="offers.proposallink",
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
                            "proposal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="offers.proposal",
                            ),
                        ),
                        (
                            "version",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="offers.proposalversion",
                            ),
                        ),
                        (
                            "contact",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.contact",
                            ),
                        ),
                        ("valid_until_on", models.DateField()),
                        ("created_at", models.DateTimeField()),
                        ("created_by", models.CharField(max_length=150)),
                        ("revoked_at", models.DateTimeField(null=True)),
                        ("revoked_as", models.CharField(blank=True, help_text="withdrawn or replaced", max_length=10)),
                        ("revoked_by", models.CharField(blank=True, max_length=150)),
                        ("revoked_reason", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ProposalViews",
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
                            "link",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="views",
                                to="offers.proposallink",
                            ),
                        ),
                        ("first_at", models.DateTimeField()),
                        ("last_at", models.DateTimeField()),
                        ("times", models.PositiveIntegerField(default=1)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "link"), name="proposal_views_once"),
                            models.CheckConstraint(
                                condition=models.Q(("last_at__gte", models.F("first_at"))),
                                name="proposal_views_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProposalAnswer",
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
                            "link",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="offers.proposallink",
                            ),
                        ),
                        (
                            "proposal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="offers.proposal",
                            ),
                        ),
                        (
                            "version",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="offers.proposalversion",
                            ),
                        ),
                        ("kind", models.CharField(max_length=10)),
                        ("name", models.CharField(max_length=150)),
                        ("title", models.CharField(blank=True, max_length=150)),
                        ("email", models.CharField(max_length=254)),
                        ("words", models.TextField(blank=True, help_text="the question, or why it was declined")),
                        (
                            "statement",
                            models.CharField(blank=True, help_text="the sentence that was ticked", max_length=600),
                        ),
                        ("said_at", models.DateTimeField()),
                        (
                            "address_hash",
                            models.CharField(blank=True, help_text="keyed hash of the network address", max_length=64),
                        ),
                        ("user_agent", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "proposal", "-said_at"], name="proposal_answer_newest")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("kind", "accepted")),
                                fields=("workspace", "proposal"),
                                name="proposal_accepted_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("kind", "declined")),
                                fields=("workspace", "link"),
                                name="proposal_link_declined_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("kind", "accepted"),
                                        models.Q(("statement", ""), _negated=True),
                                        models.Q(("title", ""), _negated=True),
                                    ),
                                    models.Q(
                                        ("kind__in", ["declined", "asked"]), models.Q(("words", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="proposal_answer_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Concession",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="concessions",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "version",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="offers.proposalversion",
                            ),
                        ),
                        ("kind", models.CharField(max_length=20)),
                        ("what", models.CharField(max_length=300)),
                        (
                            "amount",
                            models.DecimalField(decimal_places=4, help_text="what it is worth a year", max_digits=18),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        ("starts_on", models.DateField()),
                        ("expires_on", models.DateField(help_text="last day, inclusive")),
                        ("reason", models.CharField(max_length=300)),
                        (
                            "is_unnamed",
                            models.BooleanField(
                                default=False, help_text="written at signature for what nobody had named"
                            ),
                        ),
                        ("no_get_reason", models.CharField(blank=True, max_length=300)),
                        ("get_kind", models.CharField(blank=True, max_length=20)),
                        ("get_what", models.CharField(blank=True, max_length=300)),
                        ("get_due_on", models.DateField(null=True)),
                        ("get_delivered_on", models.DateField(null=True)),
                        ("get_failed_on", models.DateField(null=True)),
                        (
                            "get_note",
                            models.CharField(
                                blank=True, help_text="the evidence, or why it was not delivered", max_length=300
                            ),
                        ),
                        (
                            "ended_on",
                            models.DateField(help_text="from this day on it is not given any more", null=True),
                        ),
                        ("ended_reason", models.CharField(blank=True, max_length=300)),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                        (
                            "revision",
                            models.PositiveIntegerField(
                                default=1, help_text="counts the edits, so that none is overwritten unseen"
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("created_by", models.CharField(max_length=150)),
                        ("edited_at", models.DateTimeField()),
                        ("edited_by", models.CharField(max_length=150)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "renewal"], name="concession_renewal"),
                            models.Index(
                                condition=models.Q(("ended_on__isnull", True)),
                                fields=["workspace", "expires_on"],
                                name="concession_not_back",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount__gte", 0)), name="concession_worth_nothing_or_more"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("expires_on__gte", models.F("starts_on"))),
                                name="concession_forward",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("what", ""), _negated=True), models.Q(("reason", ""), _negated=True)
                                ),
                                name="concession_says_what_and_why",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("get_due_on__isnull", True),
                                        ("get_what", ""),
                                        models.Q(("no_get_reason", ""), _negated=True),
                                    ),
                                    models.Q(
                                        ("get_due_on__isnull", False),
                                        ("no_get_reason", ""),
                                        models.Q(("get_what", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="concession_get_or_why_none",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("get_delivered_on__isnull", True), ("get_failed_on__isnull", True)),
                                    models.Q(("get_due_on__isnull", False), models.Q(("get_note", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="concession_get_settled_with_note",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("get_delivered_on__isnull", True), ("get_failed_on__isnull", True), _connector="OR"
                                ),
                                name="concession_get_delivered_or_not",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_on__isnull", True),
                                    models.Q(
                                        models.Q(("ended_reason", ""), _negated=True),
                                        models.Q(("ended_by", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="concession_ended_with_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="concession_currency_iso"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ConcessionEvent",
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
                                to="offers.concession",
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
                            "version",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="offers.proposalversion",
                            ),
                        ),
                        ("kind", models.CharField(max_length=20)),
                        ("what", models.CharField(max_length=300)),
                        (
                            "amount",
                            models.DecimalField(decimal_places=4, help_text="what it is worth a year", max_digits=18),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        ("starts_on", models.DateField()),
                        ("expires_on", models.DateField(help_text="last day, inclusive")),
                        ("reason", models.CharField(max_length=300)),
                        (
                            "is_unnamed",
                            models.BooleanField(
                                default=False, help_text="written at signature for what nobody had named"
                            ),
                        ),
                        ("no_get_reason", models.CharField(blank=True, max_length=300)),
                        ("get_kind", models.CharField(blank=True, max_length=20)),
                        ("get_what", models.CharField(blank=True, max_length=300)),
                        ("get_due_on", models.DateField(null=True)),
                        ("get_delivered_on", models.DateField(null=True)),
                        ("get_failed_on", models.DateField(null=True)),
                        (
                            "get_note",
                            models.CharField(
                                blank=True, help_text="the evidence, or why it was not delivered", max_length=300
                            ),
                        ),
                        (
                            "ended_on",
                            models.DateField(help_text="from this day on it is not given any more", null=True),
                        ),
                        ("ended_reason", models.CharField(blank=True, max_length=300)),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                        (
                            "revision",
                            models.PositiveIntegerField(
                                default=1, help_text="counts the edits, so that none is overwritten unseen"
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("created_by", models.CharField(max_length=150)),
                        ("edited_at", models.DateTimeField()),
                        ("edited_by", models.CharField(max_length=150)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="TreeVersion",
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
                        ("definition", models.JSONField()),
                        ("is_active", models.BooleanField(default=True, help_text="whether new walks begin with it")),
                        ("published_at", models.DateTimeField()),
                        ("published_by", models.CharField(max_length=150)),
                        ("reason", models.CharField(max_length=300)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "key", "number"), name="tree_version_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("published_by", ""), _negated=True),
                                    models.Q(("reason", ""), _negated=True),
                                ),
                                name="tree_by_whom_and_why",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TreeWalk",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="walks",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "tree",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="walks",
                                to="offers.treeversion",
                            ),
                        ),
                        ("started_at", models.DateTimeField()),
                        ("started_by", models.CharField(max_length=150)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "renewal", "tree"), name="tree_walk_once_a_version"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NegotiationNote",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="negotiation_notes",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "walk",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="offers.treewalk",
                            ),
                        ),
                        ("kind", models.CharField(max_length=20)),
                        (
                            "subject",
                            models.CharField(help_text="the competitor, the objection, the product", max_length=120),
                        ),
                        ("comment", models.CharField(blank=True, max_length=600)),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=4,
                                help_text="what an opening may be worth a year",
                                max_digits=18,
                                null=True,
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        ("source", models.CharField(max_length=20)),
                        ("heard_on", models.DateField()),
                        ("recorded_at", models.DateTimeField()),
                        ("recorded_by", models.CharField(max_length=150)),
                        ("taken_back_at", models.DateTimeField(null=True)),
                        ("taken_back_by", models.CharField(blank=True, max_length=150)),
                        ("taken_back_reason", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "renewal"], name="negotiation_note_renewal")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("subject", ""), _negated=True),
                                    models.Q(("kind", ""), _negated=True),
                                    models.Q(("source", ""), _negated=True),
                                ),
                                name="note_says_what",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount__isnull", True), ("amount__gte", 0), _connector="OR"),
                                name="note_amount_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("taken_back_at__isnull", True),
                                    models.Q(("taken_back_reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="note_taken_back_with_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="note_currency_iso"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NegotiationNoteEvent",
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
                                to="offers.negotiationnote",
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
                            "walk",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="offers.treewalk",
                            ),
                        ),
                        ("kind", models.CharField(max_length=20)),
                        (
                            "subject",
                            models.CharField(help_text="the competitor, the objection, the product", max_length=120),
                        ),
                        ("comment", models.CharField(blank=True, max_length=600)),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=4,
                                help_text="what an opening may be worth a year",
                                max_digits=18,
                                null=True,
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        ("source", models.CharField(max_length=20)),
                        ("heard_on", models.DateField()),
                        ("recorded_at", models.DateTimeField()),
                        ("recorded_by", models.CharField(max_length=150)),
                        ("taken_back_at", models.DateTimeField(null=True)),
                        ("taken_back_by", models.CharField(blank=True, max_length=150)),
                        ("taken_back_reason", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="CreditSplit",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="credit_splits",
                                to="renewals.renewal",
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        (
                            "holders",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=30), size=None
                            ),
                        ),
                        (
                            "percents",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.DecimalField(decimal_places=3, max_digits=6), size=None
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=300)),
                        ("set_at", models.DateTimeField()),
                        ("set_by", models.CharField(max_length=150)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "renewal", "number"), name="credit_split_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Scenario",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="scenarios",
                                to="renewals.renewal",
                            ),
                        ),
                        ("letter", models.CharField(max_length=1)),
                        ("name", models.CharField(max_length=60)),
                        (
                            "offer",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="offers.offer",
                            ),
                        ),
                        ("wish", models.JSONField()),
                        (
                            "revision",
                            models.PositiveIntegerField(
                                default=1, help_text="counts the edits, so that none is overwritten unseen"
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("created_by", models.CharField(max_length=150)),
                        ("edited_at", models.DateTimeField()),
                        ("edited_by", models.CharField(max_length=150)),
                        (
                            "adopted_version",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="offers.proposalversion",
                            ),
                        ),
                        ("adopted_at", models.DateTimeField(null=True)),
                        ("adopted_by", models.CharField(blank=True, max_length=150)),
                        ("removed_at", models.DateTimeField(null=True)),
                        ("removed_by", models.CharField(blank=True, max_length=150)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("removed_at__isnull", True)),
                                fields=("workspace", "renewal", "letter"),
                                name="scenario_letter_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("letter__in", ["A", "B", "C", "D", "E"])),
                                name="scenario_five_at_most",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("name", ""), _negated=True), name="scenario_has_a_name"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("adopted_at__isnull", True), ("adopted_version__isnull", True)),
                                    models.Q(
                                        ("adopted_at__isnull", False),
                                        ("adopted_version__isnull", False),
                                        models.Q(("adopted_by", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="scenario_adopted_by_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ScenarioEvent",
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
                                to="offers.scenario",
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
                            "renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.renewal",
                            ),
                        ),
                        ("letter", models.CharField(max_length=1)),
                        ("name", models.CharField(max_length=60)),
                        (
                            "offer",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="offers.offer",
                            ),
                        ),
                        ("wish", models.JSONField()),
                        (
                            "revision",
                            models.PositiveIntegerField(
                                default=1, help_text="counts the edits, so that none is overwritten unseen"
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("created_by", models.CharField(max_length=150)),
                        ("edited_at", models.DateTimeField()),
                        ("edited_by", models.CharField(max_length=150)),
                        (
                            "adopted_version",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="offers.proposalversion",
                            ),
                        ),
                        ("adopted_at", models.DateTimeField(null=True)),
                        ("adopted_by", models.CharField(blank=True, max_length=150)),
                        ("removed_at", models.DateTimeField(null=True)),
                        ("removed_by", models.CharField(blank=True, max_length=150)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="TreeVersionEvent",
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
                                to="offers.treeversion",
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
                        ("definition", models.JSONField()),
                        ("is_active", models.BooleanField(default=True, help_text="whether new walks begin with it")),
                        ("published_at", models.DateTimeField()),
                        ("published_by", models.CharField(max_length=150)),
                        ("reason", models.CharField(max_length=300)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="TreeWalkEvent",
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
                                to="offers.treewalk",
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
                            "tree",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="offers.treeversion",
                            ),
                        ),
                        ("started_at", models.DateTimeField()),
                        ("started_by", models.CharField(max_length=150)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="WalkAnswer",
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
                            "walk",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="offers.treewalk",
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("question", models.CharField(max_length=60)),
                        ("answer", models.CharField(max_length=60)),
                        ("note", models.CharField(blank=True, max_length=300)),
                        (
                            "user",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("answered_at", models.DateTimeField()),
                        ("answered_by", models.CharField(max_length=150)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "walk", "number"), name="walk_answer_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("question", ""), _negated=True), models.Q(("answer", ""), _negated=True)
                                ),
                                name="walk_answer_says_something",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OfferPlan",
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
                        ("asked", models.JSONField(help_text="limits, capacity by owner and week, accounts kept back")),
                        ("policy_number", models.PositiveIntegerField(default=0)),
                        (
                            "found",
                            models.JSONField(
                                default=dict, help_text="value, spend, method, what binds, the next slice of budget"
                            ),
                        ),
                        ("cursor", models.BigIntegerField(default=0, help_text="the last renewal that was weighed")),
                        ("done", models.PositiveIntegerField(default=0, help_text="renewals weighed")),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "-ordered_at"], name="offer_plan_newest"),
                            models.Index(
                                condition=models.Q(("state", "running")),
                                fields=["workspace", "id"],
                                name="offer_plan_running",
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
                                name="offer_plan_over_with_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "failed"), _negated=True),
                                    models.Q(("error", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="offer_plan_failed_with_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlannedOffer",
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
                                related_name="offers",
                                to="offers.offerplan",
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
                            "offer",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="offers.offer",
                            ),
                        ),
                        (
                            "why",
                            models.CharField(
                                blank=True, help_text="why it is not among what could be chosen", max_length=20
                            ),
                        ),
                        ("is_chosen", models.BooleanField(default=False)),
                        ("value", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                        ("kept", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                        ("given", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                        ("cost", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                        ("spend", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                        ("before", models.FloatField(null=True)),
                        ("after", models.FloatField(null=True)),
                        ("likely", models.FloatField(null=True)),
                        ("outcomes", models.PositiveIntegerField(default=0)),
                        ("tasks", models.PositiveSmallIntegerField(default=0)),
                        (
                            "week",
                            models.PositiveSmallIntegerField(
                                default=0, help_text="the last in which its tasks make sense, from 0"
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "level",
                            models.CharField(blank=True, help_text="the level it would be asked of", max_length=120),
                        ),
                        ("discount_percent", models.DecimalField(decimal_places=3, default=0, max_digits=7)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "run", "-value"], name="planned_offer_run")],
                    },
                ),
                migrations.CreateModel(
                    name="ProposalEvent",
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
                                to="offers.proposal",
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
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("presented", "Presented"),
                                    ("signed", "Signed"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="draft",
                                max_length=10,
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
                                to="offers.proposalversion",
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("created_by", models.CharField(max_length=150)),
                        ("presented_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                        ("ended_reason", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="PriceRevision",
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
                        ("name", models.CharField(max_length=120)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("waiting", "Waiting"),
                                    ("applying", "Applying"),
                                    ("stopped", "Stopped"),
                                    ("applied", "Applied"),
                                    ("refused", "Refused"),
                                    ("discarded", "Discarded"),
                                    ("undone", "Undone"),
                                ],
                                default="draft",
                                max_length=10,
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
                        ("previewed_at", models.DateTimeField(help_text="when its rows were made")),
                        ("created_at", models.DateTimeField()),
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
                        ("approved_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                        ("ended_reason", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "-created_at"], name="price_revision_newest")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("name", ""), _negated=True),
                                    models.Q(("reason", ""), _negated=True),
                                    models.Q(("author", ""), _negated=True),
                                ),
                                name="price_revision_by_whom_and_why",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state__in", ["applying", "stopped", "applied", "undone"]), _negated=True
                                    ),
                                    ("approver__isnull", False),
                                    _connector="OR",
                                ),
                                name="price_revision_applied_as_approved",
                            ),
                            models.CheckConstraint(
                                condition=signals.models.scorecards.IsNotAmong("approver", "editor_ids"),
                                name="price_revision_approved_by_a_second_person",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PriceRevisionEvent",
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
                                to="offers.pricerevision",
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
                        ("name", models.CharField(max_length=120)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("waiting", "Waiting"),
                                    ("applying", "Applying"),
                                    ("stopped", "Stopped"),
                                    ("applied", "Applied"),
                                    ("refused", "Refused"),
                                    ("discarded", "Discarded"),
                                    ("undone", "Undone"),
                                ],
                                default="draft",
                                max_length=10,
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
                        ("previewed_at", models.DateTimeField(help_text="when its rows were made")),
                        ("created_at", models.DateTimeField()),
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
                        ("approved_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                        ("ended_reason", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="RevisedTerm",
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
                            "revision",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="terms",
                                to="offers.pricerevision",
                            ),
                        ),
                        (
                            "contract",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.contract",
                            ),
                        ),
                        ("term_number", models.PositiveSmallIntegerField()),
                        ("term_version", models.PositiveSmallIntegerField(help_text="the version it was made from")),
                        (
                            "lines",
                            models.JSONField(help_text="key, name, old, new and rule of each line; amounts as text"),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        ("old_amount", models.DecimalField(decimal_places=4, max_digits=18)),
                        ("new_amount", models.DecimalField(decimal_places=4, max_digits=18)),
                        ("ends_on", models.DateField(null=True)),
                        ("announce_on", models.DateField(help_text="our last day to announce it", null=True)),
                        ("announced_on", models.DateField(null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("planned", "Planned"),
                                    ("excluded", "Excluded"),
                                    ("applied", "Applied"),
                                    ("passed_over", "Passed Over"),
                                    ("undone", "Undone"),
                                ],
                                default="planned",
                                max_length=12,
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(blank=True, help_text="why it is left out or passed over", max_length=20),
                        ),
                        ("note", models.CharField(blank=True, max_length=300)),
                        (
                            "level",
                            models.CharField(
                                blank=True, help_text="the level of the policy that its price needs", max_length=60
                            ),
                        ),
                        ("changed_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "planned")),
                                fields=["workspace", "revision", "id"],
                                name="revised_term_planned",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "revision", "contract", "term_number"), name="revised_term_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "applied")),
                                fields=("workspace", "contract", "term_number"),
                                name="revised_term_one_in_force",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("reason", ""), ("state__in", ["planned", "applied", "undone"])),
                                    models.Q(
                                        ("state__in", ["excluded", "passed_over"]),
                                        models.Q(("reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="revised_term_left_out_with_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("new_amount__gte", 0), ("old_amount__gte", 0)),
                                name="revised_term_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("announced_on__isnull", True), ("state", "applied"), _connector="OR"
                                ),
                                name="revised_term_announced_in_force",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("announce_on__isnull", True),
                                    ("ends_on__isnull", True),
                                    ("announce_on__lte", models.F("ends_on")),
                                    _connector="OR",
                                ),
                                name="revised_term_announced_in_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="revised_term_currency_iso"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PolicySimulation",
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
                        ("asked", models.JSONField(help_text="days, and which policy")),
                        (
                            "frozen",
                            models.JSONField(
                                default=dict, help_text="the other policy and how it is called; empty: as it was"
                            ),
                        ),
                        (
                            "clocks",
                            models.JSONField(
                                default=list,
                                help_text="median hours of answers by level and queue, each with its count",
                            ),
                        ),
                        (
                            "waiting",
                            models.PositiveIntegerField(
                                default=0, help_text="requests nobody had answered yet: not counted"
                            ),
                        ),
                        (
                            "cursor",
                            models.BigIntegerField(default=0, help_text="the last renewal that was judged again"),
                        ),
                        ("done", models.PositiveIntegerField(default=0, help_text="renewals judged again")),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "-ordered_at"], name="simulation_newest"),
                            models.Index(
                                condition=models.Q(("state", "running")),
                                fields=["workspace", "id"],
                                name="simulation_running",
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
                                name="simulation_over_with_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "failed"), _negated=True),
                                    models.Q(("error", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="simulation_failed_with_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SimulatedDecision",
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
                                related_name="decisions",
                                to="offers.policysimulation",
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
                            models.CharField(choices=[("proposal", "Proposal"), ("closing", "Closing")], max_length=10),
                        ),
                        ("is_last", models.BooleanField(help_text="the last of its renewal: its amounts count once")),
                        ("request_id", models.BigIntegerField(null=True)),
                        ("version_number", models.PositiveIntegerField(null=True)),
                        ("decided_at", models.DateTimeField()),
                        ("currency", models.CharField(max_length=3)),
                        ("net_amount", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                        ("home_amount", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                        ("before_way", models.CharField(blank=True, max_length=10)),
                        ("before_level", models.CharField(blank=True, max_length=120)),
                        ("after_way", models.CharField(blank=True, max_length=10)),
                        ("after_level", models.CharField(blank=True, max_length=120)),
                        ("before_given", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                        ("after_given", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                        ("before_hours", models.FloatField(null=True)),
                        ("after_hours", models.FloatField(null=True)),
                        (
                            "real_hours",
                            models.FloatField(help_text="from asking to the answer that ended it", null=True),
                        ),
                        (
                            "before_asked",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=200),
                                default=list,
                                help_text="queues that were asked",
                                size=None,
                            ),
                        ),
                        (
                            "after_asked",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=200), default=list, size=None
                            ),
                        ),
                        (
                            "reasons",
                            models.JSONField(default=list, help_text="what the other policy found, the hardest first"),
                        ),
                        (
                            "unknown",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=60),
                                default=list,
                                help_text="facts that were not known then",
                                size=None,
                            ),
                        ),
                        (
                            "is_reproduced",
                            models.BooleanField(
                                help_text="whether the policy of then gave the record again", null=True
                            ),
                        ),
                        (
                            "why",
                            models.CharField(
                                blank=True, help_text="why it was not judged, or not reproduced", max_length=40
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "run", "decided_at"], name="simulated_decision_run")
                        ],
                    },
                ),
            ],
        ),
    ]

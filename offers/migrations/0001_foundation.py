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
    """The first of its application."""

    initial = True

    dependencies = [
        ("renewals", "0010_contracts_in_full"),
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
                    name="AgreedTerms",
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
                            "contract",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="agreed_terms",
                                to="renewals.contract",
                            ),
                        ),
                        ("uplift_percent", models.DecimalField(decimal_places=3, max_digits=7, null=True)),
                        ("cap_percent", models.DecimalField(decimal_places=3, max_digits=7, null=True)),
                        ("where", models.CharField(help_text="the document and clause", max_length=300)),
                        ("recorded_at", models.DateTimeField()),
                        ("recorded_by", models.CharField(max_length=150)),
                        ("superseded_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("superseded_at__isnull", True)),
                                fields=("workspace", "contract"),
                                name="agreed_terms_one_live",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("where", ""), _negated=True), models.Q(("recorded_by", ""), _negated=True)
                                ),
                                name="agreed_terms_have_a_source",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AgreedTermsEvent",
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
                                to="offers.agreedterms",
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
                            "contract",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.contract",
                            ),
                        ),
                        ("uplift_percent", models.DecimalField(decimal_places=3, max_digits=7, null=True)),
                        ("cap_percent", models.DecimalField(decimal_places=3, max_digits=7, null=True)),
                        ("where", models.CharField(help_text="the document and clause", max_length=300)),
                        ("recorded_at", models.DateTimeField()),
                        ("recorded_by", models.CharField(max_length=150)),
                        ("superseded_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "abstract": False,
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
            ],
        ),
    ]

"""Create the tables of accounts, contracts, renewals and people. Generated from the models; a change to them is a migration of its own."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import pghistory.utils
import renewals.models.accounts
import renewals.models.base
import renewals.models.people
import renewals.models.tables
from django.conf import settings
from django.db import migrations, models
from renewals.migrations._statements import OPERATIONS


class Migration(migrations.Migration):
    """Where every database begins."""

    initial = True

    dependencies = []

    operations = [
        renewals.models.tables.CreateTables(
            tables=[
                migrations.CreateModel(
                    name="Workspace",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("slug", models.SlugField(max_length=60, unique=True)),
                        ("name", models.CharField(max_length=200)),
                        ("currency", models.CharField(default="USD", max_length=3)),
                        ("timezone", models.CharField(default="UTC", max_length=64)),
                        ("country", models.CharField(blank=True, max_length=2)),
                        ("is_active", models.BooleanField(default=True)),
                        ("is_demo", models.BooleanField(default=False)),
                        ("sending_paused_at", models.DateTimeField(null=True)),
                        ("sending_pause_reason", models.CharField(blank=True, max_length=200)),
                        (
                            "signals_kept_months",
                            models.PositiveSmallIntegerField(
                                db_default=60,
                                default=60,
                                help_text="signals of older months are dropped once no workspace keeps them",
                            ),
                        ),
                        ("postal_address", models.CharField(blank=True, db_default="", default="", max_length=300)),
                        ("booking_url", models.CharField(blank=True, db_default="", default="", max_length=300)),
                        ("resources_url", models.CharField(blank=True, db_default="", default="", max_length=300)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="workspace_currency_iso"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("signals_kept_months__gte", 48)), name="workspace_keeps_four_years"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="User",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                        ("email", models.EmailField(max_length=254, unique=True)),
                        ("name", models.CharField(max_length=150)),
                        ("timezone", models.CharField(blank=True, max_length=64)),
                        ("is_active", models.BooleanField(default=True)),
                        ("created_at", models.DateTimeField(db_default=renewals.models.people.HouseClock())),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Team",
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
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("workspace", "name"), name="team_name_once")],
                    },
                ),
                migrations.CreateModel(
                    name="LifecycleStage",
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
                        ("key", models.SlugField(max_length=40)),
                        ("name", models.CharField(max_length=80)),
                        ("purpose", models.CharField(blank=True, max_length=300)),
                        ("position", models.PositiveSmallIntegerField()),
                    ],
                    options={
                        "ordering": ["position"],
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "key"), name="stage_key_once"),
                            models.UniqueConstraint(fields=("workspace", "position"), name="stage_position_once"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Account",
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
                        ("external_id", models.CharField(max_length=200)),
                        ("name", models.CharField(max_length=200)),
                        (
                            "parent",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="accounts",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "team",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="accounts",
                                to="renewals.team",
                            ),
                        ),
                        ("industry", models.CharField(blank=True, max_length=100)),
                        ("region", models.CharField(blank=True, max_length=60)),
                        ("country", models.CharField(blank=True, max_length=2)),
                        ("timezone", models.CharField(blank=True, max_length=64)),
                        ("currency", models.CharField(max_length=3)),
                        ("product_complexity", models.CharField(default="standard", max_length=10)),
                        ("employees", models.PositiveIntegerField(null=True)),
                        ("segment", models.CharField(blank=True, max_length=20)),
                        ("segment_reason", models.JSONField(default=dict)),
                        ("tier", models.CharField(blank=True, max_length=20)),
                        ("tier_reason", models.JSONField(default=dict)),
                        (
                            "stage",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.lifecyclestage",
                            ),
                        ),
                        ("stage_entered_on", models.DateField(null=True)),
                        ("started_on", models.DateField(null=True)),
                        ("ended_on", models.DateField(null=True)),
                        ("is_human_only", models.BooleanField(default=False)),
                        ("attributes", models.JSONField(default=dict)),
                        ("source", models.CharField(blank=True, max_length=60)),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "owner"], name="account_owner"),
                            models.Index(fields=["workspace", "name", "id"], name="account_name"),
                            models.Index(
                                condition=models.Q(("parent__isnull", False)),
                                fields=["workspace", "parent"],
                                name="account_parent",
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                django.contrib.postgres.indexes.OpClass(
                                    django.db.models.functions.text.Upper("name"), name="gin_trgm_ops"
                                ),
                                name="account_name_trigrams",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "external_id"), name="account_once"),
                            models.CheckConstraint(
                                condition=models.Q(("name", ""), _negated=True), name="account_has_a_name"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("parent", models.F("id")), _negated=True),
                                name="account_not_its_own_parent",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("product_complexity__in", ["low", "standard", "high"])),
                                name="account_complexity_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("stage__isnull", True), ("stage_entered_on__isnull", True)),
                                    models.Q(("stage__isnull", False), ("stage_entered_on__isnull", False)),
                                    _connector="OR",
                                ),
                                name="account_stage_with_date",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("tier__in", ["", "basic", "growth", "strategic"])),
                                name="account_tier_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="account_currency_iso"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AccountEvent",
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
                                to="renewals.account",
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
                        ("external_id", models.CharField(max_length=200)),
                        ("name", models.CharField(max_length=200)),
                        (
                            "parent",
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
                            "owner",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                        ("industry", models.CharField(blank=True, max_length=100)),
                        ("region", models.CharField(blank=True, max_length=60)),
                        ("country", models.CharField(blank=True, max_length=2)),
                        ("timezone", models.CharField(blank=True, max_length=64)),
                        ("currency", models.CharField(max_length=3)),
                        ("product_complexity", models.CharField(default="standard", max_length=10)),
                        ("employees", models.PositiveIntegerField(null=True)),
                        ("segment", models.CharField(blank=True, max_length=20)),
                        ("segment_reason", models.JSONField(default=dict)),
                        ("tier", models.CharField(blank=True, max_length=20)),
                        ("tier_reason", models.JSONField(default=dict)),
                        (
                            "stage",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.lifecyclestage",
                            ),
                        ),
                        ("stage_entered_on", models.DateField(null=True)),
                        ("started_on", models.DateField(null=True)),
                        ("ended_on", models.DateField(null=True)),
                        ("is_human_only", models.BooleanField(default=False)),
                        ("attributes", models.JSONField(default=dict)),
                        ("source", models.CharField(blank=True, max_length=60)),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="StageEntry",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="stage_entries",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "stage",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.lifecyclestage",
                            ),
                        ),
                        ("entered_on", models.DateField()),
                        ("left_on", models.DateField(null=True)),
                    ],
                    options={
                        "ordering": ["entered_on", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("left_on__isnull", True)),
                                fields=("workspace", "account"),
                                name="stage_entry_one_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("left_on__isnull", True), ("left_on__gte", models.F("entered_on")), _connector="OR"
                                ),
                                name="stage_entry_forward",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StageEntryEvent",
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
                                to="renewals.stageentry",
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
                            "stage",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.lifecyclestage",
                            ),
                        ),
                        ("entered_on", models.DateField()),
                        ("left_on", models.DateField(null=True)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Contact",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contacts",
                                to="renewals.account",
                            ),
                        ),
                        ("external_id", models.CharField(max_length=200)),
                        ("name", models.CharField(max_length=200)),
                        ("email", models.EmailField(blank=True, max_length=254)),
                        ("phone", models.CharField(blank=True, max_length=50)),
                        ("title", models.CharField(blank=True, max_length=150)),
                        ("language", models.CharField(blank=True, max_length=10)),
                        ("timezone", models.CharField(blank=True, max_length=64)),
                        ("left_on", models.DateField(help_text="when they left the company", null=True)),
                        ("source", models.CharField(blank=True, max_length=60)),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "account"], name="contact_account"),
                            models.Index(fields=["workspace", "email"], name="contact_email"),
                            django.contrib.postgres.indexes.GinIndex(
                                django.contrib.postgres.indexes.OpClass(
                                    django.db.models.functions.text.Upper("name"), name="gin_trgm_ops"
                                ),
                                name="contact_name_trigrams",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "external_id"), name="contact_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ContactEvent",
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
                                to="renewals.contact",
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
                        ("external_id", models.CharField(max_length=200)),
                        ("name", models.CharField(max_length=200)),
                        ("email", models.EmailField(blank=True, max_length=254)),
                        ("phone", models.CharField(blank=True, max_length=50)),
                        ("title", models.CharField(blank=True, max_length=150)),
                        ("language", models.CharField(blank=True, max_length=10)),
                        ("timezone", models.CharField(blank=True, max_length=64)),
                        ("left_on", models.DateField(help_text="when they left the company", null=True)),
                        ("source", models.CharField(blank=True, max_length=60)),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ContactRole",
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
                            "contact",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="roles",
                                to="renewals.contact",
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contact_roles",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("economic_buyer", "Economic Buyer"),
                                    ("champion", "Champion"),
                                    ("executive_sponsor", "Executive Sponsor"),
                                    ("user", "User"),
                                    ("legal", "Legal"),
                                    ("procurement", "Procurement"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("from_on", models.DateField()),
                        ("until_on", models.DateField(help_text="last day, inclusive", null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "account"], name="contact_role_account")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("until_on__isnull", True), ("until_on__gte", models.F("from_on")), _connector="OR"
                                ),
                                name="contact_role_forward",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[
                                    ("workspace", "="),
                                    ("contact", "="),
                                    ("role", "="),
                                    (
                                        renewals.models.accounts.DateRange(
                                            models.F("from_on"), models.F("until_on"), models.Value("[]")
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="contact_role_no_overlap",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ContactRoleEvent",
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
                                to="renewals.contactrole",
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
                            "role",
                            models.CharField(
                                choices=[
                                    ("economic_buyer", "Economic Buyer"),
                                    ("champion", "Champion"),
                                    ("executive_sponsor", "Executive Sponsor"),
                                    ("user", "User"),
                                    ("legal", "Legal"),
                                    ("procurement", "Procurement"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("from_on", models.DateField()),
                        ("until_on", models.DateField(help_text="last day, inclusive", null=True)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Suppression",
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
                            "contact",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="suppressions",
                                to="renewals.contact",
                            ),
                        ),
                        ("message_class", models.CharField(help_text="'all' or one class", max_length=30)),
                        (
                            "origin",
                            models.CharField(
                                help_text="unsubscribe, complaint, hard_bounce, manual, legal, erasure", max_length=30
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                blank=True, db_default="", help_text="what was said or found, in words", max_length=300
                            ),
                        ),
                        (
                            "by_label",
                            models.CharField(blank=True, db_default="", help_text="who asked for it", max_length=150),
                        ),
                        ("since_at", models.DateTimeField()),
                        ("lifted_at", models.DateTimeField(null=True)),
                        ("lifted_evidence", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("lifted_at__isnull", True)),
                                fields=("workspace", "contact", "message_class"),
                                name="suppression_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("lifted_at__isnull", True),
                                    models.Q(("lifted_evidence", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="suppression_lifted_with_evidence",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SuppressionEvent",
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
                                to="renewals.suppression",
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
                            "contact",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.contact",
                            ),
                        ),
                        ("message_class", models.CharField(help_text="'all' or one class", max_length=30)),
                        (
                            "origin",
                            models.CharField(
                                help_text="unsubscribe, complaint, hard_bounce, manual, legal, erasure", max_length=30
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                blank=True, db_default="", help_text="what was said or found, in words", max_length=300
                            ),
                        ),
                        (
                            "by_label",
                            models.CharField(blank=True, db_default="", help_text="who asked for it", max_length=150),
                        ),
                        ("since_at", models.DateTimeField()),
                        ("lifted_at", models.DateTimeField(null=True)),
                        ("lifted_evidence", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Contract",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contracts",
                                to="renewals.account",
                            ),
                        ),
                        ("external_id", models.CharField(max_length=200)),
                        ("name", models.CharField(max_length=200)),
                        ("currency", models.CharField(max_length=3)),
                        ("timezone", models.CharField(blank=True, max_length=64)),
                        ("signed_on", models.DateField(null=True)),
                        ("cancelled_on", models.DateField(null=True)),
                        ("source", models.CharField(blank=True, max_length=60)),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "account"], name="contract_account")],
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "external_id"), name="contract_once"),
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="contract_currency_iso"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ContractEvent",
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
                                to="renewals.contract",
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
                        ("external_id", models.CharField(max_length=200)),
                        ("name", models.CharField(max_length=200)),
                        ("currency", models.CharField(max_length=3)),
                        ("timezone", models.CharField(blank=True, max_length=64)),
                        ("signed_on", models.DateField(null=True)),
                        ("cancelled_on", models.DateField(null=True)),
                        ("source", models.CharField(blank=True, max_length=60)),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="TermVersion",
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
                                related_name="terms",
                                to="renewals.contract",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(help_text="1 for the initial term")),
                        ("version", models.PositiveSmallIntegerField(default=1)),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(help_text="last day, inclusive; empty: open-ended", null=True)),
                        ("notice_period", models.PositiveSmallIntegerField(default=0)),
                        (
                            "notice_unit",
                            models.CharField(
                                choices=[
                                    ("days", "Days"),
                                    ("business_days", "Business Days"),
                                    ("weeks", "Weeks"),
                                    ("months", "Months"),
                                ],
                                default="days",
                                max_length=15,
                            ),
                        ),
                        ("is_auto_renewing", models.BooleanField(default=False)),
                        (
                            "end_action",
                            models.CharField(
                                choices=[
                                    ("renew", "Renew"),
                                    ("evergreen", "Evergreen"),
                                    ("end", "End"),
                                    ("manual", "Manual"),
                                ],
                                default="manual",
                                max_length=10,
                            ),
                        ),
                        (
                            "renewal_months",
                            models.PositiveSmallIntegerField(help_text="length of the next term", null=True),
                        ),
                        (
                            "uplift_percent",
                            models.DecimalField(
                                decimal_places=3,
                                help_text="price uplift agreed for the next term; 5 is 5 %",
                                max_digits=7,
                                null=True,
                            ),
                        ),
                        (
                            "cap_percent",
                            models.DecimalField(
                                decimal_places=3, help_text="the most the next price may rise", max_digits=7, null=True
                            ),
                        ),
                        (
                            "price_clause",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                help_text="document and clause that say so",
                                max_length=300,
                            ),
                        ),
                        ("change_reason", models.CharField(blank=True, max_length=300)),
                        ("recorded_at", models.DateTimeField()),
                        ("recorded_by", models.CharField(blank=True, max_length=150)),
                        ("superseded_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "ordering": ["number", "version"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("superseded_at__isnull", True)),
                                fields=["workspace", "ends_on"],
                                name="term_end",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "contract", "number", "version"), name="term_version_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("superseded_at__isnull", True)),
                                fields=("workspace", "contract", "number"),
                                name="term_one_live_version",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                                ),
                                name="term_forward",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("superseded_at__isnull", True),
                                    ("superseded_at__gte", models.F("recorded_at")),
                                    _connector="OR",
                                ),
                                name="term_superseded_after_recorded",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("price_clause", ""), _negated=True),
                                    models.Q(("cap_percent__isnull", True), ("uplift_percent__isnull", True)),
                                    _connector="OR",
                                ),
                                name="term_price_has_a_clause",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("uplift_percent__isnull", True),
                                    ("cap_percent__isnull", True),
                                    ("uplift_percent__lte", models.F("cap_percent")),
                                    _connector="OR",
                                ),
                                name="term_uplift_within_cap",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(("superseded_at__isnull", True)),
                                expressions=[
                                    ("workspace", "="),
                                    ("contract", "="),
                                    (
                                        renewals.models.accounts.DateRange(
                                            models.F("starts_on"), models.F("ends_on"), models.Value("[]")
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="term_no_overlap",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TermVersionEvent",
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
                                to="renewals.termversion",
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
                        ("number", models.PositiveSmallIntegerField(help_text="1 for the initial term")),
                        ("version", models.PositiveSmallIntegerField(default=1)),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(help_text="last day, inclusive; empty: open-ended", null=True)),
                        ("notice_period", models.PositiveSmallIntegerField(default=0)),
                        (
                            "notice_unit",
                            models.CharField(
                                choices=[
                                    ("days", "Days"),
                                    ("business_days", "Business Days"),
                                    ("weeks", "Weeks"),
                                    ("months", "Months"),
                                ],
                                default="days",
                                max_length=15,
                            ),
                        ),
                        ("is_auto_renewing", models.BooleanField(default=False)),
                        (
                            "end_action",
                            models.CharField(
                                choices=[
                                    ("renew", "Renew"),
                                    ("evergreen", "Evergreen"),
                                    ("end", "End"),
                                    ("manual", "Manual"),
                                ],
                                default="manual",
                                max_length=10,
                            ),
                        ),
                        (
                            "renewal_months",
                            models.PositiveSmallIntegerField(help_text="length of the next term", null=True),
                        ),
                        (
                            "uplift_percent",
                            models.DecimalField(
                                decimal_places=3,
                                help_text="price uplift agreed for the next term; 5 is 5 %",
                                max_digits=7,
                                null=True,
                            ),
                        ),
                        (
                            "cap_percent",
                            models.DecimalField(
                                decimal_places=3, help_text="the most the next price may rise", max_digits=7, null=True
                            ),
                        ),
                        (
                            "price_clause",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                help_text="document and clause that say so",
                                max_length=300,
                            ),
                        ),
                        ("change_reason", models.CharField(blank=True, max_length=300)),
                        ("recorded_at", models.DateTimeField()),
                        ("recorded_by", models.CharField(blank=True, max_length=150)),
                        ("superseded_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Product",
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
                        ("external_id", models.CharField(max_length=200)),
                        ("name", models.CharField(max_length=200)),
                        ("complexity", models.CharField(default="standard", max_length=10)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "external_id"), name="product_once"),
                            models.CheckConstraint(
                                condition=models.Q(("complexity__in", ["low", "standard", "high"])),
                                name="product_complexity_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ContractLine",
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
                                related_name="lines",
                                to="renewals.contract",
                            ),
                        ),
                        (
                            "term",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="renewals.termversion",
                            ),
                        ),
                        (
                            "product",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.product",
                            ),
                        ),
                        ("external_id", models.CharField(max_length=200)),
                        ("description", models.CharField(blank=True, max_length=200)),
                        ("quantity", models.DecimalField(decimal_places=4, default=1, max_digits=18)),
                        ("unit", models.CharField(blank=True, max_length=30)),
                        ("arr_amount", models.DecimalField(decimal_places=4, max_digits=18)),
                        ("list_arr_amount", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                        ("is_recurring", models.BooleanField(default=True)),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(null=True)),
                        (
                            "item",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                help_text="what the phases of a ramp share",
                                max_length=200,
                            ),
                        ),
                        (
                            "is_suspended",
                            models.BooleanField(
                                db_default=False, default=False, help_text="a phase in which it rests, at zero"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "contract"], name="line_contract")],
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "term", "external_id"), name="line_once"),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(("item", ""), _negated=True),
                                expressions=[
                                    ("workspace", "="),
                                    ("term", "="),
                                    ("item", "="),
                                    (
                                        renewals.models.accounts.DateRange(
                                            models.F("starts_on"), models.F("ends_on"), models.Value("[]")
                                        ),
                                        "&&",
                                    ),
                                ],
                                name="line_phases_no_overlap",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("quantity__gte", 0)), name="line_quantity_not_negative"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("arr_amount__gte", 0)), name="line_arr_not_negative"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("is_suspended", False), ("arr_amount", 0), _connector="OR"),
                                name="line_suspended_counts_as_nothing",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                                ),
                                name="line_forward",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ContractLineEvent",
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
                                to="renewals.contractline",
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
                        (
                            "term",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.termversion",
                            ),
                        ),
                        (
                            "product",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.product",
                            ),
                        ),
                        ("external_id", models.CharField(max_length=200)),
                        ("description", models.CharField(blank=True, max_length=200)),
                        ("quantity", models.DecimalField(decimal_places=4, default=1, max_digits=18)),
                        ("unit", models.CharField(blank=True, max_length=30)),
                        ("arr_amount", models.DecimalField(decimal_places=4, max_digits=18)),
                        ("list_arr_amount", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                        ("is_recurring", models.BooleanField(default=True)),
                        ("starts_on", models.DateField()),
                        ("ends_on", models.DateField(null=True)),
                        (
                            "item",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                help_text="what the phases of a ramp share",
                                max_length=200,
                            ),
                        ),
                        (
                            "is_suspended",
                            models.BooleanField(
                                db_default=False, default=False, help_text="a phase in which it rests, at zero"
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Amendment",
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
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="amendments",
                                to="renewals.contract",
                            ),
                        ),
                        (
                            "term",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                help_text="the version it made",
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="amendments",
                                to="renewals.termversion",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(help_text="1 for the contract's first amendment")),
                        ("version", models.PositiveSmallIntegerField(default=1)),
                        (
                            "effective_on",
                            models.DateField(help_text="from this day the contract reads so, and ARR counts so"),
                        ),
                        ("activated_on", models.DateField(help_text="the service runs; empty: not yet", null=True)),
                        ("accepted_on", models.DateField(help_text="the account accepted; empty: not yet", null=True)),
                        ("items", models.JSONField(default=list, help_text="what it changed, item by item")),
                        (
                            "clauses",
                            models.JSONField(
                                db_default={},
                                default=dict,
                                help_text="which clauses of the term it changed, and to what",
                            ),
                        ),
                        ("reason", models.CharField(max_length=300)),
                        ("recorded_at", models.DateTimeField()),
                        ("recorded_by", models.CharField(max_length=150)),
                        ("superseded_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "contract", "number", "version"), name="amendment_version_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("superseded_at__isnull", True)),
                                fields=("workspace", "contract", "number"),
                                name="amendment_one_live_version",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True), name="amendment_has_a_reason"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("superseded_at__isnull", True),
                                    ("superseded_at__gte", models.F("recorded_at")),
                                    _connector="OR",
                                ),
                                name="amendment_superseded_after_recorded",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AmendmentEvent",
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
                                to="renewals.amendment",
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
                        (
                            "term",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                help_text="the version it made",
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.termversion",
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField(help_text="1 for the contract's first amendment")),
                        ("version", models.PositiveSmallIntegerField(default=1)),
                        (
                            "effective_on",
                            models.DateField(help_text="from this day the contract reads so, and ARR counts so"),
                        ),
                        ("activated_on", models.DateField(help_text="the service runs; empty: not yet", null=True)),
                        ("accepted_on", models.DateField(help_text="the account accepted; empty: not yet", null=True)),
                        ("items", models.JSONField(default=list, help_text="what it changed, item by item")),
                        (
                            "clauses",
                            models.JSONField(
                                db_default={},
                                default=dict,
                                help_text="which clauses of the term it changed, and to what",
                            ),
                        ),
                        ("reason", models.CharField(max_length=300)),
                        ("recorded_at", models.DateTimeField()),
                        ("recorded_by", models.CharField(max_length=150)),
                        ("superseded_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Succession",
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
                            "way",
                            models.CharField(
                                choices=[("merged", "Merged"), ("split", "Split"), ("assigned", "Assigned")],
                                max_length=10,
                            ),
                        ),
                        (
                            "from_contract",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="successors",
                                to="renewals.contract",
                            ),
                        ),
                        ("from_term", models.PositiveSmallIntegerField()),
                        (
                            "to_contract",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="predecessors",
                                to="renewals.contract",
                            ),
                        ),
                        ("to_term", models.PositiveSmallIntegerField()),
                        ("recorded_at", models.DateTimeField()),
                        ("recorded_by", models.CharField(max_length=150)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "to_contract"], name="succession_to")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "from_contract", "from_term", "to_contract", "to_term"),
                                name="succession_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("way__in", ["merged", "split", "assigned"])),
                                name="succession_way_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SuccessionEvent",
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
                                to="renewals.succession",
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
                            "way",
                            models.CharField(
                                choices=[("merged", "Merged"), ("split", "Split"), ("assigned", "Assigned")],
                                max_length=10,
                            ),
                        ),
                        (
                            "from_contract",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.contract",
                            ),
                        ),
                        ("from_term", models.PositiveSmallIntegerField()),
                        (
                            "to_contract",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.contract",
                            ),
                        ),
                        ("to_term", models.PositiveSmallIntegerField()),
                        ("recorded_at", models.DateTimeField()),
                        ("recorded_by", models.CharField(max_length=150)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Renewal",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="renewals",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "contract",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="renewals",
                                to="renewals.contract",
                            ),
                        ),
                        ("term_number", models.PositiveSmallIntegerField(help_text="the term that ends")),
                        ("due_on", models.DateField(help_text="first day after the term")),
                        ("notice_on", models.DateField(help_text="last day to give notice", null=True)),
                        ("opened_on", models.DateField()),
                        ("closed_on", models.DateField(null=True)),
                        (
                            "stage",
                            models.CharField(
                                choices=[
                                    ("upcoming", "Upcoming"),
                                    ("engaged", "Engaged"),
                                    ("negotiating", "Negotiating"),
                                    ("verbal", "Verbal"),
                                    ("closed", "Closed"),
                                ],
                                default="upcoming",
                                max_length=15,
                            ),
                        ),
                        (
                            "forecast_category",
                            models.CharField(
                                choices=[
                                    ("omitted", "Omitted"),
                                    ("pipeline", "Pipeline"),
                                    ("best_case", "Best Case"),
                                    ("commit", "Commit"),
                                    ("closed", "Closed"),
                                ],
                                default="pipeline",
                                max_length=10,
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "target_amount",
                            models.DecimalField(
                                decimal_places=4, help_text="ARR that comes up for renewal", max_digits=18
                            ),
                        ),
                        ("forecast_amount", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                        ("final_amount", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="renewals",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "initiator",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "negotiator",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "finaliser",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "account"], name="renewal_account"),
                            models.Index(fields=["workspace", "due_on"], name="renewal_due"),
                            models.Index(
                                condition=models.Q(("closed_on__isnull", False)),
                                fields=["workspace", "closed_on"],
                                name="renewal_closed",
                            ),
                            models.Index(
                                condition=models.Q(("closed_on__isnull", True)),
                                fields=["workspace", "due_on", "id"],
                                name="renewal_open_due",
                            ),
                            models.Index(
                                condition=models.Q(("closed_on__isnull", True)),
                                fields=["workspace", "owner", "due_on"],
                                name="renewal_open_owner",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "contract", "term_number"), name="renewal_once_a_term"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("target_amount__gte", 0)), name="renewal_target_not_negative"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_on__isnull", False),
                                        ("final_amount__isnull", False),
                                        ("stage", "closed"),
                                    ),
                                    models.Q(
                                        models.Q(("stage", "closed"), _negated=True),
                                        ("closed_on__isnull", True),
                                        ("final_amount__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="renewal_closed_with_date_and_amount",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("notice_on__isnull", True), ("notice_on__lte", models.F("due_on")), _connector="OR"
                                ),
                                name="renewal_notice_before_due",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="renewal_currency_iso"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EndActionRun",
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
                                related_name="end_action_runs",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "action",
                            models.CharField(
                                choices=[
                                    ("renew", "Renew"),
                                    ("evergreen", "Evergreen"),
                                    ("end", "End"),
                                    ("manual", "Manual"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "result",
                            models.CharField(
                                choices=[
                                    ("renewed", "Renewed"),
                                    ("evergreen", "Evergreen"),
                                    ("ended", "Ended"),
                                    ("asked", "Asked"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("why", models.CharField(blank=True, help_text="why the owner is asked", max_length=300)),
                        ("done_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "renewal"), name="end_action_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LossReview",
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
                                related_name="loss_reviews",
                                to="renewals.renewal",
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
                        ("due_on", models.DateField()),
                        (
                            "win_back_on",
                            models.DateField(help_text="the day to ask them back; empty: never", null=True),
                        ),
                        ("held_on", models.DateField(null=True)),
                        ("findings", models.TextField(blank=True)),
                        (
                            "win_back_owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("asked_on", models.DateField(help_text="the day they were asked back", null=True)),
                        (
                            "win_back_result",
                            models.CharField(
                                blank=True,
                                choices=[("won", "Won"), ("later", "Later"), ("declined", "Declined")],
                                db_default="",
                                default="",
                                max_length=10,
                            ),
                        ),
                        ("win_back_note", models.CharField(blank=True, db_default="", default="", max_length=300)),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("held_on__isnull", True)),
                                fields=["workspace", "due_on"],
                                name="loss_review_open",
                            ),
                            models.Index(
                                condition=models.Q(("win_back_result", "")),
                                fields=["workspace", "win_back_on"],
                                name="win_back_due",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "renewal"), name="loss_review_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("held_on__isnull", True),
                                    models.Q(("findings", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="loss_review_held_with_findings",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("win_back_result", ""), ("asked_on__isnull", False), _connector="OR"
                                ),
                                name="loss_review_answer_has_a_day",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LossReviewEvent",
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
                                to="renewals.lossreview",
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
                            "win_back_on",
                            models.DateField(help_text="the day to ask them back; empty: never", null=True),
                        ),
                        ("held_on", models.DateField(null=True)),
                        ("findings", models.TextField(blank=True)),
                        (
                            "win_back_owner",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("asked_on", models.DateField(help_text="the day they were asked back", null=True)),
                        (
                            "win_back_result",
                            models.CharField(
                                blank=True,
                                choices=[("won", "Won"), ("later", "Later"), ("declined", "Declined")],
                                db_default="",
                                default="",
                                max_length=10,
                            ),
                        ),
                        ("win_back_note", models.CharField(blank=True, db_default="", default="", max_length=300)),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ClosedDays",
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
                                related_name="closed_days",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("blackout", "Blackout"), ("holiday", "Holiday")],
                                default="blackout",
                                max_length=10,
                            ),
                        ),
                        (
                            "country",
                            models.CharField(blank=True, help_text="of a holiday; empty: everywhere", max_length=2),
                        ),
                        ("from_on", models.DateField()),
                        ("until_on", models.DateField(help_text="last day, inclusive")),
                        ("reason", models.CharField(max_length=200)),
                        ("author", models.CharField(max_length=150)),
                        ("created_at", models.DateTimeField()),
                        ("removed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "ordering": ["from_on", "id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("removed_at__isnull", True)),
                                fields=["workspace", "account", "from_on"],
                                name="closed_days_live",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("until_on__gte", models.F("from_on"))), name="closed_days_forward"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True), name="closed_days_with_reason"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("country", ""), ("kind", "blackout")),
                                    models.Q(("account__isnull", True), ("kind", "holiday")),
                                    _connector="OR",
                                ),
                                name="closed_days_kind_fits",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClosedDaysEvent",
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
                                to="renewals.closeddays",
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
                        (
                            "kind",
                            models.CharField(
                                choices=[("blackout", "Blackout"), ("holiday", "Holiday")],
                                default="blackout",
                                max_length=10,
                            ),
                        ),
                        (
                            "country",
                            models.CharField(blank=True, help_text="of a holiday; empty: everywhere", max_length=2),
                        ),
                        ("from_on", models.DateField()),
                        ("until_on", models.DateField(help_text="last day, inclusive")),
                        ("reason", models.CharField(max_length=200)),
                        ("author", models.CharField(max_length=150)),
                        ("created_at", models.DateTimeField()),
                        ("removed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ContractDocument",
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
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="documents",
                                to="renewals.contract",
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                        ("media_type", models.CharField(max_length=100)),
                        ("size", models.PositiveIntegerField(help_text="bytes")),
                        ("digest", models.CharField(help_text="SHA-256 of the bytes", max_length=64)),
                        ("note", models.CharField(blank=True, max_length=300)),
                        ("attached_at", models.DateTimeField()),
                        ("attached_by", models.CharField(max_length=150)),
                        ("removed_at", models.DateTimeField(null=True)),
                        ("removal_reason", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("removed_at__isnull", True)),
                                fields=("workspace", "contract", "digest"),
                                name="contract_document_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("size__gt", 0)), name="contract_document_not_empty"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("removed_at__isnull", True),
                                    models.Q(("removal_reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="contract_document_gone_with_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ContractDocumentEvent",
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
                                to="renewals.contractdocument",
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
                        ("name", models.CharField(max_length=200)),
                        ("media_type", models.CharField(max_length=100)),
                        ("size", models.PositiveIntegerField(help_text="bytes")),
                        ("digest", models.CharField(help_text="SHA-256 of the bytes", max_length=64)),
                        ("note", models.CharField(blank=True, max_length=300)),
                        ("attached_at", models.DateTimeField()),
                        ("attached_by", models.CharField(max_length=150)),
                        ("removed_at", models.DateTimeField(null=True)),
                        ("removal_reason", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="DocumentContent",
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
                            "document",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="contents",
                                to="renewals.contractdocument",
                            ),
                        ),
                        ("content", models.BinaryField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "document"), name="document_content_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportRun",
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
                        ("kind", models.CharField(max_length=30)),
                        ("file_name", models.CharField(max_length=200)),
                        ("file_sha256", models.CharField(max_length=64)),
                        ("file_bytes", models.BigIntegerField()),
                        ("source", models.CharField(blank=True, max_length=60)),
                        ("mapping", models.TextField(blank=True, help_text="the mapping as TOML")),
                        ("header", models.JSONField(default=list)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("uploaded", "Uploaded"),
                                    ("previewing", "Previewing"),
                                    ("previewed", "Previewed"),
                                    ("waiting", "Waiting"),
                                    ("running", "Running"),
                                    ("done", "Done"),
                                    ("failed", "Failed"),
                                    ("undoing", "Undoing"),
                                    ("undone", "Undone"),
                                ],
                                default="uploaded",
                                max_length=12,
                            ),
                        ),
                        ("rows_read", models.PositiveIntegerField(default=0)),
                        ("created_count", models.PositiveIntegerField(default=0)),
                        ("updated_count", models.PositiveIntegerField(default=0)),
                        ("unchanged_count", models.PositiveIntegerField(default=0)),
                        ("duplicate_count", models.PositiveIntegerField(default=0)),
                        ("rejected_count", models.PositiveIntegerField(default=0)),
                        ("left_out_count", models.PositiveIntegerField(default=0)),
                        ("report", models.JSONField(default=dict)),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_by_label", models.CharField(max_length=150)),
                        ("created_at", models.DateTimeField()),
                        ("started_at", models.DateTimeField(null=True)),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("undone_at", models.DateTimeField(null=True)),
                        ("undone_by_label", models.CharField(blank=True, max_length=150)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "-created_at"], name="import_run_newest")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("finished_at__isnull", False), ("state__in", ["done", "failed", "undone"])
                                    ),
                                    models.Q(("state__in", ["done", "failed", "undone"]), _negated=True),
                                    _connector="OR",
                                ),
                                name="import_run_finished_with_time",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportFile",
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
                            "run",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="files",
                                to="renewals.importrun",
                            ),
                        ),
                        ("content", models.BinaryField()),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("workspace", "run"), name="import_file_once")],
                    },
                ),
                migrations.CreateModel(
                    name="ImportReject",
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
                            "run",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rejects",
                                to="renewals.importrun",
                            ),
                        ),
                        (
                            "row_number",
                            models.PositiveIntegerField(help_text="as a spreadsheet shows it: the header is 1"),
                        ),
                        ("cells", models.JSONField(default=list)),
                        ("problems", models.JSONField(default=list)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "run", "row_number"), name="import_reject_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportChange",
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
                            "run",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="changes",
                                to="renewals.importrun",
                            ),
                        ),
                        ("table_name", models.CharField(max_length=63)),
                        ("row_id", models.BigIntegerField()),
                        (
                            "action",
                            models.CharField(choices=[("created", "Created"), ("updated", "Updated")], max_length=7),
                        ),
                        ("before", models.JSONField(null=True)),
                        ("after", models.JSONField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "run", "table_name", "row_id"), name="import_change_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ArrMovement",
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
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="renewals.product",
                            ),
                        ),
                        ("period", models.CharField(max_length=12)),
                        ("kind", models.CharField(max_length=14)),
                        ("opening_amount", models.DecimalField(decimal_places=4, max_digits=18)),
                        ("closing_amount", models.DecimalField(decimal_places=4, max_digits=18)),
                        (
                            "escalated_amount",
                            models.DecimalField(
                                decimal_places=4, help_text="what steps written in running terms added", max_digits=18
                            ),
                        ),
                        (
                            "multi_year_amount",
                            models.DecimalField(
                                decimal_places=4, help_text="closing ARR in terms longer than a year", max_digits=18
                            ),
                        ),
                        ("closing_contracts", models.PositiveSmallIntegerField()),
                        ("is_resting", models.BooleanField()),
                        ("is_renewing", models.BooleanField(help_text="a term ended in the period")),
                        ("is_anniversary", models.BooleanField(help_text="a term turned a year in the period")),
                        (
                            "is_bridged",
                            models.BooleanField(help_text="counts at one end only by the grace of a late renewal"),
                        ),
                        ("first_on", models.DateField(help_text="first day on which it ever counted", null=True)),
                        (
                            "unrated",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=3),
                                default=list,
                                help_text="currencies without a rate",
                                size=None,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("product__isnull", True)),
                                fields=["workspace", "period"],
                                name="movement_period",
                            ),
                            models.Index(
                                condition=models.Q(("product__isnull", False)),
                                fields=["workspace", "period", "product"],
                                name="movement_period_product",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("product__isnull", True)),
                                fields=("workspace", "account", "period"),
                                name="movement_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("product__isnull", False)),
                                fields=("workspace", "account", "period", "product"),
                                name="movement_once_a_product",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ArrSum",
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
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        ("period", models.CharField(max_length=12)),
                        ("rows", models.CharField(max_length=20)),
                        ("part", models.CharField(max_length=20)),
                        ("amount", models.DecimalField(decimal_places=4, max_digits=30)),
                        ("number", models.PositiveIntegerField(help_text="rows that bring something")),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "period", "rows", "part"), name="arr_sum_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ArrTouch",
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
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        ("account_id", models.BigIntegerField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace"], name="arr_touch_workspace")],
                    },
                ),
                migrations.CreateModel(
                    name="MetricMark",
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
                        ("through_on", models.DateField()),
                        ("rates_stamp", models.CharField(max_length=64)),
                        ("rules_stamp", models.CharField(max_length=64)),
                        ("refreshed_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("workspace",), name="metric_mark_once")],
                    },
                ),
                migrations.CreateModel(
                    name="Restatement",
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
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.workspace",
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="renewals.account",
                            ),
                        ),
                        ("period", models.CharField(max_length=12)),
                        ("opening_before", models.DecimalField(decimal_places=4, max_digits=18)),
                        ("opening_after", models.DecimalField(decimal_places=4, max_digits=18)),
                        ("closing_before", models.DecimalField(decimal_places=4, max_digits=18)),
                        ("closing_after", models.DecimalField(decimal_places=4, max_digits=18)),
                        (
                            "kind_before",
                            models.CharField(blank=True, help_text="empty: it did not count", max_length=14),
                        ),
                        ("kind_after", models.CharField(blank=True, max_length=14)),
                        ("because", models.CharField(max_length=300)),
                        ("recorded_by", models.CharField(blank=True, max_length=150)),
                        ("noticed_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "period", "-noticed_at"], name="restatement_period")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MetricTarget",
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
                        ("metric", models.CharField(max_length=40)),
                        ("way", models.CharField(max_length=20)),
                        ("period", models.CharField(max_length=12)),
                        ("segment", models.CharField(blank=True, help_text="empty: of everything", max_length=20)),
                        ("version", models.PositiveSmallIntegerField()),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=4, help_text="empty: withdrawn", max_digits=18, null=True
                            ),
                        ),
                        ("currency", models.CharField(blank=True, max_length=3)),
                        ("reason", models.CharField(max_length=300)),
                        (
                            "set_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("recorded_by", models.CharField(max_length=150)),
                        ("recorded_at", models.DateTimeField()),
                        ("superseded_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "metric", "way", "period", "segment", "version"),
                                name="target_version_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("superseded_at__isnull", True)),
                                fields=("workspace", "metric", "way", "period", "segment"),
                                name="target_one_live_version",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reason", ""), _negated=True), name="target_has_a_reason"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MetricTargetEvent",
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
                                to="renewals.metrictarget",
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
                        ("metric", models.CharField(max_length=40)),
                        ("way", models.CharField(max_length=20)),
                        ("period", models.CharField(max_length=12)),
                        ("segment", models.CharField(blank=True, help_text="empty: of everything", max_length=20)),
                        ("version", models.PositiveSmallIntegerField()),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=4, help_text="empty: withdrawn", max_digits=18, null=True
                            ),
                        ),
                        ("currency", models.CharField(blank=True, max_length=3)),
                        ("reason", models.CharField(max_length=300)),
                        (
                            "set_by",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("recorded_by", models.CharField(max_length=150)),
                        ("recorded_at", models.DateTimeField()),
                        ("superseded_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Comment",
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
                                related_name="comments",
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
                                related_name="comments",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "about",
                            models.CharField(
                                blank=True, help_text="the title of the task; empty: the account itself", max_length=200
                            ),
                        ),
                        ("body", models.TextField()),
                        (
                            "author",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "mentioned",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(),
                                default=list,
                                help_text="people named with an @",
                                size=None,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "account", "-created_at"], name="comment_account"),
                            django.contrib.postgres.indexes.GinIndex(fields=["mentioned"], name="comment_mentioned"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("body", ""), _negated=True), name="comment_says_something"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Visit",
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("place", models.CharField(help_text="queue, or account: and its id", max_length=40)),
                        ("last_at", models.DateTimeField()),
                        ("before_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "user", "place"), name="visit_once_a_place")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NoticeClause",
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
                                related_name="notice_clauses",
                                to="renewals.contract",
                            ),
                        ),
                        ("kind", models.CharField(max_length=15)),
                        (
                            "rule",
                            models.JSONField(
                                help_text="the rule as a table: anchor, first and last day, channels, what counts"
                            ),
                        ),
                        ("reference", models.CharField(help_text="where it stands, e.g. section 12.3", max_length=200)),
                        ("version", models.PositiveSmallIntegerField(default=1)),
                        ("recorded_at", models.DateTimeField()),
                        ("recorded_by", models.CharField(max_length=150)),
                        ("removed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("removed_at__isnull", True)),
                                fields=("workspace", "contract", "kind"),
                                name="clause_once_a_kind",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["reminder", "non_renewal", "opt_out"])),
                                name="clause_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reference", ""), _negated=True), name="clause_with_reference"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NoticeClauseEvent",
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
                                to="renewals.noticeclause",
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
                        ("kind", models.CharField(max_length=15)),
                        (
                            "rule",
                            models.JSONField(
                                help_text="the rule as a table: anchor, first and last day, channels, what counts"
                            ),
                        ),
                        ("reference", models.CharField(help_text="where it stands, e.g. section 12.3", max_length=200)),
                        ("version", models.PositiveSmallIntegerField(default=1)),
                        ("recorded_at", models.DateTimeField()),
                        ("recorded_by", models.CharField(max_length=150)),
                        ("removed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="NoticePack",
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
                        ("key", models.CharField(max_length=60)),
                        ("is_on", models.BooleanField(default=False)),
                        ("changed_at", models.DateTimeField()),
                        ("changed_by", models.CharField(max_length=150)),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("workspace", "key"), name="notice_pack_once")],
                    },
                ),
                migrations.CreateModel(
                    name="NoticePackEvent",
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
                                to="renewals.noticepack",
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
                        ("key", models.CharField(max_length=60)),
                        ("is_on", models.BooleanField(default=False)),
                        ("changed_at", models.DateTimeField()),
                        ("changed_by", models.CharField(max_length=150)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Notice",
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
                                related_name="notices",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notices",
                                to="renewals.account",
                            ),
                        ),
                        ("kind", models.CharField(max_length=15)),
                        ("side", models.CharField(max_length=6)),
                        ("rule_key", models.CharField(max_length=60)),
                        ("rule_version", models.PositiveSmallIntegerField(default=1)),
                        ("rule", models.JSONField()),
                        ("source", models.CharField(max_length=300)),
                        ("anchor_on", models.DateField(help_text="the day the window is counted back from")),
                        ("opens_on", models.DateField()),
                        ("planned_on", models.DateField(help_text="the first business day of the window")),
                        (
                            "safe_latest_on",
                            models.DateField(
                                help_text="the last day that leaves room for delivery; never after closes_on"
                            ),
                        ),
                        ("closes_on", models.DateField()),
                        ("zone", models.CharField(max_length=64)),
                        ("zone_source", models.CharField(max_length=10)),
                        ("country", models.CharField(blank=True, max_length=2)),
                        ("region", models.CharField(blank=True, max_length=60)),
                        (
                            "channels",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=20), size=None
                            ),
                        ),
                        ("state", models.CharField(default="planned", max_length=12)),
                        ("state_reason", models.CharField(blank=True, max_length=200)),
                        ("sent_on", models.DateField(null=True)),
                        ("sent_channel", models.CharField(blank=True, max_length=20)),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notices",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "level",
                            models.PositiveSmallIntegerField(
                                default=0, help_text="the highest rung of escalation reached"
                            ),
                        ),
                        ("escalated_at", models.DateTimeField(null=True)),
                        ("moves", models.JSONField(default=list, help_text="what moved the window: when, from, to")),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "renewal"], name="notice_renewal"),
                            models.Index(
                                condition=models.Q(("state__in", ["planned", "due", "sent", "missed"])),
                                fields=["workspace", "closes_on", "id"],
                                name="notice_open",
                            ),
                            models.Index(
                                condition=models.Q(
                                    ("side", "theirs"), ("state", "not_needed"), ("state_reason", "deadline_passed")
                                ),
                                fields=["workspace", "closes_on"],
                                name="notice_passed",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "renewal", "kind", "rule_key"), name="notice_once_a_rule"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("opens_on__lte", models.F("planned_on")),
                                    ("planned_on__lte", models.F("safe_latest_on")),
                                    ("safe_latest_on__lte", models.F("closes_on")),
                                ),
                                name="notice_days_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["planned", "due", "sent", "proven", "missed", "not_needed"])
                                ),
                                name="notice_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "missed"), _negated=True),
                                    ("escalated_at__isnull", False),
                                    _connector="OR",
                                ),
                                name="notice_missed_is_escalated",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "not_needed"), _negated=True),
                                    models.Q(("state_reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="notice_off_with_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "sent"), _negated=True),
                                    models.Q(
                                        ("sent_on__gte", models.F("opens_on")), ("sent_on__lte", models.F("closes_on"))
                                    ),
                                    _connector="OR",
                                ),
                                name="notice_sent_in_window",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NoticeEvent",
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
                                to="renewals.notice",
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
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.account",
                            ),
                        ),
                        ("kind", models.CharField(max_length=15)),
                        ("side", models.CharField(max_length=6)),
                        ("rule_key", models.CharField(max_length=60)),
                        ("rule_version", models.PositiveSmallIntegerField(default=1)),
                        ("rule", models.JSONField()),
                        ("source", models.CharField(max_length=300)),
                        ("anchor_on", models.DateField(help_text="the day the window is counted back from")),
                        ("opens_on", models.DateField()),
                        ("planned_on", models.DateField(help_text="the first business day of the window")),
                        (
                            "safe_latest_on",
                            models.DateField(
                                help_text="the last day that leaves room for delivery; never after closes_on"
                            ),
                        ),
                        ("closes_on", models.DateField()),
                        ("zone", models.CharField(max_length=64)),
                        ("zone_source", models.CharField(max_length=10)),
                        ("country", models.CharField(blank=True, max_length=2)),
                        ("region", models.CharField(blank=True, max_length=60)),
                        (
                            "channels",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=20), size=None
                            ),
                        ),
                        ("state", models.CharField(default="planned", max_length=12)),
                        ("state_reason", models.CharField(blank=True, max_length=200)),
                        ("sent_on", models.DateField(null=True)),
                        ("sent_channel", models.CharField(blank=True, max_length=20)),
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
                            "level",
                            models.PositiveSmallIntegerField(
                                default=0, help_text="the highest rung of escalation reached"
                            ),
                        ),
                        ("escalated_at", models.DateTimeField(null=True)),
                        ("moves", models.JSONField(default=list, help_text="what moved the window: when, from, to")),
                        ("created_at", models.DateTimeField()),
                        ("updated_at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="NoticeProof",
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
                            "notice",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="proofs",
                                to="renewals.notice",
                            ),
                        ),
                        ("kind", models.CharField(max_length=20)),
                        ("channel", models.CharField(max_length=20)),
                        (
                            "served_on",
                            models.DateField(help_text="the day that counts under the rule: sent or received"),
                        ),
                        ("reference", models.CharField(max_length=200)),
                        ("note", models.TextField(blank=True)),
                        (
                            "is_admissible",
                            models.BooleanField(
                                help_text="in the window and by an admitted channel when it was recorded"
                            ),
                        ),
                        ("recorded_at", models.DateTimeField()),
                        ("recorded_by", models.CharField(max_length=150)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "notice", "reference"), name="proof_once"),
                            models.CheckConstraint(
                                condition=models.Q(("reference", ""), _negated=True), name="proof_with_reference"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TeamEvent",
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
                                to="renewals.team",
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
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Membership",
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
                                related_name="memberships",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "team",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="memberships",
                                to="renewals.team",
                            ),
                        ),
                        ("role", models.CharField(max_length=30)),
                        (
                            "record_scope",
                            models.CharField(
                                blank=True, help_text="own, team or all; empty: as the role has it", max_length=4
                            ),
                        ),
                        ("daily_capacity", models.PositiveSmallIntegerField(default=8, help_text="human tasks a day")),
                        ("is_active", models.BooleanField(default=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "user"), name="member_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "role__in",
                                        [
                                            "csm",
                                            "renewal_manager",
                                            "cs_manager",
                                            "sales",
                                            "finance",
                                            "executive",
                                            "product_viewer",
                                            "admin",
                                            "auditor",
                                        ],
                                    )
                                ),
                                name="member_role_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("record_scope__in", ["", "own", "team", "all"])),
                                name="member_scope_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MembershipEvent",
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
                                to="renewals.membership",
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
                        ("role", models.CharField(max_length=30)),
                        (
                            "record_scope",
                            models.CharField(
                                blank=True, help_text="own, team or all; empty: as the role has it", max_length=4
                            ),
                        ),
                        ("daily_capacity", models.PositiveSmallIntegerField(default=8, help_text="human tasks a day")),
                        ("is_active", models.BooleanField(default=True)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="SavedView",
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("page", models.CharField(max_length=40)),
                        ("name", models.CharField(max_length=80)),
                        ("query", models.CharField(blank=True, max_length=1000)),
                        ("is_shared", models.BooleanField(default=False)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "user", "page", "name"), name="saved_view_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ApiKey",
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
                        ("prefix", models.CharField(max_length=24)),
                        ("secret_hash", models.CharField(max_length=64)),
                        (
                            "scopes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40), size=None
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField(null=True)),
                        ("revoked_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "secret_hash"), name="api_key_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ApiKeyEvent",
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
                                to="renewals.apikey",
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
                        ("prefix", models.CharField(max_length=24)),
                        ("secret_hash", models.CharField(max_length=64)),
                        (
                            "scopes",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40), size=None
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField(null=True)),
                        ("revoked_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ApiKeyUse",
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
                            "api_key",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="uses",
                                to="renewals.apikey",
                            ),
                        ),
                        ("last_used_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "api_key"), name="api_key_use_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IdempotencyKey",
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
                        ("key", models.CharField(max_length=255)),
                        ("request_hash", models.CharField(max_length=64)),
                        ("status", models.PositiveSmallIntegerField(null=True)),
                        ("answer", models.JSONField(null=True)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "key"), name="idempotency_key_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RenewalEvent",
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
                                to="renewals.renewal",
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
                            "contract",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.contract",
                            ),
                        ),
                        ("term_number", models.PositiveSmallIntegerField(help_text="the term that ends")),
                        ("due_on", models.DateField(help_text="first day after the term")),
                        ("notice_on", models.DateField(help_text="last day to give notice", null=True)),
                        ("opened_on", models.DateField()),
                        ("closed_on", models.DateField(null=True)),
                        (
                            "stage",
                            models.CharField(
                                choices=[
                                    ("upcoming", "Upcoming"),
                                    ("engaged", "Engaged"),
                                    ("negotiating", "Negotiating"),
                                    ("verbal", "Verbal"),
                                    ("closed", "Closed"),
                                ],
                                default="upcoming",
                                max_length=15,
                            ),
                        ),
                        (
                            "forecast_category",
                            models.CharField(
                                choices=[
                                    ("omitted", "Omitted"),
                                    ("pipeline", "Pipeline"),
                                    ("best_case", "Best Case"),
                                    ("commit", "Commit"),
                                    ("closed", "Closed"),
                                ],
                                default="pipeline",
                                max_length=10,
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "target_amount",
                            models.DecimalField(
                                decimal_places=4, help_text="ARR that comes up for renewal", max_digits=18
                            ),
                        ),
                        ("forecast_amount", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                        ("final_amount", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
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
                            "initiator",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "negotiator",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "finaliser",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
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
                    name="Outcome",
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
                                related_name="outcomes",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("churned", "Churned"),
                                    ("contracted", "Contracted"),
                                    ("flat", "Flat"),
                                    ("expanded", "Expanded"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("primary_reason", models.CharField(max_length=40)),
                        (
                            "contributing_reasons",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40), default=list, size=None
                            ),
                        ),
                        ("comment", models.TextField(blank=True)),
                        ("decided_on", models.DateField()),
                        ("recorded_at", models.DateTimeField()),
                        ("recorded_by", models.CharField(max_length=150)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "recorded_at"], name="outcome_recorded")],
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "renewal"), name="outcome_once"),
                            models.CheckConstraint(
                                condition=models.Q(("primary_reason", ""), _negated=True), name="outcome_has_a_reason"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OutcomeEvent",
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
                                to="renewals.outcome",
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
                            "kind",
                            models.CharField(
                                choices=[
                                    ("churned", "Churned"),
                                    ("contracted", "Contracted"),
                                    ("flat", "Flat"),
                                    ("expanded", "Expanded"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("primary_reason", models.CharField(max_length=40)),
                        (
                            "contributing_reasons",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40), default=list, size=None
                            ),
                        ),
                        ("comment", models.TextField(blank=True)),
                        ("decided_on", models.DateField()),
                        ("recorded_at", models.DateTimeField()),
                        ("recorded_by", models.CharField(max_length=150)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Milestone",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="milestones",
                                to="renewals.account",
                            ),
                        ),
                        ("external_id", models.CharField(max_length=200)),
                        ("name", models.CharField(max_length=200)),
                        ("target_on", models.DateField(null=True)),
                        ("achieved_on", models.DateField(null=True)),
                        ("evidence", models.TextField(blank=True)),
                        (
                            "confirmed_by",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.contact",
                            ),
                        ),
                        ("confirmed_on", models.DateField(null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "account", "external_id"), name="milestone_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("achieved_on__isnull", True),
                                    models.Q(("evidence", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="milestone_achieved_with_evidence",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("confirmed_by__isnull", True), ("confirmed_on__isnull", True)),
                                    models.Q(
                                        ("achieved_on__isnull", False),
                                        ("confirmed_by__isnull", False),
                                        ("confirmed_on__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="milestone_confirmed_by_somebody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MilestoneEvent",
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
                                to="renewals.milestone",
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
                        ("external_id", models.CharField(max_length=200)),
                        ("name", models.CharField(max_length=200)),
                        ("target_on", models.DateField(null=True)),
                        ("achieved_on", models.DateField(null=True)),
                        ("evidence", models.TextField(blank=True)),
                        (
                            "confirmed_by",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.contact",
                            ),
                        ),
                        ("confirmed_on", models.DateField(null=True)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="PersonSkills",
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
                                related_name="skills",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "segments",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=60), default=list, size=None
                            ),
                        ),
                        (
                            "products",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=60),
                                default=list,
                                help_text="external ids",
                                size=None,
                            ),
                        ),
                        (
                            "languages",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=60),
                                default=list,
                                help_text="two letters, as contacts have them",
                                size=None,
                            ),
                        ),
                        (
                            "skills",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=60), default=list, size=None
                            ),
                        ),
                        (
                            "most_open",
                            models.PositiveSmallIntegerField(help_text="open renewals they own at most", null=True),
                        ),
                        ("updated_at", models.DateTimeField()),
                        ("updated_by", models.CharField(max_length=150)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "user"), name="person_skills_once"),
                            models.CheckConstraint(
                                condition=models.Q(("most_open__isnull", True), ("most_open__gte", 1), _connector="OR"),
                                name="person_has_room",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PersonSkillsEvent",
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
                                to="renewals.personskills",
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
                            "segments",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=60), default=list, size=None
                            ),
                        ),
                        (
                            "products",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=60),
                                default=list,
                                help_text="external ids",
                                size=None,
                            ),
                        ),
                        (
                            "languages",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=60),
                                default=list,
                                help_text="two letters, as contacts have them",
                                size=None,
                            ),
                        ),
                        (
                            "skills",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=60), default=list, size=None
                            ),
                        ),
                        (
                            "most_open",
                            models.PositiveSmallIntegerField(help_text="open renewals they own at most", null=True),
                        ),
                        ("updated_at", models.DateTimeField()),
                        ("updated_by", models.CharField(max_length=150)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="OwnerChoice",
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
                                related_name="owner_choices",
                                to="renewals.renewal",
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
                        (
                            "owner_before",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("was_proposed", models.BooleanField(help_text="whether it was the first that was proposed")),
                        ("reasons", models.JSONField(default=list)),
                        ("chosen_at", models.DateTimeField()),
                        ("chosen_by", models.CharField(max_length=150)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="AccountSponsor",
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
                                related_name="sponsors",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("since_on", models.DateField()),
                        (
                            "until_on",
                            models.DateField(
                                help_text="the day the next one began, or nobody was it any more", null=True
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=200)),
                        ("named_by", models.CharField(max_length=150)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "account", "-since_on"], name="account_sponsor_account")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("until_on__isnull", True)),
                                fields=("workspace", "account"),
                                name="account_sponsor_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("until_on__isnull", True), ("until_on__gte", models.F("since_on")), _connector="OR"
                                ),
                                name="account_sponsor_forward",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AccountSponsorEvent",
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
                                to="renewals.accountsponsor",
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
                            "person",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("since_on", models.DateField()),
                        (
                            "until_on",
                            models.DateField(
                                help_text="the day the next one began, or nobody was it any more", null=True
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=200)),
                        ("named_by", models.CharField(max_length=150)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Touchpoint",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="touchpoints",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "contact",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="touchpoints",
                                to="renewals.contact",
                            ),
                        ),
                        (
                            "renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="touchpoints",
                                to="renewals.renewal",
                            ),
                        ),
                        ("occurred_at", models.DateTimeField()),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("email", "Email"),
                                    ("call", "Call"),
                                    ("meeting", "Meeting"),
                                    ("in_app", "In App"),
                                    ("letter", "Letter"),
                                    ("other", "Other"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("direction", models.CharField(default="outbound", max_length=8)),
                        ("is_automated", models.BooleanField(default=False)),
                        ("subject", models.CharField(max_length=300)),
                        ("summary", models.TextField(blank=True)),
                        ("outcome_code", models.CharField(blank=True, max_length=40)),
                        ("by_label", models.CharField(max_length=150)),
                        (
                            "by_user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "origin",
                            models.CharField(
                                help_text="person, import, or the playbook and its version", max_length=60
                            ),
                        ),
                        (
                            "origin_key",
                            models.CharField(help_text="the same key is the same touchpoint", max_length=200),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "account", "-occurred_at"], name="touchpoint_account")
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "origin_key"), name="touchpoint_once"),
                            models.CheckConstraint(
                                condition=models.Q(("direction__in", ["outbound", "inbound"])),
                                name="touchpoint_direction_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Job",
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
                        ("kind", models.CharField(max_length=40)),
                        ("title", models.CharField(max_length=200)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "Waiting"),
                                    ("running", "Running"),
                                    ("done", "Done"),
                                    ("failed", "Failed"),
                                ],
                                default="waiting",
                                max_length=10,
                            ),
                        ),
                        ("done", models.PositiveIntegerField(default=0)),
                        ("total", models.PositiveIntegerField(null=True)),
                        ("report", models.JSONField(default=dict)),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        ("heartbeat_at", models.DateTimeField(null=True)),
                        ("finished_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "-created_at"], name="job_newest")],
                    },
                ),
                migrations.CreateModel(
                    name="FxRate",
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
                        ("currency", models.CharField(max_length=3)),
                        ("rate_on", models.DateField()),
                        ("rate", models.DecimalField(decimal_places=10, max_digits=20)),
                        ("origin", models.CharField(max_length=100)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "currency", "rate_on"), name="fx_rate_once_a_day"
                            ),
                            models.CheckConstraint(condition=models.Q(("rate__gt", 0)), name="fx_rate_positive"),
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="fx_rate_currency_iso"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FxRateEvent",
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
                                to="renewals.fxrate",
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
                        ("currency", models.CharField(max_length=3)),
                        ("rate_on", models.DateField()),
                        ("rate", models.DecimalField(decimal_places=10, max_digits=20)),
                        ("origin", models.CharField(max_length=100)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="LifecycleStageEvent",
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
                                to="renewals.lifecyclestage",
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
                        ("key", models.SlugField(db_index=False, max_length=40)),
                        ("name", models.CharField(max_length=80)),
                        ("purpose", models.CharField(blank=True, max_length=300)),
                        ("position", models.PositiveSmallIntegerField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="CriticalMoment",
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
                        ("key", models.SlugField(max_length=40)),
                        ("name", models.CharField(max_length=120)),
                        (
                            "anchor",
                            models.CharField(
                                choices=[
                                    ("renewal_date", "Renewal Date"),
                                    ("notice_deadline", "Notice Deadline"),
                                    ("term_start", "Term Start"),
                                    ("stage_entry", "Stage Entry"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("offset_days", models.SmallIntegerField(help_text="negative: before the anchor")),
                    ],
                    options={
                        "ordering": ["offset_days"],
                        "constraints": [models.UniqueConstraint(fields=("workspace", "key"), name="moment_key_once")],
                    },
                ),
                migrations.CreateModel(
                    name="CriticalMomentEvent",
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
                                to="renewals.criticalmoment",
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
                        ("key", models.SlugField(db_index=False, max_length=40)),
                        ("name", models.CharField(max_length=120)),
                        (
                            "anchor",
                            models.CharField(
                                choices=[
                                    ("renewal_date", "Renewal Date"),
                                    ("notice_deadline", "Notice Deadline"),
                                    ("term_start", "Term Start"),
                                    ("stage_entry", "Stage Entry"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("offset_days", models.SmallIntegerField(help_text="negative: before the anchor")),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ProductEvent",
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
                                to="renewals.product",
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
                        ("external_id", models.CharField(max_length=200)),
                        ("name", models.CharField(max_length=200)),
                        ("complexity", models.CharField(default="standard", max_length=10)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
            ],
        ),
        *OPERATIONS,
    ]

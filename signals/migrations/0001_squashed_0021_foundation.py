"""Create the tables of signals, scores, sources and models. Generated from the models; a change to them is a migration of its own."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
import pghistory.utils
import renewals.models.base
import renewals.models.tables
import signals.models.scorecards
import signals.models.tiers
from django.conf import settings
from django.db import migrations, models
from signals.migrations._statements import OPERATIONS


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
                    name="ForecastCall",
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
                            "caller",
                            models.CharField(
                                choices=[("csm", "Csm"), ("leader", "Leader"), ("model", "Model")], max_length=10
                            ),
                        ),
                        (
                            "category",
                            models.CharField(
                                choices=[
                                    ("omitted", "Omitted"),
                                    ("pipeline", "Pipeline"),
                                    ("best_case", "Best Case"),
                                    ("commit", "Commit"),
                                    ("closed", "Closed"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("amount", models.DecimalField(decimal_places=4, max_digits=18)),
                        (
                            "likelihood",
                            models.FloatField(help_text="chance of renewal as it was said, 0 to 1", null=True),
                        ),
                        (
                            "renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="forecast_calls",
                                to="renewals.renewal",
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "expansion_amount",
                            models.DecimalField(
                                decimal_places=4,
                                help_text="what may be sold on top, apart from the amount",
                                max_digits=18,
                                null=True,
                            ),
                        ),
                        ("demand", models.CharField(blank=True, help_text="what the account asks for", max_length=300)),
                        ("reason", models.CharField(blank=True, max_length=300)),
                        ("made_at", models.DateTimeField()),
                        (
                            "made_by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["workspace", "renewal", "caller", "-made_at"], name="forecast_call_latest"
                            ),
                            models.Index(fields=["workspace", "made_at"], name="forecast_call_made"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="forecast_call_currency_iso"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount__gte", 0)), name="forecast_call_not_negative"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("caller", "model"), _negated=True), name="forecast_call_of_a_person"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("category", "closed"), _negated=True),
                                name="forecast_call_of_something_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("caller", "leader"), _negated=True),
                                    models.Q(("reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="forecast_call_adjusts_why",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("likelihood__isnull", True),
                                    models.Q(("likelihood__gte", 0), ("likelihood__lte", 1)),
                                    _connector="OR",
                                ),
                                name="forecast_call_chance",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CurrentCall",
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
                            "caller",
                            models.CharField(
                                choices=[("csm", "Csm"), ("leader", "Leader"), ("model", "Model")], max_length=10
                            ),
                        ),
                        (
                            "category",
                            models.CharField(
                                choices=[
                                    ("omitted", "Omitted"),
                                    ("pipeline", "Pipeline"),
                                    ("best_case", "Best Case"),
                                    ("commit", "Commit"),
                                    ("closed", "Closed"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("amount", models.DecimalField(decimal_places=4, max_digits=18)),
                        (
                            "likelihood",
                            models.FloatField(help_text="chance of renewal as it was said, 0 to 1", null=True),
                        ),
                        (
                            "renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="current_calls",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "call",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="signals.forecastcall",
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "renewal", "caller"), name="current_call_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ForecastFreeze",
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
                                related_name="frozen_calls",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "caller",
                            models.CharField(
                                choices=[("csm", "Csm"), ("leader", "Leader"), ("model", "Model")], max_length=10
                            ),
                        ),
                        ("checkpoint_days", models.PositiveSmallIntegerField()),
                        ("as_of_on", models.DateField(help_text="the day whose end it shows")),
                        ("frozen_at", models.DateTimeField()),
                        (
                            "category",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("omitted", "Omitted"),
                                    ("pipeline", "Pipeline"),
                                    ("best_case", "Best Case"),
                                    ("commit", "Commit"),
                                    ("closed", "Closed"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("amount", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                        ("likelihood", models.FloatField(null=True)),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "home_rate",
                            models.DecimalField(
                                decimal_places=10,
                                help_text="units of the workspace's currency, of that day",
                                max_digits=20,
                                null=True,
                            ),
                        ),
                        ("target_amount", models.DecimalField(decimal_places=4, max_digits=18)),
                        ("due_on", models.DateField(help_text="as it was known")),
                        ("segment", models.CharField(blank=True, max_length=20)),
                        (
                            "person",
                            models.ForeignKey(
                                help_text="the owner; who adjusted",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "maker",
                            models.CharField(
                                blank=True, help_text="version of what made the model's call", max_length=40
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "due_on"], name="forecast_freeze_due")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "renewal", "caller", "checkpoint_days"),
                                name="forecast_freeze_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("amount__isnull", True), ("category", "")),
                                    models.Q(models.Q(("category", ""), _negated=True), ("amount__isnull", False)),
                                    _connector="OR",
                                ),
                                name="forecast_freeze_said_or_not",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ForecastDisagreement",
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
                                related_name="forecast_disagreements",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "first",
                            models.CharField(
                                choices=[("csm", "Csm"), ("leader", "Leader"), ("model", "Model")], max_length=10
                            ),
                        ),
                        (
                            "second",
                            models.CharField(
                                choices=[("csm", "Csm"), ("leader", "Leader"), ("model", "Model")], max_length=10
                            ),
                        ),
                        ("kind", models.CharField(help_text="category, likelihood or amount", max_length=10)),
                        ("gap", models.FloatField()),
                        ("opened_at", models.DateTimeField()),
                        ("closed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("closed_at__isnull", True)),
                                fields=["workspace", "opened_at"],
                                name="forecast_disagreement_open",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("closed_at__isnull", True)),
                                fields=("workspace", "renewal", "first", "second"),
                                name="forecast_disagreement_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ForecastTally",
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
                        ("quarter_on", models.DateField()),
                        (
                            "caller",
                            models.CharField(
                                choices=[("csm", "Csm"), ("leader", "Leader"), ("model", "Model")], max_length=10
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("checkpoint_days", models.PositiveSmallIntegerField()),
                        ("segment", models.CharField(blank=True, max_length=20)),
                        ("calls", models.PositiveIntegerField()),
                        ("missing", models.PositiveIntegerField()),
                        ("called", models.DecimalField(decimal_places=4, max_digits=18)),
                        ("actual", models.DecimalField(decimal_places=4, max_digits=18)),
                        ("missed", models.DecimalField(decimal_places=4, max_digits=18)),
                        ("chances", models.PositiveIntegerField()),
                        ("squares", models.FloatField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "quarter_on"], name="forecast_tally_quarter")],
                    },
                ),
                migrations.CreateModel(
                    name="ForecastRun",
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
                                    ("waiting", "Waiting"),
                                    ("running", "Running"),
                                    ("done", "Done"),
                                    ("failed", "Failed"),
                                ],
                                default="waiting",
                                max_length=10,
                            ),
                        ),
                        ("ordered_at", models.DateTimeField()),
                        ("beat_at", models.DateTimeField(null=True)),
                        (
                            "done",
                            models.PositiveSmallIntegerField(default=0, help_text="per cent of what is being drawn"),
                        ),
                        ("made_at", models.DateTimeField(help_text="when the figures shown were drawn", null=True)),
                        (
                            "checked_at",
                            models.DateTimeField(help_text="when the inputs were last found to be the same", null=True),
                        ),
                        ("inputs_hash", models.CharField(blank=True, max_length=64)),
                        (
                            "maker",
                            models.CharField(
                                blank=True, help_text="versions of what the chances came from", max_length=80
                            ),
                        ),
                        ("laws", models.JSONField(default=dict)),
                        (
                            "summary",
                            models.JSONField(
                                default=dict, help_text="tornado, blend, backtest, renewals without a chance"
                            ),
                        ),
                        ("error", models.CharField(blank=True, max_length=300)),
                        (
                            "frozen_on",
                            models.DateField(
                                help_text="calls of every checkpoint before this day are frozen", null=True
                            ),
                        ),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("workspace",), name="forecast_run_once")],
                    },
                ),
                migrations.CreateModel(
                    name="ForecastPart",
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
                        ("quarter_on", models.DateField()),
                        ("segment", models.CharField(blank=True, max_length=20)),
                        ("owner_id", models.BigIntegerField(default=0)),
                        ("team_id", models.BigIntegerField(default=0)),
                        ("figures", models.JSONField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "owner_id", "team_id", "segment", "quarter_on"),
                                name="forecast_part_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ForecastSnapshot",
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
                        ("week_on", models.DateField(help_text="the Monday of the week")),
                        ("quarter_on", models.DateField()),
                        ("segment", models.CharField(blank=True, max_length=20)),
                        ("figures", models.JSONField()),
                        ("maker", models.CharField(blank=True, max_length=80)),
                        (
                            "mean_ratios",
                            models.JSONField(
                                default=dict, help_text="mean ratio of kept renewals by segment, as it was known"
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "week_on"], name="forecast_snapshot_week")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "quarter_on", "segment", "week_on"), name="forecast_snapshot_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ForecastScenario",
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
                        ("levers", models.JSONField(help_text="value of each lever that is moved")),
                        (
                            "state",
                            models.CharField(
                                choices=[("waiting", "Waiting"), ("done", "Done"), ("failed", "Failed")],
                                default="waiting",
                                max_length=10,
                            ),
                        ),
                        (
                            "results",
                            models.JSONField(default=dict, help_text="figures by quarter, beside those without levers"),
                        ),
                        ("error", models.CharField(blank=True, max_length=300)),
                        (
                            "made_by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                        ("drawn_at", models.DateTimeField(null=True)),
                        ("dropped_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "-made_at"], name="forecast_scenario_newest")],
                    },
                ),
                migrations.CreateModel(
                    name="ScorecardVersion",
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
                                choices=[
                                    ("health", "Health"),
                                    ("risk", "Risk"),
                                    ("expansion", "Expansion"),
                                    ("tiers", "Tiers"),
                                ],
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
                                    ("retired", "Retired"),
                                    ("rejected", "Rejected"),
                                ],
                                default="published",
                                max_length=10,
                            ),
                        ),
                        ("number", models.PositiveIntegerField(null=True)),
                        ("definition", models.JSONField()),
                        (
                            "based_on",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="signals.scorecardversion",
                            ),
                        ),
                        (
                            "revision",
                            models.PositiveIntegerField(
                                default=1, help_text="counts the edits, so that none is overwritten unseen"
                            ),
                        ),
                        ("author", models.CharField(max_length=150)),
                        (
                            "editor_ids",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), blank=True, default=list, size=None
                            ),
                        ),
                        ("reason", models.CharField(max_length=300)),
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
                        ("ended_reason", models.CharField(blank=True, help_text="why it was rejected", max_length=300)),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                        ("published_at", models.DateTimeField(null=True)),
                        ("retired_at", models.DateTimeField(null=True)),
                        (
                            "marked_up_to",
                            models.BigIntegerField(
                                help_text="accounts marked so far for scoring; empty when all are", null=True
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "kind", "number"), name="scorecard_number_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("published_at__isnull", False), ("retired_at__isnull", True)),
                                fields=("workspace", "kind"),
                                name="scorecard_one_in_force",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("author", ""), _negated=True), models.Q(("reason", ""), _negated=True)
                                ),
                                name="scorecard_author_and_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("retired_at__isnull", True),
                                    models.Q(
                                        ("published_at__isnull", False), ("retired_at__gte", models.F("published_at"))
                                    ),
                                    _connector="OR",
                                ),
                                name="scorecard_retired_after_published",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("published_at__isnull", False),
                                        ("retired_at__isnull", True),
                                        ("state", "published"),
                                    ),
                                    models.Q(
                                        ("published_at__isnull", False),
                                        ("retired_at__isnull", False),
                                        ("state", "retired"),
                                    ),
                                    models.Q(
                                        ("published_at__isnull", True), ("state__in", ["draft", "waiting", "rejected"])
                                    ),
                                    _connector="OR",
                                ),
                                name="scorecard_state_fits_its_dates",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("number__isnull", True), ("published_at__isnull", True)),
                                    models.Q(("number__isnull", False), ("published_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="scorecard_number_when_published",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["published", "retired"]), _negated=True),
                                    ("editor_ids", []),
                                    ("approver__isnull", False),
                                    _connector="OR",
                                ),
                                name="scorecard_of_a_person_is_approved",
                            ),
                            models.CheckConstraint(
                                condition=signals.models.scorecards.IsNotAmong("approver", "editor_ids"),
                                name="scorecard_approved_by_a_second_person",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "rejected"), _negated=True),
                                    models.Q(
                                        models.Q(("ended_reason", ""), _negated=True),
                                        models.Q(("ended_by", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="scorecard_rejected_with_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Score",
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
                            "renewal",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "scorecard",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="signals.scorecardversion",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("health", "Health"), ("risk", "Risk"), ("expansion", "Expansion")],
                                max_length=10,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("scored", "Scored"), ("not_scored", "Not Scored")], max_length=10
                            ),
                        ),
                        ("as_of", models.DateTimeField()),
                        ("recorded_at", models.DateTimeField()),
                        ("value", models.FloatField(null=True)),
                        ("renew_probability", models.FloatField(null=True)),
                        ("coverage", models.FloatField()),
                        ("input_hash", models.UUIDField()),
                        (
                            "inputs",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=django.contrib.postgres.fields.ArrayField(
                                    base_field=models.FloatField(), size=None
                                ),
                                help_text="a row of numbers per input, NaN where it did not count",
                                null=True,
                                size=None,
                            ),
                        ),
                        ("details", models.JSONField(help_text="facts, keys of the inputs, what was missing or unfed")),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "account", "kind", "-as_of"], name="score_history")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "scored"), ("value__isnull", False)),
                                    models.Q(("state", "not_scored"), ("value__isnull", True)),
                                    _connector="OR",
                                ),
                                name="score_no_number_unless_scored",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ScoreOverride",
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
                                related_name="score_overrides",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="score_overrides",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("health", "Health"), ("risk", "Risk"), ("expansion", "Expansion")],
                                max_length=10,
                            ),
                        ),
                        ("value", models.FloatField()),
                        (
                            "machine_value",
                            models.FloatField(
                                help_text="what was computed at that time; none when not scored", null=True
                            ),
                        ),
                        ("reason", models.CharField(max_length=500)),
                        (
                            "set_by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("author", models.CharField(max_length=150)),
                        ("starts_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_how", models.CharField(blank=True, max_length=10)),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                        ("ended_reason", models.CharField(blank=True, max_length=300)),
                        ("judged_at", models.DateTimeField(null=True)),
                        (
                            "judged_by_renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.renewal",
                            ),
                        ),
                        ("was_lost", models.BooleanField(null=True)),
                        (
                            "person_error",
                            models.FloatField(
                                help_text="points between the person's value and what happened", null=True
                            ),
                        ),
                        (
                            "machine_error",
                            models.FloatField(
                                help_text="the same of the computed value; none when not scored", null=True
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=["workspace", "expires_at"],
                                name="override_due",
                            ),
                            models.Index(
                                condition=models.Q(("judged_at__isnull", True)),
                                fields=["workspace", "account"],
                                name="override_unjudged",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("reason", ""), _negated=True), models.Q(("author", ""), _negated=True)
                                ),
                                name="override_reason_and_author",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("starts_at"))),
                                name="override_expires_after_start",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("value__gte", 0), ("value__lte", 100)),
                                name="override_value_in_scale",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "risk"), ("renewal__isnull", False)),
                                    models.Q(("kind", "health"), ("renewal__isnull", True)),
                                    _connector="OR",
                                ),
                                name="override_of_an_account_or_a_renewal",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at__isnull", True), ("ended_how", "")),
                                    models.Q(
                                        ("ended_at__isnull", False),
                                        ("ended_how__in", ["expired", "replaced", "withdrawn", "closed"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="override_ended_somehow",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("judged_at__isnull", True),
                                        ("person_error__isnull", True),
                                        ("was_lost__isnull", True),
                                    ),
                                    models.Q(
                                        ("judged_at__isnull", False),
                                        ("person_error__isnull", False),
                                        ("was_lost__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="override_judged_as_a_whole",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at__isnull", True), ("kind", "health")),
                                fields=("workspace", "account"),
                                name="override_one_health_of_an_account",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at__isnull", True), ("kind", "risk")),
                                fields=("workspace", "renewal"),
                                name="override_one_risk_of_a_renewal",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CurrentScore",
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
                            "score",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="signals.score",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("scored", "Scored"), ("not_scored", "Not Scored")], max_length=10
                            ),
                        ),
                        ("band", models.CharField(blank=True, help_text="empty when not scored", max_length=20)),
                        ("value", models.FloatField(null=True)),
                        (
                            "previous_value",
                            models.FloatField(help_text="the value when the day before ended", null=True),
                        ),
                        ("coverage", models.FloatField()),
                        ("known_count", models.PositiveSmallIntegerField(help_text="measures that have a value")),
                        ("measures_count", models.PositiveSmallIntegerField()),
                        (
                            "stale_count",
                            models.PositiveSmallIntegerField(help_text="measures whose source has fallen silent"),
                        ),
                        ("oldest_input_days", models.PositiveIntegerField(null=True)),
                        ("as_of", models.DateTimeField()),
                        ("scored_at", models.DateTimeField()),
                        ("reasons", models.JSONField(help_text="the contributions that moved it most")),
                        ("input_hash", models.UUIDField()),
                        (
                            "override",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="signals.scoreoverride",
                            ),
                        ),
                        ("computed", models.JSONField(help_text="state, band, value: what the rules say", null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "account"), name="current_score_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "scored"), ("value__isnull", False)),
                                    models.Q(("state", "not_scored"), ("value__isnull", True)),
                                    _connector="OR",
                                ),
                                name="current_score_no_number_unless_scored",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("computed__isnull", True), ("override__isnull", True)),
                                    models.Q(("computed__isnull", False), ("override__isnull", False)),
                                    _connector="OR",
                                ),
                                name="current_score_computed_is_kept",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CurrentExpansion",
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
                            "score",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="signals.score",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("scored", "Scored"), ("not_scored", "Not Scored")], max_length=10
                            ),
                        ),
                        ("band", models.CharField(blank=True, help_text="empty when not scored", max_length=20)),
                        ("value", models.FloatField(null=True)),
                        (
                            "previous_value",
                            models.FloatField(help_text="the value when the day before ended", null=True),
                        ),
                        ("coverage", models.FloatField()),
                        ("known_count", models.PositiveSmallIntegerField(help_text="measures that have a value")),
                        ("measures_count", models.PositiveSmallIntegerField()),
                        (
                            "stale_count",
                            models.PositiveSmallIntegerField(help_text="measures whose source has fallen silent"),
                        ),
                        ("oldest_input_days", models.PositiveIntegerField(null=True)),
                        ("as_of", models.DateTimeField()),
                        ("scored_at", models.DateTimeField()),
                        ("reasons", models.JSONField(help_text="the contributions that moved it most")),
                        ("input_hash", models.UUIDField()),
                        (
                            "override",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="signals.scoreoverride",
                            ),
                        ),
                        ("computed", models.JSONField(help_text="state, band, value: what the rules say", null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "account"), name="current_expansion_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "scored"), ("value__isnull", False)),
                                    models.Q(("state", "not_scored"), ("value__isnull", True)),
                                    _connector="OR",
                                ),
                                name="current_expansion_no_number_unless_scored",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("computed__isnull", True), ("override__isnull", True)),
                                    models.Q(("computed__isnull", False), ("override__isnull", False)),
                                    _connector="OR",
                                ),
                                name="current_expansion_computed_is_kept",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CurrentRisk",
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
                            "score",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="signals.score",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("scored", "Scored"), ("not_scored", "Not Scored")], max_length=10
                            ),
                        ),
                        ("band", models.CharField(blank=True, help_text="empty when not scored", max_length=20)),
                        ("value", models.FloatField(null=True)),
                        (
                            "previous_value",
                            models.FloatField(help_text="the value when the day before ended", null=True),
                        ),
                        ("coverage", models.FloatField()),
                        ("known_count", models.PositiveSmallIntegerField(help_text="measures that have a value")),
                        ("measures_count", models.PositiveSmallIntegerField()),
                        (
                            "stale_count",
                            models.PositiveSmallIntegerField(help_text="measures whose source has fallen silent"),
                        ),
                        ("oldest_input_days", models.PositiveIntegerField(null=True)),
                        ("as_of", models.DateTimeField()),
                        ("scored_at", models.DateTimeField()),
                        ("reasons", models.JSONField(help_text="the contributions that moved it most")),
                        ("input_hash", models.UUIDField()),
                        (
                            "override",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="signals.scoreoverride",
                            ),
                        ),
                        ("computed", models.JSONField(help_text="state, band, value: what the rules say", null=True)),
                        (
                            "renewal",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="current_risks",
                                to="renewals.renewal",
                            ),
                        ),
                        ("renew_probability", models.FloatField(null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "account"], name="current_risk_account")],
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "renewal"), name="current_risk_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "scored"), ("value__isnull", False)),
                                    models.Q(("state", "not_scored"), ("value__isnull", True)),
                                    _connector="OR",
                                ),
                                name="current_risk_no_number_unless_scored",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("computed__isnull", True), ("override__isnull", True)),
                                    models.Q(("computed__isnull", False), ("override__isnull", False)),
                                    _connector="OR",
                                ),
                                name="current_risk_computed_is_kept",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HonestyReport",
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
                        ("week_on", models.DateField(help_text="the Monday of the week")),
                        (
                            "kind",
                            models.CharField(
                                choices=[("health", "Health"), ("risk", "Risk"), ("expansion", "Expansion")],
                                max_length=10,
                            ),
                        ),
                        ("segment", models.CharField(blank=True, max_length=20)),
                        ("maker", models.CharField(blank=True, help_text="scorecard or model", max_length=10)),
                        (
                            "version",
                            models.PositiveIntegerField(default=0, help_text="number of what made the scores judged"),
                        ),
                        ("is_enough", models.BooleanField(help_text="False: too few renewals, no figure is given")),
                        ("rows_count", models.PositiveIntegerField()),
                        ("lost_count", models.PositiveIntegerField()),
                        ("verdict", models.CharField(blank=True, max_length=10)),
                        ("brier", models.FloatField(null=True)),
                        ("auc", models.FloatField(null=True)),
                        ("rules", models.JSONField(help_text="the settings it was made with")),
                        ("figures", models.JSONField(help_text="curve, warning time, scores that were wrong")),
                        ("made_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "week_on", "kind", "segment", "maker", "version"),
                                name="honesty_report_once_a_week",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_enough", True),
                                    models.Q(("auc__isnull", True), ("brier__isnull", True), ("verdict", "")),
                                    _connector="OR",
                                ),
                                name="honesty_report_no_figure_of_too_few",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Source",
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
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("api", "Api"),
                                    ("file", "File"),
                                    ("webhook", "Webhook"),
                                    ("pull", "Pull"),
                                    ("person", "Person"),
                                ],
                                default="api",
                                max_length=10,
                            ),
                        ),
                        (
                            "stale_after_days",
                            models.PositiveSmallIntegerField(
                                default=7, help_text="silence longer than this marks it stale"
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "ordering": ["key"],
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "key"), name="source_key_once"),
                            models.CheckConstraint(
                                condition=models.Q(("stale_after_days__gte", 1)),
                                name="source_stale_after_a_day_or_more",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Hook",
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
                            "source",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="hooks",
                                to="signals.source",
                            ),
                        ),
                        (
                            "token",
                            models.CharField(help_text="the part of the address that nobody can guess", max_length=60),
                        ),
                        ("scheme", models.CharField(help_text="how its messages are signed", max_length=20)),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("is_active", models.BooleanField(default=True)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "source"), name="hook_once"),
                            models.UniqueConstraint(fields=("workspace", "token"), name="hook_token_once"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HookEvent",
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
                                to="signals.hook",
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
                            "source",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="signals.source",
                            ),
                        ),
                        (
                            "token",
                            models.CharField(help_text="the part of the address that nobody can guess", max_length=60),
                        ),
                        ("scheme", models.CharField(help_text="how its messages are signed", max_length=20)),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("is_active", models.BooleanField(default=True)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="SourceSecret",
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
                            "source",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="secrets",
                                to="signals.source",
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(choices=[("signing", "Signing"), ("pull", "Pull")], max_length=10),
                        ),
                        ("sealed", models.TextField(help_text="AES-256-GCM, bound to workspace, source and purpose")),
                        ("made_at", models.DateTimeField()),
                        ("made_by", models.CharField(max_length=150)),
                        (
                            "ends_at",
                            models.DateTimeField(help_text="accepted until then; empty: the current one", null=True),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ends_at__isnull", True)),
                                fields=("workspace", "source", "purpose"),
                                name="secret_one_current",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SourceMapping",
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
                            "source",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mappings",
                                to="signals.source",
                            ),
                        ),
                        ("shape", models.CharField(max_length=40)),
                        ("paths", models.JSONField(default=dict, help_text="field -> path, over those of the shape")),
                        ("kinds", models.JSONField(default=dict, help_text="their type -> our kind; empty: left out")),
                        ("changed_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "source"), name="source_mapping_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SourceMappingEvent",
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
                                to="signals.sourcemapping",
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
                            "source",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="signals.source",
                            ),
                        ),
                        ("shape", models.CharField(max_length=40)),
                        ("paths", models.JSONField(default=dict, help_text="field -> path, over those of the shape")),
                        ("kinds", models.JSONField(default=dict, help_text="their type -> our kind; empty: left out")),
                        ("changed_at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Delivery",
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
                            "source",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deliveries",
                                to="signals.source",
                            ),
                        ),
                        ("message_id", models.CharField(max_length=200)),
                        ("received_at", models.DateTimeField()),
                        ("body", models.TextField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("waiting", "Waiting"), ("done", "Done"), ("failed", "Failed")],
                                default="waiting",
                                max_length=10,
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("retry_at", models.DateTimeField(null=True)),
                        ("settled_at", models.DateTimeField(null=True)),
                        ("events_count", models.PositiveIntegerField(default=0)),
                        ("counts", models.JSONField(default=dict, help_text="fate -> how many")),
                        (
                            "verdicts",
                            models.JSONField(default=list, help_text="the first that are not plainly accepted"),
                        ),
                        (
                            "is_incomplete",
                            models.BooleanField(
                                default=False, help_text="an event gave no signal; reading again may help"
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["workspace", "source", "id"], name="delivery_latest"),
                            models.Index(
                                condition=models.Q(("state", "waiting")),
                                fields=["workspace", "id"],
                                name="delivery_waiting",
                            ),
                            models.Index(fields=["workspace", "received_at"], name="delivery_age"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "source", "message_id"), name="delivery_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HookRefusal",
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
                            "hook",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="refusals",
                                to="signals.hook",
                            ),
                        ),
                        ("refused_on", models.DateField()),
                        ("reason", models.CharField(max_length=20)),
                        ("refused_count", models.PositiveIntegerField(default=0)),
                        ("last_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "hook", "refused_on", "reason"), name="hook_refusal_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="UnknownEvent",
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
                            "source",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="unknown_events",
                                to="signals.source",
                            ),
                        ),
                        ("event_type", models.CharField(max_length=120)),
                        ("events_count", models.PositiveIntegerField(default=0)),
                        ("first_at", models.DateTimeField()),
                        ("last_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "source", "event_type"), name="unknown_event_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PullTarget",
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
                        ("origin", models.CharField(help_text="scheme, host and port", max_length=300)),
                        (
                            "breaker",
                            models.JSONField(
                                default=dict, help_text="as renewals.core.breaker keeps it; empty is closed"
                            ),
                        ),
                        ("changed_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "origin"), name="pull_target_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Pull",
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
                            "source",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="pulls",
                                to="signals.source",
                            ),
                        ),
                        ("url", models.CharField(max_length=500)),
                        (
                            "cursor_parameter",
                            models.CharField(blank=True, help_text="query field that takes the cursor", max_length=60),
                        ),
                        (
                            "next_path",
                            models.CharField(
                                blank=True, help_text="where a page names the next cursor or address", max_length=200
                            ),
                        ),
                        (
                            "items_path",
                            models.CharField(blank=True, help_text="the list of events in a page", max_length=200),
                        ),
                        (
                            "header",
                            models.CharField(
                                default="Authorization", help_text="header that carries the token", max_length=60
                            ),
                        ),
                        ("every_minutes", models.PositiveIntegerField(default=60)),
                        ("is_active", models.BooleanField(default=True)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "source"), name="pull_once"),
                            models.CheckConstraint(
                                condition=models.Q(("every_minutes__gte", 1)), name="pull_every_minute_or_more"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PullEvent",
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
                                to="signals.pull",
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
                            "source",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="signals.source",
                            ),
                        ),
                        ("url", models.CharField(max_length=500)),
                        (
                            "cursor_parameter",
                            models.CharField(blank=True, help_text="query field that takes the cursor", max_length=60),
                        ),
                        (
                            "next_path",
                            models.CharField(
                                blank=True, help_text="where a page names the next cursor or address", max_length=200
                            ),
                        ),
                        (
                            "items_path",
                            models.CharField(blank=True, help_text="the list of events in a page", max_length=200),
                        ),
                        (
                            "header",
                            models.CharField(
                                default="Authorization", help_text="header that carries the token", max_length=60
                            ),
                        ),
                        ("every_minutes", models.PositiveIntegerField(default=60)),
                        ("is_active", models.BooleanField(default=True)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="PullState",
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
                            "pull",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="states",
                                to="signals.pull",
                            ),
                        ),
                        ("cursor", models.TextField(blank=True)),
                        ("next_at", models.DateTimeField()),
                        ("lease_until", models.DateTimeField(null=True)),
                        (
                            "lease_number",
                            models.PositiveIntegerField(
                                default=0, help_text="a page fetched under an older lease is dropped"
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("last_error", models.CharField(blank=True, max_length=300)),
                        ("last_ok_at", models.DateTimeField(null=True)),
                        ("pages_count", models.PositiveIntegerField(default=0)),
                        ("items_count", models.BigIntegerField(default=0)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "next_at"], name="pull_due")],
                        "constraints": [models.UniqueConstraint(fields=("workspace", "pull"), name="pull_state_once")],
                    },
                ),
                migrations.CreateModel(
                    name="SourceEvent",
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
                                to="signals.source",
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
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("api", "Api"),
                                    ("file", "File"),
                                    ("webhook", "Webhook"),
                                    ("pull", "Pull"),
                                    ("person", "Person"),
                                ],
                                default="api",
                                max_length=10,
                            ),
                        ),
                        (
                            "stale_after_days",
                            models.PositiveSmallIntegerField(
                                default=7, help_text="silence longer than this marks it stale"
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True)),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="SourceFeed",
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
                            "source",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="feeds",
                                to="signals.source",
                            ),
                        ),
                        ("family", models.CharField(max_length=20)),
                        (
                            "kinds",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.TextField(),
                                default=list,
                                help_text="every kind it ever sent, in order",
                                size=None,
                            ),
                        ),
                        ("signals_count", models.BigIntegerField(default=0)),
                        ("last_occurred_at", models.DateTimeField()),
                        ("last_received_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "source", "family"), name="feed_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="KindHeard",
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
                        ("kind", models.TextField(help_text="family.name")),
                        ("first_occurred_at", models.DateTimeField()),
                        ("first_received_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("workspace", "kind"), name="kind_heard_once")],
                    },
                ),
                migrations.CreateModel(
                    name="SignalKey",
                    fields=[
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
                            "pk",
                            models.CompositePrimaryKey(
                                "workspace_id",
                                "source_id",
                                "external_key",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="signals.source",
                            ),
                        ),
                        ("external_key", models.UUIDField(help_text="MD5 of the external id")),
                        (
                            "content",
                            models.UUIDField(
                                help_text="MD5 of what the signal says, to tell a repetition from a different text"
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
                        ("occurred_at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="AccountChange",
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
                                related_name="+",
                                to="renewals.account",
                            ),
                        ),
                        ("changed_at", models.DateTimeField()),
                        ("retry_at", models.DateTimeField(help_text="not looked at before this moment")),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("last_error", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "retry_at"], name="account_change_due")],
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "account"), name="account_change_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RiskModelVersion",
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
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("proposed", "Proposed"),
                                    ("in_force", "In Force"),
                                    ("retired", "Retired"),
                                    ("rejected", "Rejected"),
                                ],
                                default="proposed",
                                max_length=10,
                            ),
                        ),
                        (
                            "verdict",
                            models.CharField(
                                choices=[
                                    ("learned", "Learned"),
                                    ("prior_holds", "Prior Holds"),
                                    ("no_usable_signal", "No Signal"),
                                    ("one_class", "One Class"),
                                    ("too_few_outcomes", "Too Few"),
                                    ("no_outcomes", "No Outcomes"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "protocol",
                            models.CharField(choices=[("rolling", "Rolling"), ("hash5", "Hash5")], max_length=10),
                        ),
                        ("form", models.CharField(help_text="prior, scorecard, booster or stack", max_length=20)),
                        ("as_of", models.DateTimeField(help_text="nothing received later was read")),
                        ("trained_at", models.DateTimeField()),
                        (
                            "frame_hash",
                            models.CharField(help_text="SHA-256 of the table it was trained on", max_length=64),
                        ),
                        ("code_version", models.CharField(max_length=40)),
                        ("rows_count", models.PositiveIntegerField()),
                        ("groups_count", models.PositiveIntegerField()),
                        ("lost_count", models.PositiveIntegerField()),
                        (
                            "learned_share",
                            models.FloatField(
                                help_text="0 is the shipped judgement alone, 1 is learned alone", null=True
                            ),
                        ),
                        (
                            "auc",
                            models.FloatField(
                                help_text="of the backtest; None when it could not be measured", null=True
                            ),
                        ),
                        ("author", models.CharField(max_length=150)),
                        ("reason", models.CharField(max_length=300)),
                        ("promoted_at", models.DateTimeField(null=True)),
                        ("promoted_by", models.CharField(blank=True, max_length=150)),
                        ("promotion_reason", models.CharField(blank=True, max_length=300)),
                        (
                            "replaced_number",
                            models.PositiveIntegerField(
                                help_text="the version it was put in force in place of, and is rolled back to; None was in force",
                                null=True,
                            ),
                        ),
                        ("ended_at", models.DateTimeField(help_text="when it was retired or rejected", null=True)),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                        ("ended_reason", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "number"), name="risk_model_number_once"),
                            models.UniqueConstraint(
                                fields=("workspace", "frame_hash", "protocol", "code_version"),
                                name="risk_model_trained_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "in_force")),
                                fields=("workspace",),
                                name="risk_model_one_in_force",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "in_force"), _negated=True),
                                    ("verdict", "learned"),
                                    _connector="OR",
                                ),
                                name="risk_model_in_force_is_usable",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["in_force", "retired"]), _negated=True),
                                    models.Q(
                                        ("promoted_at__isnull", False),
                                        models.Q(("promoted_by", ""), _negated=True),
                                        models.Q(("promotion_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="risk_model_promoted_by_somebody",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at__isnull", True), ("state__in", ["proposed", "in_force"])),
                                    models.Q(
                                        ("ended_at__isnull", False),
                                        ("state__in", ["retired", "rejected"]),
                                        models.Q(("ended_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="risk_model_ended_with_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("lost_count__lte", models.F("rows_count"))),
                                name="risk_model_lost_within_rows",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RiskModelVersionEvent",
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
                                to="signals.riskmodelversion",
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
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("proposed", "Proposed"),
                                    ("in_force", "In Force"),
                                    ("retired", "Retired"),
                                    ("rejected", "Rejected"),
                                ],
                                default="proposed",
                                max_length=10,
                            ),
                        ),
                        (
                            "verdict",
                            models.CharField(
                                choices=[
                                    ("learned", "Learned"),
                                    ("prior_holds", "Prior Holds"),
                                    ("no_usable_signal", "No Signal"),
                                    ("one_class", "One Class"),
                                    ("too_few_outcomes", "Too Few"),
                                    ("no_outcomes", "No Outcomes"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "protocol",
                            models.CharField(choices=[("rolling", "Rolling"), ("hash5", "Hash5")], max_length=10),
                        ),
                        ("form", models.CharField(help_text="prior, scorecard, booster or stack", max_length=20)),
                        ("as_of", models.DateTimeField(help_text="nothing received later was read")),
                        ("trained_at", models.DateTimeField()),
                        (
                            "frame_hash",
                            models.CharField(help_text="SHA-256 of the table it was trained on", max_length=64),
                        ),
                        ("code_version", models.CharField(max_length=40)),
                        ("rows_count", models.PositiveIntegerField()),
                        ("groups_count", models.PositiveIntegerField()),
                        ("lost_count", models.PositiveIntegerField()),
                        (
                            "learned_share",
                            models.FloatField(
                                help_text="0 is the shipped judgement alone, 1 is learned alone", null=True
                            ),
                        ),
                        (
                            "auc",
                            models.FloatField(
                                help_text="of the backtest; None when it could not be measured", null=True
                            ),
                        ),
                        ("author", models.CharField(max_length=150)),
                        ("reason", models.CharField(max_length=300)),
                        ("promoted_at", models.DateTimeField(null=True)),
                        ("promoted_by", models.CharField(blank=True, max_length=150)),
                        ("promotion_reason", models.CharField(blank=True, max_length=300)),
                        (
                            "replaced_number",
                            models.PositiveIntegerField(
                                help_text="the version it was put in force in place of, and is rolled back to; None was in force",
                                null=True,
                            ),
                        ),
                        ("ended_at", models.DateTimeField(help_text="when it was retired or rejected", null=True)),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                        ("ended_reason", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="RiskModelBody",
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
                            "version",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="bodies",
                                to="signals.riskmodelversion",
                            ),
                        ),
                        (
                            "document",
                            models.TextField(
                                help_text="JSON; kept as text, so that each number is what it was to the last digit"
                            ),
                        ),
                        (
                            "specs",
                            models.JSONField(default=list, help_text="from where in a snapshot each column is read"),
                        ),
                        ("report", models.JSONField()),
                        (
                            "sha256",
                            models.CharField(help_text="of the document, compared before each use", max_length=64),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "version"), name="risk_model_body_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RiskTraining",
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
                            "cause",
                            models.CharField(
                                choices=[("schedule", "Schedule"), ("alarm", "Alarm"), ("person", "Person")],
                                max_length=10,
                            ),
                        ),
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
                        ("ordered_at", models.DateTimeField()),
                        ("ordered_by", models.CharField(max_length=150)),
                        (
                            "retry_at",
                            models.DateTimeField(help_text="not taken up before; while running, the end of the lease"),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("last_error", models.CharField(blank=True, max_length=300)),
                        (
                            "version",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="trainings",
                                to="signals.riskmodelversion",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["waiting", "running"])),
                                fields=("workspace",),
                                name="risk_training_one_open",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RiskPrediction",
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
                            "version",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="signals.riskmodelversion",
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
                            "renewal",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="renewals.renewal",
                            ),
                        ),
                        ("snapshot_key", models.CharField(max_length=120)),
                        ("taken_on", models.DateField()),
                        ("segment", models.CharField(blank=True, max_length=20)),
                        ("loss_probability", models.FloatField()),
                        ("recorded_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "renewal"], name="risk_prediction_renewal")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "version", "snapshot_key"), name="risk_prediction_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("loss_probability__gte", 0), ("loss_probability__lte", 1)),
                                name="risk_prediction_probability",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RiskModelCheck",
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
                            "version",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="checks",
                                to="signals.riskmodelversion",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("drift", "Drift"),
                                    ("missing", "Missing"),
                                    ("unseen", "Unseen"),
                                    ("observed_expected", "Observed"),
                                    ("log_loss", "Log Loss"),
                                    ("order", "Order"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "subject",
                            models.CharField(
                                blank=True, help_text="the column or the segment; empty: all of it", max_length=200
                            ),
                        ),
                        ("month_on", models.DateField(help_text="first day of the month it is about")),
                        ("rows_count", models.PositiveIntegerField()),
                        ("value", models.FloatField()),
                        ("low", models.FloatField(null=True)),
                        ("high", models.FloatField(null=True)),
                        ("is_alarm", models.BooleanField(default=False)),
                        ("details", models.JSONField(default=dict)),
                        ("checked_at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("is_alarm", True)),
                                fields=["workspace", "version"],
                                name="risk_check_alarm",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "version", "kind", "subject", "month_on"), name="risk_check_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Unmatched",
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
                            "source",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="unmatched",
                                to="signals.source",
                            ),
                        ),
                        ("external_key", models.UUIDField(help_text="MD5 of the external id, else of what it says")),
                        (
                            "account_key",
                            models.CharField(help_text="the account as the source names it", max_length=200),
                        ),
                        ("kind", models.CharField(max_length=64)),
                        ("occurred_at", models.DateTimeField()),
                        ("received_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField(null=True)),
                        ("value", models.FloatField(null=True)),
                        ("external_id", models.CharField(blank=True, max_length=200)),
                        ("subject", models.CharField(blank=True, max_length=200)),
                        ("text", models.TextField(blank=True)),
                        ("author", models.CharField(blank=True, max_length=150)),
                        ("attributes", models.JSONField(null=True)),
                        ("matched_at", models.DateTimeField(null=True)),
                        (
                            "matched_account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.account",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("matched_at__isnull", True)),
                                fields=["workspace", "account_key"],
                                name="unmatched_open",
                            ),
                            models.Index(fields=["workspace", "received_at"], name="unmatched_age"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "source", "external_key"), name="unmatched_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("matched_account__isnull", True), ("matched_at__isnull", True)),
                                    models.Q(("matched_account__isnull", False), ("matched_at__isnull", False)),
                                    _connector="OR",
                                ),
                                name="unmatched_or_matched",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AccountAlias",
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
                                related_name="aliases",
                                to="renewals.account",
                            ),
                        ),
                        (
                            "source",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="aliases",
                                to="signals.source",
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                        (
                            "folded",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                help_text="the account of that id",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.account",
                            ),
                        ),
                        ("made_by", models.CharField(max_length=150)),
                        ("made_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "account"], name="alias_account")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=("workspace", "name", "source"),
                                name="alias_once",
                                nulls_distinct=False,
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("name", ""), _negated=True), name="alias_has_a_name"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AccountAliasEvent",
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
                                to="signals.accountalias",
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
                            "source",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="signals.source",
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                        (
                            "folded",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                help_text="the account of that id",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.account",
                            ),
                        ),
                        ("made_by", models.CharField(max_length=150)),
                        ("made_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="SourceDay",
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
                            "source",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="days",
                                to="signals.source",
                            ),
                        ),
                        ("kind", models.CharField(max_length=64)),
                        ("day", models.DateField()),
                        ("signals_count", models.PositiveIntegerField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "day"], name="source_day_day")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "source", "kind", "day"), name="source_day_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NotedFact",
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
                                related_name="noted_facts",
                                to="renewals.account",
                            ),
                        ),
                        ("kind", models.CharField(help_text="the kind of the signal it became", max_length=64)),
                        (
                            "value",
                            models.FloatField(help_text="on the scale of its kind; none for a date alone", null=True),
                        ),
                        ("text", models.CharField(max_length=1000)),
                        ("observed_on", models.DateField()),
                        ("budget_on", models.DateField(help_text="when their budget is decided", null=True)),
                        ("expires_at", models.DateTimeField()),
                        (
                            "noted_by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("author", models.CharField(max_length=150)),
                        ("noted_at", models.DateTimeField()),
                        (
                            "replaces",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="signals.notedfact",
                            ),
                        ),
                        ("ended_at", models.DateTimeField(help_text="expired, replaced or withdrawn", null=True)),
                        ("ended_how", models.CharField(blank=True, max_length=10)),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                        ("ended_reason", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=["workspace", "expires_at"],
                                name="noted_fact_due",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("author", ""), _negated=True), models.Q(("text", ""), _negated=True)
                                ),
                                name="noted_fact_author_and_words",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("noted_at"))),
                                name="noted_fact_expires_after_noted",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("value__isnull", False), ("budget_on__isnull", False), _connector="OR"
                                ),
                                name="noted_fact_says_something",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_at__isnull", True), ("ended_how", "")),
                                    models.Q(
                                        ("ended_at__isnull", False),
                                        ("ended_how__in", ["expired", "replaced", "withdrawn"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="noted_fact_ended_somehow",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("ended_how", "withdrawn"), _negated=True),
                                    models.Q(
                                        models.Q(("ended_reason", ""), _negated=True),
                                        models.Q(("ended_by", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="noted_fact_withdrawn_with_reason",
                            ),
                            models.UniqueConstraint(fields=("workspace", "replaces"), name="noted_fact_replaced_once"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NotedFactEvent",
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
                                to="signals.notedfact",
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
                        ("kind", models.CharField(help_text="the kind of the signal it became", max_length=64)),
                        (
                            "value",
                            models.FloatField(help_text="on the scale of its kind; none for a date alone", null=True),
                        ),
                        ("text", models.CharField(max_length=1000)),
                        ("observed_on", models.DateField()),
                        ("budget_on", models.DateField(help_text="when their budget is decided", null=True)),
                        ("expires_at", models.DateTimeField()),
                        (
                            "noted_by",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("author", models.CharField(max_length=150)),
                        ("noted_at", models.DateTimeField()),
                        (
                            "replaces",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="signals.notedfact",
                            ),
                        ),
                        ("ended_at", models.DateTimeField(help_text="expired, replaced or withdrawn", null=True)),
                        ("ended_how", models.CharField(blank=True, max_length=10)),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                        ("ended_reason", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ScoreOverrideEvent",
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
                                to="signals.scoreoverride",
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
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("health", "Health"), ("risk", "Risk"), ("expansion", "Expansion")],
                                max_length=10,
                            ),
                        ),
                        ("value", models.FloatField()),
                        (
                            "machine_value",
                            models.FloatField(
                                help_text="what was computed at that time; none when not scored", null=True
                            ),
                        ),
                        ("reason", models.CharField(max_length=500)),
                        (
                            "set_by",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("author", models.CharField(max_length=150)),
                        ("starts_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("ended_how", models.CharField(blank=True, max_length=10)),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                        ("ended_reason", models.CharField(blank=True, max_length=300)),
                        ("judged_at", models.DateTimeField(null=True)),
                        (
                            "judged_by_renewal",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="renewals.renewal",
                            ),
                        ),
                        ("was_lost", models.BooleanField(null=True)),
                        (
                            "person_error",
                            models.FloatField(
                                help_text="points between the person's value and what happened", null=True
                            ),
                        ),
                        (
                            "machine_error",
                            models.FloatField(
                                help_text="the same of the computed value; none when not scored", null=True
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ScorecardVersionEvent",
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
                                to="signals.scorecardversion",
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
                                choices=[
                                    ("health", "Health"),
                                    ("risk", "Risk"),
                                    ("expansion", "Expansion"),
                                    ("tiers", "Tiers"),
                                ],
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
                                    ("retired", "Retired"),
                                    ("rejected", "Rejected"),
                                ],
                                default="published",
                                max_length=10,
                            ),
                        ),
                        ("number", models.PositiveIntegerField(null=True)),
                        ("definition", models.JSONField()),
                        (
                            "based_on",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="signals.scorecardversion",
                            ),
                        ),
                        (
                            "revision",
                            models.PositiveIntegerField(
                                default=1, help_text="counts the edits, so that none is overwritten unseen"
                            ),
                        ),
                        ("author", models.CharField(max_length=150)),
                        (
                            "editor_ids",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), blank=True, default=list, size=None
                            ),
                        ),
                        ("reason", models.CharField(max_length=300)),
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
                        ("ended_reason", models.CharField(blank=True, help_text="why it was rejected", max_length=300)),
                        ("ended_by", models.CharField(blank=True, max_length=150)),
                        ("published_at", models.DateTimeField(null=True)),
                        ("retired_at", models.DateTimeField(null=True)),
                        (
                            "marked_up_to",
                            models.BigIntegerField(
                                help_text="accounts marked so far for scoring; empty when all are", null=True
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ScorecardPreview",
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
                            "version",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="previews",
                                to="signals.scorecardversion",
                            ),
                        ),
                        (
                            "revision",
                            models.PositiveIntegerField(help_text="of the draft; a later edit makes the preview stale"),
                        ),
                        (
                            "against",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="signals.scorecardversion",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("running", "Running"), ("done", "Done"), ("failed", "Failed")],
                                default="running",
                                max_length=10,
                            ),
                        ),
                        ("requested_by", models.CharField(max_length=150)),
                        ("requested_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(null=True)),
                        ("total", models.PositiveIntegerField(help_text="accounts to look at")),
                        ("done", models.PositiveIntegerField(default=0)),
                        ("cursor", models.BigIntegerField(default=0, help_text="the last account looked at")),
                        ("counts", models.JSONField(default=dict, help_text="from band: to band: how many")),
                        ("error", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "version", "revision"), name="scorecard_preview_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("done__lte", models.F("total"))),
                                name="scorecard_preview_done_within_total",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ScorecardPreviewRow",
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
                            "preview",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="rows",
                                to="signals.scorecardpreview",
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
                            "renewal",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="renewals.renewal",
                            ),
                        ),
                        ("from_band", models.CharField(blank=True, max_length=20)),
                        ("to_band", models.CharField(blank=True, max_length=20)),
                        ("before", models.FloatField(null=True)),
                        ("after", models.FloatField(null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "preview", "account"], name="preview_rows")],
                    },
                ),
                migrations.CreateModel(
                    name="FeatureRules",
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
                        ("number", models.PositiveSmallIntegerField()),
                        (
                            "digest",
                            models.CharField(
                                help_text="SHA-256 of the definition: the same rules have the same", max_length=64
                            ),
                        ),
                        (
                            "definition",
                            models.JSONField(help_text="the recipe of the code, and how each measure is read"),
                        ),
                        ("made_at", models.DateTimeField()),
                        ("made_by", models.CharField(max_length=150)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "number"), name="feature_rules_once"),
                            models.CheckConstraint(
                                condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                                name="feature_rules_digest_form",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Snapshot",
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
                            "renewal",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="renewals.renewal",
                            ),
                        ),
                        (
                            "scorecard",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="signals.scorecardversion",
                            ),
                        ),
                        (
                            "horizon_days",
                            models.PositiveSmallIntegerField(
                                help_text="days before the due date it was due; 0: the end itself"
                            ),
                        ),
                        ("due_on", models.DateField(help_text="as it was known")),
                        ("as_of", models.DateTimeField(help_text="the world's time: facts up to here")),
                        (
                            "known_at",
                            models.DateTimeField(
                                help_text="our time: facts received up to here; later than as_of in a back-fill"
                            ),
                        ),
                        ("is_backfilled", models.BooleanField()),
                        ("is_mid_term", models.BooleanField()),
                        ("taken_at", models.DateTimeField()),
                        (
                            "recipe",
                            models.PositiveSmallIntegerField(help_text="the version of how the code makes features"),
                        ),
                        (
                            "rules_version",
                            models.PositiveSmallIntegerField(
                                help_text="number of its FeatureRules; 0: before they were kept"
                            ),
                        ),
                        ("features", models.TextField()),
                        ("sha256", models.CharField(max_length=64)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "as_of"], name="snapshot_as_of")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "renewal", "horizon_days", "rules_version"), name="snapshot_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="snapshot_hash_form"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_backfilled", True), ("known_at", models.F("as_of")), _connector="OR"
                                ),
                                name="snapshot_live_knows_no_more",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LabelLook",
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
                            "rules_version",
                            models.PositiveSmallIntegerField(
                                help_text="of the rules of labels: others look through everything"
                            ),
                        ),
                        ("looked_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("workspace",), name="label_look_once")],
                    },
                ),
                migrations.CreateModel(
                    name="LabelWait",
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
                                related_name="+",
                                to="renewals.account",
                            ),
                        ),
                        ("look_on", models.DateField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["workspace", "look_on", "account"], name="label_wait_due")],
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "account"), name="label_wait_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RenewalLabel",
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
                            "renewal",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="renewals.renewal",
                            ),
                        ),
                        ("version", models.PositiveSmallIntegerField()),
                        (
                            "group_key",
                            models.CharField(help_text="renewals decided together have the same", max_length=40),
                        ),
                        ("is_lead", models.BooleanField(help_text="the renewal that stands for its group")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("churned", "Churned"),
                                    ("contracted", "Contracted"),
                                    ("flat", "Flat"),
                                    ("expanded", "Expanded"),
                                    ("censored", "Censored"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "manner",
                            models.CharField(
                                help_text="signed, auto_renewed, lost, stated, open, disputed", max_length=15
                            ),
                        ),
                        (
                            "ratio",
                            models.FloatField(help_text="final over target amount of the group, a year", null=True),
                        ),
                        ("due_on", models.DateField()),
                        ("decided_on", models.DateField(null=True)),
                        (
                            "labelled_at",
                            models.DateTimeField(
                                help_text="from when it may be learnt; empty when censored", null=True
                            ),
                        ),
                        (
                            "matures_on",
                            models.DateField(help_text="when every renewal of that date is known, lost or kept"),
                        ),
                        ("rules_version", models.PositiveSmallIntegerField()),
                        ("recorded_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("workspace", "renewal", "version"), name="renewal_label_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "censored"), ("labelled_at__isnull", True)),
                                    models.Q(
                                        models.Q(("kind", "censored"), _negated=True), ("labelled_at__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="renewal_label_known_or_censored",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TierPeriod",
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
                                related_name="tier_periods",
                                to="renewals.account",
                            ),
                        ),
                        ("tier", models.CharField(max_length=20)),
                        ("before", models.CharField(blank=True, help_text="the tier before this one", max_length=20)),
                        ("from_at", models.DateTimeField()),
                        ("until_at", models.DateTimeField(null=True)),
                        (
                            "origin",
                            models.CharField(choices=[("derived", "Derived"), ("override", "Override")], max_length=10),
                        ),
                        (
                            "rule",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="signals.scorecardversion",
                            ),
                        ),
                        ("risk", models.FloatField(null=True)),
                        ("risk_level", models.CharField(blank=True, max_length=20)),
                        ("risk_score_id", models.BigIntegerField(null=True)),
                        ("expansion", models.FloatField(null=True)),
                        ("expansion_level", models.CharField(blank=True, max_length=20)),
                        ("expansion_score_id", models.BigIntegerField(null=True)),
                        ("reason", models.CharField(blank=True, max_length=300)),
                        ("author", models.CharField(blank=True, max_length=150)),
                        ("expires_at", models.DateTimeField(null=True)),
                        (
                            "other_tier",
                            models.CharField(
                                blank=True, help_text="what the scores say instead, not yet confirmed", max_length=20
                            ),
                        ),
                        ("other_since_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("origin", "override"), ("until_at__isnull", True)),
                                fields=["workspace", "expires_at"],
                                name="tier_period_override",
                            ),
                            models.Index(
                                condition=models.Q(("other_since_at__isnull", False), ("until_at__isnull", True)),
                                fields=["workspace", "other_since_at"],
                                name="tier_period_unconfirmed",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("until_at__isnull", True), ("until_at__gte", models.F("from_at")), _connector="OR"
                                ),
                                name="tier_period_forward",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("expansion__isnull", False),
                                        ("expires_at__isnull", True),
                                        ("origin", "derived"),
                                        ("risk__isnull", False),
                                    ),
                                    models.Q(
                                        ("expires_at__gt", models.F("from_at")),
                                        ("origin", "override"),
                                        models.Q(("reason", ""), _negated=True),
                                        models.Q(("author", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="tier_period_has_its_why",
                            ),
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                expressions=[
                                    ("workspace", "="),
                                    ("account", "="),
                                    (
                                        signals.models.tiers.InstantRange(models.F("from_at"), models.F("until_at")),
                                        "&&",
                                    ),
                                ],
                                name="tier_period_no_overlap",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TierPeriodEvent",
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
                                to="signals.tierperiod",
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
                        ("tier", models.CharField(max_length=20)),
                        ("before", models.CharField(blank=True, help_text="the tier before this one", max_length=20)),
                        ("from_at", models.DateTimeField()),
                        ("until_at", models.DateTimeField(null=True)),
                        (
                            "origin",
                            models.CharField(choices=[("derived", "Derived"), ("override", "Override")], max_length=10),
                        ),
                        (
                            "rule",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="signals.scorecardversion",
                            ),
                        ),
                        ("risk", models.FloatField(null=True)),
                        ("risk_level", models.CharField(blank=True, max_length=20)),
                        ("risk_score_id", models.BigIntegerField(null=True)),
                        ("expansion", models.FloatField(null=True)),
                        ("expansion_level", models.CharField(blank=True, max_length=20)),
                        ("expansion_score_id", models.BigIntegerField(null=True)),
                        ("reason", models.CharField(blank=True, max_length=300)),
                        ("author", models.CharField(blank=True, max_length=150)),
                        ("expires_at", models.DateTimeField(null=True)),
                        (
                            "other_tier",
                            models.CharField(
                                blank=True, help_text="what the scores say instead, not yet confirmed", max_length=20
                            ),
                        ),
                        ("other_since_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ToneCorrection",
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
                                related_name="+",
                                to="renewals.account",
                            ),
                        ),
                        ("signal_id", models.BigIntegerField()),
                        ("occurred_at", models.DateTimeField(help_text="of the signal, to find it")),
                        ("text", models.TextField()),
                        ("read_tone", models.FloatField(help_text="what had been read, -1 to 1", null=True)),
                        ("read_version", models.CharField(blank=True, max_length=40)),
                        ("tone", models.FloatField(help_text="what the person says, -1 to 1")),
                        ("corrected_by", models.CharField(max_length=150)),
                        ("corrected_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "signal_id"), name="tone_correction_once"),
                            models.CheckConstraint(
                                condition=models.Q(("tone__gte", -1), ("tone__lte", 1)), name="tone_within_one"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ToneCorrectionEvent",
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
                                to="signals.tonecorrection",
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
                        ("signal_id", models.BigIntegerField()),
                        ("occurred_at", models.DateTimeField(help_text="of the signal, to find it")),
                        ("text", models.TextField()),
                        ("read_tone", models.FloatField(help_text="what had been read, -1 to 1", null=True)),
                        ("read_version", models.CharField(blank=True, max_length=40)),
                        ("tone", models.FloatField(help_text="what the person says, -1 to 1")),
                        ("corrected_by", models.CharField(max_length=150)),
                        ("corrected_at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ToneModel",
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
                        (
                            "definition",
                            models.JSONField(help_text="terms, inverse document frequencies, coefficients, intercept"),
                        ),
                        ("corrections_count", models.PositiveIntegerField()),
                        (
                            "evidence",
                            models.JSONField(
                                help_text="area under the curve by cross-validation, beside the word list's"
                            ),
                        ),
                        ("made_at", models.DateTimeField()),
                        ("is_active", models.BooleanField(default=False)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "number"), name="tone_model_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("is_active", True)),
                                fields=("workspace",),
                                name="tone_model_one_active",
                            ),
                        ],
                    },
                ),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                renewals.models.tables.CreateTables(
                    tables=[
                        migrations.CreateModel(
                            name="Signal",
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
                                    "source",
                                    models.ForeignKey(
                                        db_constraint=False,
                                        db_index=False,
                                        on_delete=django.db.models.deletion.DO_NOTHING,
                                        related_name="+",
                                        to="signals.source",
                                    ),
                                ),
                                ("occurred_at", models.DateTimeField()),
                                ("received_at", models.DateTimeField()),
                                ("expires_at", models.DateTimeField(null=True)),
                                ("value", models.FloatField(null=True)),
                                (
                                    "batch_id",
                                    models.BigIntegerField(
                                        help_text="the import that brought it, so that it can be undone", null=True
                                    ),
                                ),
                                ("kind", models.TextField(help_text="family.name")),
                                ("external_id", models.TextField(blank=True)),
                                (
                                    "subject",
                                    models.TextField(
                                        blank=True, help_text="the feature, ticket, invoice or mailing it is about"
                                    ),
                                ),
                                ("text", models.TextField(blank=True)),
                                ("author", models.TextField(blank=True)),
                                ("attributes", models.JSONField(null=True)),
                            ],
                            options={
                                "abstract": False,
                            },
                        ),
                    ],
                ),
            ],
        ),
        *OPERATIONS,
    ]

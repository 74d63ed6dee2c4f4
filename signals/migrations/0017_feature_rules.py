"""Number the rules that make features, and keep which ends of renewals wait for a label."""

import django.db.models.deletion
from django.db import migrations, models

import renewals.models.base
import renewals.models.tables


def row_id() -> tuple[str, models.Field]:
    """Return the key every table has."""
    return "id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def workspace() -> tuple[str, models.Field]:
    """Return the link to the workspace every table has."""
    link = models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="renewals.workspace")
    return "workspace", link


class Migration(migrations.Migration):
    """Snapshots that are there already carry the number 0: by which measures they were made was not kept."""

    dependencies = [
        ("renewals", "0007_outcome_recorded"),
        ("signals", "0016_order_watch"),
    ]

    operations = [
        renewals.models.tables.CreateTables(
            tables=[
                migrations.CreateModel(
                    name="FeatureRules",
                    fields=[
                        row_id(),
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
                        workspace(),
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
                    name="LabelLook",
                    fields=[
                        row_id(),
                        (
                            "rules_version",
                            models.PositiveSmallIntegerField(
                                help_text="of the rules of labels: others look through everything"
                            ),
                        ),
                        ("looked_at", models.DateTimeField()),
                        workspace(),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("workspace",), name="label_look_once")],
                    },
                ),
                migrations.CreateModel(
                    name="LabelWait",
                    fields=[
                        row_id(),
                        ("look_on", models.DateField()),
                        (
                            "account",
                            renewals.models.base.WorkspaceForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="renewals.account",
                            ),
                        ),
                        workspace(),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("workspace", "account"), name="label_wait_once")
                        ],
                        "indexes": [models.Index(fields=["workspace", "look_on", "account"], name="label_wait_due")],
                    },
                ),
            ],
        ),
        migrations.RemoveConstraint(model_name="snapshot", name="snapshot_once"),
        migrations.AddField(
            model_name="snapshot",
            name="rules_version",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="number of its FeatureRules; 0: before they were kept"
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="snapshot",
            name="recipe",
            field=models.PositiveSmallIntegerField(help_text="the version of how the code makes features"),
        ),
        migrations.AddConstraint(
            model_name="snapshot",
            constraint=models.UniqueConstraint(
                fields=("workspace", "renewal", "horizon_days", "rules_version"), name="snapshot_once"
            ),
        ),
    ]

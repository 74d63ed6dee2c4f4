"""How long a workspace keeps its signals."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the number of months, five years by default."""

    dependencies = [("renewals", "0003_comments_and_visits")]

    operations = [
        migrations.AddField(
            model_name="workspace",
            name="signals_kept_months",
            field=models.PositiveSmallIntegerField(
                db_default=60, default=60, help_text="signals of older months are dropped once no workspace keeps them"
            ),
        ),
        migrations.AddConstraint(
            model_name="workspace",
            constraint=models.CheckConstraint(
                condition=models.Q(signals_kept_months__gte=48), name="workspace_keeps_four_years"
            ),
        ),
    ]

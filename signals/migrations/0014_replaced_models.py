"""Versions of risk models name the one they were put in force in place of."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the number to versions and their history."""

    dependencies = [
        ('signals', '0013_honesty_makers'),
    ]

    operations = [
        migrations.AddField(
            model_name='riskmodelversion',
            name='replaced_number',
            field=models.PositiveIntegerField(help_text='the version it was put in force in place of, and is rolled back to; None was in force', null=True),
        ),
        migrations.AddField(
            model_name='riskmodelversionevent',
            name='replaced_number',
            field=models.PositiveIntegerField(help_text='the version it was put in force in place of, and is rolled back to; None was in force', null=True),
        ),
    ]

"""Reports tell versions of the scorecard from those of learned models."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add whose version a report is about."""

    dependencies = [
        ('renewals', '0004_signals_kept_months'),
        ('signals', '0012_honesty_reports'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='honestyreport',
            name='honesty_report_once_a_week',
        ),
        migrations.AddField(
            model_name='honestyreport',
            name='maker',
            field=models.CharField(blank=True, help_text='scorecard or model', max_length=10),
        ),
        migrations.AlterField(
            model_name='honestyreport',
            name='version',
            field=models.PositiveIntegerField(default=0, help_text='number of what made the scores judged'),
        ),
        migrations.AddConstraint(
            model_name='honestyreport',
            constraint=models.UniqueConstraint(fields=('workspace', 'week_on', 'kind', 'segment', 'maker', 'version'), name='honesty_report_once_a_week'),
        ),
    ]

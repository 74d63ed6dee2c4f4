"""Keep the options of a renewal that are compared before one is adopted."""

import django.db.models.deletion
import pghistory.utils
import renewals.models.base
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('offers', '0003_links'),
        ('renewals', '0010_contracts_in_full'),
    ]

    operations = [
        migrations.CreateModel(
            name='Scenario',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('letter', models.CharField(max_length=1)),
                ('name', models.CharField(max_length=60)),
                ('wish', models.JSONField()),
                ('revision', models.PositiveIntegerField(default=1, help_text='counts the edits, so that none is overwritten unseen')),
                ('created_at', models.DateTimeField()),
                ('created_by', models.CharField(max_length=150)),
                ('edited_at', models.DateTimeField()),
                ('edited_by', models.CharField(max_length=150)),
                ('adopted_at', models.DateTimeField(null=True)),
                ('adopted_by', models.CharField(blank=True, max_length=150)),
                ('removed_at', models.DateTimeField(null=True)),
                ('removed_by', models.CharField(blank=True, max_length=150)),
                ('adopted_version', renewals.models.base.WorkspaceForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='offers.proposalversion')),
                ('offer', renewals.models.base.WorkspaceForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='offers.offer')),
                ('renewal', renewals.models.base.WorkspaceForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='scenarios', to='renewals.renewal')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='renewals.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='ScenarioEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('letter', models.CharField(max_length=1)),
                ('name', models.CharField(max_length=60)),
                ('wish', models.JSONField()),
                ('revision', models.PositiveIntegerField(default=1, help_text='counts the edits, so that none is overwritten unseen')),
                ('created_at', models.DateTimeField()),
                ('created_by', models.CharField(max_length=150)),
                ('edited_at', models.DateTimeField()),
                ('edited_by', models.CharField(max_length=150)),
                ('adopted_at', models.DateTimeField(null=True)),
                ('adopted_by', models.CharField(blank=True, max_length=150)),
                ('removed_at', models.DateTimeField(null=True)),
                ('removed_by', models.CharField(blank=True, max_length=150)),
                ('adopted_version', renewals.models.base.WorkspaceForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='offers.proposalversion')),
                ('offer', renewals.models.base.WorkspaceForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='offers.offer')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='offers.scenario')),
                ('renewal', renewals.models.base.WorkspaceForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='renewals.renewal')),
                ('workspace', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='renewals.workspace')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='scenario',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('workspace', 'renewal', 'letter'), name='scenario_letter_once'),
        ),
        migrations.AddConstraint(
            model_name='scenario',
            constraint=models.CheckConstraint(condition=models.Q(('letter__in', ['A', 'B', 'C', 'D', 'E'])), name='scenario_five_at_most'),
        ),
        migrations.AddConstraint(
            model_name='scenario',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='scenario_has_a_name'),
        ),
        migrations.AddConstraint(
            model_name='scenario',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('adopted_at__isnull', True), ('adopted_version__isnull', True)), models.Q(('adopted_at__isnull', False), ('adopted_version__isnull', False), models.Q(('adopted_by', ''), _negated=True)), _connector='OR'), name='scenario_adopted_by_somebody'),
        ),
    ]

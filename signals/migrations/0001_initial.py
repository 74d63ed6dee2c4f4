"""The tables of signals as of the first release; constraints and indexes stand in the models they belong to."""

import django.db.models.deletion
import pghistory.utils
import renewals.models.base
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('renewals', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='renewals.workspace')),
                ('key', models.SlugField(max_length=60)),
                ('name', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('api', 'Api'), ('file', 'File'), ('webhook', 'Webhook'), ('person', 'Person')], default='api', max_length=10)),
                ('stale_after_days', models.PositiveSmallIntegerField(default=7, help_text='silence longer than this marks it stale')),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['key'],
                'constraints': [models.UniqueConstraint(fields=('workspace', 'key'), name='source_key_once'), models.CheckConstraint(condition=models.Q(('stale_after_days__gte', 1)), name='source_stale_after_a_day_or_more')],
            },
        ),
        migrations.CreateModel(
            name='SourceEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='signals.source')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('workspace', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='renewals.workspace')),
                ('key', models.SlugField(db_index=False, max_length=60)),
                ('name', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('api', 'Api'), ('file', 'File'), ('webhook', 'Webhook'), ('person', 'Person')], default='api', max_length=10)),
                ('stale_after_days', models.PositiveSmallIntegerField(default=7, help_text='silence longer than this marks it stale')),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SourceFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='renewals.workspace')),
                ('source', renewals.models.base.WorkspaceForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='feeds', to='signals.source')),
                ('family', models.CharField(max_length=20)),
                ('signals_count', models.BigIntegerField(default=0)),
                ('last_occurred_at', models.DateTimeField()),
                ('last_received_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'source', 'family'), name='feed_once')],
            },
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Signal',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('workspace', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='renewals.workspace')),
                        ('account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='renewals.account')),
                        ('source', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='signals.source')),
                        ('occurred_at', models.DateTimeField()),
                        ('received_at', models.DateTimeField()),
                        ('expires_at', models.DateTimeField(null=True)),
                        ('value', models.FloatField(null=True)),
                        ('batch_id', models.BigIntegerField(help_text='the import that brought it, so that it can be undone', null=True)),
                        ('kind', models.TextField(help_text='family.name')),
                        ('external_id', models.TextField(blank=True)),
                        ('subject', models.TextField(blank=True, help_text='the feature, ticket, invoice or mailing it is about')),
                        ('text', models.TextField(blank=True)),
                        ('author', models.TextField(blank=True)),
                        ('attributes', models.JSONField(null=True)),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name='SignalKey',
            fields=[
                ('workspace', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='renewals.workspace')),
                ('pk', models.CompositePrimaryKey('workspace_id', 'source_id', 'external_key', blank=True, editable=False, primary_key=True, serialize=False)),
                ('source', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='signals.source')),
                ('external_key', models.UUIDField(help_text='MD5 of the external id')),
                ('content', models.UUIDField(help_text='MD5 of what the signal says, to tell a repetition from a different text')),
                ('account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='renewals.account')),
                ('occurred_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='AccountChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='renewals.workspace')),
                ('account', renewals.models.base.WorkspaceForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='renewals.account')),
                ('changed_at', models.DateTimeField()),
                ('retry_at', models.DateTimeField(help_text='not looked at before this moment')),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('last_error', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', 'retry_at'], name='account_change_due')],
                'constraints': [models.UniqueConstraint(fields=('workspace', 'account'), name='account_change_once')],
            },
        ),
        migrations.CreateModel(
            name='ScorecardVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='renewals.workspace')),
                ('kind', models.CharField(choices=[('health', 'Health'), ('risk', 'Risk')], max_length=10)),
                ('number', models.PositiveIntegerField()),
                ('definition', models.JSONField()),
                ('author', models.CharField(max_length=150)),
                ('reason', models.CharField(max_length=300)),
                ('created_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(null=True)),
                ('retired_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'kind', 'number'), name='scorecard_number_once'), models.UniqueConstraint(condition=models.Q(('published_at__isnull', False), ('retired_at__isnull', True)), fields=('workspace', 'kind'), name='scorecard_one_in_force'), models.CheckConstraint(condition=models.Q(models.Q(('author', ''), _negated=True), models.Q(('reason', ''), _negated=True)), name='scorecard_author_and_reason'), models.CheckConstraint(condition=models.Q(('retired_at__isnull', True), models.Q(('published_at__isnull', False), ('retired_at__gte', models.F('published_at'))), _connector='OR'), name='scorecard_retired_after_published')],
            },
        ),
        migrations.CreateModel(
            name='ScorecardVersionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='signals.scorecardversion')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('workspace', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='renewals.workspace')),
                ('kind', models.CharField(choices=[('health', 'Health'), ('risk', 'Risk')], max_length=10)),
                ('number', models.PositiveIntegerField()),
                ('definition', models.JSONField()),
                ('author', models.CharField(max_length=150)),
                ('reason', models.CharField(max_length=300)),
                ('created_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(null=True)),
                ('retired_at', models.DateTimeField(null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Score',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('workspace', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='renewals.workspace')),
                ('account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='renewals.account')),
                ('renewal', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='renewals.renewal')),
                ('scorecard', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='signals.scorecardversion')),
                ('kind', models.CharField(choices=[('health', 'Health'), ('risk', 'Risk')], max_length=10)),
                ('state', models.CharField(choices=[('scored', 'Scored'), ('not_scored', 'Not Scored')], max_length=10)),
                ('as_of', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('value', models.FloatField(null=True)),
                ('renew_probability', models.FloatField(null=True)),
                ('coverage', models.FloatField()),
                ('input_hash', models.UUIDField()),
                ('details', models.JSONField(help_text='facts, contributions, inputs with age and the selector of their signals')),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', 'account', 'kind', '-as_of'], name='score_history')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'scored'), ('value__isnull', False)), models.Q(('state', 'not_scored'), ('value__isnull', True)), _connector='OR'), name='score_no_number_unless_scored')],
            },
        ),
        migrations.CreateModel(
            name='CurrentScore',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('workspace', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='renewals.workspace')),
                ('account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='renewals.account')),
                ('score', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='signals.score')),
                ('state', models.CharField(choices=[('scored', 'Scored'), ('not_scored', 'Not Scored')], max_length=10)),
                ('band', models.CharField(blank=True, help_text='empty when not scored', max_length=20)),
                ('value', models.FloatField(null=True)),
                ('previous_value', models.FloatField(help_text='the value when the day before ended', null=True)),
                ('coverage', models.FloatField()),
                ('known_count', models.PositiveSmallIntegerField(help_text='measures that have a value')),
                ('measures_count', models.PositiveSmallIntegerField()),
                ('stale_count', models.PositiveSmallIntegerField(help_text='measures whose source has fallen silent')),
                ('oldest_input_days', models.PositiveIntegerField(null=True)),
                ('as_of', models.DateTimeField()),
                ('scored_at', models.DateTimeField()),
                ('reasons', models.JSONField(help_text='the contributions that moved it most')),
                ('input_hash', models.UUIDField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'account'), name='current_score_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'scored'), ('value__isnull', False)), models.Q(('state', 'not_scored'), ('value__isnull', True)), _connector='OR'), name='current_score_no_number_unless_scored')],
            },
        ),
        migrations.CreateModel(
            name='CurrentRisk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('workspace', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='renewals.workspace')),
                ('account', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='renewals.account')),
                ('score', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='signals.score')),
                ('state', models.CharField(choices=[('scored', 'Scored'), ('not_scored', 'Not Scored')], max_length=10)),
                ('band', models.CharField(blank=True, help_text='empty when not scored', max_length=20)),
                ('value', models.FloatField(null=True)),
                ('previous_value', models.FloatField(help_text='the value when the day before ended', null=True)),
                ('coverage', models.FloatField()),
                ('known_count', models.PositiveSmallIntegerField(help_text='measures that have a value')),
                ('measures_count', models.PositiveSmallIntegerField()),
                ('stale_count', models.PositiveSmallIntegerField(help_text='measures whose source has fallen silent')),
                ('oldest_input_days', models.PositiveIntegerField(null=True)),
                ('as_of', models.DateTimeField()),
                ('scored_at', models.DateTimeField()),
                ('reasons', models.JSONField(help_text='the contributions that moved it most')),
                ('input_hash', models.UUIDField()),
                ('renewal', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='current_risks', to='renewals.renewal')),
                ('renew_probability', models.FloatField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', 'account'], name='current_risk_account')],
                'constraints': [models.UniqueConstraint(fields=('workspace', 'renewal'), name='current_risk_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'scored'), ('value__isnull', False)), models.Q(('state', 'not_scored'), ('value__isnull', True)), _connector='OR'), name='current_risk_no_number_unless_scored')],
            },
        ),
    ]

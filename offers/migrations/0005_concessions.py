"""Keep what is given on a renewal, until when, and what the account does in return."""

import django.db.models.deletion
import pghistory.utils
import renewals.models.base
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('offers', '0004_scenarios'),
        ('renewals', '0010_contracts_in_full'),
    ]

    operations = [
        migrations.CreateModel(
            name='Concession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('what', models.CharField(max_length=300)),
                ('amount', models.DecimalField(decimal_places=4, help_text='what it is worth a year', max_digits=18)),
                ('currency', models.CharField(max_length=3)),
                ('starts_on', models.DateField()),
                ('expires_on', models.DateField(help_text='last day, inclusive')),
                ('reason', models.CharField(max_length=300)),
                ('is_unnamed', models.BooleanField(default=False, help_text='written at signature for what nobody had named')),
                ('no_get_reason', models.CharField(blank=True, max_length=300)),
                ('get_kind', models.CharField(blank=True, max_length=20)),
                ('get_what', models.CharField(blank=True, max_length=300)),
                ('get_due_on', models.DateField(null=True)),
                ('get_delivered_on', models.DateField(null=True)),
                ('get_failed_on', models.DateField(null=True)),
                ('get_note', models.CharField(blank=True, help_text='the evidence, or why it was not delivered', max_length=300)),
                ('ended_on', models.DateField(help_text='from this day on it is not given any more', null=True)),
                ('ended_reason', models.CharField(blank=True, max_length=300)),
                ('ended_by', models.CharField(blank=True, max_length=150)),
                ('revision', models.PositiveIntegerField(default=1, help_text='counts the edits, so that none is overwritten unseen')),
                ('created_at', models.DateTimeField()),
                ('created_by', models.CharField(max_length=150)),
                ('edited_at', models.DateTimeField()),
                ('edited_by', models.CharField(max_length=150)),
                ('renewal', renewals.models.base.WorkspaceForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='concessions', to='renewals.renewal')),
                ('version', renewals.models.base.WorkspaceForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='offers.proposalversion')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='renewals.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='ConcessionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(max_length=20)),
                ('what', models.CharField(max_length=300)),
                ('amount', models.DecimalField(decimal_places=4, help_text='what it is worth a year', max_digits=18)),
                ('currency', models.CharField(max_length=3)),
                ('starts_on', models.DateField()),
                ('expires_on', models.DateField(help_text='last day, inclusive')),
                ('reason', models.CharField(max_length=300)),
                ('is_unnamed', models.BooleanField(default=False, help_text='written at signature for what nobody had named')),
                ('no_get_reason', models.CharField(blank=True, max_length=300)),
                ('get_kind', models.CharField(blank=True, max_length=20)),
                ('get_what', models.CharField(blank=True, max_length=300)),
                ('get_due_on', models.DateField(null=True)),
                ('get_delivered_on', models.DateField(null=True)),
                ('get_failed_on', models.DateField(null=True)),
                ('get_note', models.CharField(blank=True, help_text='the evidence, or why it was not delivered', max_length=300)),
                ('ended_on', models.DateField(help_text='from this day on it is not given any more', null=True)),
                ('ended_reason', models.CharField(blank=True, max_length=300)),
                ('ended_by', models.CharField(blank=True, max_length=150)),
                ('revision', models.PositiveIntegerField(default=1, help_text='counts the edits, so that none is overwritten unseen')),
                ('created_at', models.DateTimeField()),
                ('created_by', models.CharField(max_length=150)),
                ('edited_at', models.DateTimeField()),
                ('edited_by', models.CharField(max_length=150)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='offers.concession')),
                ('renewal', renewals.models.base.WorkspaceForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='renewals.renewal')),
                ('version', renewals.models.base.WorkspaceForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='offers.proposalversion')),
                ('workspace', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='renewals.workspace')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='concession',
            index=models.Index(fields=['workspace', 'renewal'], name='concession_renewal'),
        ),
        migrations.AddIndex(
            model_name='concession',
            index=models.Index(condition=models.Q(('ended_on__isnull', True)), fields=['workspace', 'expires_on'], name='concession_not_back'),
        ),
        migrations.AddConstraint(
            model_name='concession',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='concession_worth_nothing_or_more'),
        ),
        migrations.AddConstraint(
            model_name='concession',
            constraint=models.CheckConstraint(condition=models.Q(('expires_on__gte', models.F('starts_on'))), name='concession_forward'),
        ),
        migrations.AddConstraint(
            model_name='concession',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('what', ''), _negated=True), models.Q(('reason', ''), _negated=True)), name='concession_says_what_and_why'),
        ),
        migrations.AddConstraint(
            model_name='concession',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('get_due_on__isnull', True), ('get_what', ''), models.Q(('no_get_reason', ''), _negated=True)), models.Q(('get_due_on__isnull', False), ('no_get_reason', ''), models.Q(('get_what', ''), _negated=True)), _connector='OR'), name='concession_get_or_why_none'),
        ),
        migrations.AddConstraint(
            model_name='concession',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('get_delivered_on__isnull', True), ('get_failed_on__isnull', True)), models.Q(('get_due_on__isnull', False), models.Q(('get_note', ''), _negated=True)), _connector='OR'), name='concession_get_settled_with_note'),
        ),
        migrations.AddConstraint(
            model_name='concession',
            constraint=models.CheckConstraint(condition=models.Q(('get_delivered_on__isnull', True), ('get_failed_on__isnull', True), _connector='OR'), name='concession_get_delivered_or_not'),
        ),
        migrations.AddConstraint(
            model_name='concession',
            constraint=models.CheckConstraint(condition=models.Q(('ended_on__isnull', True), models.Q(models.Q(('ended_reason', ''), _negated=True), models.Q(('ended_by', ''), _negated=True)), _connector='OR'), name='concession_ended_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='concession',
            constraint=models.CheckConstraint(condition=models.Q(('currency__regex', '^[A-Z]{3}$')), name='concession_currency_iso'),
        ),
    ]

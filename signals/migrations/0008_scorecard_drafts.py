"""Drafts of scorecards with a second person, previews, noted facts, overrides of scores."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pghistory.utils
import renewals.models.base
import signals.models.scorecards
from django.conf import settings
from django.db import migrations, models


# The owner is held to row-level security, too; `migrate` puts FORCE back at its end.
RETIRED = """
ALTER TABLE signals_scorecardversion NO FORCE ROW LEVEL SECURITY;
ALTER TABLE signals_scorecardversion DISABLE TRIGGER USER;
UPDATE signals_scorecardversion SET state = 'retired' WHERE retired_at IS NOT NULL;
ALTER TABLE signals_scorecardversion ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('renewals', '0002_search_door'),
        ('signals', '0007_snapshots'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='NotedFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(help_text='the kind of the signal it became', max_length=64)),
                ('value', models.FloatField(help_text='on the scale of its kind; none for a date alone', null=True)),
                ('text', models.CharField(max_length=1000)),
                ('observed_on', models.DateField()),
                ('budget_on', models.DateField(help_text='when their budget is decided', null=True)),
                ('expires_at', models.DateTimeField()),
                ('author', models.CharField(max_length=150)),
                ('noted_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(help_text='expired, replaced or withdrawn', null=True)),
                ('ended_how', models.CharField(blank=True, max_length=10)),
                ('ended_by', models.CharField(blank=True, max_length=150)),
                ('ended_reason', models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name='NotedFactEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(help_text='the kind of the signal it became', max_length=64)),
                ('value', models.FloatField(help_text='on the scale of its kind; none for a date alone', null=True)),
                ('text', models.CharField(max_length=1000)),
                ('observed_on', models.DateField()),
                ('budget_on', models.DateField(help_text='when their budget is decided', null=True)),
                ('expires_at', models.DateTimeField()),
                ('author', models.CharField(max_length=150)),
                ('noted_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(help_text='expired, replaced or withdrawn', null=True)),
                ('ended_how', models.CharField(blank=True, max_length=10)),
                ('ended_by', models.CharField(blank=True, max_length=150)),
                ('ended_reason', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ScorecardPreview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveIntegerField(help_text='of the draft; a later edit makes the preview stale')),
                ('state', models.CharField(choices=[('running', 'Running'), ('done', 'Done'), ('failed', 'Failed')], default='running', max_length=10)),
                ('requested_by', models.CharField(max_length=150)),
                ('requested_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('total', models.PositiveIntegerField(help_text='accounts to look at')),
                ('done', models.PositiveIntegerField(default=0)),
                ('cursor', models.BigIntegerField(default=0, help_text='the last account looked at')),
                ('counts', models.JSONField(default=dict, help_text='from band: to band: how many')),
                ('error', models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name='ScorecardPreviewRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_band', models.CharField(blank=True, max_length=20)),
                ('to_band', models.CharField(blank=True, max_length=20)),
                ('before', models.FloatField(null=True)),
                ('after', models.FloatField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ScoreOverride',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('health', 'Health'), ('risk', 'Risk'), ('expansion', 'Expansion')], max_length=10)),
                ('value', models.FloatField()),
                ('machine_value', models.FloatField(help_text='what was computed at that time; none when not scored', null=True)),
                ('reason', models.CharField(max_length=500)),
                ('author', models.CharField(max_length=150)),
                ('starts_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_how', models.CharField(blank=True, max_length=10)),
                ('ended_by', models.CharField(blank=True, max_length=150)),
                ('ended_reason', models.CharField(blank=True, max_length=300)),
                ('judged_at', models.DateTimeField(null=True)),
                ('was_lost', models.BooleanField(null=True)),
                ('person_error', models.FloatField(help_text="points between the person's value and what happened", null=True)),
                ('machine_error', models.FloatField(help_text='the same of the computed value; none when not scored', null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ScoreOverrideEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('health', 'Health'), ('risk', 'Risk'), ('expansion', 'Expansion')], max_length=10)),
                ('value', models.FloatField()),
                ('machine_value', models.FloatField(help_text='what was computed at that time; none when not scored', null=True)),
                ('reason', models.CharField(max_length=500)),
                ('author', models.CharField(max_length=150)),
                ('starts_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_how', models.CharField(blank=True, max_length=10)),
                ('ended_by', models.CharField(blank=True, max_length=150)),
                ('ended_reason', models.CharField(blank=True, max_length=300)),
                ('judged_at', models.DateTimeField(null=True)),
                ('was_lost', models.BooleanField(null=True)),
                ('person_error', models.FloatField(help_text="points between the person's value and what happened", null=True)),
                ('machine_error', models.FloatField(help_text='the same of the computed value; none when not scored', null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='currentrisk',
            name='computed',
            field=models.JSONField(help_text='state, band, value: what the rules say', null=True),
        ),
        migrations.AddField(
            model_name='currentscore',
            name='computed',
            field=models.JSONField(help_text='state, band, value: what the rules say', null=True),
        ),
        migrations.AddField(
            model_name='scorecardversion',
            name='approved_by',
            field=models.CharField(blank=True, max_length=150),
        ),
        migrations.AddField(
            model_name='scorecardversion',
            name='approver',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='scorecardversion',
            name='based_on',
            field=renewals.models.base.WorkspaceForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='signals.scorecardversion'),
        ),
        migrations.AddField(
            model_name='scorecardversion',
            name='edited_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='scorecardversion',
            name='edited_by',
            field=models.CharField(blank=True, max_length=150),
        ),
        migrations.AddField(
            model_name='scorecardversion',
            name='editor_ids',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='scorecardversion',
            name='ended_by',
            field=models.CharField(blank=True, max_length=150),
        ),
        migrations.AddField(
            model_name='scorecardversion',
            name='ended_reason',
            field=models.CharField(blank=True, help_text='why it was rejected', max_length=300),
        ),
        migrations.AddField(
            model_name='scorecardversion',
            name='marked_up_to',
            field=models.BigIntegerField(help_text='accounts marked so far for scoring; empty when all are', null=True),
        ),
        migrations.AddField(
            model_name='scorecardversion',
            name='revision',
            field=models.PositiveIntegerField(default=1, help_text='counts the edits, so that none is overwritten unseen'),
        ),
        migrations.AddField(
            model_name='scorecardversion',
            name='state',
            field=models.CharField(choices=[('draft', 'Draft'), ('waiting', 'Waiting'), ('published', 'Published'), ('retired', 'Retired'), ('rejected', 'Rejected')], default='published', max_length=10),
        ),
        migrations.AddField(
            model_name='scorecardversion',
            name='submitted_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='scorecardversionevent',
            name='approved_by',
            field=models.CharField(blank=True, max_length=150),
        ),
        migrations.AddField(
            model_name='scorecardversionevent',
            name='approver',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='scorecardversionevent',
            name='based_on',
            field=renewals.models.base.WorkspaceForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='signals.scorecardversion'),
        ),
        migrations.AddField(
            model_name='scorecardversionevent',
            name='edited_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='scorecardversionevent',
            name='edited_by',
            field=models.CharField(blank=True, max_length=150),
        ),
        migrations.AddField(
            model_name='scorecardversionevent',
            name='editor_ids',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='scorecardversionevent',
            name='ended_by',
            field=models.CharField(blank=True, max_length=150),
        ),
        migrations.AddField(
            model_name='scorecardversionevent',
            name='ended_reason',
            field=models.CharField(blank=True, help_text='why it was rejected', max_length=300),
        ),
        migrations.AddField(
            model_name='scorecardversionevent',
            name='marked_up_to',
            field=models.BigIntegerField(help_text='accounts marked so far for scoring; empty when all are', null=True),
        ),
        migrations.AddField(
            model_name='scorecardversionevent',
            name='revision',
            field=models.PositiveIntegerField(default=1, help_text='counts the edits, so that none is overwritten unseen'),
        ),
        migrations.AddField(
            model_name='scorecardversionevent',
            name='state',
            field=models.CharField(choices=[('draft', 'Draft'), ('waiting', 'Waiting'), ('published', 'Published'), ('retired', 'Retired'), ('rejected', 'Rejected')], default='published', max_length=10),
        ),
        migrations.AddField(
            model_name='scorecardversionevent',
            name='submitted_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='scorecardversion',
            name='number',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='scorecardversionevent',
            name='number',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.RunSQL(RETIRED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='scorecardversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', False), ('retired_at__isnull', True), ('state', 'published')), models.Q(('published_at__isnull', False), ('retired_at__isnull', False), ('state', 'retired')), models.Q(('published_at__isnull', True), ('state__in', ['draft', 'waiting', 'rejected'])), _connector='OR'), name='scorecard_state_fits_its_dates'),
        ),
        migrations.AddConstraint(
            model_name='scorecardversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('number__isnull', True), ('published_at__isnull', True)), models.Q(('number__isnull', False), ('published_at__isnull', False)), _connector='OR'), name='scorecard_number_when_published'),
        ),
        migrations.AddConstraint(
            model_name='scorecardversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['published', 'retired']), _negated=True), ('editor_ids', []), ('approver__isnull', False), _connector='OR'), name='scorecard_of_a_person_is_approved'),
        ),
        migrations.AddConstraint(
            model_name='scorecardversion',
            constraint=models.CheckConstraint(condition=signals.models.scorecards.IsNotAmong('approver', 'editor_ids'), name='scorecard_approved_by_a_second_person'),
        ),
        migrations.AddConstraint(
            model_name='scorecardversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'rejected'), _negated=True), models.Q(models.Q(('ended_reason', ''), _negated=True), models.Q(('ended_by', ''), _negated=True)), _connector='OR'), name='scorecard_rejected_with_reason'),
        ),
        migrations.AddField(
            model_name='notedfact',
            name='account',
            field=renewals.models.base.WorkspaceForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='noted_facts', to='renewals.account'),
        ),
        migrations.AddField(
            model_name='notedfact',
            name='noted_by',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='notedfact',
            name='replaces',
            field=renewals.models.base.WorkspaceForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='signals.notedfact'),
        ),
        migrations.AddField(
            model_name='notedfact',
            name='workspace',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='renewals.workspace'),
        ),
        migrations.AddField(
            model_name='notedfactevent',
            name='account',
            field=renewals.models.base.WorkspaceForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='renewals.account'),
        ),
        migrations.AddField(
            model_name='notedfactevent',
            name='noted_by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='notedfactevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='signals.notedfact'),
        ),
        migrations.AddField(
            model_name='notedfactevent',
            name='replaces',
            field=renewals.models.base.WorkspaceForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='signals.notedfact'),
        ),
        migrations.AddField(
            model_name='notedfactevent',
            name='workspace',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='renewals.workspace'),
        ),
        migrations.AddField(
            model_name='scorecardpreview',
            name='against',
            field=renewals.models.base.WorkspaceForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='signals.scorecardversion'),
        ),
        migrations.AddField(
            model_name='scorecardpreview',
            name='version',
            field=renewals.models.base.WorkspaceForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='previews', to='signals.scorecardversion'),
        ),
        migrations.AddField(
            model_name='scorecardpreview',
            name='workspace',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='renewals.workspace'),
        ),
        migrations.AddField(
            model_name='scorecardpreviewrow',
            name='account',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='renewals.account'),
        ),
        migrations.AddField(
            model_name='scorecardpreviewrow',
            name='preview',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='rows', to='signals.scorecardpreview'),
        ),
        migrations.AddField(
            model_name='scorecardpreviewrow',
            name='renewal',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='renewals.renewal'),
        ),
        migrations.AddField(
            model_name='scorecardpreviewrow',
            name='workspace',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='renewals.workspace'),
        ),
        migrations.AddField(
            model_name='scoreoverride',
            name='account',
            field=renewals.models.base.WorkspaceForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='score_overrides', to='renewals.account'),
        ),
        migrations.AddField(
            model_name='scoreoverride',
            name='judged_by_renewal',
            field=renewals.models.base.WorkspaceForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='renewals.renewal'),
        ),
        migrations.AddField(
            model_name='scoreoverride',
            name='renewal',
            field=renewals.models.base.WorkspaceForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='score_overrides', to='renewals.renewal'),
        ),
        migrations.AddField(
            model_name='scoreoverride',
            name='set_by',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='scoreoverride',
            name='workspace',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='renewals.workspace'),
        ),
        migrations.AddField(
            model_name='currentrisk',
            name='override',
            field=renewals.models.base.WorkspaceForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='signals.scoreoverride'),
        ),
        migrations.AddField(
            model_name='currentscore',
            name='override',
            field=renewals.models.base.WorkspaceForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='signals.scoreoverride'),
        ),
        migrations.AddConstraint(
            model_name='currentrisk',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('computed__isnull', True), ('override__isnull', True)), models.Q(('computed__isnull', False), ('override__isnull', False)), _connector='OR'), name='current_risk_computed_is_kept'),
        ),
        migrations.AddConstraint(
            model_name='currentscore',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('computed__isnull', True), ('override__isnull', True)), models.Q(('computed__isnull', False), ('override__isnull', False)), _connector='OR'), name='current_score_computed_is_kept'),
        ),
        migrations.AddField(
            model_name='scoreoverrideevent',
            name='account',
            field=renewals.models.base.WorkspaceForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='renewals.account'),
        ),
        migrations.AddField(
            model_name='scoreoverrideevent',
            name='judged_by_renewal',
            field=renewals.models.base.WorkspaceForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='renewals.renewal'),
        ),
        migrations.AddField(
            model_name='scoreoverrideevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='signals.scoreoverride'),
        ),
        migrations.AddField(
            model_name='scoreoverrideevent',
            name='renewal',
            field=renewals.models.base.WorkspaceForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='renewals.renewal'),
        ),
        migrations.AddField(
            model_name='scoreoverrideevent',
            name='set_by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='scoreoverrideevent',
            name='workspace',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='renewals.workspace'),
        ),
        migrations.AddIndex(
            model_name='notedfact',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['workspace', 'expires_at'], name='noted_fact_due'),
        ),
        migrations.AddConstraint(
            model_name='notedfact',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('author', ''), _negated=True), models.Q(('text', ''), _negated=True)), name='noted_fact_author_and_words'),
        ),
        migrations.AddConstraint(
            model_name='notedfact',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('noted_at'))), name='noted_fact_expires_after_noted'),
        ),
        migrations.AddConstraint(
            model_name='notedfact',
            constraint=models.CheckConstraint(condition=models.Q(('value__isnull', False), ('budget_on__isnull', False), _connector='OR'), name='noted_fact_says_something'),
        ),
        migrations.AddConstraint(
            model_name='notedfact',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_how', '')), models.Q(('ended_at__isnull', False), ('ended_how__in', ['expired', 'replaced', 'withdrawn'])), _connector='OR'), name='noted_fact_ended_somehow'),
        ),
        migrations.AddConstraint(
            model_name='notedfact',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_how', 'withdrawn'), _negated=True), models.Q(models.Q(('ended_reason', ''), _negated=True), models.Q(('ended_by', ''), _negated=True)), _connector='OR'), name='noted_fact_withdrawn_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='notedfact',
            constraint=models.UniqueConstraint(fields=('workspace', 'replaces'), name='noted_fact_replaced_once'),
        ),
        migrations.AddConstraint(
            model_name='scorecardpreview',
            constraint=models.UniqueConstraint(fields=('workspace', 'version', 'revision'), name='scorecard_preview_once'),
        ),
        migrations.AddConstraint(
            model_name='scorecardpreview',
            constraint=models.CheckConstraint(condition=models.Q(('done__lte', models.F('total'))), name='scorecard_preview_done_within_total'),
        ),
        migrations.AddIndex(
            model_name='scorecardpreviewrow',
            index=models.Index(fields=['workspace', 'preview', 'account'], name='preview_rows'),
        ),
        migrations.AddIndex(
            model_name='scoreoverride',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['workspace', 'expires_at'], name='override_due'),
        ),
        migrations.AddIndex(
            model_name='scoreoverride',
            index=models.Index(condition=models.Q(('judged_at__isnull', True)), fields=['workspace', 'account'], name='override_unjudged'),
        ),
        migrations.AddConstraint(
            model_name='scoreoverride',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('author', ''), _negated=True)), name='override_reason_and_author'),
        ),
        migrations.AddConstraint(
            model_name='scoreoverride',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('starts_at'))), name='override_expires_after_start'),
        ),
        migrations.AddConstraint(
            model_name='scoreoverride',
            constraint=models.CheckConstraint(condition=models.Q(('value__gte', 0), ('value__lte', 100)), name='override_value_in_scale'),
        ),
        migrations.AddConstraint(
            model_name='scoreoverride',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'risk'), ('renewal__isnull', False)), models.Q(('kind', 'health'), ('renewal__isnull', True)), _connector='OR'), name='override_of_an_account_or_a_renewal'),
        ),
        migrations.AddConstraint(
            model_name='scoreoverride',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_how', '')), models.Q(('ended_at__isnull', False), ('ended_how__in', ['expired', 'replaced', 'withdrawn', 'closed'])), _connector='OR'), name='override_ended_somehow'),
        ),
        migrations.AddConstraint(
            model_name='scoreoverride',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('judged_at__isnull', True), ('person_error__isnull', True), ('was_lost__isnull', True)), models.Q(('judged_at__isnull', False), ('person_error__isnull', False), ('was_lost__isnull', False)), _connector='OR'), name='override_judged_as_a_whole'),
        ),
        migrations.AddConstraint(
            model_name='scoreoverride',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True), ('kind', 'health')), fields=('workspace', 'account'), name='override_one_health_of_an_account'),
        ),
        migrations.AddConstraint(
            model_name='scoreoverride',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True), ('kind', 'risk')), fields=('workspace', 'renewal'), name='override_one_risk_of_a_renewal'),
        ),
    ]

"""Keep what is known of a negotiation, and who gets the credit of it."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pghistory.utils
import renewals.models.base
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('offers', '0009_offer_plans'),
        ('renewals', '0011_price_terms_and_rests'),
    ]

    operations = [
        migrations.CreateModel(
            name='NegotiationNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('subject', models.CharField(help_text='the competitor, the objection, the product', max_length=120)),
                ('comment', models.CharField(blank=True, max_length=600)),
                ('amount', models.DecimalField(decimal_places=4, help_text='what an opening may be worth a year', max_digits=18, null=True)),
                ('currency', models.CharField(max_length=3)),
                ('source', models.CharField(max_length=20)),
                ('heard_on', models.DateField()),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.CharField(max_length=150)),
                ('taken_back_at', models.DateTimeField(null=True)),
                ('taken_back_by', models.CharField(blank=True, max_length=150)),
                ('taken_back_reason', models.CharField(blank=True, max_length=300)),
                ('renewal', renewals.models.base.WorkspaceForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='negotiation_notes', to='renewals.renewal')),
                ('walk', renewals.models.base.WorkspaceForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='offers.treewalk')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='renewals.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='NegotiationNoteEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(max_length=20)),
                ('subject', models.CharField(help_text='the competitor, the objection, the product', max_length=120)),
                ('comment', models.CharField(blank=True, max_length=600)),
                ('amount', models.DecimalField(decimal_places=4, help_text='what an opening may be worth a year', max_digits=18, null=True)),
                ('currency', models.CharField(max_length=3)),
                ('source', models.CharField(max_length=20)),
                ('heard_on', models.DateField()),
                ('recorded_at', models.DateTimeField()),
                ('recorded_by', models.CharField(max_length=150)),
                ('taken_back_at', models.DateTimeField(null=True)),
                ('taken_back_by', models.CharField(blank=True, max_length=150)),
                ('taken_back_reason', models.CharField(blank=True, max_length=300)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='offers.negotiationnote')),
                ('renewal', renewals.models.base.WorkspaceForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='renewals.renewal')),
                ('walk', renewals.models.base.WorkspaceForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='offers.treewalk')),
                ('workspace', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='renewals.workspace')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CreditSplit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('holders', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), size=None)),
                ('percents', django.contrib.postgres.fields.ArrayField(base_field=models.DecimalField(decimal_places=3, max_digits=6), size=None)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('set_at', models.DateTimeField()),
                ('set_by', models.CharField(max_length=150)),
                ('renewal', renewals.models.base.WorkspaceForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='credit_splits', to='renewals.renewal')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='renewals.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'renewal', 'number'), name='credit_split_once')],
            },
        ),
        migrations.AddIndex(
            model_name='negotiationnote',
            index=models.Index(fields=['workspace', 'renewal'], name='negotiation_note_renewal'),
        ),
        migrations.AddConstraint(
            model_name='negotiationnote',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('subject', ''), _negated=True), models.Q(('kind', ''), _negated=True), models.Q(('source', ''), _negated=True)), name='note_says_what'),
        ),
        migrations.AddConstraint(
            model_name='negotiationnote',
            constraint=models.CheckConstraint(condition=models.Q(('amount__isnull', True), ('amount__gte', 0), _connector='OR'), name='note_amount_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='negotiationnote',
            constraint=models.CheckConstraint(condition=models.Q(('taken_back_at__isnull', True), models.Q(('taken_back_reason', ''), _negated=True), _connector='OR'), name='note_taken_back_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='negotiationnote',
            constraint=models.CheckConstraint(condition=models.Q(('currency__regex', '^[A-Z]{3}$')), name='note_currency_iso'),
        ),
    ]

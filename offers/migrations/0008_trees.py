"""Keep versions of decision trees, and their walks on renewals with every recorded answer."""

import django.db.models.deletion
import pghistory.utils
import renewals.models.base
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('offers', '0007_price_revisions'),
        ('renewals', '0010_contracts_in_full'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TreeVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60)),
                ('number', models.PositiveIntegerField()),
                ('definition', models.JSONField()),
                ('is_active', models.BooleanField(default=True, help_text='whether new walks begin with it')),
                ('published_at', models.DateTimeField()),
                ('published_by', models.CharField(max_length=150)),
                ('reason', models.CharField(max_length=300)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='renewals.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='TreeVersionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('key', models.SlugField(db_index=False, max_length=60)),
                ('number', models.PositiveIntegerField()),
                ('definition', models.JSONField()),
                ('is_active', models.BooleanField(default=True, help_text='whether new walks begin with it')),
                ('published_at', models.DateTimeField()),
                ('published_by', models.CharField(max_length=150)),
                ('reason', models.CharField(max_length=300)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='offers.treeversion')),
                ('workspace', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='renewals.workspace')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TreeWalk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField()),
                ('started_by', models.CharField(max_length=150)),
                ('renewal', renewals.models.base.WorkspaceForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='walks', to='renewals.renewal')),
                ('tree', renewals.models.base.WorkspaceForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='walks', to='offers.treeversion')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='renewals.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='TreeWalkEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('started_at', models.DateTimeField()),
                ('started_by', models.CharField(max_length=150)),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='offers.treewalk')),
                ('renewal', renewals.models.base.WorkspaceForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='renewals.renewal')),
                ('tree', renewals.models.base.WorkspaceForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='offers.treeversion')),
                ('workspace', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='renewals.workspace')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='WalkAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('question', models.CharField(max_length=60)),
                ('answer', models.CharField(max_length=60)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('answered_at', models.DateTimeField()),
                ('answered_by', models.CharField(max_length=150)),
                ('user', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('walk', renewals.models.base.WorkspaceForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='offers.treewalk')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='renewals.workspace')),
            ],
        ),
        migrations.AddConstraint(
            model_name='treeversion',
            constraint=models.UniqueConstraint(fields=('workspace', 'key', 'number'), name='tree_version_once'),
        ),
        migrations.AddConstraint(
            model_name='treeversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_by', ''), _negated=True), models.Q(('reason', ''), _negated=True)), name='tree_by_whom_and_why'),
        ),
        migrations.AddConstraint(
            model_name='treewalk',
            constraint=models.UniqueConstraint(fields=('workspace', 'renewal', 'tree'), name='tree_walk_once_a_version'),
        ),
        migrations.AddConstraint(
            model_name='walkanswer',
            constraint=models.UniqueConstraint(fields=('workspace', 'walk', 'number'), name='walk_answer_once'),
        ),
        migrations.AddConstraint(
            model_name='walkanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('question', ''), _negated=True), models.Q(('answer', ''), _negated=True)), name='walk_answer_says_something'),
        ),
    ]

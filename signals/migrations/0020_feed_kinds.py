"""Keep which kinds each source sends of a family, so that a history that ended is measured against its own sources."""

import django.contrib.postgres.fields
from django.db import migrations, models

# `migrate` secures every table again at its end. Until a feed speaks again, every kind of its family that the workspace has heard stands for what it sent.
KNOWN_SO_FAR = """
ALTER TABLE signals_sourcefeed NO FORCE ROW LEVEL SECURITY;
ALTER TABLE signals_kindheard NO FORCE ROW LEVEL SECURITY;
UPDATE signals_sourcefeed f SET kinds = ARRAY(
  SELECT h.kind FROM signals_kindheard h
  WHERE h.workspace_id = f.workspace_id AND split_part(h.kind, '.', 1) = f.family ORDER BY h.kind)
"""


class Migration(migrations.Migration):
    """A column, filled from what is known."""

    dependencies = [("signals", "0019_tier_confirmed")]

    operations = [
        migrations.AddField(
            model_name="sourcefeed",
            name="kinds",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), default=list, help_text="every kind it ever sent, in order", size=None
            ),
        ),
        migrations.RunSQL(KNOWN_SO_FAR, migrations.RunSQL.noop),
    ]

"""Leave room in the pages of current expansion scores, so that rewriting a row stays in its page (HOT), as for health."""

from django.db import migrations


class Migration(migrations.Migration):
    """A setting of one table."""

    dependencies = [("signals", "0017_feature_rules")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE signals_currentexpansion SET (fillfactor = 70)",
            "ALTER TABLE signals_currentexpansion RESET (fillfactor)",
        )
    ]

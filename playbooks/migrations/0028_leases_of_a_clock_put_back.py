from django.db import migrations

from playbooks.migrations._statements import DUE_WORKSPACES

REPLACED = DUE_WORKSPACES.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
FREE = "lease_until NOT BETWEEN clock_timestamp() AND clock_timestamp() + interval '600 seconds'"


class Migration(migrations.Migration):
    """A lease that ends later than any lease can was taken before the machine's clock was put back: it holds nothing."""

    dependencies = [("playbooks", "0027_holdouts")]

    operations = [migrations.RunSQL(REPLACED.replace("lease_until < clock_timestamp()", FREE), REPLACED)]

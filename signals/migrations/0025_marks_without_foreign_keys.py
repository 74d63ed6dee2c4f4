from django.db import migrations, models


class Migration(migrations.Migration):
    """Marks are made from the accounts themselves: two keys and two indexes that each of them paid for go."""

    dependencies = [("renewals", "0020_book_notes"), ("signals", "0024_source_delays")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE signals_accountchange DROP CONSTRAINT IF EXISTS inside_signals_accountchange_account_id",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name="accountchange",
            name="account",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=models.DO_NOTHING,
                related_name="+",
                to="renewals.account",
            ),
        ),
        migrations.AlterField(
            model_name="accountchange",
            name="workspace",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=models.PROTECT,
                related_name="+",
                to="renewals.workspace",
            ),
        ),
    ]

"""The one function through which the application drops months that no workspace keeps any more."""

from django.db import migrations

# It takes no moment: a moved clock must not drop anything. It waits two seconds at most for those who read, and an error
# then says so; whoever calls tries again later. Only whole months go, and none that any workspace still keeps.
FUNCTION = """
CREATE FUNCTION signals_drop_old_partitions() RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
    kept integer := (SELECT max(signals_kept_months) FROM renewals_workspace);
    bound timestamp := date_trunc('month', now() AT TIME ZONE 'UTC') - make_interval(months => kept);
    part text;
    ends timestamp;
    gone text[] := '{}';
BEGIN
    IF kept IS NULL THEN
        RETURN gone;
    END IF;
    FOR part IN
        SELECT c.relname::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'public.signals_signal'::regclass ORDER BY 1
    LOOP
        ends := CASE WHEN part = 'signals_signal_before_2015' THEN '2015-01-01'::timestamp
                     ELSE to_date(right(part, 7), 'YYYY_MM') + interval '1 month' END;
        IF ends <= bound THEN
            EXECUTE format('ALTER TABLE public.signals_signal DETACH PARTITION public.%I', part);
            EXECUTE format('DROP TABLE public.%I', part);
            gone := gone || part;
        END IF;
    END LOOP;
    RETURN gone;
END $$;
REVOKE ALL ON FUNCTION signals_drop_old_partitions() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION signals_drop_old_partitions() TO perennial_app;
"""


class Migration(migrations.Migration):
    """Make the function; it drops nothing by itself."""

    dependencies = [("signals", "0010_risk_model_bodies"), ("renewals", "0004_signals_kept_months")]

    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION signals_drop_old_partitions()")]

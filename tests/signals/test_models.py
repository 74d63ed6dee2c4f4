"""The partitioned table: months on demand, no way round the parent."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import Error, connection, connections, transaction

from renewals.models import Workspace
from signals.actions.intake import drop_old_months, ensure_months_ahead
from tests.plugins.database import make_workspace

MARCH = datetime(2026, 3, 31, 23, 59, tzinfo=UTC)


def ensure(moment: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT signals_ensure_partition(%s)", [moment])
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("moment", "name"),
    [
        (MARCH, "signals_signal_2026_03"),
        (datetime(2026, 4, 1, tzinfo=UTC), "signals_signal_2026_04"),
        (datetime(1991, 5, 5, tzinfo=UTC), "signals_signal_before_2015"),
        (datetime(2014, 12, 31, 23, tzinfo=UTC), "signals_signal_before_2015"),
    ],
)
def test_partition_of_a_moment_is_made_once(db: None, moment: datetime, name: str) -> None:
    assert (ensure(moment), ensure(moment)) == (name, name)


def test_partition_beyond_2100_is_refused(db: None) -> None:
    with pytest.raises(Error, match="E-SIG-02"), transaction.atomic():
        ensure(datetime(2101, 1, 1, tzinfo=UTC))


def test_partition_read_directly_is_refused(inside: Workspace) -> None:
    name = ensure(MARCH)
    with pytest.raises(Error, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {name}")


def test_signal_without_a_partition_is_an_error_not_lost(inside: Workspace) -> None:
    with pytest.raises(Error, match="no partition"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO signals_signal (workspace_id, account_id, source_id, occurred_at, received_at, kind,"
            " external_id, subject, text, author) VALUES (%s, 1, 1, '2099-01-01Z', now(), 'usage.x', '', '', '', '')",
            [inside.id],
        )


def months() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_inherits JOIN pg_class ON oid = inhrelid"
            " WHERE inhparent = 'signals_signal'::regclass"
        )
        return {row[0] for row in cursor.fetchall()}


def test_month_ahead_is_made_for_the_next_quarter(db: None) -> None:
    ensure_months_ahead(now=datetime(2031, 11, 30, tzinfo=UTC))
    made = {"signals_signal_2031_11", "signals_signal_2031_12", "signals_signal_2032_01", "signals_signal_2032_02"}
    assert made <= months()


@pytest.mark.parametrize(("kept", "goes"), [(60, True), (240, False)])
def test_month_goes_when_no_workspace_keeps_it(inside: Workspace, kept: int, goes: bool) -> None:
    Workspace.objects.filter(id=inside.id).update(signals_kept_months=kept)
    old, recent = ensure(datetime(2016, 3, 5, tzinfo=UTC)), ensure(datetime.now(UTC) - timedelta(days=59 * 30))
    gone = drop_old_months()
    assert (old in gone, old in months()) == (goes, not goes)
    assert recent in months()
    assert drop_old_months() == ()


def test_month_somebody_reads_is_dropped_later(committed: None) -> None:
    make_workspace("old-months")
    name = ensure(datetime(2016, 3, 5, tzinfo=UTC))
    with connections["owner"].cursor() as reader, transaction.atomic(using="owner"):
        reader.execute("SELECT count(*) FROM signals_signal")
        assert drop_old_months() == ()
    assert name in months()
    assert name in drop_old_months()

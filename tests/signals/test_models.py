"""The partitioned table: months on demand, no way round the parent."""

from datetime import UTC, datetime

import pytest
from django.db import Error, connection, transaction

from renewals.models import Workspace

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

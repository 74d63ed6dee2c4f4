"""Statistics: the application may have tables counted anew, and does so only where it matters."""

from django.db import connection

from renewals.actions.statistics import MANY_ROWS, refresh_statistics
from renewals.models import Team, Workspace


def counted() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'renewals_team'")
        return cursor.fetchone()[0]


def test_refresh_counts_a_table_within_the_transaction_that_filled_it(inside: Workspace) -> None:
    refresh_statistics(["renewals_team"])
    before = counted()
    Team.objects.bulk_create(Team(workspace=inside, name=f"Team {number}") for number in range(1500))
    refresh_statistics(["renewals_team"])
    assert counted() - before == 1500


def test_refresh_leaves_tables_alone_after_a_few_rows(inside: Workspace) -> None:
    refresh_statistics(["renewals_team"])
    before = counted()
    Team.objects.bulk_create(Team(workspace=inside, name=f"Team {number}") for number in range(1500))
    refresh_statistics(["renewals_team"], rows=MANY_ROWS - 1)
    assert counted() == before

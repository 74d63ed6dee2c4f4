"""Queries that are written down once: they find what the plain query finds, each time anew, with what they are told."""

import pytest
from django.db import connection
from django.db.models import Count, Q
from django.test.utils import CaptureQueriesContext

from renewals.actions.accounts import record_accounts
from renewals.core.records import AccountRow
from renewals.models import Account
from renewals.queries.written import Given, Written, given_ids
from tests.renewals.build import NOW


@pytest.fixture
def record(inside, actor):
    def recorded(*names: str) -> list[int]:
        rows = [AccountRow(external_id=name, name=name.title(), currency="EUR") for name in names]
        record_accounts(rows=rows, by=actor, now=NOW)
        return list(Account.objects.filter(external_id__in=names).order_by("id").values_list("id", flat=True))

    return recorded


def test_rows_are_read_each_time_with_the_values_that_are_told(record) -> None:
    record("ada", "bob")
    kept = Written(lambda: Account.objects.filter(Q(external_id=Given("name")) | Q(name=Given("name"))))
    assert [row.name for row in kept.read(name="ada")] == ["Ada"]
    assert kept.read(name="cem") == []
    record("cem")
    assert kept.read(name="cem") == list(Account.objects.filter(external_id="cem"))
    assert kept.first(name="dan") is None


def test_query_is_made_and_written_down_once(record) -> None:
    made = []
    kept = Written(lambda: made.append(1) or Account.objects.order_by("name").values_list("name", flat=True))
    assert made == []
    record("ada")
    assert kept.read() == ["Ada"]
    record("bob")
    assert kept.read() == ["Ada", "Bob"]
    assert made == [1]


def test_related_rows_and_only_some_columns_come_as_with_the_plain_query(record) -> None:
    record("ada")
    kept = Written(lambda: Account.objects.select_related("workspace").only("name", "workspace__slug"))
    (row,) = kept.read()
    with CaptureQueriesContext(connection) as asked:
        assert (row.name, row.workspace.slug) == ("Ada", row.workspace.slug)
    assert len(asked) == 0
    assert row.get_deferred_fields() == Account.objects.only("name", "workspace").get().get_deferred_fields()


def test_ids_are_told_as_one_array(record) -> None:
    ids = record("ada", "bob", "cem")
    kept = Written(lambda: Account.objects.filter(given_ids("id", "ids")).order_by("id").values_list("id", flat=True))
    others = Written(
        lambda: Account.objects.filter(~given_ids("id", "ids")).order_by("id").values_list("id", flat=True)
    )
    assert kept.read(ids=ids[:2]) == ids[:2]
    assert kept.read(ids=[]) == []
    assert others.read(ids=ids[:2]) == ids[2:]
    assert others.read(ids=[]) == ids


def test_sums_by_group_and_queries_that_find_nothing(record) -> None:
    record("ada", "bob")
    sums = Written(lambda: Account.objects.order_by().values_list("industry").annotate(Count("id")))
    assert sums.read() == [("", 2)]
    nobody = Written(Account.objects.none)
    assert nobody.read() == []
    assert nobody.first() is None


def test_a_value_that_is_not_told_is_an_error(record) -> None:
    kept = Written(lambda: Account.objects.filter(name=Given("name")))
    with pytest.raises(KeyError, match="name"):
        kept.read()

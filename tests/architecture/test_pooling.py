"""Poolers in transaction mode are supported: what they ask of the code is held here, since none is run."""

import pytest
from django.conf import settings
from django.db import connection

from tests.architecture.house import Module, offences
from tests.architecture.rules.pooling import outlives_no_transaction

BAD = (
    'run("SET statement_timeout = 5")',
    'run("SET SESSION work_mem TO 5")',
    "run(\"SELECT set_config('a.b', %s, false)\")",
    'run("SELECT pg_advisory_lock(1)")',
    'run("SELECT pg_try_advisory_lock(1)")',
    'run("LISTEN news")',
    'run("PREPARE a AS SELECT 1")',
    'run("DECLARE a CURSOR WITH HOLD FOR SELECT 1")',
    'run("CREATE TEMP TABLE a (b int)")',
    "connection.set_session(autocommit=True)",
    'raw.cursor(name="rows")',
)
GOOD = (
    'run("SET LOCAL statement_timeout = 5")',
    "run(\"SELECT set_config('a.b', %s, true)\")",
    'run("SELECT pg_advisory_xact_lock(1)")',
    'run("CREATE TEMP TABLE a (b int) ON COMMIT DROP")',
    'run("UPDATE a SET b = 1")',
    "connection.cursor()",
)


def test_nothing_of_ours_outlives_its_transaction() -> None:
    assert "\n".join(offences(outlives_no_transaction)) == ""


@pytest.mark.parametrize("source", BAD)
def test_what_would_outlive_it_is_seen(source: str) -> None:
    assert len(offences(outlives_no_transaction, [Module(path="offers/actions/x.py", source=source)])) == 1


@pytest.mark.parametrize("source", GOOD)
def test_what_ends_with_it_is_left_alone(source: str) -> None:
    assert offences(outlives_no_transaction, [Module(path="offers/actions/x.py", source=source)]) == []


def test_no_statement_is_prepared_and_no_cursor_held_by_the_driver() -> None:
    """Django holds the cursor of `iterator` only outside of a transaction, where our policies show no row."""
    assert "prepare_threshold" not in settings.DATABASES["default"].get("OPTIONS", {})
    assert connection.get_connection_params().get("prepare_threshold") is None

"""Real servers: started, connected to, killed, stopped."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import environ
import psycopg2
import pytest
import redis

from config.stack.embedded import EmbeddedStack
from config.stack.errors import StackError
from config.stack.places import CHECKOUT, service_user
from tests.stack.conftest import processes_naming


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def test_environment_is_read_alike_by_django_and_libpq(stack: EmbeddedStack) -> None:
    found = stack.environment()
    assert sorted(found) == ["CELERY_BROKER_URL", "DATABASE_OWNER_URL", "DATABASE_URL", "REDIS_URL"]
    read = environ.Env.db_url_config(found["DATABASE_URL"])
    assert (read["USER"], read["NAME"], read["PORT"]) == ("perennial_app", "perennial", "")
    assert rows(found["DATABASE_URL"], "SELECT current_user, current_database()") == [("perennial_app", "perennial")]
    connection = psycopg2.connect(dbname=read["NAME"], user=read["USER"], **read["OPTIONS"])
    connection.close()


def test_roles_have_exactly_the_rights_they_need(stack: EmbeddedStack) -> None:
    query = """SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolcanlogin, rolreplication
    FROM pg_roles WHERE rolname LIKE 'perennial%' ORDER BY 1"""
    assert rows(stack.environment()["DATABASE_URL"], query) == [
        ("perennial_app", False, False, False, False, True, False),
        ("perennial_owner", False, False, True, False, True, False),
    ]


def test_application_role_makes_no_tables_and_the_owner_does(stack: EmbeddedStack) -> None:
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        rows(stack.environment()["DATABASE_URL"], "CREATE TABLE ours ()")
    rows(stack.environment()["DATABASE_OWNER_URL"], "CREATE TABLE ours (); DROP TABLE ours")


def test_extensions_are_there_in_a_database_that_the_owner_makes(stack: EmbeddedStack) -> None:
    owner = stack.environment()["DATABASE_OWNER_URL"]
    rows(owner, "CREATE DATABASE another")
    query = "SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1"
    expected = [("btree_gist",), ("pg_stat_statements",), ("pg_trgm",)]
    assert rows(owner, query) == expected
    assert rows(owner.replace("/perennial?", "/another?"), query) == expected


def test_postgres_listens_on_no_network_and_sorts_by_code_point(stack: EmbeddedStack) -> None:
    url = stack.environment()["DATABASE_URL"]
    assert rows(url, "SELECT current_setting('listen_addresses'), current_setting('TimeZone')") == [("", "UTC")]
    assert rows(url, "SELECT x FROM (VALUES ('b'), ('a'), ('B')) AS v(x) ORDER BY x") == [("B",), ("a",), ("b",)]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can flush a whole file system")
def test_postgres_comes_back_from_a_crash_without_flushing_file_by_file(stack: EmbeddedStack) -> None:
    assert rows(stack.environment()["DATABASE_URL"], "SHOW recovery_init_sync_method") == [("syncfs",)]


def test_valkey_answers_and_never_evicts(stack: EmbeddedStack) -> None:
    with redis.Redis.from_url(stack.environment()["REDIS_URL"]) as connection:
        assert connection.ping()
        assert connection.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert connection.config_get("port") == {"port": "0"}


def test_valkey_wiped_is_empty_and_answers(stack: EmbeddedStack) -> None:
    with redis.Redis.from_url(stack.environment()["REDIS_URL"]) as connection:
        connection.set("kept", "1")
        stack.valkey.wipe()
        assert connection.get("kept") is None


def test_postgres_killed_is_revived_with_its_data(home: Path) -> None:
    with EmbeddedStack(home, servers=frozenset({"postgres"})) as stack:
        owner = stack.environment()["DATABASE_OWNER_URL"]
        rows(owner, "CREATE TABLE kept AS SELECT 7 AS number")
        first = stack.postgres.pid
        os.kill(first, signal.SIGKILL)
        while stack.postgres.pid is not None:
            time.sleep(0.01)
        stack.revive()
        assert stack.postgres.pid not in (None, first)
        assert rows(owner, "SELECT number FROM kept") == [(7,)]


def test_stop_leaves_no_process_and_start_finds_the_data_again(home: Path) -> None:
    with EmbeddedStack(home) as stack:
        owner, found = stack.environment()["DATABASE_OWNER_URL"], stack.environment()
        rows(owner, "CREATE TABLE kept AS SELECT 7 AS number")
        sockets = stack.valkey.socket.parent
        assert processes_naming(str(home)) != {}
    assert processes_naming(str(home)) == {}
    assert not sockets.exists()
    with EmbeddedStack(home) as stack:
        assert stack.environment() == found
        assert rows(owner, "SELECT number FROM kept") == [(7,)]


def test_stop_of_an_ephemeral_stack_leaves_nothing_on_the_disk(home: Path) -> None:
    with EmbeddedStack(home, ephemeral=True) as stack:
        sockets = stack.valkey.socket.parent
    assert list(home.iterdir()) == []
    assert not sockets.exists()


def test_start_twice_in_one_home_is_refused(home: Path) -> None:
    with (
        EmbeddedStack(home, servers=frozenset({"valkey"})),
        pytest.raises(StackError, match=r"Already running: the servers of .* are up"),
    ):
        EmbeddedStack(home, servers=frozenset({"valkey"})).start()


def test_start_on_data_of_another_version_is_refused(home: Path) -> None:
    data = home / "servers" / "postgres"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("13\n")
    sentence = r"were written by PostgreSQL 13, and this is PostgreSQL \d+\. Set PERENNIAL_PG_BIN"
    with pytest.raises(StackError, match=sentence):
        EmbeddedStack(home).start()
    assert processes_naming(str(home)) == {}


def test_start_of_a_server_that_ends_at_once_shows_its_words(home: Path) -> None:
    with EmbeddedStack(home, servers=frozenset({"postgres"})):
        pass
    (home / "servers" / "postgres" / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(StackError, match=r"PostgreSQL did not start: .*no_such_setting.*postgres\.log"):
        EmbeddedStack(home, servers=frozenset({"postgres"})).start()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent has died")
def test_servers_end_when_their_parent_is_killed(home: Path) -> None:
    program = f"""
    import time
    from pathlib import Path
    from config.stack.embedded import EmbeddedStack
    EmbeddedStack(Path({str(home)!r})).start()
    print("up", flush=True)
    time.sleep(60)
    """
    words = [sys.executable, "-c", textwrap.dedent(program)]
    with subprocess.Popen(words, cwd=CHECKOUT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout.readline() == b"up\n"
        parent.kill()
    for _ in range(200):
        if not processes_naming(str(home)):
            break
        time.sleep(0.05)
    assert processes_naming(str(home)) == {}


def test_servers_run_as_the_service_user(stack: EmbeddedStack) -> None:
    for server in (stack.postgres, stack.valkey):
        assert Path(f"/proc/{server.pid}").stat().st_uid == service_user().owner

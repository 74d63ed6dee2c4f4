"""The demo workspace: made where there is none, made anew when it was cut short."""

import json
from pathlib import Path

import psycopg2
import pytest

from config.stack import demo
from config.stack.embedded import EmbeddedStack
from config.stack.errors import StackError

LOGINS = [{"role": "csm", "email": "csm@demo.example", "password": "secret"}]


def execute(url: str, statement: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    connection.cursor().execute(statement)
    connection.close()


def door(workspaces: str) -> str:
    function = "CREATE OR REPLACE FUNCTION perennial_active_workspaces() RETURNS SETOF bigint LANGUAGE sql"
    return f"{function} AS 'SELECT n FROM unnest({workspaces}::bigint[]) AS n'"


def test_is_wanted_only_where_there_is_no_workspace(stack: EmbeddedStack) -> None:
    environment = stack.environment()
    execute(environment["DATABASE_OWNER_URL"], door("ARRAY[]"))
    assert demo.is_wanted(environment)
    assert not demo.is_wanted(environment | {"DEMO_ACCOUNTS": "0"})
    execute(environment["DATABASE_OWNER_URL"], door("ARRAY[1]"))
    assert not demo.is_wanted(environment)


def test_accounts_are_300_unless_told_and_must_be_a_number() -> None:
    assert [demo.accounts({}), demo.accounts({"DEMO_ACCOUNTS": "12"})] == ["300", "12"]
    with pytest.raises(StackError, match=r"DEMO_ACCOUNTS is 'many'\. Give a number, or 0"):
        demo.accounts({"DEMO_ACCOUNTS": "many"})


def test_make_keeps_the_logins_for_later_starts_and_closed_to_others(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = []

    def run(command: list[str], *_: object) -> str:
        assert (home / demo.UNFINISHED).exists()
        commands.append(command[2:])
        return json.dumps({"workspace": "demo", "logins": LOGINS})

    monkeypatch.setattr(demo, "run_logged", run)
    demo.make(home, {"DEMO_ACCOUNTS": "12"})
    assert commands == [["seed_demo", "--workspace", "demo", "--accounts", "12", "--json"]]
    assert [line.split() for line in demo.login_lines(home)] == [["csm", "csm@demo.example", "secret"]]
    assert (home / demo.LOGINS).stat().st_mode & 0o077 == 0
    assert not (home / demo.UNFINISHED).exists()


def test_login_lines_are_empty_without_a_demo(home: Path) -> None:
    assert demo.login_lines(home) == []


def test_clear_unfinished_empties_the_embedded_database_and_no_other(stack: EmbeddedStack, home: Path) -> None:
    owner = stack.environment()["DATABASE_OWNER_URL"]
    execute(owner, "CREATE TABLE half_made ()")
    assert not demo.clear_unfinished(home, stack)
    (home / demo.UNFINISHED).touch()
    with pytest.raises(StackError, match=r"cut short, so the database that DATABASE_URL names holds half of it"):
        demo.clear_unfinished(home, EmbeddedStack(home, servers=frozenset({"valkey"})))
    assert demo.clear_unfinished(home, stack)
    assert not demo.clear_unfinished(home, stack)
    with pytest.raises(psycopg2.errors.UndefinedTable):
        execute(owner, "SELECT FROM half_made")
    execute(owner, "CREATE TABLE again ()")

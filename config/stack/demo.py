"""The demo workspace of the first `make run`: made once, made anew if the making was cut short, its log-ins printed."""

import json
from collections.abc import Mapping
from pathlib import Path

import psycopg2

from config.stack.commands import managed, run_logged
from config.stack.embedded import EmbeddedStack
from config.stack.errors import StackError
from config.stack.servers import DATABASE, OWNER

LOGINS = "demo.json"
UNFINISHED = "demo.unfinished"
NO_DEMO = "0"
USUAL_ACCOUNTS = "300"


def clear_unfinished(home: Path, stack: EmbeddedStack) -> bool:
    """Empties the embedded database if a demo was left half-made in it; returns whether it did.

    Nothing else is lost: a demo is only made in a database without any workspace. Raises StackError for a database
    that is not ours to empty.
    """
    if not (home / UNFINISHED).exists():
        return False
    if stack.postgres is None:
        raise StackError(
            "The making of the demo workspace was cut short, so the database that DATABASE_URL names holds half of it. "
            f"Drop and create that database, remove {home / UNFINISHED}, and start again (DEMO_ACCOUNTS=0: no demo)."
        )
    _run(
        stack.superuser_url().replace(f"/{DATABASE}?", "/template1?"),
        f"DROP DATABASE {DATABASE} WITH (FORCE)",
        f"CREATE DATABASE {DATABASE} OWNER {OWNER}",
    )
    (home / UNFINISHED).unlink()
    return True


def is_wanted(environment: Mapping[str, str]) -> bool:
    """Whether to make a demo: unless it is refused (DEMO_ACCOUNTS=0), wherever there is no workspace at all."""
    if accounts(environment) == NO_DEMO:
        return False
    (found,) = _run(environment["DATABASE_URL"], "SELECT EXISTS (SELECT FROM perennial_active_workspaces())")
    return not found


def accounts(environment: Mapping[str, str]) -> str:
    """How many accounts the demo has. Raises StackError if that is no number."""
    wanted = environment.get("DEMO_ACCOUNTS") or USUAL_ACCOUNTS
    if not wanted.isdigit():
        raise StackError(f"DEMO_ACCOUNTS is '{wanted}'. Give a number, or 0 for no demo workspace.")
    return wanted


def make(home: Path, environment: Mapping[str, str]) -> None:
    """Makes the demo workspace and keeps its log-ins for later starts. Raises StackError if that fails."""
    (home / UNFINISHED).touch()
    command = managed("seed_demo", "--workspace", "demo", "--accounts", accounts(environment), "--json")
    log = home / "logs" / "seed.log"
    document = json.loads(run_logged(command, environment, log, "Making the demo workspace"))
    logins = home / LOGINS
    logins.touch(mode=0o600)
    logins.write_text(json.dumps(document["logins"]))
    (home / UNFINISHED).unlink()


def login_lines(home: Path) -> list[str]:
    """A line for each role's log-in; none where no demo was made."""
    logins = home / LOGINS
    if not logins.exists():
        return []
    return [
        f"  {login['role']:<16} {login['email']:<34} {login['password']}" for login in json.loads(logins.read_text())
    ]


def _run(url: str, *statements: str) -> tuple[object, ...]:
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return tuple(cursor.fetchone()) if cursor.description else ()
    finally:
        connection.close()

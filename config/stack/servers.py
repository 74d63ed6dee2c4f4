"""One embedded PostgreSQL and one embedded Valkey: child processes that listen on unix sockets and die with us."""

import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from config.stack import binaries
from config.stack.errors import StackError
from config.stack.places import ServiceUser, reachable
from config.stack.processes import Process, clean_environment, end, last_lines, spawn_server, wait_until

SUPERUSER = "postgres"
OWNER = "perennial_owner"
APP = "perennial_app"
DATABASE = "perennial"

ALWAYS = {"listen_addresses": "", "shared_buffers": "128MB", "timezone": "UTC", "log_timezone": "UTC"}
if sys.platform == "linux":
    # After a crash the file system is flushed as a whole, not file by file: back in a tenth of the time.
    ALWAYS["recovery_init_sync_method"] = "syncfs"
# A throw-away cluster promises nothing after a crash, so it need not wait for the disk.
THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # Its tables live for minutes: cleaning them costs more than the dead rows.
    "autovacuum": "off",
}
# The folder of the socket is closed to everybody but its owner; there is no TCP port.
WHO_MAY_CONNECT = "local all all trust\n"
# What the server says of itself once it answers; a standby answers to readers.
UP = ("ready", "standby")
# Run once, by PostgreSQL's single-user mode, before anybody can connect. Extensions go into template1, so that
# the owner needs no superuser and a test database made from it has them too.
FIRST_SQL = f"""
CREATE EXTENSION btree_gist;

CREATE EXTENSION pg_trgm;

CREATE EXTENSION pg_stat_statements;

CREATE ROLE {OWNER} LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS;

CREATE ROLE {APP} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;

CREATE DATABASE {DATABASE} OWNER {OWNER};

"""


class Postgres:
    """A PostgreSQL cluster under `folder`, made at the first start."""

    def __init__(
        self, folder: Path, sockets: Path, user: ServiceUser, *, ephemeral: bool, options: Mapping[str, str]
    ) -> None:
        found = binaries.postgres_folder()
        package = found.parents[1] if found.parent.name == "pginstall" else found.parent
        self._bin = reachable(found / "postgres", package, user).parent
        self._version = binaries.postgres_version(self._bin)
        self._data = folder / "postgres"
        self._log = folder / "postgres.log"
        self._sockets, self._user = sockets, user
        extra = THROW_AWAY if ephemeral else {"shared_preload_libraries": "pg_stat_statements"}
        self._options = ALWAYS | extra | {"unix_socket_directories": str(sockets)} | dict(options)
        self._process: Process | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the running server, None when it is down."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @staticmethod
    def url(role: str, quoted_sockets: str) -> str:
        """The address of the product's database for `role`, as django-environ and libpq both read it."""
        return f"postgres://{role}@/{DATABASE}?host={quoted_sockets}"

    def start(self) -> None:
        """Makes the cluster if absent, starts the server and waits until it answers. Raises StackError."""
        self._check_data_version()
        if not self._data.exists():
            self._make_cluster()
        settings = [word for key, value in self._options.items() for word in ("-c", f"{key}={value}")]
        command: list[str | Path] = [self._bin / "postgres", "-D", self._data, *settings]
        self._process = spawn_server(command, self._log, self._user, signal.SIGINT)
        wait_until(self._is_ready, self._process, name="PostgreSQL", log=self._log)

    def stop(self) -> None:
        """Ends the server: open connections are cut, data are written. Does nothing when it is down."""
        end(self._process, signal.SIGINT, signal.SIGQUIT)
        self._process = None

    def kill(self) -> None:
        """Ends the server as a crash would; the next start recovers from the log. For fault tests."""
        end(self._process, signal.SIGQUIT)
        self._process = None

    def _check_data_version(self) -> None:
        mark = self._data / "PG_VERSION"
        if mark.exists() and (kept := mark.read_text().strip()) != str(self._version):
            raise StackError(
                f"The data in {self._data} were written by PostgreSQL {kept}, and this is PostgreSQL {self._version}. "
                f"Set PERENNIAL_PG_BIN to the bin folder of a PostgreSQL {kept} and dump them (docs/operations.md, "
                "'Upgrade'), or set PERENNIAL_HOME to another folder to begin anew."
            )

    def _make_cluster(self) -> None:
        # A half-made cluster never carries the final name: whatever is cut short is made anew.
        draft = self._data.with_suffix(".draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        self._user.give(draft)
        # The same sort order on every machine, whatever languages it has installed.
        locale = ["--locale=C.UTF-8"]
        if self._version >= 17:
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        haste = ["--no-sync"] if self._options.get("fsync") == "off" else []
        how = ["-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-instructions", *locale, *haste]
        self._run([self._bin / "initdb", "-D", draft, *how])
        (draft / "pg_hba.conf").write_text(WHO_MAY_CONNECT)
        loud = ["-c", "exit_on_error=on", "template1"]
        single: list[str | Path] = [self._bin / "postgres", "--single", "-j", "-D", draft, *loud]
        self._run(single, FIRST_SQL)
        draft.rename(self._data)

    def _run(self, command: list[str | Path], sql: str = "") -> None:
        done = subprocess.run(
            command,
            input=sql,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            env=clean_environment(),
            **self._user.as_arguments(),
        )
        if done.returncode:
            raise StackError(f"PostgreSQL's data could not be made in {self._data}: {last_lines(done.stdout)}")

    def _is_ready(self) -> bool:
        # The eighth line of this file is what pg_ctl itself waits for.
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        pid = self._process.pid if self._process else 0
        return len(lines) >= 8 and lines[0].strip() == str(pid) and lines[7].strip() in UP


class Valkey:
    """A Valkey server; it keeps an append-only file under `folder` unless it is ephemeral."""

    def __init__(self, folder: Path, sockets: Path, user: ServiceUser, *, ephemeral: bool) -> None:
        found = binaries.valkey_program()
        self._program = reachable(found, found.parent, user)
        self._data, self._log = folder / "valkey", folder / "valkey.log"
        self.socket, self._user = sockets / "valkey.sock", user
        self._keeps = "no" if ephemeral else "yes"
        self._process: Process | None = None

    @property
    def pid(self) -> int | None:
        """The process id of the running server, None when it is down."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Starts the server and waits until it answers. Raises StackError."""
        if not self._data.exists():
            self._data.mkdir()
            self._user.give(self._data)
        self.socket.unlink(missing_ok=True)
        settings = {
            "--port": "0",
            "--unixsocket": str(self.socket),
            "--unixsocketperm": "700",
            "--dir": str(self._data),
            "--save": "",
            "--appendonly": self._keeps,
            "--maxmemory-policy": "noeviction",
        }
        command: list[str | Path] = [self._program, *(word for pair in settings.items() for word in pair)]
        self._process = spawn_server(command, self._log, self._user, signal.SIGTERM)
        wait_until(self._is_ready, self._process, name="Valkey", log=self._log)

    def stop(self) -> None:
        """Ends the server. Does nothing when it is down."""
        end(self._process, signal.SIGTERM)
        self._process = None

    def wipe(self) -> None:
        """Loses all the server holds, as a crash without its disk would, and starts it empty. For fault tests."""
        end(self._process, signal.SIGKILL)
        shutil.rmtree(self._data)
        self.start()

    def _is_ready(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                # While it reads its file it answers -LOADING.
                return connection.recv(64).startswith(b"+PONG")
            except OSError:
                return False

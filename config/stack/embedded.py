"""PostgreSQL and Valkey for trial, development and tests, from wheels, on unix sockets. Not meant for production."""

import contextlib
import fcntl
import shutil
from pathlib import Path
from typing import Self, TextIO
from urllib.parse import quote

from config.stack.errors import StackError
from config.stack.places import data_folder, prepared_home, service_user, socket_folder
from config.stack.servers import APP, OWNER, SUPERUSER, Postgres, Valkey


class EmbeddedStack:
    """The servers of one `home`, or one of them (`servers`).

    Start it from the main thread: the servers end when the thread that started them does.

    An ephemeral stack writes without care for crashes and leaves nothing behind when it stops.
    """

    def __init__(
        self,
        home: Path,
        ephemeral: bool = False,
        max_connections: int = 100,
        servers: frozenset[str] = frozenset({"postgres", "valkey"}),
    ) -> None:
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None
        self._user = service_user()
        self.home = prepared_home(Path(home))
        self._ephemeral = ephemeral
        self._max_connections = max_connections
        self._wanted = servers
        self._lock: TextIO | None = None
        self._folder = self.home
        self._sockets = self.home

    def start(self) -> Self:
        """Starts both servers and returns when both answer. Raises StackError with a sentence if that cannot be."""
        self._take_lock()
        try:
            self._folder = data_folder(self.home, self._user, ephemeral=self._ephemeral)
            self._sockets = socket_folder(self.home, self._user, ephemeral=self._ephemeral)
            options = {"max_connections": str(self._max_connections)}
            common = (self._folder, self._sockets, self._user)
            if "postgres" in self._wanted:
                self.postgres = Postgres(*common, ephemeral=self._ephemeral, options=options)
                self.postgres.start()
            if "valkey" in self._wanted:
                self.valkey = Valkey(*common, ephemeral=self._ephemeral)
                self.valkey.start()
        except BaseException:
            self.stop()
            raise
        return self

    def revive(self) -> None:
        """Starts a server again that has ended by itself, as a service manager would."""
        for server in (self.postgres, self.valkey):
            if server and server.pid is None:
                server.start()

    def stop(self) -> None:
        """Stops both servers; an ephemeral stack is removed from the disk. May be called twice."""
        for server in (self.valkey, self.postgres):
            if server:
                server.stop()
        if self._lock:
            if self._sockets != self.home:
                shutil.rmtree(self._sockets, ignore_errors=True)
            if self._ephemeral:
                self._remove()
            self._lock.close()
            self._lock = None

    def environment(self) -> dict[str, str]:
        """The variables by which settings find the servers; valid while they run."""
        sockets = quote(str(self._sockets))
        found: dict[str, str] = {}
        if self.postgres:
            found |= {"DATABASE_URL": self.postgres.url(APP, sockets)}
            found |= {"DATABASE_OWNER_URL": self.postgres.url(OWNER, sockets)}
        if self.valkey:
            path = quote(str(self.valkey.socket))
            found |= {"REDIS_URL": f"unix://{path}?db=0", "CELERY_BROKER_URL": f"redis+socket://{path}?virtual_host=0"}
        return found

    def superuser_url(self) -> str:
        """The address of the cluster's superuser: for backup and fault tests only, never for the application."""
        return Postgres.url(SUPERUSER, quote(str(self._sockets)))

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *problem: object) -> None:
        self.stop()

    def _take_lock(self) -> None:
        self._lock = (self.home / "servers.lock").open("a")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            self._lock = None
            raise StackError(
                f"Already running: the servers of {self.home} are up, started by another command. "
                "Stop that one first, or set PERENNIAL_HOME (and PORT) to run a second one beside it."
            ) from None

    def _remove(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            (self.home / "servers.lock").unlink()
        shutil.rmtree(self._folder, ignore_errors=True)
        if (self.home / "servers").is_symlink():
            (self.home / "servers").unlink()

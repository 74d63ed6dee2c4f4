"""The four programs Perennial consists of; a container becomes one: `python -m config.stack.programs web`."""

import os
import sys
import urllib.request
from collections.abc import Mapping

from config.stack.commands import managed

BOUND_TO = "127.0.0.1"


def programs(environment: Mapping[str, str]) -> dict[str, list[str]]:
    """The command line of each program by name; bind address, port and sizes come from `environment`."""
    celery = [sys.executable, "-m", "celery", "-A", "config"]
    bind = f"{environment.get('BIND') or BOUND_TO}:{environment.get('PORT') or '8000'}"
    size = ["--workers", environment.get("WEB_PROCESSES") or "2", "--threads", environment.get("WEB_THREADS") or "4"]
    web = [sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind", bind, *size]
    tasks = environment.get("WORKER_PROCESSES") or "2"
    return {
        "web": [*web, "--access-logfile", "-", "--no-control-socket", "--preload"],
        "worker": [*celery, "worker", "--concurrency", tasks, "--loglevel", "INFO"],
        "beat": [*celery, "beat", "--loglevel", "INFO", "--pidfile="],
        "orchestrator": managed("run_orchestrator"),
    }


def request_to(address: str, environment: Mapping[str, str]) -> urllib.request.Request:
    """A request that our own web process answers: it names a host of ALLOWED_HOSTS, the only ones let in."""
    host = environment.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".")
    return urllib.request.Request(address, headers={"Host": host or "localhost"})  # noqa: S310 - our own address


def main(arguments: list[str]) -> None:
    """Becomes the program named by the first argument, or the management command that the arguments spell."""
    name = arguments[0] if arguments else "web"
    command = programs(os.environ).get(name) or managed(*arguments)
    # libpq reads it: each connection in pg_stat_activity then says whose it is, and the health check relies on it.
    os.environ.setdefault("PGAPPNAME", f"perennial-{name}")
    os.execv(command[0], command)  # noqa: S606 - the program must be process 1 of its container


if __name__ == "__main__":
    main(sys.argv[1:])

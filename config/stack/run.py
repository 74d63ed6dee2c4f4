"""`make run`: services, migrations, a demo workspace the first time, then web, worker, beat and orchestrator."""

import ctypes
import errno
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import NoReturn

from config.stack import demo
from config.stack.commands import managed, run_logged
from config.stack.embedded import EmbeddedStack
from config.stack.errors import StackError
from config.stack.family import Family
from config.stack.processes import SET_PARENT_DEATH_SIGNAL, wait_until
from config.stack.programs import BOUND_TO, programs, request_to
from config.stack.services import services
from config.stack.state import remove_services, running_environment, write_services

LOCAL = (BOUND_TO, "0.0.0.0")  # noqa: S104 - recognised, not chosen
FIRST_PAGES = ("/healthz", "/accounts/login/")


class Stop(BaseException):
    """Somebody asked us to stop (Ctrl-C, SIGTERM, SIGHUP)."""


def main() -> int:
    """Serve until told to stop. Returns the exit status: 0 after a wish to stop, 1 when something was in the way."""
    _listen(_stop)
    _end_with_make()
    try:
        address = _address()
        with services() as (stack, environment):
            _serve(stack, _web_environment(environment, address), address)
    except Stop:
        say("Stopped.")
    except StackError as obstacle:
        say(str(obstacle))
        return 1
    return 0


def say(sentence: str) -> None:
    """One line for the person at the terminal, at once."""
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def _serve(stack: EmbeddedStack, environment: dict[str, str], address: str) -> NoReturn:
    began, home = time.monotonic(), Path(environment["PERENNIAL_HOME"])
    logs = home / "logs"
    logs.mkdir(exist_ok=True)
    if demo.clear_unfinished(home, stack):
        say("The demo workspace was left half-made; it is made anew")
    run_logged(managed("migrate", "--no-input"), environment, logs / "migrate.log", "The migration of the database")
    write_services(home, environment | {"PERENNIAL_ADDRESS": address})
    family = Family(logs, environment, programs(environment))
    try:
        if demo.is_wanted(environment):
            say(f"Making a demo workspace of {demo.accounts(environment)} accounts (only the first time)")
            demo.make(home, environment)
        web = family.start("web")
        wait_until(lambda: _answers(address, environment), web, name="The web server", log=logs / "web.log", pause=0.2)
        # Only now: on a small machine the others would make the first page wait.
        family.start_others()
        _welcome(home, address, time.monotonic() - began)
        while True:
            time.sleep(0.5)
            family.revive()
            stack.revive()
    finally:
        _listen(signal.SIG_IGN)
        remove_services(home)
        family.stop()


def _welcome(home: Path, address: str, seconds: float) -> None:
    say(f"\nPerennial is serving at {address}/ (ready after {seconds:.1f} s)\n")
    for line in demo.login_lines(home):
        say(line)
    say(f"\nData and logs: {home}    Stop: Ctrl-C")


def _address() -> str:
    port, bind = os.environ.get("PORT") or "8000", os.environ.get("BIND") or BOUND_TO
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise StackError(f"PORT is '{port}', which is no port. Give a number from 1024 to 65535: make run PORT=8001.")
    if running := running_environment():
        raise StackError(
            f"Already running at {running['PERENNIAL_ADDRESS']}/ with the same data. Use that one, stop it (Ctrl-C in "
            "its terminal), or run a second one beside it: make run PORT=8001 PERENNIAL_HOME=/another/folder."
        )
    _check_free(bind, int(port))
    return f"http://{'localhost' if bind in LOCAL else bind}:{port}"


def _check_free(bind: str, port: int) -> None:
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((bind, port))
        except PermissionError as problem:
            raise StackError(f"Port {port} is kept for root. Use another one: make run PORT=8000.") from problem
        except OSError as problem:
            if problem.errno != errno.EADDRINUSE:
                raise StackError(
                    f"BIND is {bind}, which is no address of this machine. Unset it to serve on this machine only, or "
                    "set it to 0.0.0.0 to serve on all its addresses."
                ) from problem
            raise StackError(
                f"Port {port} is taken by another program. Stop that program, or use another port: "
                f"make run PORT={port + 1}."
            ) from problem


def _web_environment(environment: Mapping[str, str], address: str) -> dict[str, str]:
    chosen = {"PORT": address.rpartition(":")[2], "PUBLIC_URL": address}
    # Static files straight from their sources: collecting them would take longer than the rest of the start.
    return chosen | {"STATIC_FROM_SOURCE": "1"} | dict(environment)


def _answers(address: str, environment: Mapping[str, str]) -> bool:
    try:
        for page in FIRST_PAGES:
            with urllib.request.urlopen(request_to(address + page, environment), timeout=30) as answer:  # noqa: S310 - our own address
                answer.read()
    except (urllib.error.URLError, OSError):
        return False
    return True


def _listen(reaction: signal.Handlers | Callable[[int, FrameType | None], NoReturn]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, reaction)


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    # From here on nothing may cut the stopping short; it has its own patience.
    _listen(signal.SIG_IGN)
    raise Stop


def _end_with_make() -> None:
    # `kill -9` of make must not leave us behind; on other systems only the gentle signals are passed on.
    if "MAKELEVEL" in os.environ and sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, int(signal.SIGTERM))


if __name__ == "__main__":
    sys.exit(main())

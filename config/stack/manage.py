"""`make manage CMD='…'`: one management command on the services of `make run`, started for it if they are down."""

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

from config.stack.commands import managed, run_logged
from config.stack.errors import StackError
from config.stack.places import CHECKOUT
from config.stack.services import services
from config.stack.state import running_environment

SECONDS_TO_WAIT_FOR_ANOTHER = 60.0


def main() -> int:
    """Runs the command in `CMD` and returns its exit status; 2 if there is none, 1 if something is in the way."""
    words = shlex.split(os.environ.get("CMD", ""))
    if not words:
        sys.stderr.write("Which command? For example: make manage CMD='doctor'. All of them: make manage CMD='help'.\n")
        return 2
    signal.signal(signal.SIGTERM, _stop)
    try:
        if running := running_environment():
            return _run(words, dict(os.environ) | running)
        with services(patience=SECONDS_TO_WAIT_FOR_ANOTHER) as (_, environment):
            _prepare(words, environment)
            return _run(words, environment)
    except StackError as obstacle:
        sys.stderr.write(f"{obstacle}\n")
        return 1
    except KeyboardInterrupt:
        return 130


def _prepare(words: list[str], environment: dict[str, str]) -> None:
    if words[0] == "migrate":
        return
    logs = Path(environment["PERENNIAL_HOME"]) / "logs"
    logs.mkdir(exist_ok=True)
    run_logged(managed("migrate", "--no-input"), environment, logs / "migrate.log", "The migration of the database")


def _run(words: list[str], environment: dict[str, str]) -> int:
    process = subprocess.Popen(managed(*words), env=environment, cwd=CHECKOUT)
    try:
        return process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(143)


if __name__ == "__main__":
    sys.exit(main())

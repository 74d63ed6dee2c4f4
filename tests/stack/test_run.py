"""`make run` and `make manage` as a person meets them: served, refused, stopped."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.stack.places import CHECKOUT
from config.stack.state import LOCK_FILE, SERVICES_FILE, running_environment
from tests.stack.conftest import NOT_SET, processes_naming

RUN = [sys.executable, "-m", "config.stack.run"]
MANAGE = [sys.executable, "-m", "config.stack.manage"]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """One home for all starts of this file, so that its database is made once."""
    folder = Path(tempfile.mkdtemp(prefix="perennial test "))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def person(home: Path) -> dict[str, str]:
    """The environment of a person with a home and a port, who wants no demo."""
    names = {"PERENNIAL_HOME": str(home), "PORT": str(free_port()), "DEMO_ACCOUNTS": "0"}
    return {name: value for name, value in os.environ.items() if name not in NOT_SET} | names


@pytest.fixture
def serving(person: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """`make run`, once it has said where it serves."""
    with subprocess.Popen(RUN, cwd=CHECKOUT, env=person, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            if "Stop: Ctrl-C" in line:
                break
        yield process
        process.terminate()


def refusal(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    return (done.stdout + done.stderr).strip()


def stop(serving: subprocess.Popen[str], number: signal.Signals, home: Path) -> None:
    serving.send_signal(number)
    assert serving.wait(60) == 0
    assert serving.stdout.read() == "Stopped.\n"
    assert processes_naming(str(home)) == {}
    assert not (home / SERVICES_FILE).exists()


def beats(home: Path) -> set[int]:
    return {pid for pid, command in processes_naming(str(home)).items() if "celery -A config beat" in command}


def fetch(address: str) -> int:
    with urllib.request.urlopen(address) as answer:  # noqa: S310 - our own address
        return answer.status


def test_run_told_to_stop_while_it_starts_leaves_no_process(person: dict[str, str], home: Path) -> None:
    with subprocess.Popen(RUN, cwd=CHECKOUT, env=person, stdout=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while len(processes_naming(str(home))) < 2 and time.monotonic() < deadline:  # itself, and a server
            time.sleep(0.05)
        stop(process, signal.SIGTERM, home)


def test_run_killed_outright_leaves_no_process(
    serving: subprocess.Popen[str], person: dict[str, str], home: Path
) -> None:
    assert running_environment(home)["PERENNIAL_ADDRESS"] == f"http://localhost:{person['PORT']}"
    assert len(processes_naming(str(home))) >= 6
    serving.kill()
    serving.wait()
    deadline = time.monotonic() + 60
    while processes_naming(str(home)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes_naming(str(home)) == {}
    assert running_environment(home) == {}
    assert (home / LOCK_FILE).exists()


def test_run_after_a_kill_serves_revives_what_dies_and_lends_its_services_until_ctrl_c(
    serving: subprocess.Popen[str], person: dict[str, str], home: Path
) -> None:
    # One start for several looks: each costs seconds.
    (first,) = beats(home)
    os.kill(first, signal.SIGKILL)
    address = f"http://localhost:{person['PORT']}"
    assert [fetch(f"{address}/{page}") for page in ("healthz", "accounts/login/")] == [200, 200]
    assert refusal(RUN, person).startswith(f"Already running at {address}/ with the same data.")
    command = "shell --no-imports -c \"import os; print(os.environ['DATABASE_URL'])\""
    done = subprocess.run(MANAGE, cwd=CHECKOUT, env=person | {"CMD": command}, capture_output=True, text=True)
    assert done.stdout.strip() == running_environment(home)["DATABASE_URL"]
    plain = [sys.executable, "manage.py", "check"]
    assert subprocess.run(plain, cwd=CHECKOUT, env=person, capture_output=True).returncode == 0
    deadline = time.monotonic() + 90
    while beats(home) in (set(), {first}) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert len(beats(home) - {first}) == 1
    assert fetch(f"{address}/readyz") == 200
    stop(serving, signal.SIGINT, home)


def test_run_with_the_port_taken_names_the_next_one(person: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(person["PORT"])))
        taken.listen()
        port = int(person["PORT"])
        assert refusal(RUN, person) == (
            f"Port {port} is taken by another program. Stop that program, or use another port: "
            f"make run PORT={port + 1}."
        )


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"PORT": "80x"}, "PORT is '80x', which is no port."),
        ({"PORT": "70000"}, "PORT is '70000', which is no port."),
        ({"BIND": "203.0.113.9"}, "BIND is 203.0.113.9, which is no address of this machine."),
        ({"PERENNIAL_HOME": "/proc/here"}, "PERENNIAL_HOME is /proc/here, but it is not writable"),
        ({"DATABASE_URL": "postgres://x@localhost:1/x"}, "DATABASE_URL is set, but that database cannot be reached"),
        ({"REDIS_URL": "redis://localhost:1/0"}, "REDIS_URL is set, but that server cannot be reached"),
        ({"PERENNIAL_PG_BIN": "/nowhere"}, "PERENNIAL_PG_BIN is /nowhere, but there is no initdb"),
    ],
)
def test_run_with_something_in_the_way_says_what(
    person: dict[str, str], variables: dict[str, str], sentence: str
) -> None:
    assert refusal(RUN, person | variables).startswith(sentence)


def test_run_whose_migration_fails_shows_its_last_words(person: dict[str, str], home: Path) -> None:
    found = refusal(RUN, person | {"EMAIL_URL": "nonsense://"})
    assert found.startswith("The migration of the database failed: ")
    assert str(home / "logs" / "migrate.log") in found
    assert processes_naming(str(home)) == {}


def test_manage_passes_words_output_and_exit_status_through(person: dict[str, str], home: Path) -> None:
    command = "shell --no-imports -c \"import json, sys; print(json.dumps(['a b', sys.stdin.read()])); sys.exit(7)\""
    done = subprocess.run(
        MANAGE, cwd=CHECKOUT, env=person | {"CMD": command}, input="given", capture_output=True, text=True
    )
    assert (done.returncode, json.loads(done.stdout)) == (7, ["a b", "given"])
    assert processes_naming(str(home)) == {}


def test_manage_without_a_command_is_wrong_usage(person: dict[str, str]) -> None:
    done = subprocess.run(MANAGE, cwd=CHECKOUT, env=person, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Which command?")

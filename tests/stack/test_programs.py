"""The programs of a container and their health checks."""

import http.server
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from config.stack import healthcheck
from config.stack.embedded import EmbeddedStack
from config.stack.programs import programs, request_to


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A web process that answers 200 to the host perennial.example alone; yields the hosts it was asked for."""
    hosts: list[str] = []

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hosts.append(self.headers["Host"])
            self.send_response(200 if hosts[-1] == "perennial.example" else 400)
            self.end_headers()

        def log_message(self, *words: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("PORT", str(server.server_port))
        yield hosts
        server.shutdown()


def test_programs_read_address_and_sizes_from_the_environment() -> None:
    sizes = {"BIND": "0.0.0.0", "PORT": "9000", "WEB_PROCESSES": "3", "WEB_THREADS": "5", "WORKER_PROCESSES": "7"}
    found = programs(sizes)
    assert found["web"][4:10] == ["--bind", "0.0.0.0:9000", "--workers", "3", "--threads", "5"]
    assert found["worker"][-4:] == ["--concurrency", "7", "--loglevel", "INFO"]
    assert programs({})["web"][5] == "127.0.0.1:8000"


@pytest.mark.parametrize(
    ("allowed", "host"), [("", "localhost"), (".example.org,localhost", "example.org"), ("a.example, b", "a.example")]
)
def test_request_names_a_host_that_is_let_in(allowed: str, host: str) -> None:
    assert request_to("http://127.0.0.1:1/", {"ALLOWED_HOSTS": allowed}).get_header("Host") == host


def test_web_is_well_when_it_answers_its_own_host(web: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "perennial.example,localhost")
    assert healthcheck.main(["web"]) == 0
    monkeypatch.setenv("ALLOWED_HOSTS", "localhost")
    assert healthcheck.web_complaint() == "The web process answers 400 at /healthz"
    assert web == ["perennial.example", "localhost"]


def test_web_is_ill_when_nothing_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "1")
    assert healthcheck.main(["web"]) == 1
    assert healthcheck.web_complaint().startswith("The web process does not answer: ")


def test_beat_is_well_while_its_schedule_is_fresh(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERENNIAL_HOME", str(home))
    schedule = home / "beat-schedule.dat"
    schedule.touch()
    assert healthcheck.beat_complaint() == ""
    os.utime(schedule, times=(0, time.time() - 700))
    assert healthcheck.beat_complaint() == "Beat has not saved its schedule for 700 s"


def test_orchestrator_is_well_while_its_connection_is_used(
    stack: EmbeddedStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = stack.environment()["DATABASE_URL"]
    monkeypatch.setenv("DATABASE_URL", url)
    assert healthcheck.orchestrator_complaint() == "No orchestrator is connected to the database"
    connection = psycopg2.connect(url, application_name="perennial-orchestrator")
    assert healthcheck.orchestrator_complaint() == ""
    monkeypatch.setattr(healthcheck, "ORCHESTRATOR_MAY_BE_SILENT_SECONDS", 0)
    assert healthcheck.orchestrator_complaint() == "No orchestrator has looked for 0 s"
    connection.close()


def test_worker_is_ill_when_nobody_answers_the_ping(stack: EmbeddedStack, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in stack.environment().items():
        monkeypatch.setenv(name, value)
    assert healthcheck.worker_complaint().startswith("The worker celery@")

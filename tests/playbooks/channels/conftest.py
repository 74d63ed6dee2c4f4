"""The fake provider as a process of its own, for the tests of channels."""

import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).with_name("fake_provider.py")


@dataclass(frozen=True)
class FakeProvider:
    """The address of the process, what it was sent, and how it shall answer next."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def log(self) -> list[dict[str, Any]]:
        return self._ask("GET", "/")

    def answer_next(self, *orders: dict[str, Any]) -> None:
        self._ask("POST", "/next", json.dumps(orders))

    def _ask(self, verb: str, path: str, body: str = "") -> Any:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        line.request(verb, path, body)
        return json.loads(line.getresponse().read())


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    """A fresh process for each test."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, SCRIPT, str(port)])
    try:
        _wait_for(port)
        yield FakeProvider(port=port)
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the fake provider did not start")

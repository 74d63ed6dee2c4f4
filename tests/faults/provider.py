"""A fake mail provider and the fault suite's independent witness: its own process, its own log, none of our tables.

`idempotent` honours the Idempotency-Key, `plain` delivers every accepted request, as SMTP would. It misbehaves on
purpose: 2 % 503, 1 % 429, 2 % accepted with the connection dropped, 1 % accepted with an answer after the time-out.
"""

import argparse
import contextlib
import json
import random
import sqlite3
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SCHEMA = """
create table if not exists delivery (
    id integer primary key, key text not null, message_id text not null, address text not null, at real not null);
create index if not exists delivery_key on delivery (key);
"""
BUSY, SLOW_DOWN, DROP, LATE = 0.02, 0.03, 0.05, 0.06


class Log:
    """Deliveries in SQLite, so that they outlive a kill of the provider."""

    def __init__(self, path: Path, *, honours_key: bool) -> None:
        """Open (and create) the log."""
        self.lock = threading.Lock()
        self.honours_key = honours_key
        self.db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.db.execute("pragma journal_mode=wal")
        self.db.execute("pragma synchronous=normal")
        self.db.executescript(SCHEMA)

    def deliver(self, key: str, message_id: str, address: str) -> int:
        """Return the reference of the delivery; a known key returns the first one when keys are honoured."""
        with self.lock:
            known = self.db.execute("select id from delivery where key = ?", (key,)).fetchone()
            if known and self.honours_key:
                return int(known[0])
            row = self.db.execute(
                "insert into delivery (key, message_id, address, at) values (?, ?, ?, ?)",
                (key, message_id, address, time.time()),
            )
            return int(row.lastrowid or 0)


def answerer(log: Log, *, dice: random.Random, late_seconds: float) -> type[BaseHTTPRequestHandler]:
    """The request class bound to one log and one source of bad luck."""

    class Answer(BaseHTTPRequestHandler):
        """One POST is one attempt to hand a message over."""

        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Stay quiet: the log is the database."""

        def say(self, status: int, body: dict[str, str]) -> None:
            """Answer with one JSON object."""
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self) -> None:
            """Accept, refuse, drop or answer late."""
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", "0"))) or b"{}")
            luck = dice.random()
            if luck < SLOW_DOWN:
                self.say(503 if luck < BUSY else 429, {"error": "not now"})
                return
            reference = log.deliver(self.headers["Idempotency-Key"], body.get("message_id", ""), body.get("to", ""))
            if luck < DROP:
                self.close_connection = True
                self.connection.close()
                return
            if luck < LATE:
                time.sleep(late_seconds)
            with contextlib.suppress(OSError):
                self.say(200, {"ref": str(reference)})

    return Answer


class Server(ThreadingHTTPServer):
    """Loopback only; a thread per request so that a late answer holds nobody else up."""

    daemon_threads = True
    request_queue_size = 64
    allow_reuse_address = True

    def handle_error(self, *_: object) -> None:
        """A client that went away is what this provider is for."""


def main() -> None:
    """Serve until killed."""
    words = argparse.ArgumentParser()
    words.add_argument("--log", type=Path, required=True)
    words.add_argument("--port", type=int, required=True)
    words.add_argument("--mode", choices=("idempotent", "plain"), required=True)
    words.add_argument("--seed", type=int, default=7)
    words.add_argument("--late-seconds", type=float, default=4.0)
    given = words.parse_args()
    log = Log(given.log, honours_key=given.mode == "idempotent")
    answer = answerer(log, dice=random.Random(given.seed), late_seconds=given.late_seconds)
    Server(("127.0.0.1", given.port), answer).serve_forever()


if __name__ == "__main__":
    main()

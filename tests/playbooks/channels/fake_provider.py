"""A fake provider in its own process: speaks the HTTP forms of Resend, Postmark and a chat, misbehaves on demand.

GET /log gives every request it was sent, POST /next sets the coming answers. Run: python -m … PORT.
"""

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LOG: list[dict[str, Any]] = []
NEXT: list[dict[str, Any]] = []
FIRST: dict[str, str] = {}


class Provider(BaseHTTPRequestHandler):
    """One request is one attempt."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Stay quiet."""

    def say(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        """Answer with JSON."""
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self) -> None:
        """The log."""
        self.say(200, LOG)

    def do_POST(self) -> None:
        """Accept, or do what comes next."""
        raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.path == "/next":
            NEXT.extend(json.loads(raw))
            self.say(200, {})
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        LOG.append({"path": self.path, "headers": headers, "body": raw.decode("utf-8", "replace")})
        order = NEXT.pop(0) if NEXT else {}
        if order.get("sleep"):
            time.sleep(order["sleep"])
        if order.get("drop"):
            self.close_connection = True
            self.connection.close()
            return
        status = order.get("status", 200)
        if status != 200:
            self.say(status, order.get("body", {"message": "not now"}), order.get("headers"))
            return
        key = headers.get("idempotency-key", "")
        reference = FIRST.setdefault(key, f"ref-{len(FIRST) + 1}") if key else f"ref-{len(LOG)}"
        postmark = {"MessageID": reference, "ErrorCode": 0, "Message": "OK", "To": "ada@example.org"}
        self.say(200, {"id": reference, "message": "Queued", **postmark})


class Server(ThreadingHTTPServer):
    """Loopback only."""

    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, *_: object) -> None:
        """A client that went away is what this provider is for."""


if __name__ == "__main__":
    Server(("127.0.0.1", int(sys.argv[1])), Provider).serve_forever()

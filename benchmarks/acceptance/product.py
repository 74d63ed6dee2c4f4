"""The product as people use it: its management commands, each in a process of its own, answering in JSON."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
PASSWORD = "owns-what-comes-in"  # noqa: S105 - of a person in a throw-away database


def manage(*arguments: str) -> Any:
    """Run one management command and return the JSON it printed; its log goes to ours.

    Status 1 means that the command found problems and lists them; anything else ends the run with its last words.
    """
    command = [sys.executable, "manage.py", *arguments, "--json"]
    with tempfile.TemporaryFile("w+") as answer:
        with subprocess.Popen(command, cwd=CHECKOUT, stdout=answer, stderr=subprocess.PIPE, text=True) as running:
            last = _told(running.stderr)
        answer.seek(0)
        said = answer.read()
    if running.returncode not in (0, 1) or not said.strip():
        raise SystemExit(f"{' '.join(arguments)} ended with status {running.returncode}. {last}".strip())
    return json.loads(said)


def _told(lines: Iterable[str] | None) -> str:
    """Pass the log of a command on as it comes; return its last line."""
    last = ""
    for line in lines or ():
        sys.stderr.write(line)
        last = line.strip() or last
    sys.stderr.flush()
    return last


def timed(*arguments: str) -> tuple[Any, float]:
    """Run one management command; return its JSON and the seconds it took."""
    began = time.monotonic()
    return manage(*arguments), time.monotonic() - began


def make_workspace(slug: str) -> str:
    """Create a workspace with somebody who answers for what comes in; return its slug."""
    manage("create_workspace", slug, "--name", slug, "--currency", "USD", "--timezone", "UTC")
    owner = f"owner@{slug}.example"
    manage("create_user", owner, "--workspace", slug, "--role", "csm", "--password", PASSWORD)
    return slug


def bring_in(kind: str, path: Path, mapping: Path, slug: str) -> dict[str, Any]:
    """Import one file and return its report; one that is refused as a whole ends the part with the product's words."""
    report = dict(manage("import_data", kind, str(path), "--mapping", str(mapping), "--workspace", slug))
    if "broken" in report:
        raise SystemExit(f"{path.name} was not imported: {report['broken']['code']} {report['broken']['text']}")
    return report


def train(slug: str, *options: str) -> dict[str, Any]:
    """Train in a workspace and return the honesty report."""
    return dict(manage("train_risk_model", "--workspace", slug, *options))

"""The product as people use it: its management commands, each in a process of its own, answering in JSON."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
PASSWORD = "owns-what-comes-in"  # noqa: S105 - of a person in a throw-away database


def manage(*arguments: str) -> Any:
    """Run one management command and return the JSON it printed; its log goes to ours.

    Status 1 means that the command found problems and lists them; anything else ends the run.
    """
    command = [sys.executable, "manage.py", *arguments, "--json"]
    done = subprocess.run(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode not in (0, 1) or not done.stdout.strip():
        raise SystemExit(f"{' '.join(arguments)} ended with status {done.returncode}.")
    return json.loads(done.stdout)


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
    """Import one file and return its report."""
    return dict(manage("import_data", kind, str(path), "--mapping", str(mapping), "--workspace", slug))


def train(slug: str, *options: str) -> dict[str, Any]:
    """Train in a workspace and return the honesty report."""
    return dict(manage("train_risk_model", "--workspace", slug, *options))

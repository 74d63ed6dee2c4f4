"""Whether the program of this container does its work: `python -m config.stack.healthcheck web`. Changes nothing."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg2

from config.stack.programs import request_to

SECONDS_TO_ANSWER = 5
# Beat saves its schedule every three minutes.
BEAT_MAY_BE_SILENT_SECONDS = 600
ORCHESTRATOR_MAY_BE_SILENT_SECONDS = 60


def main(arguments: list[str]) -> int:
    """Returns 0 if the named program is well, 1 with a sentence if not."""
    complaint = CHECKS[arguments[0]]()
    sys.stdout.write(f"{complaint or 'well'}\n")
    return 1 if complaint else 0


def web_complaint() -> str:
    """Empty if the web process answers on its port."""
    address = f"http://127.0.0.1:{os.environ.get('PORT') or '8000'}/healthz"
    request = request_to(address, os.environ)
    try:
        with urllib.request.urlopen(request, timeout=SECONDS_TO_ANSWER):  # noqa: S310 - our own address
            return ""
    except urllib.error.HTTPError as problem:
        return f"The web process answers {problem.code} at /healthz"
    except OSError as problem:
        return f"The web process does not answer: {problem}"


def worker_complaint() -> str:
    """Empty if this container's Celery worker answers a ping through the broker."""
    node = f"celery@{os.uname().nodename}"
    command = [sys.executable, "-m", "celery", "-A", "config", "inspect", "ping", "-d", node, "-t", "5"]
    done = subprocess.run(command, capture_output=True, text=True)
    return "" if done.returncode == 0 else f"The worker {node} does not answer a ping: {done.stderr.strip()[-200:]}"


def beat_complaint() -> str:
    """Empty if beat has saved its schedule lately."""
    home = Path(os.environ.get("PERENNIAL_HOME") or ".perennial")
    saved = max((path.stat().st_mtime for path in home.glob("beat-schedule*")), default=0.0)
    silent = time.time() - saved
    return "" if silent < BEAT_MAY_BE_SILENT_SECONDS else f"Beat has not saved its schedule for {silent:.0f} s"


def orchestrator_complaint() -> str:
    """Empty if an orchestrator's connection has been used lately."""
    query = "SELECT extract(epoch FROM now() - max(state_change)) FROM pg_stat_activity WHERE application_name = %s"
    connection = psycopg2.connect(os.environ["DATABASE_URL"], connect_timeout=SECONDS_TO_ANSWER)
    try:
        with connection.cursor() as cursor:
            cursor.execute(query, ["perennial-orchestrator"])
            silent = cursor.fetchone()[0]
    finally:
        connection.close()
    if silent is None:
        return "No orchestrator is connected to the database"
    return "" if silent < ORCHESTRATOR_MAY_BE_SILENT_SECONDS else f"No orchestrator has looked for {silent:.0f} s"


CHECKS = {
    "web": web_complaint,
    "worker": worker_complaint,
    "beat": beat_complaint,
    "orchestrator": orchestrator_complaint,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

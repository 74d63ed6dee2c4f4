"""DF: PostgreSQL's data and log of writes on a disk of their own, filled to the last byte again and again under load.

The disk is a tmpfs in a name space of the server alone, which a normal user may make as well as root; where the
machine allows neither, the drill says so.
"""

import contextlib
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

from django.db import connections
from django.test import Client

from config.stack.places import service_user
from config.stack.processes import spawn_server, wait_until
from playbooks.queries.unsubscribe_links import unsubscribe_token
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.models import Suppression
from tests.faults.drills import Drill, ask, deliveries

ALONE = ("unshare", "--user", "--mount", "--map-current-user", "--keep-caps")
ON_SMALL_DISK = """
mount -t tmpfs -o size=$1,mode=700 none "$2" && cp -a "$3"/. "$2" && shift 3 && exec setpriv --pdeathsig INT "$@"
"""
ROOM_BYTES = 48 * 1024 * 1024
TIMES, FULL_SECONDS, ROOM_SECONDS = 3, 5.0, 3.0
PLAIN_WORDS = "Perennial is not ready yet"


def full_disk(drill: Drill) -> dict[str, Any]:
    """Fill it under load, empty it, and see that everything resumes without anybody's help."""
    refused = _refused()
    if refused:
        return {
            "profile": drill.run.profile.name,
            "drill": {"skipped": f"no disk of our own can be made here: {refused}"},
            "figures": {"evidence": {}},
            "drained_seconds": 0.0,
            "defects": {},
        }
    disk = _move_to_small_disk(drill)
    drill.begin()
    drill.wait_for_deliveries(10)
    answers: list[tuple[int, int, int, str]] = []
    people = cycle(drill.run.people)
    for _ in range(TIMES):
        with _filled(disk):
            answers += _ask_for(drill, people, FULL_SECONDS)
        answers += _ask_for(drill, people, ROOM_SECONDS)
    return _judge(drill, answers)


def _refused() -> str:
    """Why no such disk can be made; '' if it can."""
    if shutil.which(ALONE[0]) is None:
        return "there is no unshare"
    command = [*ALONE, "mount", "-t", "tmpfs", "-o", "size=1m", "none", "/mnt"]
    tried = subprocess.run(
        command, capture_output=True, text=True, cwd="/", check=False, **service_user().as_arguments()
    )
    return tried.stderr.strip() if tried.returncode else ""


def _move_to_small_disk(drill: Drill) -> Path:
    """Start PostgreSQL on a copy of its data with little room beside it; returns its folder as we can reach it."""
    postgres = drill.run.stack.postgres
    connections.close_all()
    postgres.stop()
    data, kept = postgres._data, postgres._data.with_suffix(".kept")
    data.rename(kept)
    data.mkdir()
    postgres._user.give(data)
    used = sum(path.lstat().st_blocks * 512 for path in kept.rglob("*"))
    settings = [word for key, value in postgres._options.items() for word in ("-c", f"{key}={value}")]
    command = ["sh", "-c", ON_SMALL_DISK, "sh", str(used + ROOM_BYTES), data, kept, postgres._bin / "postgres"]
    postgres._process = spawn_server(
        [*ALONE, *command, "-D", data, *settings], postgres._log, postgres._user, signal.SIGINT
    )
    wait_until(lambda: _answers(drill), postgres._process, name="PostgreSQL", log=postgres._log)
    return Path(f"/proc/{postgres.pid}/root{data.resolve()}")


def _answers(drill: Drill) -> bool:
    with contextlib.suppress(RuntimeError):
        return ask(drill.run.stack, "SELECT 1") == "1"
    return False


@contextlib.contextmanager
def _filled(disk: Path) -> Iterator[None]:
    """Not a byte is free meanwhile, but for what PostgreSQL itself gives back."""
    _in_place("cat /dev/zero > ballast", disk)
    try:
        yield
    finally:
        _in_place("rm ballast", disk)


def _in_place(words: str, disk: Path) -> None:
    """As the server's user, who alone may write there; filling ends with an error, as it should."""
    command = ["sh", "-c", f'cd "$1" && {words}', "sh", disk]
    done = subprocess.run(command, capture_output=True, text=True, check=False, **service_user().as_arguments())
    if done.stderr and "No space left" not in done.stderr:
        raise RuntimeError(done.stderr)


def _ask_for(drill: Drill, people: Iterator[tuple[int, int]], seconds: float) -> list[tuple[int, int, int, str]]:
    """People use the address in their mails meanwhile: workspace, contact, status and words of each answer."""
    client = Client(raise_request_exception=False)
    until = time.monotonic() + seconds
    found = []
    while time.monotonic() < until:
        drill.run.crew.tend()
        workspace_id, contact = next(people)
        token = unsubscribe_token(workspace_id=workspace_id, contact_id=contact)
        answer = client.post(f"/unsubscribe/{token}/", SERVER_NAME="localhost")
        found.append((workspace_id, contact, answer.status_code, answer.content.decode()))
        time.sleep(0.4)
    return found


def _judge(drill: Drill, answers: list[tuple[int, int, int, str]]) -> dict[str, Any]:
    said = [status for _, _, status, _ in answers]
    drill.told["answers"] = {status: said.count(status) for status in sorted(set(said))}
    drill.must("other_answers", be=0, found=len(set(said) - {200, 503}))
    drill.must(
        "refused_without_plain_words", be=0, found=sum(s == 503 and PLAIN_WORDS not in t for _, _, s, t in answers)
    )
    log = drill.run.stack.postgres._log.read_text(errors="replace")
    drill.told["no_space_errors"], drill.told["panics"] = log.count("No space left"), log.count("PANIC:")
    if not drill.told["no_space_errors"] or 503 not in said:
        drill.wrong["drill_did_not_bite"] = 1
    drill.told["delivered_when_there_was_room_again"] = len(deliveries(drill.witness))
    answer = drill.finish()
    drill.must(
        "acknowledged_but_not_stored", be=0, found=sum(s == 200 and not _is_stored(w, c) for w, c, s, _ in answers)
    )
    return answer | {"drill": drill.told, "defects": answer["defects"] | drill.wrong}


def _is_stored(workspace_id: int, contact: int) -> bool:
    with in_workspace(workspace_id, by=system_actor(workspace_id, "faults")):
        return Suppression.objects.filter(contact_id=contact).exists()

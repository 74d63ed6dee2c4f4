"""RS: a dump of mid-run is restored when the run has ended, as docs/operations.md says, with and without the guard."""

import sqlite3
from pathlib import Path
from typing import Any

from django.db import connections

from config.stack.embedded import EmbeddedStack
from playbooks.actions.sending import WATERMARK
from tests.faults.drills import (
    Drill,
    addresses,
    as_superuser,
    ask,
    come_back,
    deliveries,
    doubled,
    move_to,
    program,
    second_home,
    unsubscribes_missing,
    watch_pause,
)
from tests.faults.harness import drain
from tests.faults.start import sockets_of

BACKUP_ROLE = "CREATE ROLE perennial_backup LOGIN NOSUPERUSER BYPASSRLS IN ROLE pg_read_all_data"
EMPTY = (
    "DROP DATABASE IF EXISTS perennial WITH (FORCE)",
    "CREATE DATABASE perennial OWNER perennial_owner TEMPLATE template0",
)
EXTENSIONS = "CREATE EXTENSION btree_gist; CREATE EXTENSION pg_trgm"
NEW_NUMBERS = """
SELECT setval(pg_get_serial_sequence('playbooks_enrolment', 'id'), max(id) + 1000000) FROM playbooks_enrolment
"""


def restore(drill: Drill) -> dict[str, Any]:
    """Run it; the control comes first, on a copy of the witness's log."""
    dump = _run_with_backup(drill)
    kept = (drill.home / WATERMARK).read_text()
    fresh = second_home(drill, "second").start()
    try:
        _control(drill, fresh, dump)
        (drill.home / WATERMARK).write_text(kept)
        return _guarded(drill, fresh, dump)
    finally:
        drill.run.crew.dismiss()
        connections.close_all()
        fresh.stop()


def _run_with_backup(drill: Drill) -> Path:
    """Mail under way, a backup in the middle, more mail and more unsubscribes, the end of the old machine."""
    mails = drill.run.profile.steps // 2
    drill.begin()
    drill.unsubscribe(3)
    drill.wait_for_deliveries(mails // 3)
    dump = drill.home / "perennial.dump"
    ask(drill.run.stack, BACKUP_ROLE)
    where = ("-h", sockets_of(drill.run.stack), "-U", "perennial_backup", "-d", "perennial")
    program("pg_dump", "--format=custom", f"--file={dump}", *where)
    drill.told["delivered_at_backup"] = len(deliveries(drill.witness))
    drill.unsubscribe(5)
    if drain(drill.run) is None:
        drill.wrong["first_run_never_drained"] = 1
    drill.end_programs()
    drill.told["delivered_before_restore"] = len(deliveries(drill.witness))
    return dump


def _control(drill: Drill, fresh: EmbeddedStack, dump: Path) -> None:
    """Without the watermark the same restore must send again: otherwise this drill proves nothing."""
    (drill.home / WATERMARK).unlink()
    _load(drill, fresh, dump)
    kept, copy = drill.witness, drill.witness.with_name("kept.sqlite")
    _copy(kept, copy)
    drill.begin()
    drain(drill.run)
    drill.end_programs()
    drill.told["doubled_without_guard"] = doubled(kept)
    if not doubled(kept):
        drill.wrong["drill_did_not_bite"] = 1
    for path in kept.parent.glob("witness.sqlite*"):
        path.unlink()
    copy.rename(kept)


def _guarded(drill: Drill, fresh: EmbeddedStack, dump: Path) -> dict[str, Any]:
    _load(drill, fresh, dump)
    drill.told["unsubscribes_younger_than_backup"] = unsubscribes_missing(drill)
    return come_back_guarded(drill)


def come_back_guarded(drill: Drill) -> dict[str, Any]:
    """Start on what was brought back: all of it waits, a person compares and resumes, and nothing leaves twice."""
    drill.begin()
    watch_pause(drill)
    before = len(deliveries(drill.witness))
    come_back(drill)
    drill.must("unsubscribes_missing_after_resumption", be=0, found=unsubscribes_missing(drill))
    answer = drill.finish()
    later = {row[2] for row in deliveries(drill.witness)[before:]}
    drill.must("sent_after_unsubscribe", be=0, found=len(later & addresses(drill)))
    return answer | {"drill": drill.told, "defects": answer["defects"] | drill.wrong}


def _load(drill: Drill, fresh: EmbeddedStack, dump: Path) -> None:
    """Steps 2, 4 and 6 of 'Restore' (3 has nothing to do: the dump is of this version)."""
    connections.close_all()
    for statement in EMPTY:
        ask(fresh, statement, database="postgres")
    ask(fresh, EXTENSIONS)
    program("pg_restore", "--exit-on-error", *as_superuser(fresh), "-d", "perennial", dump)
    drill.must("new_numbers_given", be=True, found=bool(ask(fresh, NEW_NUMBERS)))
    move_to(drill, fresh)


def _copy(source: Path, target: Path) -> None:
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)

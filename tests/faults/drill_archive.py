"""PT: a base backup and the archived log are brought to a named point in time after the run has ended."""

import shutil
from pathlib import Path
from typing import Any

from django.db import connections

from config.stack.embedded import EmbeddedStack
from config.stack.places import data_folder, service_user
from tests.faults.drill_failover import MAY_REPLICATE, give
from tests.faults.drill_restore import NEW_NUMBERS, come_back_guarded
from tests.faults.drills import (
    Drill,
    as_superuser,
    ask,
    deliveries,
    move_to,
    program,
    second_home,
    unsubscribes_missing,
)
from tests.faults.harness import drain

POINT = "before_the_mistake"
LAST_SEGMENT = "SELECT pg_walfile_name(pg_switch_wal())"
IN_RECOVERY = "SELECT pg_is_in_recovery()"


def point_in_time(drill: Drill) -> dict[str, Any]:
    """Everything after the point is gone from the database and has left the house: none of it leaves again."""
    archive = _archiving(drill)
    base = _run_past_the_point(drill, archive)
    fresh = second_home(drill, "second")
    try:
        _recover(drill, fresh, base, archive)
        drill.told["unsubscribes_younger_than_the_point"] = unsubscribes_missing(drill)
        drill.told["emails_younger_than_the_point"] = len(deliveries(drill.witness)) - drill.told["delivered_at_point"]
        if not drill.told["unsubscribes_younger_than_the_point"] or not drill.told["emails_younger_than_the_point"]:
            drill.wrong["drill_did_not_bite"] = 1
        return come_back_guarded(drill)
    finally:
        drill.run.crew.dismiss()
        connections.close_all()
        fresh.stop()
        shutil.rmtree(fresh.home, ignore_errors=True)


def _archiving(drill: Drill) -> Path:
    """Switch the archive on, which needs a start of the server."""
    stack, user = drill.run.stack, service_user()
    archive = data_folder(stack.home, user, ephemeral=False) / "archive"
    archive.mkdir()
    give(archive, user.uid, user.gid)
    ask(stack, "ALTER SYSTEM SET archive_mode = 'on'", database="postgres")
    ask(stack, f"ALTER SYSTEM SET archive_command = 'cp %p {archive}/%f'", database="postgres")
    with (stack.home / "servers" / "postgres" / "pg_hba.conf").open("a") as rules:
        rules.write(MAY_REPLICATE)
    connections.close_all()
    stack.postgres.stop()
    stack.postgres.start()
    return archive


def _run_past_the_point(drill: Drill, archive: Path) -> Path:
    """A base backup, mail under way, the point, more mail and unsubscribes, the end of the old machine."""
    stack, mails = drill.run.stack, drill.run.profile.steps // 2
    base = archive.with_name("base")
    program("pg_basebackup", *as_superuser(stack), "-D", base, "-X", "none", "-c", "fast")
    drill.begin()
    drill.unsubscribe(3)
    drill.wait_for_deliveries(mails // 4)
    ask(stack, f"SELECT pg_create_restore_point('{POINT}')", database="postgres")
    drill.told["delivered_at_point"] = len(deliveries(drill.witness))
    drill.unsubscribe(5)
    if drain(drill.run) is None:
        drill.wrong["first_run_never_drained"] = 1
    drill.end_programs()
    drill.told["delivered_before_recovery"] = len(deliveries(drill.witness))
    last = archive / ask(stack, LAST_SEGMENT, database="postgres")
    drill.wait(last.exists, "archived")
    return base


def _recover(drill: Drill, fresh: EmbeddedStack, base: Path, archive: Path) -> None:
    """Lay the base backup down, let it read the archive up to the point, and give it the name."""
    user = service_user()
    fresh.home.mkdir(exist_ok=True)
    target = data_folder(fresh.home, user, ephemeral=False) / "postgres"
    base.rename(target)
    (target / "recovery.signal").touch()
    with (target / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"archive_mode = 'off'\nrestore_command = 'cp {archive}/%f %p'\n")
        settings.write(f"recovery_target_name = '{POINT}'\nrecovery_target_action = 'promote'\n")
    give(target, user.uid, user.gid)
    fresh.start()
    drill.wait(lambda: ask(fresh, IN_RECOVERY, database="postgres") == "f", "recovered to the point")
    drill.must("new_numbers_given", be=True, found=bool(ask(fresh, NEW_NUMBERS)))
    move_to(drill, fresh)

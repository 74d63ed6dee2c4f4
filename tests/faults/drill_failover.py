"""FO: the primary dies by kill -9 under load and its streaming standby is promoted; the programs are told nothing."""

import os
import shutil
import signal
import time
from pathlib import Path
from typing import Any

from django.db import connections

from config.stack.embedded import EmbeddedStack
from config.stack.places import data_folder, service_user
from tests.faults.drills import (
    Drill,
    addresses,
    as_superuser,
    ask,
    come_back,
    deliveries,
    move_to,
    paused,
    program,
    second_home,
    unsubscribes_missing,
    watch_pause,
)
from tests.faults.figures import open_and_ended

MAY_REPLICATE = "local replication all trust\n"
STREAMING = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"
IN_STEP = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"
CUT_OFF = "ALTER SYSTEM SET primary_conninfo = ''", "SELECT pg_reload_conf()"
SUPPRESSED = "SELECT count(DISTINCT contact_id) FROM renewals_suppression"
LAG_SECONDS = 3.0


def synchronous(drill: Drill) -> dict[str, Any]:
    """Every acknowledged write is on the standby: nothing is lost, nothing doubled, nobody has to do anything."""
    standby = _with_standby(drill, is_synchronous=True)
    try:
        _under_way(drill)
        drill.unsubscribe(5)
        _fail_over(drill, standby)
        drill.must("unsubscribes_lost", be=0, found=unsubscribes_missing(drill))
        drill.must("paused_workspaces", be=0, found=paused())
        _first_step(drill)
        return _end(drill)
    finally:
        _clear(drill, standby)


def asynchronous(drill: Drill) -> dict[str, Any]:
    """The last seconds are lost; sending pauses and unsubscribes are said again, both by themselves.

    Once reconciled nothing leaves twice or wrongly.
    """
    standby = _with_standby(drill, is_synchronous=False)
    try:
        _under_way(drill)
        for statement in CUT_OFF:
            ask(standby, statement, database="postgres")
        drill.unsubscribe(5)
        until = time.monotonic() + LAG_SECONDS
        drill.wait(lambda: time.monotonic() > until, "lagged")
        before = int(ask(standby, SUPPRESSED))
        drill.told["unsubscribes_lost"] = int(ask(drill.run.stack, SUPPRESSED)) - before
        if not drill.told["unsubscribes_lost"]:
            drill.wrong["drill_did_not_bite"] = 1
        _fail_over(drill, standby)
        drill.wait(lambda: not unsubscribes_missing(drill), "unsubscribes said again by themselves")
        watch_pause(drill)
        come_back(drill)
        drill.must("unsubscribes_missing_after_resumption", be=0, found=unsubscribes_missing(drill))
        return _end(drill)
    finally:
        _clear(drill, standby)


def _with_standby(drill: Drill, *, is_synchronous: bool) -> EmbeddedStack:
    """Copy the primary while it runs and start the copy behind it."""
    primary = drill.run.stack
    with (primary.home / "servers" / "postgres" / "pg_hba.conf").open("a") as rules:
        rules.write(MAY_REPLICATE)
    ask(primary, "SELECT pg_reload_conf()")
    standby = second_home(drill, "standby")
    user = service_user()
    standby.home.mkdir(exist_ok=True)
    target = data_folder(standby.home, user, ephemeral=False) / "postgres"
    program("pg_basebackup", *as_superuser(primary), "-D", target, "-R", "-X", "stream", "-c", "fast")
    give(target, user.uid, user.gid)
    standby.start()
    drill.wait(lambda: ask(primary, STREAMING) == "1", "streaming")
    if is_synchronous:
        ask(primary, "ALTER SYSTEM SET synchronous_standby_names = '*'", database="postgres")
        ask(primary, "SELECT pg_reload_conf()")
        drill.wait(lambda: ask(primary, IN_STEP) == "1", "in step")
    return standby


def _under_way(drill: Drill) -> None:
    drill.begin()
    drill.unsubscribe(2)
    drill.wait_for_deliveries(drill.run.profile.steps // 6)


def _fail_over(drill: Drill, standby: EmbeddedStack) -> None:
    """kill -9, promote, move the name; the programs are not told."""
    died = time.monotonic()
    os.kill(drill.run.stack.postgres.pid, signal.SIGKILL)
    drill.run.stack.postgres.kill()
    ask(standby, "SELECT pg_promote(true, 60)", database="postgres")
    drill.told["delivered_before_promotion"] = len(deliveries(drill.witness))
    move_to(drill, standby)
    drill.told["promoted_after_seconds"] = round(time.monotonic() - died, 1)


def _first_step(drill: Drill) -> None:
    """How long until something ends again on the new primary."""
    began, before = time.monotonic(), open_and_ended()
    drill.wait(lambda: open_and_ended() != before or before[0] == 0, "first step after the promotion")
    drill.told["first_step_after_promotion_seconds"] = round(time.monotonic() - began, 1)


def _end(drill: Drill) -> dict[str, Any]:
    """Let everything end; whoever unsubscribed gets nothing that is delivered after the promotion."""
    known = drill.told["delivered_before_promotion"]
    answer = drill.finish()
    later = {row[2] for row in deliveries(drill.witness)[known:]}
    drill.must("sent_after_unsubscribe", be=0, found=len(later & addresses(drill)))
    return answer | {"drill": drill.told, "defects": answer["defects"] | drill.wrong}


def _clear(drill: Drill, standby: EmbeddedStack) -> None:
    drill.run.crew.dismiss()
    connections.close_all()
    standby.stop()
    shutil.rmtree(standby.home, ignore_errors=True)


def give(folder: Path, uid: int | None, gid: int | None) -> None:
    """A copy made by root belongs to whom the servers run as."""
    for path in (folder, *folder.rglob("*")) if uid is not None and gid is not None else ():
        os.chown(path, uid, gid, follow_symlinks=False)

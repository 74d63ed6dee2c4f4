"""F32: a file of accounts is imported, killed at fifty random instants, and run again to its end."""

import contextlib
import os
import subprocess
import time
from pathlib import Path
from typing import Any

from django.db import connection

from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.models import ImportRun
from tests.faults.crew import ROOT, python
from tests.faults.drills import Drill
from tests.imports.test_faults import MAPPING, RUN
from tests.playbooks.factories import make_person
from tests.plugins.database import make_workspace

LARGE_ROWS, ROWS = 100_000, 10_000
KILLS, BITES = 50, 0.8

TABLES = """
SELECT c.table_name, array_agg(c.column_name::text ORDER BY c.column_name) FROM information_schema.columns AS c
JOIN information_schema.columns AS w ON w.table_schema = c.table_schema AND w.table_name = c.table_name
    AND w.column_name = 'workspace_id'
JOIN pg_class AS t ON t.relname = c.table_name AND t.relkind IN ('r', 'p') AND NOT t.relispartition
WHERE c.table_schema = 'public' AND c.data_type NOT IN ('timestamp with time zone', 'uuid')
  AND c.column_name <> 'id' AND c.column_name NOT LIKE '%\\_id' AND c.column_name NOT LIKE 'pgh\\_%'
GROUP BY c.table_name ORDER BY c.table_name
"""
OF_THE_RUNS = ("renewals_importrun", "renewals_importchange")
"""How often it was tried, and how a run is undone by the numbers of its rows, is no part of what was imported."""


def killed_import(drill: Drill) -> dict[str, Any]:
    """Whatever it was killed at, the file run again leaves what it leaves undisturbed, table by table.

    Once a killed run was whole all the same, those that follow find nothing new, and take as long as such a one takes.
    """
    seconds = _import(_workspace("large"), _file(drill.home, LARGE_ROWS))
    drill.told |= {"rows": LARGE_ROWS, "seconds": round(seconds, 1)}
    file, whole, killed = _file(drill.home, ROWS), _workspace("whole"), _workspace("killed")
    takes = {False: _import(whole, file), True: _import(whole, file)}
    drill.told["killed"] = sum(
        _killed(killed, file, drill.run.dice.uniform(0.2, 0.9) * takes[_ended(killed) > 0]) for _ in range(KILLS)
    )
    if drill.told["killed"] < KILLS * BITES:
        drill.wrong["drill_did_not_bite"] = KILLS - drill.told["killed"]
    drill.told["imports_that_were_whole_before_they_died"] = _ended(killed)
    _import(killed, file)
    expected, found = _contents(whole), _contents(killed)
    drill.told["tables_compared"] = len(expected)
    drill.told["rows_compared"] = sum(rows for rows, _ in expected.values())
    drill.must("tables_that_differ", be=[], found=[name for name in expected if expected[name] != found[name]])
    return {
        "profile": drill.run.profile.name,
        "seed": drill.seed,
        "drill": drill.told,
        "drained_seconds": 0.0,
        "wall_seconds": round(time.monotonic() - drill.started, 1),
        "defects": drill.wrong,
    }


def _workspace(slug: str) -> int:
    """A workspace with somebody who answers for what is imported."""
    workspace = make_workspace(slug)
    with in_workspace(workspace.id, by=system_actor(workspace.id, "faults")):
        make_person(workspace)
    return workspace.id


def _file(home: Path, rows: int) -> Path:
    """Accounts with a monthly amount and how their last renewal ended."""
    path = home / f"accounts-{rows}.csv"
    lines = (f"A-{i},{i % 97},{'yes' if i % 5 == 0 else 'no'}" for i in range(rows))
    path.write_text("id,monthly,churn\n" + "\n".join(lines))
    return path


def _start(workspace_id: int, file: Path) -> "subprocess.Popen[bytes]":
    words = python("-c", RUN, str(workspace_id), str(file), MAPPING, "")
    return subprocess.Popen(words, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)})


def _import(workspace_id: int, file: Path) -> float:
    """Run it to its end; return the seconds, with those in which the program starts."""
    began = time.monotonic()
    if code := _start(workspace_id, file).wait():
        raise RuntimeError(f"the import ended with {code}")
    return time.monotonic() - began


def _killed(workspace_id: int, file: Path, after: float) -> bool:
    """Start it and pull the plug; whether it was still at work."""
    process = _start(workspace_id, file)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=after)
    process.kill()
    return process.wait() == -9


def _ended(workspace_id: int) -> int:
    with in_workspace(workspace_id, by=system_actor(workspace_id, "faults")):
        return ImportRun.objects.filter(state="done").count()


def _contents(workspace_id: int) -> dict[str, tuple[int, str]]:
    """Rows and hash of each table: all columns but numbers of rows and instants, which differ in any two runs."""
    found = {}
    with in_workspace(workspace_id, by=system_actor(workspace_id, "faults")), connection.cursor() as cursor:
        cursor.execute(TABLES)
        for table, columns in cursor.fetchall():
            if table in OF_THE_RUNS:
                continue
            names = ", ".join(f'"{name}"' for name in columns)
            cursor.execute(
                f"SELECT count(*), coalesce(md5(string_agg(line, '' ORDER BY line)), '') "
                f"FROM (SELECT md5(ROW({names})::text) AS line FROM {table} WHERE workspace_id = %s) AS t",
                [workspace_id],
            )
            found[table] = tuple(cursor.fetchone())
    return found

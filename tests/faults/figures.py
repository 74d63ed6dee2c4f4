"""What came of a run, from the witness's log and from SQL: lost, doubled, in doubt, early, late."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection

from playbooks.models import EngineCounter
from playbooks.queries.invariants import broken_invariants
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.queries.workspaces import active_workspace_ids
from tests.faults.profiles import Profile

COUNTS = {
    "steps_done": "SELECT count(DISTINCT (enrolment_id, step_key)) FROM playbooks_steprun WHERE state = 'done'",
    "steps_doubled": """SELECT count(*) FROM (SELECT 1 FROM playbooks_steprun
        GROUP BY enrolment_id, step_key HAVING count(*) > 1) AS x""",
    "steps_skipped": "SELECT count(*) FROM playbooks_steprun WHERE state = 'skipped'",
    "steps_parked": "SELECT count(*) FROM playbooks_steprun WHERE state = 'parked'",
    "done_without_effect": """SELECT count(*) FROM playbooks_steprun AS s WHERE s.state = 'done'
        AND NOT EXISTS (SELECT 1 FROM playbooks_message AS m WHERE m.step_run_id = s.id)
        AND NOT EXISTS (SELECT 1 FROM playbooks_task AS t WHERE t.step_run_id = s.id)""",
    "run_early": "SELECT count(*) FROM playbooks_steprun WHERE state = 'done' AND done_at < due_at",
    "enrolments_unfinished": "SELECT count(*) FROM playbooks_enrolment WHERE state <> 'completed'",
    "messages_stuck": "SELECT count(*) FROM playbooks_message WHERE state IN ('queued', 'sending')",
    "messages_sent": "SELECT count(*) FROM playbooks_message WHERE state = 'sent'",
    "messages_cancelled": "SELECT count(*) FROM playbooks_message WHERE state = 'cancelled'",
    "messages_in_doubt": "SELECT count(*) FROM playbooks_message WHERE state = 'in_doubt'",
    "touchpoints_missing": """SELECT count(*) FROM playbooks_message AS m WHERE m.state = 'sent' AND NOT EXISTS (
        SELECT 1 FROM renewals_touchpoint AS t WHERE t.origin_key = 'message:' || m.id)""",
}

LATENESS = """
SELECT extract(epoch FROM done_at - greatest(planned_at, created_at)) FROM playbooks_steprun WHERE state = 'done'
"""

AFTER_UNSUBSCRIBE = """
SELECT count(*) FROM playbooks_message WHERE contact_id = %s AND sending_at > %s
"""

MUST_BE_ZERO = (
    "steps_lost",
    "steps_doubled",
    "steps_parked",
    "done_without_effect",
    "run_early",
    "enrolments_unfinished",
    "messages_stuck",
    "emails_doubled",
    "sent_unknown_to_witness",
    "cancelled_but_delivered",
    "entered_sending_after_unsubscribe",
    "touchpoints_missing",
    "invariants_broken",
)


STANDING = """
SELECT (SELECT count(*) FROM playbooks_steprun WHERE state IN ('scheduled', 'claimed'))
     + (SELECT count(*) FROM playbooks_message WHERE state IN ('queued', 'sending')),
       (SELECT count(*) FROM playbooks_steprun WHERE done_at IS NOT NULL)
     + (SELECT count(*) FROM playbooks_message WHERE state NOT IN ('queued', 'sending'))
"""


def open_and_ended() -> tuple[int, int]:
    """How many steps and messages are open, and how many have ended."""
    still_open = ended = 0
    for workspace_id in active_workspace_ids():
        with in_workspace(workspace_id, by=system_actor(workspace_id, "faults")), connection.cursor() as cursor:
            cursor.execute(STANDING)
            row = cursor.fetchone()
        still_open, ended = still_open + row[0], ended + row[1]
    return still_open, ended


def figures(profile: Profile, witness: Path, unsubscribed: Iterable[tuple[int, int, datetime]]) -> dict[str, Any]:
    """Every measure of the run; `unsubscribed` is (workspace, contact, instant after the commit)."""
    found: dict[str, Any] = dict.fromkeys(COUNTS, 0)
    lateness: list[float] = []
    sent: set[str] = set()
    cancelled: set[str] = set()
    broken = 0
    after = 0
    gone = list(unsubscribed)
    for workspace_id in active_workspace_ids():
        with in_workspace(workspace_id, by=system_actor(workspace_id, "faults")), connection.cursor() as cursor:
            for name, question in COUNTS.items():
                cursor.execute(question)
                found[name] += cursor.fetchone()[0]
            cursor.execute(LATENESS)
            lateness += [float(row[0]) for row in cursor.fetchall()]
            cursor.execute("SELECT idem_key FROM playbooks_message WHERE state = 'sent'")
            sent |= {row[0] for row in cursor.fetchall()}
            cursor.execute("SELECT idem_key FROM playbooks_message WHERE state = 'cancelled'")
            cancelled |= {row[0] for row in cursor.fetchall()}
            for _, contact, at in (item for item in gone if item[0] == workspace_id):
                cursor.execute(AFTER_UNSUBSCRIBE, [contact, at])
                after += cursor.fetchone()[0]
            broken += len(broken_invariants())
    delivered = _delivered(witness)
    return found | {
        "steps_expected": profile.steps,
        "steps_lost": profile.steps - found["steps_done"] - found["steps_skipped"] - found["steps_parked"],
        "emails_delivered": sum(delivered.values()),
        "emails_doubled": sum(times - 1 for times in delivered.values()),
        "sent_unknown_to_witness": len(sent - set(delivered)),
        "cancelled_but_delivered": len(cancelled & set(delivered)),
        "entered_sending_after_unsubscribe": after,
        "invariants_broken": broken,
        "lateness_seconds": _quantiles(lateness),
        "evidence": dict(EngineCounter.objects.order_by("name").values_list("name", "count")),
    }


def defects(found: dict[str, Any], profile: Profile) -> dict[str, int]:
    """The measures that must be zero and are not."""
    return {name: found[name] for name in MUST_BE_ZERO if found[name]}


def _delivered(witness: Path) -> dict[str, int]:
    with sqlite3.connect(witness) as log:
        return dict(log.execute("select key, count(*) from delivery group by key").fetchall())


def _quantiles(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    at = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    last = len(ordered) - 1
    return {name: round(ordered[int(share * last)], 2) for name, share in at.items()} if ordered else {}

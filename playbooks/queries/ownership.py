"""What ownership is decided from: who may answer today, and renewals whose people, tasks, hand-overs or tier moved.

A sweep starts from the exceptions (people gone or away, open gaps, unsettled hand-overs, changed tiers), so that its
cost follows them and not the book.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db import connection

from playbooks import library
from playbooks.core.ownership import (
    GapClock,
    GapKind,
    HandoverFacts,
    OpenGap,
    OwnershipFacts,
    People,
    Raised,
    StepNow,
    TaskFacts,
    TierFacts,
)
from playbooks.queries.assignees import assignees
from playbooks.queries.definitions import definitions_of
from playbooks.queries.plans import join_as_written
from playbooks.queries.workload import absences_in_force
from renewals.core.renewal_states import RenewalStage

TIER_LOOK_BACK = timedelta(days=30)
"""A tier that changed longer ago opens no gap any more; one that is open stays."""

UNCLEAR = """
WITH gone AS MATERIALIZED (
    SELECT m.user_id FROM renewals_membership AS m JOIN renewals_user AS u ON u.id = m.user_id
    WHERE NOT (m.is_active AND u.is_active)
    UNION SELECT user_id FROM playbooks_absence
    WHERE cancelled_at IS NULL AND returned_at IS NULL AND from_on <= %(today)s AND until_on >= %(today)s
)
SELECT renewal_id FROM playbooks_ownershipgap WHERE closed_at IS NULL
UNION SELECT renewal_id FROM playbooks_handover WHERE state IN ('offered', 'expired')
UNION SELECT r.id FROM gone JOIN renewals_renewal AS r ON r.owner_id = gone.user_id WHERE r.closed_on IS NULL
UNION SELECT r.id FROM gone JOIN renewals_renewal AS r ON r.initiator_id = gone.user_id WHERE r.closed_on IS NULL
UNION SELECT r.id FROM gone JOIN renewals_renewal AS r ON r.negotiator_id = gone.user_id WHERE r.closed_on IS NULL
UNION SELECT r.id FROM gone JOIN renewals_renewal AS r ON r.finaliser_id = gone.user_id WHERE r.closed_on IS NULL
UNION SELECT r.id FROM gone JOIN renewals_account AS a ON a.owner_id = gone.user_id
    JOIN renewals_renewal AS r ON r.workspace_id = a.workspace_id AND r.account_id = a.id WHERE r.closed_on IS NULL
UNION SELECT t.renewal_id FROM gone JOIN playbooks_task AS t ON t.assignee_id = gone.user_id
    WHERE t.state IN ('open', 'snoozed') AND t.renewal_id IS NOT NULL
UNION SELECT r.id FROM signals_tierperiod AS p
    JOIN renewals_renewal AS r ON r.workspace_id = p.workspace_id AND r.account_id = p.account_id
    WHERE p.until_at IS NULL AND p.before <> '' AND p.before <> p.tier AND p.from_at > %(since)s
      AND p.from_at > r.created_at AND r.closed_on IS NULL AND NOT EXISTS (SELECT 1 FROM playbooks_ownershipgap AS g
        WHERE g.workspace_id = r.workspace_id AND g.renewal_id = r.id AND g.kind = 'tier_change'
          AND g.subject = p.id::text AND g.closed_at IS NOT NULL)
"""

FACTS = """
SELECT r.id AS renewal_id, r.account_id, r.stage, r.owner_id, r.initiator_id, r.negotiator_id, r.finaliser_id,
       a.owner_id AS account_owner_id, s.step_key, s.version_id, t.tasks,
       h.id AS handover_id, h.sender_id, h.receiver_id, h.offered_at, h.deadline_at,
       p.id AS period_id, p.before, p.tier, p.from_at
FROM unnest(%(ids)s::bigint[]) AS wanted(id)
JOIN LATERAL (SELECT * FROM renewals_renewal WHERE id = wanted.id AND closed_on IS NULL OFFSET 0) AS r ON true
JOIN LATERAL (SELECT * FROM renewals_account WHERE id = r.account_id OFFSET 0) AS a ON true
LEFT JOIN LATERAL (
    SELECT run.step_key, run.version_id FROM playbooks_enrolment AS e
    JOIN playbooks_steprun AS run ON run.workspace_id = e.workspace_id AND run.enrolment_id = e.id
    WHERE e.workspace_id = r.workspace_id AND e.renewal_id = r.id AND e.state IN ('active', 'paused', 'parked')
      AND run.state IN ('scheduled', 'claimed', 'waiting') ORDER BY run.due_at, run.id LIMIT 1
) AS s ON true
LEFT JOIN LATERAL (
    SELECT json_agg(json_build_array(id, assignee_id, due_on, title, step_run_id IS NOT NULL) ORDER BY id) AS tasks
    FROM playbooks_task WHERE workspace_id = r.workspace_id AND renewal_id = r.id AND state IN ('open', 'snoozed')
) AS t ON true
LEFT JOIN LATERAL (
    SELECT * FROM playbooks_handover WHERE workspace_id = r.workspace_id AND renewal_id = r.id
        AND state IN ('offered', 'expired') OFFSET 0
) AS h ON true
LEFT JOIN LATERAL (
    SELECT p.* FROM signals_tierperiod AS p WHERE p.workspace_id = r.workspace_id AND p.account_id = r.account_id
        AND p.until_at IS NULL AND p.before <> '' AND p.before <> p.tier AND p.from_at > r.created_at
        AND (p.from_at > %(since)s OR EXISTS (SELECT 1 FROM playbooks_ownershipgap AS o
            WHERE o.workspace_id = r.workspace_id AND o.renewal_id = r.id AND o.kind = 'tier_change'
              AND o.subject = p.id::text AND o.closed_at IS NULL))
        AND NOT EXISTS (SELECT 1 FROM playbooks_ownershipgap AS g WHERE g.workspace_id = r.workspace_id
            AND g.renewal_id = r.id AND g.kind = 'tier_change' AND g.subject = p.id::text AND g.closed_at IS NOT NULL)
    ORDER BY p.from_at DESC LIMIT 1
) AS p ON true
ORDER BY r.id
"""

KEPT = (
    "SELECT id, renewal_id, kind, subject FROM playbooks_ownershipgap WHERE closed_at IS NULL AND renewal_id = ANY(%s)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptGap:
    """An open gap with its row."""

    gap_id: int
    renewal_id: int
    gap: OpenGap


@lru_cache(maxsize=1)
def gap_clocks() -> Mapping[GapKind, GapClock]:
    """Return the clock of each kind of gap, as shipped; every kind has one."""
    with (Path(library.__file__).parent / "ownership.toml").open("rb") as file:
        table = tomllib.load(file)
    return {
        kind: GapClock(business_days=table[kind.value]["business_days"], raised=Raised(table[kind.value]["raised"]))
        for kind in GapKind
    }


def people_today(*, today: date) -> People:
    """Return who may answer today, with two statements."""
    away = absences_in_force(today=today).values_list("user_id", "delegate_id")
    return People(by_role=assignees().by_role, away=dict(away))


def unclear_renewals(*, now: datetime, today: date) -> list[int]:
    """Return every open renewal whose ownership may have moved, and those with an open gap, with one statement."""
    with connection.cursor() as cursor:
        cursor.execute(UNCLEAR, {"today": today, "since": now - TIER_LOOK_BACK})
        return sorted(row[0] for row in cursor.fetchall())


def ownership_facts(renewal_ids: Iterable[int], *, now: datetime) -> tuple[OwnershipFacts, ...]:
    """Return the facts of these renewals, closed ones left out, with two statements."""
    join_as_written()
    with connection.cursor() as cursor:
        cursor.execute(FACTS, {"ids": list(renewal_ids), "since": now - TIER_LOOK_BACK})
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    versions = definitions_of({row["version_id"] for row in rows if row["version_id"] is not None})
    return tuple(_facts(row, versions) for row in rows)


def kept_gaps(renewal_ids: Iterable[int]) -> tuple[KeptGap, ...]:
    """Return the open gaps of these renewals."""
    with connection.cursor() as cursor:
        cursor.execute(KEPT, [list(renewal_ids)])
        return tuple(
            KeptGap(gap_id=row[0], renewal_id=row[1], gap=OpenGap(kind=GapKind(row[2]), subject=row[3]))
            for row in cursor.fetchall()
        )


def _facts(row: Mapping[str, Any], versions: Mapping[int, Any]) -> OwnershipFacts:
    return OwnershipFacts(
        renewal_id=row["renewal_id"],
        account_id=row["account_id"],
        stage=RenewalStage(row["stage"]),
        duties={name: row[f"{name}_id"] for name in ("owner", "initiator", "negotiator", "finaliser")},
        account_owner=row["account_owner_id"],
        step=_step(row, versions),
        tasks=tuple(_task(item) for item in row["tasks"] or ()),
        handover=_handover(row),
        tier=_tier(row),
    )


def _step(row: Mapping[str, Any], versions: Mapping[int, Any]) -> StepNow | None:
    if row["step_key"] is None:
        return None
    definition = versions[row["version_id"]].definition
    step = definition.step(row["step_key"])
    return StepNow(playbook=definition.name, key=step.key, name=step.name, operator=step.operator)


def _task(item: list[Any]) -> TaskFacts:
    return TaskFacts(
        task_id=item[0], assignee=item[1], due_on=date.fromisoformat(item[2]), title=item[3], is_step=item[4]
    )


def _handover(row: Mapping[str, Any]) -> HandoverFacts | None:
    if row["handover_id"] is None:
        return None
    return HandoverFacts(
        handover_id=row["handover_id"],
        sender=row["sender_id"],
        receiver=row["receiver_id"],
        offered_at=row["offered_at"],
        deadline_at=row["deadline_at"],
    )


def _tier(row: Mapping[str, Any]) -> TierFacts | None:
    if row["period_id"] is None:
        return None
    return TierFacts(period_id=row["period_id"], before=row["before"], tier=row["tier"], changed_at=row["from_at"])

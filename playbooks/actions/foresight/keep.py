"""Keep the projections of a workspace in step with its plans, some renewals at a time."""

import logging
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta

from django.db import DatabaseError, transaction

from playbooks.actions.bulk import insert_rows
from playbooks.actions.foresight.moves import with_moves
from playbooks.actions.foresight.project import Projected, project_renewals
from playbooks.actions.step_rows import Row, shown
from playbooks.core.foresight import Milestone, Touch
from playbooks.models import ProjectedTouch, Projection
from playbooks.queries.foresight import open_renewals_of, renewals_of, stale_accounts, state_keys

log = logging.getLogger(__name__)

HORIZON = timedelta(days=190)
"""Until the end of the next quarter, from any day of this one."""
CHUNK = 200
MOST_A_SWEEP = 2000
MILESTONE = "milestone"


def refresh_projections(*, workspace_id: int, now: datetime, most: int = MOST_A_SWEEP) -> int:
    """Project anew what has changed or is a day old, at most about `most` renewals; returns how many were projected."""
    done = 0
    while done < most and (accounts := stale_accounts(now=now, limit=CHUNK)):
        done += _refresh_patiently(workspace_id, accounts, now=now)
    return done


def _refresh_patiently(workspace_id: int, account_ids: Sequence[int], *, now: datetime) -> int:
    """One account that cannot be projected hides nobody else's days; it is tried again the next day."""
    try:
        with transaction.atomic():
            return _refresh(workspace_id, account_ids, now=now)
    except DatabaseError:
        raise
    except Exception:
        log.exception("A projection failed.", extra={"accounts": len(account_ids)})
    if len(account_ids) > 1:
        return sum(_refresh_patiently(workspace_id, (each,), now=now) for each in account_ids)
    with transaction.atomic():
        return _write(workspace_id, account_ids, (), now=now)


def _refresh(workspace_id: int, account_ids: Sequence[int], *, now: datetime) -> int:
    found = project_renewals(open_renewals_of(account_ids), now=now, until=now + HORIZON)
    return _write(workspace_id, account_ids, found, now=now)


def _write(workspace_id: int, account_ids: Sequence[int], found: Sequence[Projected], *, now: datetime) -> int:
    """Replace what is kept of these accounts; every open renewal gets its mark, also one with nothing ahead."""
    keys = state_keys(open_renewals_of(account_ids))
    before = list(ProjectedTouch.objects.filter(account_id__in=account_ids))
    rows = with_moves(before, [row for each in found for row in _rows(workspace_id, each)], now=now)
    ProjectedTouch.objects.filter(account_id__in=account_ids).delete()
    Projection.objects.filter(renewal_id__in=renewals_of(account_ids)).delete()
    insert_rows(ProjectedTouch, rows)
    shared = {"workspace_id": workspace_id, "projected_at": now, "until_at": now + HORIZON}
    marks = [shared | {"renewal_id": renewal, "state_key": key} for renewal, key in keys.items()]
    return len(insert_rows(Projection, marks))


def _rows(workspace_id: int, projected: Projected) -> Iterable[Row]:
    shared = {"workspace_id": workspace_id, "renewal_id": projected.renewal.renewal_id}
    shared |= {"account_id": projected.renewal.account_id, "playbook_key": projected.playbook_key}
    yield from (shared | _touch_row(touch) for touch in projected.touches)
    yield from (shared | _milestone_row(item, projected.renewal.owner_id) for item in projected.milestones)


def _touch_row(touch: Touch) -> Row:
    return {
        "owner_id": touch.owner_id,
        "playbook_key": touch.playbook_key,
        "step_key": touch.step_key,
        "name": touch.name[:200],
        "intended_outcome": touch.intended_outcome,
        "kind": touch.kind,
        "effect": touch.effect.value,
        "at": touch.at,
        "local_on": touch.local_on,
        "local_at": touch.local_at,
        "zone": touch.zone,
        "zone_of": touch.zone_of,
        "is_firm": touch.is_firm,
        "loose": shown(touch.loose),
        "reasons": shown(touch.reasons),
    }


def _milestone_row(item: Milestone, owner_id: int) -> Row:
    return {
        "owner_id": owner_id,
        "name": item.label,
        "kind": item.kind.value,
        "effect": MILESTONE,
        "at": datetime.combine(item.on, time(), UTC),
        "local_on": item.on,
        "is_firm": True,
    }

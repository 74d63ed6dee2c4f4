"""Keep the gaps of ownership true: open and close them, and give a manager a task where nobody would see one."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from playbooks.actions.bulk import insert_rows
from playbooks.actions.queue import refresh_entries
from playbooks.actions.step_rows import shown
from playbooks.core.ownership import Gap, OwnershipFacts, People, Raised, clock_end, gap_changes, standing
from playbooks.core.states import OPEN_TASK_STATES, TaskState
from playbooks.models import Handover, OwnershipGap, Task
from playbooks.queries.assignees import Assignees, assignees
from playbooks.queries.notices import person_for_notice
from playbooks.queries.ownership import gap_clocks, kept_gaps, ownership_facts, people_today, unclear_renewals
from renewals.actions.workspaces import remove_member
from renewals.core.actors import Actor
from renewals.core.dates import local_date
from renewals.core.errors import RequiredValueMissing, UnknownReference
from renewals.queries.workspaces import workspace

CHUNK = 1000
TITLES = {
    "vacancy": "Nobody answers for this renewal: name somebody",
    "absence": "The person who answers is away without a delegate",
    "unowned_task": "A task of this renewal belongs to nobody: assign it",
    "handover": "A hand-over was not accepted in time: decide who takes it",
    "tier_change": "The tier changed: is this still the right owner?",
}


def tend_ownership(*, by: Actor, now: datetime, renewal_ids: Sequence[int] | None = None) -> int:
    """Bring the gaps of the workspace, or of some renewals, to what is found now; returns how many changed.

    A second call changes nothing. Run inside the workspace; today is its local day.
    """
    zone = workspace(by.workspace_id).timezone
    today = local_date(now, zone)
    ids = unclear_renewals(now=now, today=today) if renewal_ids is None else sorted(renewal_ids)
    people = people_today(today=today) if ids else None
    changed = 0
    for start in range(0, len(ids), CHUNK):
        if people is not None:
            with transaction.atomic():
                changed += _reconcile(ids[start : start + CHUNK], people, zone, by=by, now=now)
    with transaction.atomic():
        Handover.objects.filter(state="offered", deadline_at__lte=now).update(state="expired")
        return changed + _raise_gaps(zone, by=by, now=now)


@transaction.atomic
def review_tier(*, gap_id: int, why: str, by: Actor, now: datetime) -> OwnershipGap:
    """Say that the ownership was looked at after a change of tier; the owner stays. A second call changes nothing.

    Raises UnknownReference, RequiredValueMissing.
    """
    gap = OwnershipGap.objects.select_for_update().filter(id=gap_id, kind="tier_change").first()
    if gap is None:
        raise UnknownReference(f"There is no change of tier {gap_id} to review.", where="gap")
    if not why.strip():
        raise RequiredValueMissing("Say why the owner is still the right one.", where="why")
    if gap.closed_at is None:
        _close([gap.id], because=why.strip()[:300], by=by, now=now)
        gap.refresh_from_db()
    return gap


@transaction.atomic
def take_access_away(*, membership_id: int, by: Actor, now: datetime) -> Any:
    """Remove a member and open the gaps this leaves in the same instant; errors as in `remove_member`."""
    row = remove_member(membership_id=membership_id, by=by, now=now)
    tend_ownership(by=by, now=now)
    return row


def _reconcile(ids: Sequence[int], people: People, zone: str, *, by: Actor, now: datetime) -> int:
    """Open and close what differs; a gap about something else makes room for the new one first."""
    list(OwnershipGap.objects.select_for_update().filter(renewal_id__in=ids, closed_at__isnull=True).order_by("id"))
    kept = defaultdict(list)
    for item in kept_gaps(ids):
        kept[item.renewal_id].append(item)
    opened: list[dict[str, Any]] = []
    closed: list[int] = []
    found = {facts.renewal_id: facts for facts in ownership_facts(ids, now=now)}
    for renewal_id in ids:
        facts = found.get(renewal_id)
        gaps = standing(facts, people).gaps if facts else ()
        changes = gap_changes(tuple(item.gap for item in kept[renewal_id]), gaps)
        closed += [item.gap_id for item in kept[renewal_id] if item.gap.kind in changes.closed]
        if facts is not None:
            opened += [_gap_row(gap, facts, zone, by=by, now=now) for gap in changes.opened]
    _close(closed, because="settled", by=by, now=now)
    return len(closed) + len(insert_rows(OwnershipGap, opened, ignore_conflicts=True))


def _gap_row(gap: Gap, facts: OwnershipFacts, zone: str, *, by: Actor, now: datetime) -> dict[str, Any]:
    """A gap opens when its cause did; its clock runs from when it is seen, unless it has a deadline."""
    since = min(gap.since_at or now, now)
    due = gap.due_at if gap.due_at is not None else clock_end(now, gap_clocks()[gap.kind], zone)
    return {
        "workspace_id": by.workspace_id,
        "account_id": facts.account_id,
        "renewal_id": facts.renewal_id,
        "kind": gap.kind.value,
        "subject": gap.subject,
        "reason": shown([gap.why])[0],
        "opened_at": since,
        "due_at": max(due, since),
    }


def _close(gap_ids: Sequence[int], *, because: str, by: Actor, now: datetime) -> None:
    """Close gaps and end the open tasks about them."""
    if not gap_ids:
        return
    rows = OwnershipGap.objects.filter(id__in=gap_ids)
    tasks = Task.objects.filter(
        id__in=rows.filter(task__isnull=False).values("task_id"), state__in=list(OPEN_TASK_STATES)
    )
    tasks.update(
        state=TaskState.CANCELLED,
        ended_reason="gap_closed",
        updated_at=now,
        snoozed_until_on=None,
        snooze_reason="",
    )
    rows.update(closed_at=now, closed_because=because, closed_by=by.label[:150])
    refresh_entries(renewal_ids=sorted(rows.values_list("renewal_id", flat=True)), now=now)


def _raise_gaps(zone: str, *, by: Actor, now: datetime) -> int:
    """Give a manager a task for each gap that asks for one and has none."""
    at_once = [kind.value for kind, clock in gap_clocks().items() if clock.raised is Raised.OPENING]
    waiting = OwnershipGap.objects.filter(closed_at__isnull=True, task__isnull=True)
    gaps = list(waiting.filter(Q(kind__in=at_once) | Q(due_at__lte=now)).order_by("id"))
    if not gaps:
        return 0
    people = assignees()
    rows = [_task_row(gap, people, zone, now=now) for gap in gaps]
    insert_rows(Task, rows, ignore_conflicts=True)
    made = dict(Task.objects.filter(origin_key__in=[row["origin_key"] for row in rows]).values_list("origin_key", "id"))
    for gap in gaps:
        gap.task_id = made[f"gap:{gap.id}"]
    OwnershipGap.objects.bulk_update(gaps, ["task"])
    refresh_entries(renewal_ids=[gap.renewal_id for gap in gaps], now=now)
    return len(gaps)


def _task_row(gap: OwnershipGap, people: Assignees, zone: str, *, now: datetime) -> dict[str, Any]:
    return {
        "workspace_id": gap.workspace_id,
        "origin_key": f"gap:{gap.id}",
        "account_id": gap.account_id,
        "renewal_id": gap.renewal_id,
        "assignee_id": person_for_notice(people, "cs_manager", owner_id=0),
        "title": TITLES[gap.kind],
        "instructions": "Open Ownership: name who answers from now on, or hand the renewal over.",
        "why": [gap.reason],
        "outcomes": [],
        "due_on": local_date(max(gap.due_at, now), zone),
        "created_at": now,
        "updated_at": now,
    }

"""Tasks of our notices: there before a window opens, back when closed without proof, raised on silence, ended by proof.

The pages serve and prove notices through this module, so that the tasks follow in the same transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from playbooks.actions.bulk import insert_rows
from playbooks.actions.queue import refresh_entries
from playbooks.actions.step_rows import shown
from playbooks.core.deadline_tasks import deadline_work
from playbooks.core.notice_tasks import NoticeTask, NoticeWork, notice_work
from playbooks.core.states import TaskState
from playbooks.models import Task
from playbooks.queries.assignees import Assignees, assignees
from playbooks.queries.deadlines import DeadlineCase, silent_deadlines
from playbooks.queries.notice_ladders import silence_ladder
from playbooks.queries.notices import OPEN_TASK, NoticeCase, notices_wanting_tasks, person_for_notice
from renewals.actions.notices.plan import tend_notices
from renewals.actions.notices.serve import (
    ProofRow,
    call_notice_off,
    mark_notice_sent,
    plan_non_renewal,
    record_proof,
    take_notice_up,
)
from renewals.core.actors import Actor
from renewals.core.notices.states import Service
from renewals.queries.library import notice_ladder
from renewals.queries.notices import Notice, NoticeProof


def tend_workspace_notices(*, by: Actor, now: datetime) -> int:
    """Plan, advance and escalate every notice of the workspace; returns how many notices and tasks changed.

    Part of the regular sweep: an escalation raised by a moved contract gets its task here, within a minute.
    """
    changed = tend_notices(by=by, now=now)
    return changed + tend_notice_tasks(by=by, now=now) + tend_deadlines(by=by, now=now)


@transaction.atomic
def tend_notice_tasks(*, by: Actor, now: datetime, renewal_ids: Sequence[int] | None = None) -> int:
    """Make and end the tasks of our notices as they stand; the second call changes nothing. Returns how many."""
    ladder = notice_ladder()
    cases = notices_wanting_tasks(ladder, now=now, renewal_ids=renewal_ids)
    works = [(case, notice_work(case.facts, ladder, today=case.today)) for case in cases]
    return _apply(works, by=by, now=now)


@transaction.atomic
def tend_deadlines(*, by: Actor, now: datetime) -> int:
    """Make and end the tasks about the other side's deadlines that near or pass in silence; returns how many."""
    ladder = silence_ladder()
    cases = silent_deadlines(ladder, now=now)
    return _apply([(case, deadline_work(case.facts, ladder, today=case.today)) for case in cases], by=by, now=now)


def _apply(works: Sequence[tuple[NoticeCase | DeadlineCase, NoticeWork]], *, by: Actor, now: datetime) -> int:
    people = assignees() if any(work.make for _, work in works) else None
    rows: list[dict[str, Any]] = []
    ended = 0
    touched: set[int] = set()
    for case, work in works:
        rows += [_row(task, case, people, by=by, now=now) for task in work.make if people is not None]
        if work.end:
            open_ones = Task.objects.filter(origin_key__in=work.end, state__in=OPEN_TASK)
            ended += open_ones.update(
                state=TaskState.CANCELLED,
                ended_reason=work.reason,
                updated_at=now,
                snoozed_until_on=None,
                snooze_reason="",
            )
        if work.make or work.end:
            touched.add(case.renewal_id)
    made = insert_rows(Task, rows, ignore_conflicts=True)
    refresh_entries(renewal_ids=sorted(touched), now=now)
    return len(made) + ended


@transaction.atomic
def serve_notice(*, notice_id: int, service: Service, by: Actor, now: datetime) -> Notice:
    """Keep that a notice was sent, and ask for its proof; errors as in `mark_notice_sent`."""
    row = mark_notice_sent(notice_id=notice_id, service=service, by=by, now=now)
    tend_notice_tasks(by=by, now=now, renewal_ids=[row.renewal_id])
    return row


@transaction.atomic
def prove_notice(*, notice_id: int, proof: ProofRow, by: Actor, now: datetime) -> NoticeProof:
    """Keep a proof of service; an admissible one ends the notice's tasks. Errors as in `record_proof`."""
    row = record_proof(notice_id=notice_id, proof=proof, by=by, now=now)
    tend_notice_tasks(by=by, now=now, renewal_ids=[row.notice.renewal_id])
    return row


@transaction.atomic
def drop_notice(*, notice_id: int, reason: str, by: Actor, now: datetime) -> Notice:
    """Say why a notice is not needed, and end its tasks; errors as in `call_notice_off`."""
    row = call_notice_off(notice_id=notice_id, reason=reason, by=by, now=now)
    tend_notice_tasks(by=by, now=now, renewal_ids=[row.renewal_id])
    return row


@transaction.atomic
def resume_notice(*, notice_id: int, by: Actor, now: datetime) -> Notice:
    """Take back that a notice is not needed; its tasks come back with it."""
    row = take_notice_up(notice_id=notice_id, by=by, now=now)
    tend_notice_tasks(by=by, now=now, renewal_ids=[row.renewal_id])
    return row


@transaction.atomic
def end_contract(*, renewal_id: int, by: Actor, now: datetime) -> Notice:
    """Plan our own notice of non-renewal with its tasks; errors as in `plan_non_renewal`."""
    row = plan_non_renewal(renewal_id=renewal_id, by=by, now=now)
    tend_notice_tasks(by=by, now=now, renewal_ids=[renewal_id])
    return row


def _row(
    task: NoticeTask, case: NoticeCase | DeadlineCase, people: Assignees, *, by: Actor, now: datetime
) -> dict[str, Any]:
    return {
        "workspace_id": by.workspace_id,
        "origin_key": task.origin_key,
        "account_id": case.account_id,
        "renewal_id": case.renewal_id,
        "assignee_id": person_for_notice(people, task.role, owner_id=case.owner_id),
        "title": task.title,
        "instructions": task.instructions,
        "why": shown(task.why),
        "due_on": task.due_on,
        "created_at": now,
        "updated_at": now,
    }

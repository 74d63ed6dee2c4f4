"""Ask somebody for their part of a proposal with a task of theirs, and end the task when the part is ready or gone."""

from datetime import datetime

from django.db import transaction

from offers.actions.contributors import PartAsked, ask_for_part, take_part_off, write_part
from playbooks.actions.bulk import insert_rows
from playbooks.actions.queue import refresh_entries
from playbooks.core.states import OPEN_TASK_STATES, TaskState
from playbooks.core.vocabulary import StepKind
from playbooks.models import Task
from playbooks.queries.proposals import ProposalPart, renewal_with_account
from renewals.core.actors import Actor


@transaction.atomic
def request_part(*, renewal_id: int, given: PartAsked, by: Actor, now: datetime) -> ProposalPart:
    """Name who owns a part, as `ask_for_part`, and give them one task for it, however often it is asked."""
    part = ask_for_part(renewal_id=renewal_id, given=given, by=by, now=now)
    row = renewal_with_account(renewal_id)
    task = {
        "workspace_id": row.workspace_id,
        "origin_key": _origin(part),
        "account_id": row.account_id,
        "renewal_id": row.id,
        "assignee_id": part.user_id,
        "kind": StepKind.TASK.value,
        "title": f"Write your part of the proposal: {part.title}"[:200],
        "instructions": "Open Contributions of the renewal, write your part and say that it is ready.",
        "why": [{"code": "proposal_part", "by": part.created_by, "part": part.title}],
        "outcomes": [],
        "due_on": part.due_on or now.date(),
        "created_at": now,
        "updated_at": now,
    }
    insert_rows(Task, [task], ignore_conflicts=True)
    refresh_entries(renewal_ids=[row.id], now=now)
    return part


@transaction.atomic
def keep_part(*, part_id: int, text: str, is_ready: bool, revision: int, by: Actor, now: datetime) -> ProposalPart:
    """Keep what the owner of a part writes, as `write_part`; a ready part has no task any more."""
    part = write_part(part_id=part_id, text=text, is_ready=is_ready, revision=revision, by=by, now=now)
    if is_ready:
        _end_task(part, now)
    return part


@transaction.atomic
def drop_part(*, part_id: int, by: Actor, now: datetime) -> ProposalPart:
    """Take a part off the proposal, as `take_part_off`, with its task."""
    part = take_part_off(part_id=part_id, by=by, now=now)
    _end_task(part, now)
    return part


def _end_task(part: ProposalPart, now: datetime) -> None:
    open_ones = Task.objects.filter(origin_key=_origin(part), state__in=list(OPEN_TASK_STATES))
    if open_ones.update(
        state=TaskState.CANCELLED, ended_reason="part_settled", updated_at=now, snoozed_until_on=None, snooze_reason=""
    ):
        refresh_entries(renewal_ids=[part.renewal_id], now=now)


def _origin(part: ProposalPart) -> str:
    return f"proposal-part:{part.id}"

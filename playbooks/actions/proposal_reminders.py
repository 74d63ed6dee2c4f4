"""Remind the owner of a proposal that runs out unanswered: one task a link and last day, called off by itself."""

from datetime import date, datetime, timedelta

from django.db import transaction

from offers.queries.sending import unanswered_links
from playbooks.actions.bulk import insert_rows
from playbooks.actions.queue import refresh_entries
from playbooks.actions.step_rows import Row
from playbooks.core.states import OPEN_TASK_STATES, TaskState
from playbooks.models import Task
from playbooks.queries.assignees import who_answers_for
from playbooks.queries.proposals import ProposalLink, asking_back

LEAD = timedelta(days=3)
PREFIX = "proposal-unanswered:"


@transaction.atomic
def remind_of_proposals(*, today: date, now: datetime) -> int:
    """Write the reminders that are missing and call off those whose link was answered, extended or ended.

    Returns how many changed; a second call changes nothing.
    """
    links = {_key(link): link for link in unanswered_links(until=today + LEAD)}
    over = Task.objects.filter(origin_key__startswith=PREFIX, state__in=list(OPEN_TASK_STATES))
    over = over.exclude(origin_key__in=links)
    touched = list(over.values_list("renewal_id", flat=True))
    changed = over.update(
        state=TaskState.CANCELLED,
        ended_reason="settled_elsewhere",
        snoozed_until_on=None,
        snooze_reason="",
        updated_at=now,
    )
    known = set(Task.objects.filter(origin_key__in=links).values_list("origin_key", flat=True))
    rows = [_task(key, link, now=now) for key, link in links.items() if key not in known]
    insert_rows(Task, rows, ignore_conflicts=True)
    refresh_entries(renewal_ids=[*touched, *(row["renewal_id"] for row in rows)], now=now)
    return changed + len(rows)


def _key(link: ProposalLink) -> str:
    return f"{PREFIX}{link.id}:{link.valid_until_on.isoformat()}"


def _task(key: str, link: ProposalLink, *, now: datetime) -> Row:
    row = link.proposal.renewal
    valid_until = link.valid_until_on.isoformat()
    return {
        "workspace_id": row.workspace_id,
        "origin_key": key,
        "account_id": row.account_id,
        "renewal_id": row.id,
        "assignee_id": who_answers_for(row, first=asking_back(link.proposal)),
        "title": "The proposal runs out without an answer",
        "instructions": "Ask them, then extend the link, send a new version or withdraw it.",
        "why": [{"code": "proposal_unanswered", "version": link.version.number, "valid_until": valid_until}],
        "outcomes": [],
        "due_on": link.valid_until_on,
        "created_at": now,
        "updated_at": now,
    }

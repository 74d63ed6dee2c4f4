"""Tasks that contracts ask for: decide an end, review a loss, ask an account back, look at what runs on. Each once.

A task whose cause is settled elsewhere (the renewal closed, the review held, they were asked) is called off.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from playbooks.actions.bulk import insert_rows
from playbooks.actions.queue import refresh_entries
from playbooks.core.ownership import GapKind, clock_end
from playbooks.core.states import OPEN_TASK_STATES, TaskState
from playbooks.models import Task
from playbooks.queries.assignees import assignees
from playbooks.queries.contract_tasks import (
    ends_to_decide,
    evergreens_to_review,
    losses_to_review,
    settled_keys,
    win_backs_due,
)
from playbooks.queries.notices import person_for_notice
from playbooks.queries.ownership import gap_clocks
from renewals.core.actors import Actor
from renewals.core.dates import local_date
from renewals.queries.workspaces import workspace

WIN_BACK_LEAD = timedelta(days=14)
SETTLED = "settled_elsewhere"
LOOK = "Look at price, use and terms with the account: this contract never comes up by itself."


@transaction.atomic
def tend_contract_tasks(*, today: date, by: Actor, now: datetime) -> int:
    """Write the tasks that are missing and call off those that are settled; returns how many changed."""
    rows = [*_ends(today), *_reviews(), *_win_backs(today), *_evergreens(today, by=by, now=now)]
    fresh = [{**row, "workspace_id": by.workspace_id, "created_at": now, "updated_at": now} for row in rows]
    made = len(insert_rows(Task, fresh, ignore_conflicts=True)) if fresh else 0
    if made:
        refresh_entries(renewal_ids=[row["renewal_id"] for row in fresh], now=now)
    return made + _call_off(now)


def _ends(today: date) -> Iterable[dict[str, Any]]:
    for run in ends_to_decide():
        yield _task(
            f"end:{run.renewal_id}",
            run.renewal,
            assignee_id=run.renewal.owner_id,
            title="Decide what follows the term that ended",
            instructions="Record how the renewal ended, or agree on what follows.",
            why=run.why,
            due_on=today,
        )


def _reviews() -> Iterable[dict[str, Any]]:
    for review in losses_to_review():
        yield _task(
            f"loss:{review.id}",
            review.renewal,
            assignee_id=review.owner_id,
            title="Review the loss",
            instructions="Write down what was found, on the page of the renewal.",
            why="The renewal was lost.",
            due_on=review.due_on,
        )


def _win_backs(today: date) -> Iterable[dict[str, Any]]:
    for review in win_backs_due(until=today + WIN_BACK_LEAD):
        yield _task(
            f"win-back:{review.id}:{review.win_back_on}",
            review.renewal,
            assignee_id=review.win_back_owner_id or review.owner_id,
            title="Ask them back",
            instructions="Look at what was found when they left, ask them back, and note what it came to.",
            why="Half a year or more has passed since they left.",
            due_on=review.win_back_on,
        )


def _evergreens(today: date, *, by: Actor, now: datetime) -> Iterable[dict[str, Any]]:
    for found in evergreens_to_review(today=today):
        said = {"account_id": found.term.contract.account_id, "instructions": LOOK, "why": "It runs on without an end."}
        if found.owner_id is not None:
            said |= {"assignee_id": found.owner_id, "title": "Look at the contract that runs on"}
            yield _task(found.key, None, due_on=found.review_on, **said)
        else:
            yield _task(found.key, None, **said | _vacant(found.review_on, by=by, now=now))


def _vacant(review_on: date, *, by: Actor, now: datetime) -> dict[str, Any]:
    """Whom a gap is told gets it, by the clock of a vacancy; named, the owner gets the review in its place."""
    zone = workspace(by.workspace_id).timezone
    until = local_date(clock_end(now, gap_clocks()[GapKind.VACANCY], zone) - timedelta(seconds=1), zone)
    return {
        "assignee_id": person_for_notice(assignees(), "cs_manager", owner_id=0),
        "title": "A contract runs on and nobody owns its account: name an owner",
        "instructions": f"Name who owns the account; they get the review. Until then it is yours: {LOOK}",
        "due_on": min(review_on, until),
    }


def _task(key: str, renewal: Any, *, why: str, **said: Any) -> dict[str, Any]:
    own = {"account_id": renewal.account_id, "renewal_id": renewal.id} if renewal else {"renewal_id": None}
    return {
        "origin_key": key,
        **own,
        "why": [{"code": "contract_asks", "why": why}],
        "outcomes": [],
        **said,
    }


def _call_off(now: datetime) -> int:
    tasks = Task.objects.filter(origin_key__in=settled_keys(), state__in=list(OPEN_TASK_STATES))
    ids = list(tasks.values_list("renewal_id", flat=True))
    changed = tasks.update(
        state=TaskState.CANCELLED, ended_reason=SETTLED, updated_at=now, snoozed_until_on=None, snooze_reason=""
    )
    refresh_entries(renewal_ids=ids, now=now)
    return changed

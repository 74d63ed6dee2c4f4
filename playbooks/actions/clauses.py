"""Carry out a contract's own clause; what would close a renewal below policy becomes a task instead of a breach."""

from datetime import date, datetime

from django.db import transaction

from offers.actions.closing import carry_out_as_approved
from offers.core.errors import OutOfPolicy
from playbooks.actions.bulk import insert_rows
from playbooks.actions.queue import refresh_entries
from playbooks.core.vocabulary import StepKind
from playbooks.models import Task
from playbooks.queries.assignees import who_answers_for
from playbooks.queries.proposals import renewal_with_account
from renewals.actions.closing import ClosedRenewal
from renewals.core.actors import Actor


@transaction.atomic
def carry_out_clause(*, renewal_id: int, by: Actor, now: datetime, today: date) -> ClosedRenewal | None:
    """Do what the contract says happens when nobody acts; None when its price was not approved.

    Then whoever answers for the renewal has one task, however often it is tried. Raises as `carry_out_end_action`.
    """
    try:
        with transaction.atomic():
            return carry_out_as_approved(renewal_id=renewal_id, by=by, now=now, today=today)
    except OutOfPolicy as refused:
        row = renewal_with_account(renewal_id)
        task = {
            "workspace_id": row.workspace_id,
            "origin_key": f"below-policy:{row.id}",
            "account_id": row.account_id,
            "renewal_id": row.id,
            "assignee_id": who_answers_for(row),
            "kind": StepKind.ESCALATION.value,
            "title": "The contract's clause would renew below policy",
            "instructions": "Have the proposal approved, or withdraw it; then carry out the clause again.",
            "why": [{"code": "closed_below_policy", "why": refused.what}],
            "outcomes": [],
            "due_on": today,
            "created_at": now,
            "updated_at": now,
        }
        insert_rows(Task, [task], ignore_conflicts=True)
        refresh_entries(renewal_ids=[row.id], now=now)
        return None

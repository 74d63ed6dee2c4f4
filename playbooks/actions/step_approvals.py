"""Approve, reject or withdraw what a step has asked: one conditional update decides, and leaves one entry in the log.

The engine's time-out is the fourth in this race; all of them hold the enrolment's row first.
"""

from datetime import datetime

from django.db import transaction

from playbooks.actions.bulk import insert_rows
from playbooks.actions.queue import refresh_entries
from playbooks.core.errors import ApprovalDecided, ApprovalNotYours
from playbooks.core.facts import ApprovalState
from playbooks.core.keys import decision_key
from playbooks.core.states import OPEN_TASK_STATES
from playbooks.models import Decision, Enrolment, StepAnswer, StepApproval, StepRun, Task
from playbooks.queries.assignees import assignees
from renewals.core.actors import Actor
from renewals.core.errors import UnknownReference

LONGEST_NOTE = 500


def decide_approval(
    *, approval_id: int, is_approved: bool, note: str = "", version: int | None = None, by: Actor, now: datetime
) -> StepApproval:
    """Approve or reject a step's question; the playbook goes on at once.

    `version` is the one the person had before their eyes. Raises UnknownReference, ApprovalDecided when somebody or
    silence was faster, ApprovalNotYours for whoever asked or has none of the roles.
    """
    state = ApprovalState.APPROVED if is_approved else ApprovalState.REJECTED
    with transaction.atomic():
        row = _locked(approval_id)
        _check_may_decide(row, by)
        return _settle(row, state, note, version=version, by=by, now=now)


def withdraw_approval(*, approval_id: int, note: str = "", by: Actor, now: datetime) -> StepApproval:
    """Take a question back, by whoever asked it. Raises UnknownReference, ApprovalDecided, ApprovalNotYours."""
    with transaction.atomic():
        row = _locked(approval_id)
        if by.kind == "person" and row.requested_by_id != by.id:
            raise ApprovalNotYours("Only who asked may take the question back.", where="approval")
        return _settle(row, ApprovalState.WITHDRAWN, note, version=None, by=by, now=now)


def _locked(approval_id: int) -> StepApproval:
    found = StepApproval.objects.filter(id=approval_id).values_list("enrolment_id", flat=True).first()
    if found is None:
        raise UnknownReference(f"Approval {approval_id} is not in this workspace.", where="approval")
    Enrolment.objects.select_for_update(no_key=True).filter(id=found).first()
    return StepApproval.objects.get(id=approval_id)


def _check_may_decide(row: StepApproval, by: Actor) -> None:
    if by.id == row.requested_by_id:
        raise ApprovalNotYours("Who asks does not decide.", where="approval")
    members = assignees().by_role
    if by.kind != "person" or not any(by.id in members.get(role, ()) for role in row.roles):
        raise ApprovalNotYours(f"Only these roles decide: {', '.join(row.roles)}.", where="approval")


def _settle(
    row: StepApproval, state: ApprovalState, note: str, *, version: int | None, by: Actor, now: datetime
) -> StepApproval:
    seen = row.version if version is None else version
    decided = StepApproval.objects.filter(id=row.id, state=ApprovalState.PENDING.value, version=seen).update(
        state=state.value,
        version=seen + 1,
        decided_at=now,
        decided_by=by.label[:150],
        note=note.strip()[:LONGEST_NOTE],
    )
    row.refresh_from_db()
    if decided != 1:
        raise ApprovalDecided(f"This was {row.state.replace('_', ' ')} already.", where="approval")
    _keep(row, by=by, now=now)
    # The open step looks at the decision now; one that is claimed at this moment reads it under the same lock.
    StepRun.objects.filter(id=row.step_run_id, state="scheduled").update(due_at=now)
    Task.objects.filter(step_run_id=row.step_run_id, state__in=OPEN_TASK_STATES).update(
        state="done",
        outcome_code=state.value,
        completed_at=now,
        completed_by=_person(by),
        note=row.note,
        updated_at=now,
    )
    refresh_entries(renewal_ids=[row.renewal_id], now=now)
    return row


def _keep(row: StepApproval, *, by: Actor, now: datetime) -> None:
    StepAnswer.objects.create(
        workspace_id=row.workspace_id,
        enrolment_id=row.enrolment_id,
        account_id=row.account_id,
        step_key=row.step_key,
        field_key="decision",
        kind="choice",
        value=row.state,
        answered_by=by.label,
        answered_at=now,
    )
    entry = {
        "workspace_id": row.workspace_id,
        "key": decision_key("approval", row.workspace_id, row.id),
        "kind": "approval",
        "verdict": row.state,
        "account_id": row.account_id,
        "renewal_id": row.renewal_id,
        "enrolment_id": row.enrolment_id,
        "step_key": row.step_key,
        "rule_version": by.label[:80],
        "reasons": [{"code": "approval_decided", "decision": row.state, "note": row.note}],
        "inputs": {"approval": row.id, "title": row.title, "roles": row.roles},
        "decided_at": now,
    }
    insert_rows(Decision, [entry], ignore_conflicts=True)


def _person(by: Actor) -> int | None:
    return by.id if by.kind == "person" else None

"""Effects of steps that act by themselves, inside the engine's transaction: fields, webhooks, unanswered approvals.

A refusal by the owner of a field, or a target that is gone, becomes a task for a person; it never stops the engine.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import connection, transaction

from playbooks.actions.bulk import insert_rows
from playbooks.actions.outcomes import StepOutcome
from playbooks.actions.step_rows import Row, decision_row, task_row
from playbooks.core.facts import Reason, reason
from playbooks.core.guards import StepVerdict
from playbooks.core.keys import decision_key
from playbooks.core.states import OPEN_TASK_STATES, StepRunState
from playbooks.core.step_parts import FieldUpdate
from playbooks.core.vocabulary import UpdateField
from playbooks.models import StepAnswer, Task, WebhookPost, WebhookTarget
from playbooks.queries.case_facts import StepCase
from renewals.actions.accounts import update_account
from renewals.actions.renewals import ForecastChange, update_forecast
from renewals.core.actors import Actor, system_actor
from renewals.core.errors import NamedError
from renewals.core.records import AccountRow
from renewals.core.renewal_states import ForecastCategory, RenewalStage

# One conditional update decides against a person who decides at the same moment; the loser finds no row.
TIME_OUT = """
UPDATE playbooks_stepapproval SET state = 'timed_out', version = version + 1, decided_at = %s, decided_by = 'silence'
WHERE id = %s AND state = 'pending' AND version = %s
"""
ESCALATE = """
UPDATE playbooks_stepapproval SET escalated_at = %s, due_at = %s, version = version + 1
WHERE id = %s AND state = 'pending' AND version = %s
"""


def update_fields(outcomes: Sequence[StepOutcome], *, now: datetime) -> list[StepOutcome]:
    """Set what field steps set, each through its owner's action; a refused one is skipped, with a task."""
    return [_updated(item, now=now) if item.update else item for item in outcomes]


def write_webhooks(outcomes: Sequence[StepOutcome], *, now: datetime) -> list[StepOutcome]:
    """Queue the calls of webhook steps; a target that is not there makes a task instead."""
    if not any(item.webhook for item in outcomes):
        return list(outcomes)
    targets = {target.name: target for target in WebhookTarget.objects.filter(is_active=True)}
    posts = [
        _post(item.webhook, targets[item.webhook["target_name"]])
        for item in outcomes
        if item.webhook and item.webhook["target_name"] in targets
    ]
    insert_rows(WebhookPost, posts, ignore_conflicts=True)
    return [
        _by_hand(item, reason("no_webhook_target", target=item.webhook["target_name"]), now=now)
        if item.webhook and item.webhook["target_name"] not in targets
        else item
        for item in outcomes
    ]


def settle_silence(outcomes: Sequence[StepOutcome], *, now: datetime) -> list[StepOutcome]:
    """Hand unanswered approvals up, or let silence refuse them; whoever was decided meanwhile is looked at again."""
    return [_silenced(item, now=now) if item.silence else item for item in outcomes]


def _silence_row(case: StepCase, *, now: datetime) -> Row:
    return {
        "workspace_id": case.plan.workspace_id,
        "enrolment_id": case.enrolment_id,
        "account_id": case.account_id,
        "step_key": case.step_key,
        "field_key": "decision",
        "kind": "choice",
        "value": "timed_out",
        "answered_by": "silence",
        "answered_at": now,
    }


def _silenced(item: StepOutcome, *, now: datetime) -> StepOutcome:
    asked = item.case.facts.approval
    if asked is None:
        return item
    is_over = item.silence is StepVerdict.TIME_OUT
    with connection.cursor() as cursor:
        if is_over:
            cursor.execute(TIME_OUT, [now, asked.approval_id, asked.version])
        else:
            cursor.execute(ESCALATE, [now, item.due_at, asked.approval_id, asked.version])
        is_ours = cursor.rowcount == 1
    if not is_ours:
        return StepOutcome(
            case=item.case, state=StepRunState.SCHEDULED, due_at=now, reasons=(reason("decided_meanwhile"),), log=()
        )
    if is_over:
        insert_rows(StepAnswer, [_silence_row(item.case, now=now)])
        asking = Task.objects.filter(step_run_id=item.case.step_run_id, state__in=OPEN_TASK_STATES)
        asking.update(state="cancelled", ended_reason="timed_out", updated_at=now)
        return replace(item, log=(*item.log, _approval_log(item, asked.approval_id, now=now)))
    return item


def _approval_log(item: StepOutcome, approval_id: int, *, now: datetime) -> Row:
    key = decision_key("approval", item.case.plan.workspace_id, approval_id)
    return decision_row(item.case, "approval", "timed_out", item.reasons, key=key, now=now)


def _updated(item: StepOutcome, *, now: datetime) -> StepOutcome:
    by = system_actor(item.case.plan.workspace_id, f"{item.case.rule_version}, {item.case.step_key}"[:60])
    try:
        with transaction.atomic():
            _set(item.case, item.update, by=by, now=now)
    except NamedError as error:
        return _by_hand(item, reason("field_refused", what=error.what), now=now)
    return item


def _set(case: StepCase, update: FieldUpdate, *, by: Actor, now: datetime) -> None:
    match update.field:
        case UpdateField.RENEWAL_STAGE:
            change = ForecastChange(stage=RenewalStage(update.value))
            update_forecast(renewal_id=case.renewal_id, change=change, by=by, now=now)
        case UpdateField.RENEWAL_FORECAST:
            change = ForecastChange(category=ForecastCategory(update.value))
            update_forecast(renewal_id=case.renewal_id, change=change, by=by, now=now)
        case UpdateField.ACCOUNT_HUMAN_ONLY:
            changes = AccountRow(external_id="", is_human_only=update.value == "true")
            update_account(account_id=case.account_id, changes=changes, by=by, now=now)


def _by_hand(item: StepOutcome, why: Reason, *, now: datetime) -> StepOutcome:
    """Return the step skipped with its reason and a task for the renewal's owner."""
    step = item.case.definition.step(item.case.step_key)
    owner = item.case.owners["renewal"]
    task = task_row(item.case, step, (why,), assignee_id=owner, now=now) if owner else None
    return replace(
        item,
        state=StepRunState.SKIPPED,
        reasons=(*item.reasons, why),
        task=task,
        webhook=None,
        update=None,
    )


def _post(row: Row, target: WebhookTarget) -> Row:
    text = str(row["text"])
    if target.style == "chat":
        body: Row = {"text": text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")}
    else:
        body = {"topic": row["topic"], "text": text, **row["facts"]}
    kept = ("workspace_id", "post_key", "topic", "next_at", "created_at")
    return {name: row[name] for name in kept} | {"target_id": target.id, "body": body}

"""What rows an executed step leads to: messages, tasks, the next step, log entries. Builds rows, writes none."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from playbooks.core.definition import Step
from playbooks.core.facts import Reason, reason
from playbooks.core.holdouts import CODE as HELD_OUT
from playbooks.core.holdouts import Layer, arms_of
from playbooks.core.keys import decision_key, dedup_key, idem_key, message_id, task_key
from playbooks.core.messages import RenderedMessage
from playbooks.core.planned import PlannedStep
from playbooks.core.states import MessageState, StepRunState, TaskState
from playbooks.core.vocabulary import LatePolicy
from playbooks.queries.case_facts import StepCase
from playbooks.queries.render import sending_domain
from renewals.core.dates import add_business_days, local_date, start_of_day

Row = dict[str, Any]


def shown(reasons: Iterable[Reason]) -> list[Row]:
    """Return reasons as they are kept: code and numbers, dates in ISO form."""
    return [{"code": item.code, **{name: _plain(value) for name, value in item.values.items()}} for item in reasons]


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def step_row(case: StepCase, planned: PlannedStep, *, now: datetime, state: StepRunState) -> Row:
    """Return the row of a planned step; a skipped one is over at once."""
    is_over = state is StepRunState.SKIPPED
    return {
        "workspace_id": case.plan.workspace_id,
        "enrolment_id": case.enrolment_id,
        "version_id": case.version_id,
        "step_key": planned.step_key,
        "occurrence": planned.occurrence,
        "kind": case.definition.step(planned.step_key).kind.value,
        "state": state.value,
        "due_at": planned.due_at,
        "planned_at": planned.due_at,
        "due_local_on": planned.due_on,
        "due_local_at": planned.due_time,
        "due_zone": planned.zone.name,
        "done_at": now if is_over else None,
        "input_snapshot": plan_snapshot(planned),
        "reasons": shown(planned.reasons) if is_over else [],
        "created_at": now,
    }


def plan_snapshot(planned: PlannedStep) -> Row:
    """Return what the date was computed from, as kept with the step run."""
    return {
        "anchor": planned.anchor.value,
        "anchor_on": planned.anchor_on,
        "computed_on": planned.computed_on,
        "moves": shown(planned.moves),
        "planned": planned.planned.value,
        "zone": planned.zone.name,
        "zone_of": planned.zone.taken_from,
    }


def message_row(
    case: StepCase, step: Step, rendered: RenderedMessage, *, contact_id: int, state: MessageState, now: datetime
) -> Row:
    """Return the outbox row: rendered and frozen, with keys that are a function of the step alone."""
    workspace, occurrence = case.plan.workspace_id, case.plan.occurrence
    purpose = step.message_class.value if step.message_class else ""
    same = {"workspace_id": workspace, "occurrence": occurrence, "step_key": step.key}
    return {
        "workspace_id": workspace,
        "step_run_id": case.step_run_id,
        "enrolment_id": case.enrolment_id,
        "account_id": case.account_id,
        "contact_id": contact_id,
        "dedup_key": dedup_key(**same, contact_id=contact_id, purpose=_purpose(case, purpose)),
        "idem_key": idem_key(**same, enrolment_id=case.enrolment_id),
        "message_id": message_id(**same, enrolment_id=case.enrolment_id, domain=sending_domain()),
        "message_class": purpose,
        "to_address": case.addressees[contact_id].email,
        "to_name": case.addressees[contact_id].name,
        "subject": rendered.subject,
        "text_body": rendered.text,
        "html_body": rendered.html,
        "state": state.value,
        "next_at": now,
        "not_after_at": useful_until(case, step, now=now),
        "created_at": now,
    }


def _purpose(case: StepCase, message_class: str) -> str:
    """A second run in the same period is another purpose, else its messages would be taken for those of the first."""
    again = f":{case.round}" if case.round > 1 else ""
    return f"{case.definition.key}:{message_class}{again}"


def useful_until(case: StepCase, step: Step, *, now: datetime) -> datetime:
    """Return the last instant at which the message makes sense: the notice deadline, or its last late day's end."""
    if case.facts.not_after is not None:
        return case.facts.not_after
    zone = case.facts.zone.name if case.facts.zone else case.plan.zone.name
    days = step.late.max_days if step.late.policy in (LatePolicy.SEND_LATE, LatePolicy.ASK) else 0
    last_on = local_date(case.facts.due_at, zone) + timedelta(days=days + 1)
    return max(start_of_day(last_on, zone), start_of_day(local_date(now, zone) + timedelta(days=1), zone))


def task_row(case: StepCase, step: Step, reasons: Iterable[Reason], *, assignee_id: int, now: datetime) -> Row:
    """Return the task of a step, for one accountable person, due after the step's own days of work."""
    today = local_date(now, case.plan.zone.name)
    key = task_key(
        workspace_id=case.plan.workspace_id,
        enrolment_id=case.enrolment_id,
        step_key=step.key,
        occurrence=case.plan.occurrence,
    )
    return {
        "workspace_id": case.plan.workspace_id,
        "origin_key": key,
        "step_run_id": case.step_run_id,
        "enrolment_id": case.enrolment_id,
        "account_id": case.account_id,
        "renewal_id": case.renewal_id,
        "assignee_id": assignee_id,
        "kind": step.kind.value,
        "title": step.name[:200],
        "instructions": step.instructions or step.intended_outcome,
        "why": [{"code": "step", "playbook": case.rule_version, "outcome": step.intended_outcome}, *shown(reasons)],
        "outcomes": [{"key": item.key, "label": item.label, "effect": item.effect.value} for item in step.outcomes],
        "due_on": add_business_days(today, step.task_days, case.plan.calendar),
        "state": TaskState.OPEN.value,
        "created_at": now,
        "updated_at": now,
    }


def decision_row(case: StepCase, kind: str, verdict: str, reasons: Iterable[Reason], *, key: str, now: datetime) -> Row:
    """Return the log entry of one decision about a step, with the facts it was made on."""
    return {
        "workspace_id": case.plan.workspace_id,
        "key": key,
        "kind": kind,
        "verdict": verdict,
        "account_id": case.account_id,
        "renewal_id": case.renewal_id,
        "enrolment_id": case.enrolment_id,
        "step_key": case.step_key,
        "rule_version": case.rule_version,
        "reasons": shown(reasons),
        "inputs": inputs_of(case),
        "decided_at": now,
    }


def holdout_row(case: StepCase, *, now: datetime) -> Row:
    """Return the log entry of the holdouts that an enrolment drew, treated or not, each with its chance."""
    arms = case.facts.arms
    is_silent = any(arm.is_held_out and arm.layer is not Layer.STEP for arm in arms)
    why = (
        reason("drawn_held_out" if arm.is_held_out else "treated", **{name: arm.table()[name] for name in _DRAWN})
        for arm in arms
    )
    key = decision_key("holdout", case.plan.workspace_id, case.enrolment_id)
    row = decision_row(case, "holdout", HELD_OUT if is_silent else "treated", why, key=key, now=now)
    return row | {"inputs": row["inputs"] | {"holdouts": [arm.table() for arm in arms]}}


_DRAWN = ("layer", "step", "percent", "lot", "salt", "probability", "rule")


def inputs_of(case: StepCase) -> Mapping[str, Any]:
    """Return the facts of a decision as they are kept: unknown ones are left out, numbers stay exact."""
    facts, step = case.facts, case.definition.find(case.step_key)
    arms = arms_of(step, facts.arms) if step and facts.arms else ()
    return {
        **({"holdouts": [arm.table() for arm in arms], "is_released": facts.is_released} if arms else {}),
        "due_at": facts.due_at,
        "renewal_on": facts.renewal_on,
        "zone": facts.zone.name if facts.zone else None,
        "is_sending_paused": facts.is_sending_paused,
        "is_human_only": facts.is_human_only,
        "contacts": sorted({contact.contact_id for contact in facts.contacts}),
        "replied_at": facts.replied_at,
        "facts": {name: value for name, value in facts.facts.items() if value is not None},
    }


def step_decision_key(case: StepCase, key: str) -> str:
    """Return the log key of one look at a step: the decision's own key, and the fence that says which look it was."""
    return decision_key("looked", case.plan.workspace_id, case.step_run_id, case.fence, key)

"""What rows single kinds of steps lead to: approvals, sponsors by name, escalations, forms, webhooks. Writes none."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from playbooks.actions.step_rows import Row, task_row
from playbooks.core.definition import Step
from playbooks.core.deviations import alternative_of
from playbooks.core.facts import Reason
from playbooks.core.guards import StepDecision, StepVerdict
from playbooks.core.keys import idem_key
from playbooks.core.kind_checks import sponsor_name
from playbooks.core.vocabulary import OperatorRole, SponsorSide, StepKind
from playbooks.queries.assignees import Assignees
from playbooks.queries.case_facts import StepCase
from playbooks.queries.render import fill_in
from renewals.core.conditions import Answer, evaluate
from renewals.core.dates import add_business_days, local_date

VETO_OUTCOMES = (
    {"key": "let_go", "label": "Send it now", "effect": "continue"},
    {"key": "objected", "label": "Do not send it", "effect": "continue"},
)
ESCALATION_OUTCOMES = (
    {"key": "settled", "label": "Settled", "effect": "continue"},
    {"key": "cannot_act", "label": "Nothing can be done", "effect": "continue"},
)


def human_row(
    case: StepCase, step: Step, decision: StepDecision, reasons: Iterable[Reason], people: Assignees, *, now: datetime
) -> Row:
    """Return the task of a step a person does: with its form, its agenda, or the sponsor's name in the title."""
    row = task_row(case, step, reasons, assignee_id=people.person_for_step(case, step), now=now)
    row |= {"kind": step.kind.value, "form": form_rows(step)}
    if step.meeting is not None:
        agenda = "\n".join(f"- {point}" for point in step.meeting.agenda)
        row["instructions"] = f"{row['instructions']}\n\n{step.meeting.minutes} minutes\n{agenda}".strip()
    name = sponsor_name(step, case.facts)
    if step.sponsor is not None and name:
        row["title"] = f"{step.name}: {name}"[:200]
    deviation = case.facts.deviation
    if deviation is not None and alternative_of(deviation) is not None:
        row["title"] = deviation.what[:200]
    if decision.verdict is StepVerdict.ASK_OBJECTION:
        row |= {"outcomes": list(VETO_OUTCOMES), "due_on": local_date(now, case.plan.zone.name)}
    return row


def form_rows(step: Step) -> list[Row]:
    """Return the fields of a form as kept with its task."""
    return [
        {
            "key": item.key,
            "label": item.label,
            "kind": item.kind.value,
            "choices": list(item.choices),
            "required": item.is_required,
        }
        for item in step.form
    ]


def veto_values(case: StepCase, step: Step, decision: StepDecision, *, now: datetime) -> Row:
    """Return what a message in its veto window has besides: it leaves by itself then, and a day later at the latest."""
    if decision.verdict is not StepVerdict.ASK_OBJECTION or decision.until is None:
        return {}
    last = decision.until + timedelta(days=max(1, step.late.max_days))
    deadline = case.facts.not_after
    return {
        "next_at": decision.until,
        "veto_until_at": decision.until,
        "not_after_at": min(last, deadline) if deadline else last,
    }


def approval_rows(
    case: StepCase, step: Step, decision: StepDecision, people: Assignees, *, now: datetime
) -> tuple[Row, Row]:
    """Return the task of whoever may decide, and the approval; who asks is never who decides."""
    requester = people.person_for_step(case, step)
    roles = step.approvers.roles if step.approvers else ()
    decider = people.other_than(requester, roles)
    row = task_row(case, step, decision.reasons, assignee_id=decider or requester, now=now)
    row |= {"kind": StepKind.APPROVAL.value, "outcomes": [], "title": f"Decide: {step.name}"[:200]}
    if decider is None:
        wanted = ", ".join(role.value for role in roles)
        row["why"] = [*row["why"], {"code": "no_approver", "roles": wanted}]
    approval = {
        "workspace_id": case.plan.workspace_id,
        "step_run_id": case.step_run_id,
        "enrolment_id": case.enrolment_id,
        "account_id": case.account_id,
        "renewal_id": case.renewal_id,
        "step_key": step.key,
        "title": step.name[:200],
        "roles": [role.value for role in roles],
        "requested_by_id": requester,
        "due_at": decision.until,
        "created_at": now,
    }
    return row, approval


def sponsor_wanted_row(
    case: StepCase, step: Step, reasons: Iterable[Reason], people: Assignees, *, now: datetime
) -> Row:
    """Return the task to name the sponsor a step waits for; one per step run, whatever it waits."""
    side = step.sponsor.side if step.sponsor else SponsorSide.THEIRS
    whose = f"at {case.words['account_name']}" if side is SponsorSide.THEIRS else "of ours"
    assignee = people.person_for(case, step.operator)
    row = _extra(case, step, reasons, f"sponsor:{case.step_run_id}", assignee, now=now)
    return row | {
        "title": f"Name the executive sponsor {whose}"[:200],
        "instructions": f"“{step.name}” waits until a sponsor is named. Give a contact the role, or a member.",
    }


def unanswered_row(case: StepCase, step: Step, reasons: Iterable[Reason], people: Assignees, *, now: datetime) -> Row:
    """Return the escalation of an approval that nobody has answered."""
    role = case.definition.escalation[0].role if case.definition.escalation else OperatorRole.CS_MANAGER
    assignee = people.person_for(case, role)
    row = _extra(case, step, reasons, f"unanswered:{case.step_run_id}", assignee, now=now)
    return row | {
        "kind": StepKind.ESCALATION.value,
        "title": f"Not decided: {step.name}"[:200],
        "instructions": "Nobody who may decide has answered. Decide, or find out who will.",
        "outcomes": list(ESCALATION_OUTCOMES),
    }


def escalation_row(case: StepCase, step: Step, reasons: Iterable[Reason], people: Assignees, *, now: datetime) -> Row:
    """Return the task of the role an escalation names, with the response of the playbook filled in."""
    call = step.escalate
    role = call.role if call else OperatorRole.CS_MANAGER
    rungs = (level.response for level in case.definition.escalation if level.role is role)
    response = (call.response if call else "") or next(rungs, "")
    row = task_row(case, step, reasons, assignee_id=people.person_for(case, role), now=now)
    return row | {
        "kind": StepKind.ESCALATION.value,
        "instructions": fill_in(case, response),
        "outcomes": row["outcomes"] or list(ESCALATION_OUTCOMES),
    }


def webhook_row(case: StepCase, step: Step, *, now: datetime) -> Row:
    """Return the call of a webhook step; its id is a function of the step, so that a second try is recognised."""
    call = step.webhook
    return {
        "workspace_id": case.plan.workspace_id,
        "target_name": call.target if call else "",
        "post_key": idem_key(
            workspace_id=case.plan.workspace_id,
            enrolment_id=case.enrolment_id,
            step_key=step.key,
            occurrence=case.plan.occurrence,
        ),
        "topic": "step",
        "facts": {
            "type": call.event if call else "",
            "account": case.account_id,
            "renewal": case.renewal_id,
            "playbook": case.rule_version,
            "step": step.key,
            "due_on": case.plan.renewal_on.isoformat(),
        },
        "text": f"{case.words['account_name']}: {step.name}",
        "next_at": now,
        "created_at": now,
    }


def goal_row(case: StepCase, *, now: datetime) -> Row | None:
    """Return the goal that is met now for the first time, with the version that stated it; None when it is not."""
    goal = case.definition.goal
    if goal is None or case.is_goal_met:
        return None
    is_in_time = not goal.within_days or now <= case.plan.started_at + timedelta(days=goal.within_days)
    if not is_in_time or evaluate(goal.condition, case.facts.facts).answer is not Answer.YES:
        return None
    return {"id": case.enrolment_id, "goal_version": case.rule_version[:80]}


def _extra(
    case: StepCase, step: Step, reasons: Iterable[Reason], origin_key: str, assignee_id: int, *, now: datetime
) -> Row:
    """A task beside the step's own: the step run stays free for that one."""
    row = task_row(case, step, reasons, assignee_id=assignee_id, now=now)
    today = local_date(now, case.plan.zone.name)
    return row | {
        "origin_key": origin_key,
        "step_run_id": None,
        "kind": StepKind.TASK.value,
        "outcomes": [],
        "due_on": add_business_days(today, 1, case.plan.calendar),
    }

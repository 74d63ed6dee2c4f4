"""The work a trigger makes: a task for a person, or an enrolment; and its entry in the decision log."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from playbooks.actions.bulk import insert_rows
from playbooks.actions.enrol import enrol_renewal
from playbooks.core.keys import decision_key
from playbooks.core.triggers import TriggerDo
from playbooks.models import Decision, Task, TriggerFiring
from playbooks.queries.assignees import assignees, people_at_accounts
from playbooks.queries.case_facts import Candidate
from playbooks.queries.triggers import Spotted
from renewals.core.actors import Actor


def give_work(*, work: Sequence[tuple[Spotted, Candidate]], firing_ids: set[int], by: Actor, now: datetime) -> int:
    """Make the work of these new firings and return how much was made; each is logged with what set it off."""
    firings = list(TriggerFiring.objects.filter(id__in=firing_ids).order_by("id"))
    spotted = {(item.rule.rule_id, item.account_id): (item, candidate) for item, candidate in reversed(work)}
    tasks = [firing for firing in firings if firing.verdict == TriggerDo.TASK]
    _give_tasks(tasks, spotted, now=now)
    for firing in firings:
        if firing.verdict == TriggerDo.ENROL:
            _enrol(firing, spotted[firing.rule_id, firing.account_id][0], by=by, now=now)
    log = [_log_row(firing, spotted[firing.rule_id, firing.account_id][0], now=now) for firing in firings]
    insert_rows(Decision, log, ignore_conflicts=True)
    return len(firings)


def _give_tasks(
    firings: Sequence[TriggerFiring], spotted: dict[tuple[int, int], tuple[Spotted, Candidate]], *, now: datetime
) -> None:
    people, members = people_at_accounts(firing.account_id for firing in firings), assignees()
    rows = [
        _task_row(firing, *spotted[firing.rule_id, firing.account_id], people, members.by_role, now=now)
        for firing in firings
    ]
    insert_rows(Task, [row for row in rows if row is not None], ignore_conflicts=True)
    keys = {f"trigger:{firing.id}": firing for firing in firings}
    made = dict(Task.objects.filter(origin_key__in=keys).values_list("origin_key", "id"))
    for key, firing in keys.items():
        firing.task_id = made.get(key)
        firing.verdict = "task" if firing.task_id else "nobody_to_do_it"
        firing.save(update_fields=["task", "verdict"])


def _task_row(
    firing: TriggerFiring,
    item: Spotted,
    candidate: Candidate,
    people: Any,
    by_role: Any,
    *,
    now: datetime,
) -> dict[str, Any] | None:
    task = item.rule.trigger.task
    owner_id = people.get(firing.account_id)
    if task is None:
        return None
    named = by_role.get(task.role.value, ()) if task.role.value not in ("csm", "system") else ()
    assignee_id = named[0] if named else owner_id
    if assignee_id is None:
        return None
    industry = str(candidate.facts.facts.get("account.industry") or "")
    return {
        "workspace_id": firing.workspace_id,
        "origin_key": f"trigger:{firing.id}",
        "account_id": firing.account_id,
        "renewal_id": firing.renewal_id,
        "assignee_id": assignee_id,
        "title": task.title[:200],
        "instructions": task.instructions_for(industry),
        "why": [_why(firing, item)],
        "outcomes": [
            {"key": "done", "label": "Done", "effect": "continue"},
            {"key": "not_relevant", "label": "Not relevant", "effect": "continue"},
        ],
        "due_on": candidate.today + timedelta(days=task.due_days),
        "state": "open",
        "created_at": now,
        "updated_at": now,
    }


def _enrol(firing: TriggerFiring, item: Spotted, *, by: Actor, now: datetime) -> None:
    """Enrol into the playbook; one that is not there, or was run in this period, is a reason and no work."""
    try:
        enrolment = enrol_renewal(renewal_id=firing.renewal_id, playbook_key=item.rule.trigger.playbook, by=by, now=now)
    except KeyError:
        enrolment, firing.verdict = None, "no_such_playbook"
    else:
        firing.verdict = "enrolled" if enrolment else "already_enrolled"
    if enrolment is not None:
        enrolment.trigger = {
            **enrolment.trigger,
            "signal": firing.signal_id,
            "score": firing.score_id,
            "rule": str(firing.rule),
        }
        enrolment.save(update_fields=["trigger"])
        firing.enrolment = enrolment
    firing.save(update_fields=["enrolment", "verdict"])


def _why(firing: TriggerFiring, item: Spotted) -> dict[str, Any]:
    return {
        "code": "trigger",
        "rule": item.rule.trigger.name,
        "version": item.rule.rule_version,
        "signal": firing.signal_id,
        "score": firing.score_id,
        "before": item.before,
        "value": item.value,
    }


def _log_row(firing: TriggerFiring, item: Spotted, *, now: datetime) -> dict[str, Any]:
    return {
        "workspace_id": firing.workspace_id,
        "key": decision_key("trigger", firing.workspace_id, firing.id),
        "kind": "trigger",
        "verdict": firing.verdict,
        "account_id": firing.account_id,
        "renewal_id": firing.renewal_id,
        "enrolment_id": firing.enrolment_id,
        "rule_version": item.rule.rule_version,
        "reasons": [_why(firing, item)],
        "inputs": firing.inputs,
        "decided_at": now,
    }

"""Climb the ladders of playbooks: watch what holds, raise it to a named person once a period, with its own task."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from babel.dates import format_date
from django.db import transaction

from playbooks.actions.bulk import insert_rows
from playbooks.actions.channels.posts import tell
from playbooks.actions.queue import refresh_entries
from playbooks.actions.step_rows import shown
from playbooks.core.escalation import Climb, Rung, can_climb, fill_response, look_at_ladder
from playbooks.core.facts import reason
from playbooks.core.keys import decision_key
from playbooks.models import Decision, Enrolment, Escalation, EscalationMark, Task
from playbooks.queries.assignees import Assignees, assignees
from playbooks.queries.case_facts import StepCase
from playbooks.queries.cases import load_enrolment_cases
from playbooks.queries.definitions import definitions_of
from playbooks.queries.escalations import ladders_to_look_at, rungs_of
from playbooks.queries.render import LANGUAGE
from renewals.core.actors import Actor
from renewals.core.dates import add_business_days, local_date

CHUNK = 200
MOST_A_SWEEP = 4000
ANSWER_DAYS = 1
"""Business days a raised rung has to be answered in."""


def tend_escalations(*, by: Actor, now: datetime, most: int = MOST_A_SWEEP) -> int:
    """Look once at every ladder that may have moved; returns how many rungs were raised. A second call raises none.

    What carries a time later than `now` (a moved clock, a write of this very moment) is looked at again next time.
    """
    done, raised, after = 0, 0, 0
    while done < most and (ids := ladders_to_look_at(now=now, limit=CHUNK, after=after)):
        with transaction.atomic():
            raised += climb_ladders(enrolment_ids=ids, by=by, now=now)
        done, after = done + len(ids), ids[-1]
    return raised


def climb_ladders(*, enrolment_ids: Sequence[int], by: Actor, now: datetime) -> int:
    """Look at these ladders in the caller's transaction; returns how many rungs were raised."""
    locked = Enrolment.objects.select_for_update(no_key=True).filter(id__in=enrolment_ids).order_by("id")
    version_of = dict(locked.values_list("id", "version_id"))
    kept, definitions = rungs_of(version_of), definitions_of(version_of.values())
    climbing = [
        each for each, version in version_of.items() if each in kept or can_climb(definitions[version].definition)
    ]
    raised = _climb(climbing, kept, by=by, now=now) if climbing else 0
    _mark(list(version_of), by=by, now=now)
    return raised


def _climb(ids: Sequence[int], kept: Mapping[int, Mapping[int, Rung]], *, by: Actor, now: datetime) -> int:
    people = assignees()
    holding: list[tuple[StepCase, Climb]] = []
    for case in load_enrolment_cases(ids, now=now):
        holding += _look(case, kept.get(case.enrolment_id, {}), now=now)
    _watch([pair for pair in holding if not pair[1].is_raised], kept)
    return _raise([pair for pair in holding if pair[1].is_raised], people, by=by, now=now)


def _look(case: StepCase, rungs: Mapping[int, Rung], *, now: datetime) -> list[tuple[StepCase, Climb]]:
    today = local_date(now, case.plan.zone.name)
    look = look_at_ladder(case.definition, case.facts.facts, rungs, today=today, now=now, calendar=case.plan.calendar)
    if look.ceased:
        gone = Escalation.objects.filter(enrolment_id=case.enrolment_id, level__in=look.ceased, raised_at__isnull=True)
        gone.delete()
    return [(case, climb) for climb in look.holding]


def _watch(holding: Sequence[tuple[StepCase, Climb]], kept: Mapping[int, Mapping[int, Rung]]) -> None:
    fresh = [(case, climb) for case, climb in holding if climb.level not in kept.get(case.enrolment_id, {})]
    insert_rows(Escalation, [_row(case, climb) for case, climb in fresh], ignore_conflicts=True)


def _raise(holding: Sequence[tuple[StepCase, Climb]], people: Assignees, *, by: Actor, now: datetime) -> int:
    """The task's key is the rung and the period, so that a rung is never raised twice."""
    if not holding:
        return 0
    tasks = [_task_row(case, climb, people, now=now) for case, climb in holding]
    insert_rows(Task, tasks, ignore_conflicts=True)
    keys = [row["origin_key"] for row in tasks]
    made = dict(Task.objects.filter(origin_key__in=keys).values_list("origin_key", "id"))
    for (case, climb), task in zip(holding, tasks, strict=True):
        Escalation.objects.update_or_create(
            workspace_id=case.plan.workspace_id,
            renewal_id=case.renewal_id,
            playbook_key=case.definition.key,
            level=climb.level,
            period=case.plan.occurrence,
            defaults=_row(case, climb)
            | {
                "raised_at": now,
                "task_id": made[task["origin_key"]],
                "person_id": task["assignee_id"],
                "response": task["instructions"],
            },
        )
    _tell(holding, tasks, by=by, now=now)
    insert_rows(Decision, [_log(case, climb, now=now) for case, climb in holding], ignore_conflicts=True)
    refresh_entries(renewal_ids=[case.renewal_id for case, _ in holding], now=now)
    return len(holding)


def _tell(
    holding: Sequence[tuple[StepCase, Climb]], tasks: Sequence[Mapping[str, Any]], *, by: Actor, now: datetime
) -> None:
    """Queue each rung for the chats and programs that are told of escalations; the account's name is all they get."""
    for (case, climb), task in zip(holding, tasks, strict=True):
        tell(
            topic="escalation",
            post_key=task["origin_key"],
            text=f"{case.words['account_name']}: {climb.rule.trigger}.",
            facts={"account": case.account_id, "renewal": case.renewal_id, "level": climb.level},
            by=by,
            now=now,
        )


def _row(case: StepCase, climb: Climb) -> dict[str, Any]:
    return {
        "workspace_id": case.plan.workspace_id,
        "account_id": case.account_id,
        "renewal_id": case.renewal_id,
        "enrolment_id": case.enrolment_id,
        "playbook_key": case.definition.key,
        "level": climb.level,
        "period": case.plan.occurrence,
        "since_at": climb.since_at,
        "reasons": shown(climb.reasons),
        "rule_version": case.rule_version,
    }


def _task_row(case: StepCase, climb: Climb, people: Assignees, *, now: datetime) -> dict[str, Any]:
    today = local_date(now, case.plan.zone.name)
    told = reason("rung_raised", level=climb.level, trigger=climb.rule.trigger, since_at=climb.since_at)
    return {
        "workspace_id": case.plan.workspace_id,
        "origin_key": f"rung:{case.renewal_id}:{case.definition.key}:{climb.level}:{case.plan.occurrence}",
        "enrolment_id": case.enrolment_id,
        "account_id": case.account_id,
        "renewal_id": case.renewal_id,
        "assignee_id": people.person_for(case, climb.rule.role),
        "title": f"Escalated: {climb.rule.trigger}"[:200],
        "instructions": fill_response(climb.rule.response, _values(case)),
        "why": shown((told, *climb.reasons)),
        "outcomes": [],
        "due_on": add_business_days(today, ANSWER_DAYS, case.plan.calendar),
        "created_at": now,
        "updated_at": now,
    }


def _values(case: StepCase) -> dict[str, str]:
    """The values a response may name, as words; unknown ones are left out."""
    facts = case.facts.facts
    found = {
        "account": case.words["account_name"],
        "owner": case.words["owner_name"],
        "due_on": case.plan.renewal_on,
        "notice_on": case.plan.notice_on,
        "days_to_due": facts.get("renewal.days_to_due"),
        "days_to_notice": facts.get("renewal.days_to_notice"),
        "risk": facts.get("risk.score"),
        "health": facts.get("health.score"),
        "stage": facts.get("renewal.stage"),
    }
    return {name: _as_words(value) for name, value in found.items() if value is not None}


def _as_words(value: object) -> str:
    if isinstance(value, date):
        return str(format_date(value, "d MMMM yyyy", locale=LANGUAGE))
    return f"{value:.0f}" if isinstance(value, float) else str(value)


def _log(case: StepCase, climb: Climb, *, now: datetime) -> dict[str, Any]:
    return {
        "workspace_id": case.plan.workspace_id,
        "key": decision_key(
            "rung", case.plan.workspace_id, case.renewal_id, case.definition.key, climb.level, case.plan.occurrence
        ),
        "kind": "task",
        "verdict": "escalated",
        "account_id": case.account_id,
        "renewal_id": case.renewal_id,
        "enrolment_id": case.enrolment_id,
        "rule_version": case.rule_version,
        "reasons": shown(climb.reasons),
        "inputs": {"level": climb.level, "trigger": climb.rule.trigger},
        "decided_at": now,
    }


def _mark(ids: Sequence[int], *, by: Actor, now: datetime) -> None:
    EscalationMark.objects.filter(enrolment_id__in=ids).update(looked_at=now)
    rows = [{"workspace_id": by.workspace_id, "enrolment_id": each, "looked_at": now} for each in ids]
    insert_rows(EscalationMark, rows, ignore_conflicts=True)

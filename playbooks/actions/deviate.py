"""Do one step of one enrolment otherwise than its playbook says: skip it, another day, swapped, another way.

The deviation is kept for good and counted; the open step is planned again in the same transaction.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction

from playbooks.actions.plan_again import Change, plan_again
from playbooks.core.cadence import plan
from playbooks.core.deviations import check_deviation, swapped
from playbooks.core.errors import DeviationRefused
from playbooks.core.facts import Deviated, DeviationKind
from playbooks.core.planned import PlannedStep
from playbooks.models import Deviation, Enrolment, StepRun
from playbooks.queries.case_facts import StepCase
from playbooks.queries.cases import load_step_cases
from renewals.core.actors import Actor
from renewals.core.dates import local_date
from renewals.core.errors import RequiredValueMissing, UnknownReference


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a person wants of one step: `due_on` for another day, `with_step` for a swap, `what` for another way."""

    step_key: str
    kind: DeviationKind
    reason: str
    due_on: date | None = None
    with_step: str = ""
    what: str = ""


def deviate(*, enrolment_id: int, wanted: Wanted, by: Actor, now: datetime) -> tuple[Deviation, ...]:
    """Change one step that is still ahead (two for a swap) and return what was kept.

    Raises RequiredValueMissing without a reason, UnknownReference for an enrolment or step that is not here or not
    ahead any more, DeviationRefused for what contract or law asks for, and outside of people.
    """
    if not wanted.reason.strip():
        raise RequiredValueMissing("Say why it is done otherwise.", where="reason")
    if by.kind != "person" or by.id is None:
        raise DeviationRefused("Only a person can decide this.", where="by")
    with transaction.atomic():
        case = _locked_case(enrolment_id, now=now)
        ahead = {item.step_key: item for item in plan(case.definition, case.plan, now=now).steps}
        changes = _changes(wanted, case, ahead, by=by)
        today = local_date(now, case.plan.zone.name)
        for key, each in changes.items():
            check_deviation(case.definition.step(key), each, today=today, notice_on=case.plan.notice_on)
        rows = [_row(case, key, each, ahead[key], by=by, now=now) for key, each in changes.items()]
        kept = tuple(Deviation.objects.create(**row) for row in rows)
        reasons = tuple(each.reason() for each in changes.values())
        change = Change(kind="deviate", verdict=wanted.kind.value, reasons={enrolment_id: reasons})
        plan_again([enrolment_id], change, now=now)
        return kept


def _locked_case(enrolment_id: int, *, now: datetime) -> StepCase:
    """Return the enrolment at its open step, both locked in the order everybody locks in."""
    enrolment = Enrolment.objects.select_for_update(no_key=True).filter(id=enrolment_id).first()
    open_runs = StepRun.objects.select_for_update().filter(
        enrolment_id=enrolment_id, state__in=("scheduled", "claimed")
    )
    run = open_runs.first() if enrolment else None
    if run is None:
        raise UnknownReference("No step of this playbook is ahead any more.", where="enrolment")
    return load_step_cases([run.id], now=now)[0]


def _changes(wanted: Wanted, case: StepCase, ahead: dict[str, PlannedStep], *, by: Actor) -> dict[str, Deviated]:
    keys = [wanted.step_key, *([wanted.with_step] if wanted.kind is DeviationKind.SWAP else [])]
    gone = [key for key in keys if key not in ahead]
    if gone:
        raise UnknownReference(f"The step '{gone[0]}' is not ahead any more.", where="step")
    one = Deviated(
        kind=wanted.kind,
        due_on=wanted.due_on if wanted.kind is DeviationKind.RETIME else None,
        what=wanted.what.strip() if wanted.kind is DeviationKind.ALTERNATIVE else "",
        why=wanted.reason.strip(),
        by=by.label,
    )
    if wanted.kind is not DeviationKind.SWAP:
        return {wanted.step_key: one}
    first, second = ahead[wanted.step_key], ahead[wanted.with_step]
    named = [replace(one, what=case.definition.step(item.step_key).name) for item in (second, first)]
    days = swapped(one, own_on=first.due_on, other_on=second.due_on)
    return {
        item.step_key: replace(day, what=name.what)
        for item, day, name in zip((first, second), days, named, strict=True)
    }


def _row(
    case: StepCase, key: str, each: Deviated, planned: PlannedStep, *, by: Actor, now: datetime
) -> dict[str, object]:
    return {
        "workspace_id": case.plan.workspace_id,
        "enrolment_id": case.enrolment_id,
        "version_id": case.version_id,
        "step_key": key,
        "kind": each.kind.value,
        "due_on": each.due_on,
        "planned_on": planned.due_on,
        "what": each.what[:200],
        "reason": each.why[:300],
        "by_id": by.id,
        "by_name": by.label[:150],
        "created_at": now,
    }

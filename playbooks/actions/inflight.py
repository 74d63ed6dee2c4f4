"""What publishing does to the enrolled: nothing, go on under the new version, or begin again. One transaction for all.

Contract-anchored steps that are due keep their dates; a claim under the old version is refused by its fence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from playbooks.actions.bulk import insert_rows
from playbooks.actions.enrol import start_enrolments
from playbooks.actions.plan_again import Change, plan_again
from playbooks.actions.stop import stop_open
from playbooks.core.facts import reason
from playbooks.core.inflight import Treatment
from playbooks.core.states import EnrolmentState
from playbooks.models import Enrolment, PlaybookVersion, StepRun
from playbooks.queries.definitions import definitions_of
from playbooks.queries.holdouts import drawn_arms, workspace_holdouts
from renewals.core.actors import Actor

UNDER_WAY = (EnrolmentState.ACTIVE, EnrolmentState.PAUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Treated:
    """How many enrolments under way went on under the new version, began again, or were left as they are."""

    migrated: int = 0
    restarted: int = 0
    left: int = 0


def treat_enrolled(*, version_id: int, treatment: Treatment, by: Actor, now: datetime) -> Treated:
    """Treat every enrolment that is under way in another version of the playbook; calling it twice changes nothing.

    Parked enrolments wait for a person and are left as they are. Raises PlaybookVersion.DoesNotExist.
    """
    with transaction.atomic():
        version = PlaybookVersion.objects.select_related("playbook").get(id=version_id)
        others = Enrolment.objects.filter(playbook=version.playbook, state__in=UNDER_WAY).exclude(version=version)
        if treatment is Treatment.NEW_ONLY:
            return Treated(left=others.count())
        found = list(others.order_by("id").select_for_update())
        if treatment is Treatment.MIGRATE:
            return Treated(migrated=_migrate(found, version, by=by, now=now))
        return Treated(restarted=_restart(found, version, by=by, now=now))


def _migrate(found: Sequence[Enrolment], version: PlaybookVersion, *, by: Actor, now: datetime) -> int:
    numbers = dict(PlaybookVersion.objects.filter(playbook=version.playbook).values_list("id", "number"))
    moved = {
        item.id: (reason("migrated", old=numbers[item.version_id], new=version.number, by=by.label),) for item in found
    }
    for item in found:
        item.version, item.updated_at = version, now
        item.save(update_fields=["version", "updated_at"])
    open_runs = StepRun.objects.filter(enrolment_id__in=moved, state__in=("scheduled", "claimed"))
    open_runs.update(version=version)
    plan_again(tuple(moved), Change(kind="migrate", verdict="migrated", reasons=moved), now=now)
    return len(found)


def _restart(found: Sequence[Enrolment], version: PlaybookVersion, *, by: Actor, now: datetime) -> int:
    stop_open(enrolments=list(found), why="restarted", by=by, now=now)
    rounds = dict(
        Enrolment.objects.filter(playbook=version.playbook, renewal_id__in=[item.renewal_id for item in found])
        .values_list("renewal_id")
        .annotate(last=Max("round"))
    )
    parsed, held_out = definitions_of([version.id])[version.id], workspace_holdouts().at(now)
    rows = [
        _again(item, version, rounds[item.renewal_id] + 1, by=by, now=now)
        | {"arms": [] if item.released_at else drawn_arms(parsed, held_out, account_id=item.account_id)}
        for item in found
    ]
    start_enrolments(insert_rows(Enrolment, rows), now=now)
    return len(rows)


def _again(was: Enrolment, version: PlaybookVersion, number: int, *, by: Actor, now: datetime) -> dict[str, object]:
    why = {"code": "restarted", "by": by.label, "from_version": was.version_id}
    return {
        "workspace_id": was.workspace_id,
        "playbook_id": was.playbook_id,
        "version_id": version.id,
        "account_id": was.account_id,
        "renewal_id": was.renewal_id,
        "occurrence": was.occurrence,
        "round": number,
        "state": EnrolmentState.ACTIVE.value,
        "trigger": {"reasons": [why], "rule_version": f"{version.playbook.key} v{version.number}"},
        "started_at": now,
        "updated_at": now,
    }

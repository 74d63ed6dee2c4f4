"""Stop enrolments: from the commit on, nothing of them enters `sending`. The enrolment's row lock orders the two."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from playbooks.actions.bulk import as_json, insert_rows
from playbooks.actions.execute import drop_open_work
from playbooks.actions.kind_rows import goal_row
from playbooks.actions.step_rows import shown
from playbooks.core.facts import Reason
from playbooks.core.facts import reason as reason_of
from playbooks.core.keys import decision_key
from playbooks.core.states import EnrolmentState
from playbooks.models import Decision, Enrolment
from playbooks.queries.cases import load_enrolment_cases
from renewals.core.actors import Actor
from renewals.core.errors import UnknownReference
from renewals.queries.win_backs import open_win_backs

OPEN_STATES = (EnrolmentState.ACTIVE, EnrolmentState.PAUSED, EnrolmentState.PARKED)

# A higher fence refuses whoever had claimed the step.
SKIP_OPEN_STEPS = """
UPDATE playbooks_steprun SET state = 'skipped', done_at = %(now)s, reasons = %(why)s::jsonb, fence = fence + 1,
    claims = 0, lease_owner = '', lease_until = NULL
WHERE enrolment_id = ANY(%(ids)s) AND state IN ('scheduled', 'claimed', 'waiting', 'parked')
"""


def stop_enrolment(*, enrolment_id: int, reason: str, by: Actor, now: datetime) -> Enrolment:
    """Stop one enrolment; one that is over stays as it ended. Raises UnknownReference outside this workspace."""
    with transaction.atomic():
        enrolment = Enrolment.objects.select_for_update().filter(id=enrolment_id).first()
        if enrolment is None:
            raise UnknownReference(f"Enrolment {enrolment_id} is not in this workspace.", where="enrolment")
        stop_open(enrolments=[enrolment], why=reason, by=by, now=now)
        return enrolment


def stop_for_renewal(*, renewal_id: int, reason: str, by: Actor, now: datetime) -> int:
    """Stop every open enrolment of a renewal (it closed, or the account replied); returns how many."""
    with transaction.atomic():
        found = Enrolment.objects.select_for_update().filter(renewal_id=renewal_id, state__in=OPEN_STATES)
        return stop_open(enrolments=list(found.order_by("id")), why=reason, by=by, now=now)


def stop_closed(*, by: Actor, now: datetime) -> int:
    """Stop the open enrolments of renewals that have closed; returns how many. Part of the regular sweep.

    What asks an account back goes on until it has answered.
    """
    with transaction.atomic():
        asked_back = open_win_backs().filter(renewal_id=OuterRef("renewal_id"))
        closed = Enrolment.objects.filter(state__in=OPEN_STATES, renewal__closed_on__isnull=False)
        over = closed.exclude(Exists(asked_back), trigger__has_key="asks_back").values_list("id", flat=True)
        found = Enrolment.objects.select_for_update().filter(id__in=list(over))
        return stop_open(enrolments=list(found.order_by("id")), why="renewal_closed", by=by, now=now)


def stop_open(*, enrolments: list[Enrolment], why: str, by: Actor, now: datetime) -> int:
    """Stop those of these locked enrolments that are open, inside the transaction of the caller; returns how many."""
    open_ones = [item for item in enrolments if item.state in OPEN_STATES]
    if not open_ones:
        return 0
    because = reason_of("stopped", why=why, by=by.label)
    ids = [item.id for item in open_ones]
    with connection.cursor() as cursor:
        cursor.execute(SKIP_OPEN_STEPS, {"ids": ids, "now": now, "why": as_json(shown((because,)))})
    drop_open_work(ids, because, now=now)
    met = _goals_met(open_ones, now=now)
    for item in open_ones:
        if item.id in met:
            item.goal_met_at, item.goal_version = now, met[item.id]
        item.state, item.ended_reason, item.ended_at, item.updated_at = EnrolmentState.EXITED, why[:60], now, now
        item.save()
    insert_rows(Decision, [_row(item, because, by=by, now=now) for item in open_ones], ignore_conflicts=True)
    return len(open_ones)


def _goals_met(enrolments: list[Enrolment], *, now: datetime) -> dict[int, str]:
    """Return the goals that are met as the playbook ends: what closes a renewal is often what it was for."""
    wanted = [item.id for item in enrolments if item.goal_met_at is None]
    rows = (goal_row(case, now=now) for case in load_enrolment_cases(wanted, now=now))
    return {row["id"]: row["goal_version"] for row in rows if row is not None}


def _row(enrolment: Enrolment, why: Reason, *, by: Actor, now: datetime) -> dict[str, object]:
    return {
        "workspace_id": enrolment.workspace_id,
        "key": decision_key("stop", enrolment.workspace_id, enrolment.id),
        "kind": "stop",
        "verdict": "exited",
        "account_id": enrolment.account_id,
        "renewal_id": enrolment.renewal_id,
        "enrolment_id": enrolment.id,
        "rule_version": by.label[:80],
        "reasons": shown((why,)),
        "decided_at": now,
    }

"""What people decide about holdouts: letting an account out of its own, and how many the whole workspace holds out.

A release acts from the next step on. The account stays in the arm it drew: that is what was assigned.
"""

from datetime import datetime

from django.db import transaction

from playbooks.actions.bulk import insert_rows
from playbooks.core.keys import decision_key
from playbooks.core.states import OPEN_ENROLMENT_STATES
from playbooks.core.vocabulary import MOST_HELD_OUT
from playbooks.models import Decision, Enrolment, WorkspaceHoldout
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput
from renewals.core.text import check_line

LONGEST_REASON = 300


@transaction.atomic
def release_account(*, account_id: int, reason: str, by: Actor, now: datetime) -> int:
    """Let an account out of the holdouts of the playbooks it is in; returns out of how many. A second time: none.

    Raises RequiredValueMissing without a reason.
    """
    why = check_line(reason, label="Why", longest=LONGEST_REASON, is_required=True)
    rows = Enrolment.objects.select_for_update(no_key=True).filter(
        account_id=account_id,
        state__in=OPEN_ENROLMENT_STATES,
        arms__contains=[{"held_out": True}],
        released_at__isnull=True,
    )
    found = list(rows.order_by("id"))
    for row in found:
        row.released_at, row.released_by, row.release_reason, row.updated_at = now, by.label[:150], why, now
        row.save(update_fields=["released_at", "released_by", "release_reason", "updated_at"])
    insert_rows(Decision, [_row(each, why, by=by, now=now) for each in found], ignore_conflicts=True)
    return len(found)


@transaction.atomic
def set_workspace_holdout(*, percent: int, reason: str, by: Actor, now: datetime) -> WorkspaceHoldout:
    """Hold so many percent of the accounts out of every playbook's automatic messages, for who enters from now on.

    The same accounts are drawn each time; a larger share keeps those of a smaller one. The same share again changes
    nothing. Raises InvalidInput for a share that cannot be, RequiredValueMissing without a reason.
    """
    why = check_line(reason, label="Why", longest=LONGEST_REASON, is_required=True)
    if not 0 <= percent <= MOST_HELD_OUT:
        raise InvalidInput(f"{percent} % cannot be held out.", where="percent", remedy=f"From 0 to {MOST_HELD_OUT}.")
    last = WorkspaceHoldout.objects.order_by("-number").first()
    if last is not None and last.percent == percent:
        return last
    row = {
        "workspace_id": by.workspace_id,
        "number": last.number + 1 if last else 1,
        "percent": percent,
        "salt": f"workspace:{by.workspace_id}",
        "reason": why,
        "set_by": by.label[:150],
        "set_at": now,
    }
    new = insert_rows(WorkspaceHoldout, [row], ignore_conflicts=True)
    if not new:
        raise InvalidInput("Somebody else set it at this moment.", where="percent", remedy="Look at it again.")
    return WorkspaceHoldout.objects.get(id=new[0])


def _row(enrolment: Enrolment, why: str, *, by: Actor, now: datetime) -> dict[str, object]:
    return {
        "workspace_id": by.workspace_id,
        "key": decision_key("release", by.workspace_id, enrolment.id),
        "kind": "holdout",
        "verdict": "released",
        "account_id": enrolment.account_id,
        "renewal_id": enrolment.renewal_id,
        "enrolment_id": enrolment.id,
        "rule_version": by.label[:80],
        "reasons": [{"code": "holdout_released", "because": why, "by": by.label}],
        "inputs": {"holdouts": enrolment.arms},
        "decided_at": now,
    }

"""Note when one of ours is away and who stands in; the work moves at once and comes back by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from playbooks.actions.workload import tend_workload
from playbooks.core.capacity import Treatment
from playbooks.core.vocabulary import StepKind
from playbooks.models import Absence
from playbooks.queries.assignees import active_people
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, UnknownChoice, UnknownReference


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceWish:
    """From and until (both inclusive), who stands in (None: everything waits), and what differs by kind of step."""

    from_on: date
    until_on: date
    delegate_id: int | None = None
    treatments: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""


def record_absence(*, user_id: int, wish: AbsenceWish, by: Actor, now: datetime) -> Absence:
    """Note an absence and move what is due in it, if it has begun. The same days again return the row there is.

    Raises UnknownReference for somebody who is no member, InvalidInput for days that make no sense or overlap, for
    oneself as the delegate; UnknownChoice for a kind of step or a treatment.
    """
    _check(user_id, wish, now=now)
    with transaction.atomic():
        live = Absence.objects.select_for_update().filter(user_id=user_id, cancelled_at__isnull=True)
        overlapping = live.filter(from_on__lte=wish.until_on, until_on__gte=wish.from_on).first()
        if overlapping is not None:
            if (overlapping.from_on, overlapping.until_on) == (wish.from_on, wish.until_on):
                return overlapping
            days = f"{overlapping.from_on.isoformat()} to {overlapping.until_on.isoformat()}"
            raise InvalidInput(f"Already away from {days}.", where="from", remedy="Cancel that absence first.")
        absence = Absence.objects.create(
            workspace_id=by.workspace_id,
            user_id=user_id,
            delegate_id=wish.delegate_id,
            from_on=wish.from_on,
            until_on=wish.until_on,
            treatments=dict(wish.treatments),
            reason=wish.reason.strip()[:200],
            created_by=by.label[:150],
            created_at=now,
        )
        tend_workload(by=by, now=now)
        return absence


def cancel_absence(*, absence_id: int, by: Actor, now: datetime) -> Absence:
    """End an absence now; what was handed over comes back. A second call changes nothing. Raises UnknownReference."""
    with transaction.atomic():
        absence = Absence.objects.select_for_update().filter(id=absence_id).first()
        if absence is None:
            raise UnknownReference(f"There is no absence {absence_id} in this workspace.", where="absence")
        if absence.cancelled_at is None:
            absence.cancelled_at = now
            absence.save(update_fields=["cancelled_at"])
            tend_workload(by=by, now=now)
            absence.refresh_from_db()
        return absence


def _check(user_id: int, wish: AbsenceWish, *, now: datetime) -> None:
    people = active_people()
    for person in {user_id, wish.delegate_id} - {None}:
        if person not in people:
            raise UnknownReference(f"Person {person} is not a member of this workspace.", where="person")
    if wish.delegate_id == user_id:
        raise InvalidInput("Nobody stands in for themselves.", where="delegate", remedy="Choose somebody else.")
    if wish.until_on < max(wish.from_on, now.date()):
        raise InvalidInput("The absence ends before it begins, or is over.", where="until")
    for kind, treatment in wish.treatments.items():
        if kind not in set(StepKind) or treatment not in set(Treatment):
            raise UnknownChoice(f"'{kind}' cannot be '{treatment}' during an absence.", where="treatments")

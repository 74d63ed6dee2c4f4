"""Take an answer to an invitation: mark the meeting, note it in the log, and let an accepted one count as booked."""

from datetime import datetime
from typing import Any

from django.db import transaction

from playbooks.actions.bulk import insert_rows
from playbooks.actions.queue import refresh_entries
from playbooks.actions.reactions import record_reaction
from playbooks.core.channels.rsvps import Rsvp, RsvpAnswer
from playbooks.core.keys import decision_key
from playbooks.core.states import OPEN_TASK_STATES
from playbooks.models import Decision, Meeting, Task
from renewals.core.actors import Actor
from renewals.core.dates import local_date


@transaction.atomic
def take_rsvp(*, rsvp: Rsvp, by: Actor, now: datetime) -> Meeting | None:
    """Mark the meeting with the answer; None when it is not the invited person's answer to the version that stands.

    An older answer than the one kept changes nothing, and neither does the same again. Accepted counts as a meeting
    booked; a declined one makes the task due today, so that another time is found.
    """
    meeting = _meeting(rsvp)
    at = min(rsvp.stamped_at or now, now)
    if meeting is None or (meeting.answered_at is not None and at < meeting.answered_at):
        return None
    if meeting.answer == rsvp.answer.value:
        return meeting
    meeting.answer, meeting.answered_at, meeting.updated_at = rsvp.answer.value, at, now
    meeting.save(update_fields=["answer", "answered_at", "updated_at"])
    insert_rows(Decision, [_decision(meeting, now=now)], ignore_conflicts=True)
    if rsvp.answer is RsvpAnswer.ACCEPTED:
        _book(meeting, by=by, now=now)
    if rsvp.answer is RsvpAnswer.DECLINED:
        _make_due(meeting, now=now)
    return meeting


def _meeting(rsvp: Rsvp) -> Meeting | None:
    """The meeting ahead that was invited by this version, if the answer is the invited person's."""
    rows = Meeting.objects.select_for_update().filter(uid=rsvp.uid, state="planned", revision=rsvp.revision)
    meeting = rows.first()
    invited = meeting.contact.email.lower() if meeting else ""
    return meeting if invited and invited == rsvp.attendee else None


def _book(meeting: Meeting, *, by: Actor, now: datetime) -> None:
    day = local_date(meeting.starts_at, meeting.zone).isoformat()
    record_reaction(
        by=by,
        now=now,
        account_id=meeting.account_id,
        contact_id=meeting.contact_id,
        kind="meeting_booked",
        occurred_at=meeting.answered_at or now,
        evidence={"key": f"rsvp:{meeting.uid}:{meeting.revision}", "meeting_on": day, "meeting": meeting.id},
    )


def _make_due(meeting: Meeting, *, now: datetime) -> None:
    today = local_date(now, meeting.zone)
    late = Task.objects.filter(id=meeting.task_id, state__in=list(OPEN_TASK_STATES), due_on__gt=today)
    if late.update(due_on=today, updated_at=now):
        refresh_entries(renewal_ids=[meeting.renewal_id], now=now)


def _decision(meeting: Meeting, *, now: datetime) -> dict[str, Any]:
    run, at = meeting.step_run, meeting.answered_at or now
    return {
        "workspace_id": meeting.workspace_id,
        "key": decision_key("rsvp", meeting.workspace_id, meeting.id, meeting.revision, meeting.answer, at.isoformat()),
        "kind": "meeting",
        "verdict": meeting.answer,
        "account_id": meeting.account_id,
        "renewal_id": meeting.renewal_id,
        "enrolment_id": run.enrolment_id,
        "step_key": run.step_key,
        "rule_version": "invitation",
        "reasons": [
            {
                "code": f"meeting_{meeting.answer}",
                "who": meeting.contact.name,
                "starts_at": meeting.starts_at.isoformat(),
            }
        ],
        "inputs": {"meeting": meeting.id, "revision": meeting.revision, "answered_at": at.isoformat()},
        "decided_at": now,
    }

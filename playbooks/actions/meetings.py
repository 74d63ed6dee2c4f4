"""Arrange the meeting of a task: invite, change, call off. Each version of the invitation goes through the outbox once.

The meeting's row is the truth; every message is made from it and frozen with its calendar part.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from django.db import transaction
from django.db.models import Q

from playbooks.actions.bulk import insert_rows
from playbooks.actions.calling_off import call_off_messages
from playbooks.actions.queue import refresh_entries
from playbooks.actions.step_rows import Row
from playbooks.actions.tasks import lock_task
from playbooks.core.channels.invitations import Attendee, Invitation, invitation_text, meeting_uid
from playbooks.core.errors import MeetingRefused, TaskClosed
from playbooks.core.facts import reason
from playbooks.core.keys import decision_key, dedup_key, idem_key, message_id, of_revision
from playbooks.core.meetings import (
    MEETING_KINDS,
    MeetingChoice,
    MeetingWords,
    check_choice,
    meeting_subject,
    meeting_text,
)
from playbooks.core.states import OPEN_TASK_STATES, MessageState
from playbooks.core.vocabulary import MessageClass
from playbooks.models import Decision, Meeting, Message, Task
from playbooks.queries.case_facts import StepCase
from playbooks.queries.cases import load_step_cases
from playbooks.queries.channels import answers_address
from playbooks.queries.render import LANGUAGE, sending_domain
from renewals.core.actors import Actor
from renewals.core.dates import local_date

PLANNED, CANCELLED = "planned", "cancelled"
LEFT = ("sending", "sent", "in_doubt")
KINDS = tuple(kind.value for kind in MEETING_KINDS)


@transaction.atomic
def invite(*, task_id: int, choice: MeetingChoice, by: Actor, now: datetime) -> Meeting:
    """Invite a contact to the meeting of an open task, or change what was arranged; the same choice changes nothing.

    The task is due on the day of the meeting then. Raises UnknownReference, TaskClosed, and MeetingRefused.
    """
    task = lock_task(task_id)
    if task.state not in OPEN_TASK_STATES:
        raise TaskClosed(f"Task '{task.title}' is {task.state}.", where="task")
    check_choice(choice, now=now)
    case = _case_of(task, now=now)
    _check_person(case, choice.contact_id)
    meeting = Meeting.objects.select_for_update().filter(task=task).first()
    if meeting is None:
        meeting = _first(task, case, choice, now=now)
    elif not _changed(meeting, choice, now=now):
        return meeting
    meeting.save()
    task.due_on, task.updated_at = local_date(choice.starts_at, meeting.zone), now
    task.save()
    _write(meeting, task, case, by=by, now=now)
    refresh_entries(renewal_ids=[task.renewal_id], now=now)
    return meeting


@transaction.atomic
def call_off(*, task_id: int, why: str, by: Actor, now: datetime) -> Meeting | None:
    """Call off the meeting of a task, whatever became of the task; None when there is none ahead.

    Whoever may have got an invitation gets a cancellation; one that has not left is simply not sent.
    """
    task = lock_task(task_id)
    meeting = Meeting.objects.select_for_update().filter(task=task, state=PLANNED, starts_at__gt=now).first()
    if meeting is None:
        return None
    has_left = _withdraw(meeting, now=now)
    meeting.state, meeting.ended_reason, meeting.updated_at = CANCELLED, why[:60], now
    meeting.revision += 1
    meeting.save()
    if has_left:
        for case in load_step_cases([meeting.step_run_id], now=now):
            if meeting.contact_id in case.addressees:  # whoever has left has no calendar to clear
                _write(meeting, task, case, by=by, now=now)
    return meeting


def call_off_stale(*, by: Actor, now: datetime) -> int:
    """Call off meetings ahead whose renewal has closed or whose task a person has ended; returns how many.

    A playbook that stops by itself, for a reply for example, leaves a meeting as it is.
    """
    ahead = Meeting.objects.filter(state=PLANNED, starts_at__gt=now)
    closed = ahead.filter(renewal__closed_on__isnull=False).values_list("task_id", flat=True)
    ended = ahead.filter(task__state="done").values_list("task_id", flat=True)
    reasons = dict.fromkeys(ended, "task_done") | dict.fromkeys(closed, "renewal_closed")
    return sum(call_off(task_id=task, why=why, by=by, now=now) is not None for task, why in sorted(reasons.items()))


def _case_of(task: Task, *, now: datetime) -> StepCase:
    found = load_step_cases([task.step_run_id], now=now) if task.step_run_id and task.kind in KINDS else ()
    if not found:
        raise MeetingRefused(f"'{task.title}' is no meeting and no call of a playbook.", where="task")
    if not found[0].facts.is_renewal_open:
        raise MeetingRefused("The renewal is closed.", where="task")
    return found[0]


def _check_person(case: StepCase, contact_id: int) -> None:
    person = case.addressees.get(contact_id)
    if person is None or not person.email:
        raise MeetingRefused(
            "This contact cannot be invited.",
            where="contact",
            remedy="Choose somebody who works there, has a role and an address.",
        )


def _first(task: Task, case: StepCase, choice: MeetingChoice, *, now: datetime) -> Meeting:
    uid = meeting_uid(workspace_id=task.workspace_id, task_id=task.id, domain=sending_domain())
    return Meeting(
        workspace_id=task.workspace_id,
        task=task,
        step_run_id=task.step_run_id,
        account_id=task.account_id,
        renewal_id=case.renewal_id,
        contact_id=choice.contact_id,
        organiser_id=case.owners["renewal"],
        uid=uid,
        starts_at=choice.starts_at,
        ends_at=choice.starts_at + timedelta(minutes=choice.minutes),
        zone=case.plan.zone.name,
        place=choice.place.strip()[:300],
        organiser_address=answers_address(),
        created_at=now,
        updated_at=now,
    )


def _changed(meeting: Meeting, choice: MeetingChoice, *, now: datetime) -> bool:
    """Take the new choice over with the next revision; False when it is the old one."""
    ends_at, place = choice.starts_at + timedelta(minutes=choice.minutes), choice.place.strip()[:300]
    new = (choice.contact_id, choice.starts_at, ends_at, place, PLANNED)
    if new == (meeting.contact_id, meeting.starts_at, meeting.ends_at, meeting.place, meeting.state):
        return False
    has_left = _withdraw(meeting, now=now)
    if has_left and meeting.state == PLANNED and choice.contact_id != meeting.contact_id:
        raise MeetingRefused(
            "Somebody else has been invited already.", where="contact", remedy="Call the meeting off first."
        )
    meeting.contact_id, meeting.starts_at, meeting.ends_at, meeting.place, meeting.state = new
    meeting.revision, meeting.ended_reason, meeting.updated_at = meeting.revision + 1, "", now
    meeting.answer, meeting.answered_at = "", None  # what was said of another time says nothing of this one
    return True


def _withdraw(meeting: Meeting, *, now: datetime) -> bool:
    """Stop every version that has not left; answers whether the contact may have got one."""
    versions = Message.objects.filter(step_run_id=meeting.step_run_id).exclude(calendar_method="")
    call_off_messages(versions, reason("invitation_superseded", revision=meeting.revision), now=now)
    return _may_have(meeting)


def _may_have(meeting: Meeting) -> bool:
    """Answer whether the contact may have got a version of this invitation."""
    versions = Message.objects.filter(step_run_id=meeting.step_run_id).exclude(calendar_method="")
    return versions.filter(Q(state__in=LEFT) | Q(may_have_left=True)).exists()


def _write(meeting: Meeting, task: Task, case: StepCase, *, by: Actor, now: datetime) -> None:
    insert_rows(Message, [_message(meeting, task, case, now=now)], ignore_conflicts=True)
    insert_rows(Decision, [_decision(meeting, case, by=by, now=now)], ignore_conflicts=True)


def _message(meeting: Meeting, task: Task, case: StepCase, *, now: datetime) -> Row:
    same = {"workspace_id": meeting.workspace_id, "occurrence": case.plan.occurrence, "step_key": case.step_key}
    person, words = case.addressees[meeting.contact_id], _words(meeting, task, case)
    is_cancelled = meeting.state == CANCELLED
    said = {"revision": meeting.revision, "is_cancelled": is_cancelled}
    invitation, key = _invitation(meeting, case, words, now=now), partial(of_revision, revision=meeting.revision)
    purpose = f"meeting:{case.enrolment_id}"
    return {
        "workspace_id": meeting.workspace_id,
        "step_run_id": meeting.step_run_id,
        "enrolment_id": case.enrolment_id,
        "account_id": case.account_id,
        "contact_id": meeting.contact_id,
        "dedup_key": key(dedup_key(**same, contact_id=meeting.contact_id, purpose=purpose)),
        "idem_key": key(idem_key(**same, enrolment_id=case.enrolment_id)),
        "message_id": key(message_id(**same, enrolment_id=case.enrolment_id, domain=sending_domain())),
        "message_class": MessageClass.RELATIONSHIP.value,
        "to_address": person.email,
        "to_name": person.name,
        "subject": meeting_subject(words, **said),
        "text_body": meeting_text(words, **said),
        "revision": meeting.revision,
        "is_correction": _may_have(meeting),
        "calendar_method": invitation.method,
        "calendar_text": invitation_text(invitation),
        "state": MessageState.QUEUED.value,
        "next_at": now,
        "not_after_at": meeting.starts_at,
        "created_at": now,
    }


def _words(meeting: Meeting, task: Task, case: StepCase) -> MeetingWords:
    step, person = case.definition.step(case.step_key), case.addressees[meeting.contact_id]
    begins = meeting.starts_at.astimezone(ZoneInfo(meeting.zone))
    return MeetingWords(
        title=task.title,
        account=case.words["account_name"],
        owner=case.words["owner_name"] or case.words["owner_email"],
        first_name=person.name.split(" ")[0],
        when=f"{format_datetime(begins, 'EEEE d MMMM yyyy, HH:mm', locale=LANGUAGE)} ({meeting.zone})",
        minutes=round((meeting.ends_at - meeting.starts_at).total_seconds() / 60),
        place=meeting.place,
        agenda=step.meeting.agenda if step.meeting else (),
    )


def _invitation(meeting: Meeting, case: StepCase, words: MeetingWords, *, now: datetime) -> Invitation:
    person, is_link = case.addressees[meeting.contact_id], meeting.place.startswith(("https://", "http://"))
    return Invitation(
        uid=meeting.uid,
        revision=meeting.revision,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        stamped_at=now,
        summary=f"{words.title}, {words.account}",
        description="\n".join(f"- {point}" for point in words.agenda),
        location=meeting.place,
        url=meeting.place if is_link else "",
        organiser=Attendee(name=words.owner, email=meeting.organiser_address or case.words["owner_email"]),
        attendees=(Attendee(name=person.name, email=person.email),),
        is_cancelled=meeting.state == CANCELLED,
    )


def _decision(meeting: Meeting, case: StepCase, *, by: Actor, now: datetime) -> Row:
    verdict = "called_off" if meeting.state == CANCELLED else "changed" if meeting.revision else "invited"
    why: Iterable[Row] = [
        {"code": f"meeting_{verdict}", "starts_at": meeting.starts_at.isoformat(), "by": by.label}
        | ({"because": meeting.ended_reason} if meeting.ended_reason else {})
    ]
    return {
        "workspace_id": meeting.workspace_id,
        "key": decision_key("meeting", meeting.workspace_id, meeting.id, meeting.revision),
        "kind": "meeting",
        "verdict": verdict,
        "account_id": case.account_id,
        "renewal_id": case.renewal_id,
        "enrolment_id": case.enrolment_id,
        "step_key": case.step_key,
        "rule_version": by.label[:80],
        "reasons": list(why),
        "inputs": {"meeting": meeting.id, "revision": meeting.revision},
        "decided_at": now,
    }

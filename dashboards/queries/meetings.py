"""The meeting of a task as its page shows it: what is arranged, whom one may invite, which versions went out."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404

from dashboards.core.channels import RSVPS
from dashboards.core.dates import DateCell, instant_cell
from dashboards.core.parts import Link
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from playbooks.core.meetings import DEFAULT_MINUTES, MEETING_KINDS
from playbooks.models import Meeting, Message, Task
from playbooks.queries.case_facts import StepCase
from playbooks.queries.cases import load_step_cases

KINDS = tuple(kind.value for kind in MEETING_KINDS)
ANSWER_STATES = {"accepted": "good", "declined": "bad", "tentative": "watch"}
METHODS = {"REQUEST": "Invitation", "CANCEL": "Cancellation"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of the invitation: what it was, what became of it, and its message."""

    words: str
    state: str
    when: DateCell
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPage:
    """A task's meeting. `standing` is the time that is arranged, None when none is; `zone` is the form's."""

    task_id: int
    title: str
    unit: str
    crumbs: tuple[Link, ...]
    zone: str
    contacts: tuple[tuple[str, str], ...]
    typed: dict[str, Any]
    standing: DateCell | None
    who: str
    answer: str
    answer_state: str
    ended: str
    is_open: bool
    versions: tuple[Version, ...]


def meeting_page(asker: Asker, task: Task) -> MeetingPage:
    """Return the meeting of a task that this person may change; Http404 when the task is no meeting of a playbook."""
    cases = load_step_cases([task.step_run_id], now=asker.now) if task.step_run_id and task.kind in KINDS else ()
    if not cases:
        raise Http404("This task has no meeting.")
    case, meeting = cases[0], Meeting.objects.select_related("contact").filter(task=task).first()
    is_planned = meeting is not None and meeting.state == "planned"
    zone = case.plan.zone.name
    return MeetingPage(
        task_id=task.id,
        title=task.title,
        unit=f"{task.account.name} · invitations leave in the send window and count as a touch",
        crumbs=(Link(text="Queue", href="/queue/"), Link(text=task.account.name, href=f"/accounts/{task.account_id}/")),
        zone=zone,
        contacts=tuple(
            (str(person.contact_id), f"{person.name}, {person.title}" if person.title else person.name)
            for person in _people(case)
        ),
        typed=_typed(case, meeting),
        standing=instant_cell(meeting.starts_at, now=asker.now, zone=meeting.zone) if meeting and is_planned else None,
        who=meeting.contact.name if meeting else "",
        answer=RSVPS.get(meeting.answer, "No answer yet") if meeting and is_planned else "",
        answer_state=ANSWER_STATES.get(meeting.answer, "none") if meeting else "none",
        ended=title(meeting.ended_reason) if meeting and not is_planned else "",
        is_open=task.state in ("open", "snoozed") and bool(case.facts.is_renewal_open),
        versions=_versions(asker, task),
    )


def has_meeting(task: Task) -> bool:
    """Answer whether a task may have a meeting: a meeting or a call of a playbook."""
    return task.kind in KINDS and task.step_run_id is not None


def _people(case: StepCase) -> list[Any]:
    wanted = {item.contact_id for item in case.facts.contacts}
    return [case.addressees[each] for each in sorted(wanted) if case.addressees[each].email]


def _typed(case: StepCase, meeting: Meeting | None) -> dict[str, Any]:
    """What the form opens with: what is arranged, else the length that the playbook states."""
    if meeting is None:
        plan = case.definition.step(case.step_key).meeting
        return {"minutes": plan.minutes if plan else DEFAULT_MINUTES}
    begins = meeting.starts_at.astimezone(ZoneInfo(case.plan.zone.name))
    return {
        "contact": str(meeting.contact_id),
        "on": begins.date(),
        "at": begins.time().replace(second=0, microsecond=0),
        "minutes": round((meeting.ends_at - meeting.starts_at).total_seconds() / 60),
        "place": meeting.place,
    }


def _versions(asker: Asker, task: Task) -> tuple[Version, ...]:
    rows = Message.objects.filter(step_run_id=task.step_run_id).exclude(calendar_method="").order_by("-revision")
    return tuple(
        Version(
            words=f"{METHODS[row.calendar_method]} {row.revision + 1}: {row.subject}",
            state=title(row.state),
            when=instant_cell(row.sent_at or row.created_at, now=asker.now, zone=asker.workspace.timezone),
            href=f"/messages/{row.id}/",
        )
        for row in rows
    )

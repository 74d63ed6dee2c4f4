"""The meeting of a task: invite a contact, change what is arranged, call it off."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.forms.meetings import MeetingForm
from dashboards.queries.meetings import MeetingPage, meeting_page
from dashboards.queries.tasks import changeable_task
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from playbooks.actions.meetings import call_off, invite
from playbooks.core.meetings import MeetingChoice
from renewals.core.dates import local_instant
from renewals.core.errors import NamedError


@screen("tasks.change")
def meeting(request: HttpRequest, task_id: int) -> HttpResponse:
    """Show what is arranged, and keep what is chosen; a refusal keeps what was typed."""
    asker = asker_of(request)
    page = meeting_page(asker, changeable_task(asker, task_id))
    form = MeetingForm(request.POST or None, initial=page.typed, contacts=page.contacts, zone=page.zone)
    if request.method == "POST" and form.is_valid() and _arranged(request, page, form):
        messages.success(request, "It is arranged. The invitation leaves as soon as the send window is open.")
        return redirect("meeting", task_id=task_id)
    words = {"page": page, "form": form, "action": request.path}
    return render(request, "meetings/page.html", words, status=422 if form.errors else 200)


@require_POST
@screen("tasks.change")
def meeting_cancellation(request: HttpRequest, task_id: int) -> HttpResponse:
    """Call the meeting off."""
    changeable_task(asker_of(request), task_id)
    done = call_off(task_id=task_id, why="called_off_by_a_person", by=request.actor, now=request.now)
    if done is None:
        messages.error(request, "There is no meeting ahead that could be called off.")
    else:
        messages.success(request, "It is called off. Whoever was invited is told.")
    return redirect("meeting", task_id=task_id)


def _arranged(request: HttpRequest, page: MeetingPage, form: MeetingForm) -> bool:
    given = form.cleaned_data
    choice = MeetingChoice(
        contact_id=int(given["contact"]),
        starts_at=local_instant(given["on"], given["at"], page.zone),
        minutes=given["minutes"],
        place=given["place"],
    )
    try:
        invite(task_id=page.task_id, choice=choice, by=request.actor, now=request.now)
    except NamedError as error:
        form.add_error(None, f"{error.what} {error.remedy}".strip())
        return False
    return True

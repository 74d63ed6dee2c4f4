"""The tasks of a person that belong to no open renewal, and one of them done."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.queries.beside_queue import beside_page
from dashboards.queries.tasks import changeable_task
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from playbooks.actions.tasks import complete_task
from renewals.core.errors import NamedError

PLAIN_OUTCOME = "done"


@screen("tasks.change")
def beside(request: HttpRequest) -> HttpResponse:
    """Show what is due, or what comes later."""
    page = beside_page(asker_of(request), request.GET.get("show", ""))
    return render(request, "queue/beside.html", {"page": page})


@require_POST
@screen("tasks.change")
def completion(request: HttpRequest, task_id: int) -> HttpResponse:
    """Note that a task is done, with its outcome where it has several."""
    task = changeable_task(asker_of(request), task_id)
    code, note = request.POST.get("outcome") or PLAIN_OUTCOME, request.POST.get("note", "")
    try:
        complete_task(task_id=task.id, outcome_code=code, note=note, answers={}, by=request.actor, now=request.now)
    except NamedError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Done: {task.title}.")
    return redirect("tasks_beside")

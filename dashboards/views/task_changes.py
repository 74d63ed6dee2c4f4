"""One change to the tasks that were chosen in the queue: what became of each, and the way back where there is one."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.core.many import ManyResult, many_result
from dashboards.core.parts import Toast
from dashboards.queries.queue import queue_page
from dashboards.queries.queue_item import open_item
from dashboards.queries.tasks import changeable_tasks
from dashboards.screen import screen
from dashboards.views.asking import asker_of, small_number
from playbooks.actions.many_tasks import TaskChange, TaskResult, change_tasks
from renewals.core.errors import NamedError, UnknownChoice

PLAIN_OUTCOME = "done"
OFFERED = ("complete", "snooze", "assign")
WAY_BACK = {"complete": "reopen", "snooze": "wake", "assign": "assign"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    result: ManyResult | None = None
    toast: Toast | None = None
    error: str = ""


@require_POST
@screen("tasks.change")
def changes(request: HttpRequest) -> HttpResponse:
    """Complete, snooze or hand over every task that was chosen; refused ones do not stop the others."""
    chosen = [pk for pk in map(small_number, request.POST.getlist("task")) if pk]
    if not chosen:
        return _answer(request, _Said(error="Choose at least one task first: tick it, or press x."), status=422)
    try:
        change = _change(request.POST)
        tasks = changeable_tasks(asker_of(request), chosen)
        found = change_tasks(tasks=tasks, change=change, by=request.actor, now=request.now)
    except NamedError as error:
        words = " ".join(part for part in (error.what, error.why, error.remedy) if part)
        return _answer(request, _Said(error=words), status=422)
    result = many_result(change.verb, [_row(each) for each in found], absent=len(chosen) - len(tasks))
    toast = Toast(text=result.title, undo_href=_undo_href(change.verb, found, request.POST.get("back", "")))
    return _answer(request, _Said(result=result, toast=toast))


@require_POST
@screen("tasks.change")
def undo(request: HttpRequest) -> HttpResponse:
    """Take a change to many tasks back; `task` is an id and, after a colon, who had it before."""
    verb = WAY_BACK.get(request.GET.get("verb", ""), "")
    pairs = [pair.partition(":") for pair in request.GET.getlist("task")]
    before = {small_number(pk): small_number(person) for pk, _, person in pairs if small_number(pk)}
    tasks = changeable_tasks(asker_of(request), before)
    results: list[TaskResult] = []
    try:
        for task in tasks:
            change = TaskChange(verb=verb, assignee_id=before[task.id] or None)
            results += change_tasks(tasks=[task], change=change, by=request.actor, now=request.now)
    except NamedError as error:
        return _answer(request, _Said(error=error.what), status=422)
    result = many_result("undo", [_row(each) for each in results], absent=len(before) - len(tasks))
    return _answer(request, _Said(result=result, toast=Toast(text=result.title)))


def _change(given: QueryDict) -> TaskChange:
    verb = given.get("verb", "")
    if verb not in OFFERED:
        raise UnknownChoice(f"'{verb[:40]}' cannot be done to many tasks.", where="verb", remedy="Choose what to do.")
    until, assignee = given.get("until", ""), given.get("assignee", "")
    try:
        until_on = date.fromisoformat(until) if verb == "snooze" else None
    except ValueError:
        until_on = None
    note = given.get("snooze_reason" if verb == "snooze" else "note", "")
    return TaskChange(
        verb=verb,
        outcome_code=given.get("outcome") or PLAIN_OUTCOME,
        note=note,
        until_on=until_on,
        assignee_id=small_number(assignee) or None,
    )


def _row(found: TaskResult) -> tuple[str, str, str]:
    error = found.refusal
    said = "" if error is None else " ".join(part for part in (error.what, error.why, error.remedy) if part)
    return f"{found.task.account.name}: {found.task.title}", f"/accounts/{found.task.account_id}/", said


def _undo_href(verb: str, found: tuple[TaskResult, ...], back: str) -> str:
    done = [f"{each.task.id}:{each.assignee_before_id}" for each in found if each.refusal is None]
    return f"/queue/changes/undo/?{urlencode({'verb': verb, 'task': done, 'back': back}, doseq=True)}" if done else ""


def _answer(request: HttpRequest, said: _Said, *, status: int = 200) -> HttpResponse:
    back = request.POST.get("back") or request.GET.get("back", "")
    if not request.htmx and said.toast and not (said.result and said.result.refused):
        messages.success(request, said.toast.text)
        return redirect(f"/queue/?{back}")
    asker = asker_of(request)
    page = queue_page(asker, QueryDict(back).dict(), open_id=None)
    words = {"page": page, "item": open_item(asker, page), "toast": said.toast, "result": said.result}
    template = "queue/answer.html" if request.htmx else "queue/page.html"
    return render(request, template, {**words, "many_error": said.error, "takes_focus": True}, status=status)

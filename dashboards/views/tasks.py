"""What a person does with a task from the queue: complete it, put it off, take it back from later."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.core.dates import day_words
from dashboards.core.parts import Toast
from dashboards.queries.asker import Asker
from dashboards.queries.queue import ordered_ids, queue_page
from dashboards.queries.queue_item import ANSWER_NAME, open_item, queue_item, with_typed
from dashboards.queries.tasks import approval_of, changeable_task
from dashboards.screen import screen
from dashboards.views.asking import asker_of, small_number
from playbooks.actions.reopen import reopen_task
from playbooks.actions.step_approvals import decide_approval, withdraw_approval
from playbooks.actions.tasks import complete_task, reassign_task, snooze_task, wake_task
from playbooks.core.vocabulary import OutcomeEffect
from renewals.core.errors import NamedError

PLAIN_OUTCOME = "done"
DECISIONS = {"approve": "Approved", "reject": "Rejected", "withdraw": "Withdrawn"}


@require_POST
@screen("tasks.change")
def completion(request: HttpRequest, task_id: int) -> HttpResponse:
    """Complete a task with its outcome code and a note."""
    asker = asker_of(request)
    task = changeable_task(asker, task_id)
    following = _following(asker, _choice(request), task.renewal_id)
    code = request.POST.get("outcome") or PLAIN_OUTCOME
    note = request.POST.get("note", "")
    try:
        done = complete_task(
            task_id=task_id, outcome_code=code, note=note, answers=_answers(request), by=request.actor, now=request.now
        )
    except NamedError as error:
        return _refused(request, asker, task.renewal_id, error)
    words = f"Done: {task.title}. {_what_follows(asker, task.renewal_id)}".strip()
    undo = "" if done.effect is OutcomeEffect.EXIT else f"/tasks/{task_id}/reopening/"
    toast = Toast(text=words, undo_href=undo)
    return _answer(request, asker, toast, open_id=following)


@require_POST
@screen("tasks.change")
def decision(request: HttpRequest, task_id: int) -> HttpResponse:
    """Approve or reject what a step of a playbook asks, or take the question back."""
    asker = asker_of(request)
    task = changeable_task(asker, task_id)
    following = _following(asker, _choice(request), task.renewal_id)
    chosen = request.POST.get("decision", "")
    if chosen not in DECISIONS:
        return _refused(request, asker, task.renewal_id, "Choose: approve, reject, or withdraw what you asked.")
    said: dict[str, Any] = {"note": request.POST.get("note", ""), "by": request.actor, "now": request.now}
    try:
        if chosen == "withdraw":
            withdraw_approval(approval_id=approval_of(task), **said)
        else:
            decide_approval(approval_id=approval_of(task), is_approved=chosen == "approve", **said)
    except NamedError as error:
        return _refused(request, asker, task.renewal_id, error)
    return _answer(request, asker, Toast(text=f"{DECISIONS[chosen]}: {task.title}"), open_id=following)


@require_POST
@screen("tasks.change")
def snooze(request: HttpRequest, task_id: int) -> HttpResponse:
    """Put a task off until a day, with a reason."""
    asker = asker_of(request)
    task = changeable_task(asker, task_id)
    following = _following(asker, _choice(request), task.renewal_id)
    reason = request.POST.get("reason", "")
    try:
        until_on = date.fromisoformat(request.POST.get("until", ""))
    except ValueError:
        return _refused(request, asker, task.renewal_id, "Choose the day until which the task may rest.")
    try:
        snooze_task(task_id=task_id, until_on=until_on, reason=reason, by=request.actor, now=request.now)
    except NamedError as error:
        return _refused(request, asker, task.renewal_id, error)
    toast = Toast(text=f"Snoozed until {day_words(until_on)}: {task.title}", undo_href=f"/tasks/{task_id}/waking/")
    return _answer(request, asker, toast, open_id=following)


@require_POST
@screen("tasks.change")
def waking(request: HttpRequest, task_id: int) -> HttpResponse:
    """Bring a snoozed task back."""
    asker = asker_of(request)
    task = changeable_task(asker, task_id)
    try:
        wake_task(task_id=task_id, by=request.actor, now=request.now)
    except NamedError as error:
        return _refused(request, asker, task.renewal_id, error)
    return _answer(request, asker, Toast(text=f"Back in the queue: {task.title}"), open_id=task.renewal_id)


@require_POST
@screen("tasks.change")
def reopening(request: HttpRequest, task_id: int) -> HttpResponse:
    """Take the completion of a task back."""
    asker = asker_of(request)
    task = changeable_task(asker, task_id)
    try:
        reopen_task(task_id=task_id, by=request.actor, now=request.now)
    except NamedError as error:
        return _refused(request, asker, task.renewal_id, error)
    return _answer(request, asker, Toast(text=f"Open again: {task.title}"), open_id=task.renewal_id)


@require_POST
@screen("tasks.change")
def assignee(request: HttpRequest, task_id: int) -> HttpResponse:
    """Hand a task to a colleague."""
    asker = asker_of(request)
    task = changeable_task(asker, task_id)
    following = _following(asker, _choice(request), task.renewal_id)
    wanted = small_number(request.POST.get("assignee", ""))
    if not wanted:
        return _refused(request, asker, task.renewal_id, "Choose who is to do it.")
    try:
        changed = reassign_task(task_id=task_id, assignee_id=wanted, by=request.actor, now=request.now)
    except NamedError as error:
        return _refused(request, asker, task.renewal_id, error)
    return _answer(request, asker, Toast(text=f"{changed.assignee} does it now: {task.title}"), open_id=following)


def _answers(request: HttpRequest) -> dict[str, str]:
    given = request.POST.items()
    return {name.removeprefix(ANSWER_NAME): value for name, value in given if name.startswith(ANSWER_NAME)}


def _choice(request: HttpRequest) -> dict[str, str]:
    return QueryDict(request.POST.get("back", "")).dict()


def _following(asker: Asker, choice: dict[str, str], renewal_id: int | None) -> int | None:
    """Return the renewal after this one in the order of the page, so that the work goes on without a search."""
    order = ordered_ids(asker, choice)
    if renewal_id not in order:
        return order[0] if order else renewal_id
    place = order.index(renewal_id)
    after = [*order[place + 1 :], *order[:place]]
    return after[0] if after else renewal_id


def _what_follows(asker: Asker, renewal_id: int | None) -> str:
    item = queue_item(asker, renewal_id) if renewal_id else None
    return item.following if item else ""


def _answer(request: HttpRequest, asker: Asker, toast: Toast, *, open_id: int | None) -> HttpResponse:
    choice = _choice(request)
    if not request.htmx:
        messages.success(request, toast.text)
        return redirect(f"/queue/?{request.POST.get('back', '')}")
    page = queue_page(asker, choice, open_id=open_id)
    item = open_item(asker, page)
    words = {"page": page, "item": item, "toast": toast, "takes_focus": True}
    return render(request, "queue/answer.html", words)


def _refused(request: HttpRequest, asker: Asker, renewal_id: int | None, error: NamedError | str) -> HttpResponse:
    """Show what was refused above the form, with what was typed still in it."""
    said = error if isinstance(error, str) else " ".join(part for part in (error.what, error.why, error.remedy) if part)
    page = queue_page(asker, _choice(request), open_id=renewal_id)
    item = with_typed(open_item(asker, page), request.POST.dict())
    typed = {
        "chosen": request.POST.get("outcome", ""),
        "note": request.POST.get("note", ""),
        "reason": request.POST.get("reason", ""),
    }
    words = {"page": page, "item": item, "error": said, "is_chosen": True, **typed}
    template = "queue/answer.html" if request.htmx else "queue/page.html"
    return render(request, template, words, status=422)

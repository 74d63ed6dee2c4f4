"""Requests for approval: the list, one with everything it rests on, the answer, the recall."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.queries.offers.approvals import approvals_page, request_page, request_row
from dashboards.queries.offers.standing_in import away_today
from dashboards.screen import screen
from dashboards.views.asking import asker_of, small_number
from offers.actions.approvals import AnswerGiven, answer_step, recall_request
from renewals.core.errors import NamedError


@screen("approvals.view")
def approvals(request: HttpRequest) -> HttpResponse:
    """Show what waits for the person, what they asked, what was decided."""
    return render(
        request, "approvals/list.html", {"page": approvals_page(asker_of(request), request.GET.get("show", ""))}
    )


@screen("approvals.view")
def approval(request: HttpRequest, request_id: int) -> HttpResponse:
    """Show one request."""
    return _show(request, request_id)


@require_POST
@screen("approvals.change")
def answer(request: HttpRequest, request_id: int) -> HttpResponse:
    """Approve or refuse the step that is the person's; a refusal without its reason keeps the page."""
    asker = asker_of(request)
    _, seat = request_row(asker, request_id)
    given = AnswerGiven(
        version_id=_number(request, "version"),
        is_approved=request.POST.get("answer") == "approve",
        reason=request.POST.get("reason", ""),
    )
    step_id = seat.step.id if seat else _number(request, "step")
    try:
        done = answer_step(step_id=step_id, given=given, away=away_today(asker), by=request.actor, now=request.now)
    except NamedError as refusal:
        return _show(request, request_id, error=str(refusal), status=409 if refusal.kind == "conflict" else 422)
    words = {"approved": "Approved.", "refused": "Refused."}.get(
        done.state, "Your answer is kept; others are asked, too."
    )
    messages.success(request, words)
    return redirect("approvals")


@require_POST
@screen("approvals.change")
def recall(request: HttpRequest, request_id: int) -> HttpResponse:
    """Take back what one has asked."""
    request_row(asker_of(request), request_id)
    try:
        recall_request(request_id=request_id, reason=request.POST.get("reason", ""), by=request.actor, now=request.now)
    except NamedError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Recalled. Nobody is asked any more.")
    return redirect("approval", request_id=request_id)


def _show(request: HttpRequest, request_id: int, *, error: str = "", status: int = 200) -> HttpResponse:
    asker = asker_of(request)
    row, seat = request_row(asker, request_id)
    words = {"page": request_page(asker, row, seat), "error": error, "reason": request.POST.get("reason", "")}
    return render(request, "approvals/page.html", words, status=status)


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return small_number(text)

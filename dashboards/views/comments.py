"""Comments of colleagues on an account, a renewal or a task."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.core.parts import Toast
from dashboards.queries.account import visible_account
from dashboards.queries.comments import may_comment
from dashboards.queries.queue import queue_page
from dashboards.queries.queue_item import open_item
from dashboards.screen import screen
from dashboards.views.asking import asker_of, small_number
from renewals.actions.comments import CommentRow, add_comment
from renewals.core.errors import NamedError
from renewals.core.roles import can


@require_POST
@screen("touchpoints.change")
def comments(request: HttpRequest, account_id: int) -> HttpResponse:
    """Keep a comment; from the queue the queue answers, from elsewhere the page one came from."""
    asker = asker_of(request)
    account = visible_account(asker, account_id)
    if not may_comment(asker, account.id):
        raise Http404
    asked = request.POST.get("renewal", "")
    renewal_id = small_number(asked) or None
    row = CommentRow(
        account_id=account.id,
        body=request.POST.get("body", ""),
        renewal_id=renewal_id,
        about=request.POST.get("about", ""),
    )
    try:
        kept = add_comment(row=row, by=request.actor, now=request.now)
    except NamedError as error:
        said = " ".join(part for part in (error.what, error.remedy) if part)
        return _answer(request, account_id, renewal_id, said, is_kept=False)
    called = f", {len(kept.mentioned)} called" if kept.mentioned else ""
    return _answer(request, account_id, renewal_id, f"Comment kept{called}.", is_kept=True)


def _answer(request: HttpRequest, account_id: int, renewal_id: int | None, said: str, *, is_kept: bool) -> HttpResponse:
    if request.htmx and can(request.member, "queue.view"):
        asker = asker_of(request)
        page = queue_page(asker, QueryDict(request.POST.get("back", "")).dict(), open_id=renewal_id)
        words = {"page": page, "item": open_item(asker, page), "is_chosen": True, "takes_focus": True}
        words |= {"toast": Toast(text=said)} if is_kept else {"error": said}
        return render(request, "queue/answer.html", words, status=200 if is_kept else 422)
    (messages.success if is_kept else messages.error)(request, said)
    return redirect(f"/renewals/{renewal_id}/" if renewal_id else f"/accounts/{account_id}/")

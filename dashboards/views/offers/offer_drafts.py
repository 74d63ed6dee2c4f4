"""The form of an offer's draft: kept, checked while it is typed, and brought together with an edit that was faster."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.core.offers.offer_form import typed_offer
from dashboards.queries.offers.offer_drafts import form_of, other_edit
from dashboards.queries.offers.rules import RuleDraft, draft_page, rule_draft
from dashboards.screen import screen
from dashboards.views.asking import asker_of, small_number
from offers.actions.drafts import change_draft
from offers.core.errors import DraftChanged
from renewals.core.errors import NamedError


@require_POST
@screen("offers.change")
def form(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Keep what was typed, right or wrong; an edit that was faster is shown beside it and nothing is lost."""
    row = _offer_draft(draft_id)
    content = _typed(request, row)
    if "more" in request.POST:
        return _show(request, row, content)
    try:
        change_draft(draft_id=row.id, revision=_revision(request), content=content, by=request.actor, now=request.now)
    except DraftChanged as refusal:
        return _show(request, row, content, error=f"{refusal.what} {refusal.why}", is_late=True)
    except NamedError as refusal:
        return _show(request, row, content, error=str(refusal), status=422)
    messages.success(request, "Kept in the draft.")
    return redirect("rule_draft", draft_id=row.id)


@require_POST
@screen("offers.change")
def checking(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Tell the problems of what is typed, each at its input; nothing is kept."""
    row = _offer_draft(draft_id)
    return render(request, "offers/form/problems.html", {"form": form_of(row, _typed(request, row))})


@require_POST
@screen("offers.change")
def figures(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Show the figures of the method that is chosen; nothing is kept."""
    row = _offer_draft(draft_id)
    return render(request, "offers/form/inputs.html", {"inputs": form_of(row, _typed(request, row)).figures})


def _offer_draft(draft_id: int) -> RuleDraft:
    row = rule_draft(draft_id)
    if row.kind != RuleDraft.Kind.OFFER:
        raise Http404
    return row


def _typed(request: HttpRequest, row: RuleDraft) -> dict[str, object]:
    return typed_offer(row.content, request.POST.dict(), request.POST.getlist("capabilities"))


def _show(
    request: HttpRequest,
    row: RuleDraft,
    content: dict[str, object],
    *,
    error: str = "",
    is_late: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The page with what was typed; `is_late`: on top of an edit that was faster, with what differs."""
    page = draft_page(asker_of(request), row, typed=content, spare={"eligibility": 1} if "more" in request.POST else {})
    words = {"page": page, "error": error, "other": other_edit(row, content) if is_late else ()}
    return render(request, "offers/draft.html", words, status=409 if is_late else status)


def _revision(request: HttpRequest) -> int:
    return small_number(request.POST.get("revision", ""))

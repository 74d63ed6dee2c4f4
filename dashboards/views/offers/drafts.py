"""One draft of policy, offer, tree or rules of choice: edited, checked while it is written, handed in, put in force."""

import tomllib
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.core.offers.choice_numbers import with_choice_numbers
from dashboards.core.offers.rules import with_numbers
from dashboards.queries.offers.offer_drafts import other_edit
from dashboards.queries.offers.rules import draft_page, read_page, rule_draft
from dashboards.screen import screen
from dashboards.views.asking import asker_of, small_number
from offers.actions.drafts import catch_up, change_draft, end_draft, publish_draft, submit_draft, take_back
from offers.core.errors import DraftChanged
from offers.queries.drafts import plain_document
from renewals.core.errors import NamedError
from renewals.core.written import as_toml


@screen("offers.view")
def draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Show a draft with its problems and what it changes."""
    return render(request, "offers/draft.html", {"page": draft_page(asker_of(request), rule_draft(draft_id))})


@screen("offers.view")
def sheet(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Hand out a draft as it is written."""
    row = rule_draft(draft_id)
    name = row.key or (row.offer.key if row.offer else row.kind)
    answer = HttpResponse(as_toml(row.content), content_type="application/toml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.toml"'
    return answer


@require_POST
@screen("offers.change")
def catching_up(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Go on on top of the version that was published meanwhile."""
    revision = _revision(request)
    return _step(
        request,
        draft_id,
        lambda: catch_up(draft_id=draft_id, revision=revision, by=request.actor, now=request.now),
        "The draft stands on top of the version in force now. Look at what it changes.",
    )


@require_POST
@screen("offers.change")
def numbers(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Keep the numbers of a policy, or of the rules by which offers are weighed."""
    row = rule_draft(draft_id)
    fill = with_choice_numbers if row.kind == row.Kind.CHOICE else with_numbers
    return _keep(request, draft_id, fill(row.content, request.POST.dict()))


@require_POST
@screen("offers.change")
def reading(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Tell what is wrong with what is being written, and how a tree would be walked; nothing is kept."""
    row, error = rule_draft(draft_id), ""
    try:
        read = read_page(row, plain_document(request.POST.get("written", "")))
    except tomllib.TOMLDecodeError as refusal:
        read, error = None, f"It cannot be read: {refusal}"
    return render(request, "offers/form/read.html", {"read": read, "error": error})


@require_POST
@screen("offers.change")
def written(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Keep the whole as it was written; what cannot be read is shown again as typed."""
    text = request.POST.get("written", "")
    try:
        content = plain_document(text)
    except tomllib.TOMLDecodeError as error:
        page = draft_page(asker_of(request), rule_draft(draft_id), written=text)
        return render(request, "offers/draft.html", {"page": page, "error": f"Not kept: {error}"}, status=422)
    return _keep(request, draft_id, content)


@require_POST
@screen("offers.change")
def submission(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Hand a draft in."""
    revision = _revision(request)
    return _step(
        request,
        draft_id,
        lambda: submit_draft(draft_id=draft_id, revision=revision, by=request.actor, now=request.now),
        "It waits for a second person now.",
    )


@require_POST
@screen("offers.change")
def return_(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Make what waits a draft again."""
    return _step(
        request,
        draft_id,
        lambda: take_back(draft_id=draft_id, by=request.actor, now=request.now),
        "It is a draft again.",
    )


@require_POST
@screen("offer_approvals.change")
def publication(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Put in force what somebody else has made."""
    return _step(
        request,
        draft_id,
        lambda: publish_draft(draft_id=draft_id, by=request.actor, now=request.now),
        "It is in force. What was approved before stays approved.",
    )


@require_POST
@screen("offers.change")
def rejection(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Set a draft aside, or refuse one that waits, with the reason."""
    reason = request.POST.get("reason", "")
    return _step(
        request,
        draft_id,
        lambda: end_draft(draft_id=draft_id, reason=reason, by=request.actor, now=request.now),
        "It will not be published; it stays in the history with the reason.",
    )


def _keep(request: HttpRequest, draft_id: int, content: dict[str, object]) -> HttpResponse:
    """Keep what was typed; an edit that was faster is shown beside it, and keeping it again goes on on top of that."""
    revision = _revision(request)
    try:
        change_draft(draft_id=draft_id, revision=revision, content=content, by=request.actor, now=request.now)
    except DraftChanged as refusal:
        row = rule_draft(draft_id)
        page = draft_page(asker_of(request), row, written=as_toml(content), numbered=content)
        words = {"page": page, "error": f"{refusal.what} {refusal.why}", "other": other_edit(row, content)}
        return render(request, "offers/draft.html", words, status=409)
    except NamedError as refusal:
        return _refused(request, draft_id, refusal)
    messages.success(request, "Kept in the draft.")
    return redirect("rule_draft", draft_id=draft_id)


def _step(request: HttpRequest, draft_id: int, step: Callable[[], object], done: str) -> HttpResponse:
    try:
        step()
    except NamedError as refusal:
        return _refused(request, draft_id, refusal)
    messages.success(request, done)
    return redirect("rule_draft", draft_id=draft_id)


def _refused(request: HttpRequest, draft_id: int, refusal: NamedError) -> HttpResponse:
    page = draft_page(asker_of(request), rule_draft(draft_id), written=request.POST.get("written"))
    status = 409 if refusal.kind == "conflict" else 422
    return render(request, "offers/draft.html", {"page": page, "error": str(refusal)}, status=status)


def _revision(request: HttpRequest) -> int:
    text = request.POST.get("revision", "")
    return small_number(text)

"""Decision trees: walked on a renewal with every answer recorded; the library, and retiring a tree."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.queries.offers.concessions import may_negotiate
from dashboards.queries.offers.proposal import Renewal, proposal_renewal
from dashboards.queries.offers.trees import objections_page, tree_page, trees_page, walk_row
from dashboards.screen import screen
from dashboards.views.asking import asker_of, small_number
from offers.actions.trees import AnswerSaid, answer_question, set_tree_active, start_walk
from renewals.core.errors import NamedError


@screen("negotiations.view")
def objections(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Show the walks of a renewal; a POST begins one, or comes back to the one there is."""
    row = proposal_renewal(asker_of(request), renewal_id, "negotiations.view")
    if request.method == "POST":
        _check_may(request, row)
        try:
            walk = start_walk(
                renewal_id=row.id, tree_key=request.POST.get("tree", ""), by=request.actor, now=request.now
            )
        except NamedError as refusal:
            return _page(request, row, error=str(refusal), status=422)
        return redirect(f"/renewals/{row.id}/proposal/objections/#walk-{walk.id}")
    return _page(request, row)


@require_POST
@screen("negotiations.change")
def answer(request: HttpRequest, renewal_id: int, walk_id: int) -> HttpResponse:
    """Keep an answer, to the open question or to one of the path again."""
    row = proposal_renewal(asker_of(request), renewal_id, "negotiations.view")
    _check_may(request, row)
    said = AnswerSaid(
        question=request.POST.get("question", ""),
        answer=request.POST.get("answer", ""),
        note=request.POST.get("note", ""),
        seen_number=_number(request, "seen"),
    )
    try:
        answer_question(walk_id=walk_row(row.id, walk_id), said=said, by=request.actor, now=request.now)
    except NamedError as refusal:
        return _page(request, row, error=str(refusal), status=409 if refusal.kind == "conflict" else 422)
    return redirect(f"/renewals/{row.id}/proposal/objections/#walk-{walk_id}")


@screen("decision_trees.view")
def library(request: HttpRequest) -> HttpResponse:
    """Show the trees."""
    return render(request, "trees/list.html", {"page": trees_page(asker_of(request))})


@screen("decision_trees.view")
def tree(request: HttpRequest, key: str) -> HttpResponse:
    """Show a tree."""
    return render(request, "trees/page.html", {"page": tree_page(asker_of(request), key)})


@require_POST
@screen("decision_trees.change")
def retirement(request: HttpRequest, key: str) -> HttpResponse:
    """Retire a tree, or bring a retired one back, with the reason."""
    asker, is_active = asker_of(request), request.POST.get("is_active") == "1"
    tree_page(asker, key)
    reason = request.POST.get("reason", "")
    try:
        set_tree_active(key=key, is_active=is_active, reason=reason, by=request.actor, now=request.now)
    except NamedError as refusal:
        words = {"page": tree_page(asker, key), "error": str(refusal)}
        return render(request, "trees/page.html", words, status=409 if refusal.kind == "conflict" else 422)
    messages.success(request, "New walks may begin with it." if is_active else "No new walk begins with it.")
    return redirect("tree", key=key)


def _check_may(request: HttpRequest, row: Renewal) -> None:
    if not may_negotiate(asker_of(request), row):
        raise PermissionDenied("negotiations.change")


def _page(request: HttpRequest, row: Renewal, *, error: str = "", status: int = 200) -> HttpResponse:
    words = {"page": objections_page(asker_of(request), row), "error": error}
    return render(request, "trees/walks.html", words, status=status)


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return small_number(text)

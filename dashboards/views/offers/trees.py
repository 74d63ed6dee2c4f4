"""Decision trees: walked on a renewal with every answer recorded; the library, and the change of a tree."""

import tomllib

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.queries.offers.concessions import may_negotiate
from dashboards.queries.offers.proposal import Renewal, proposal_renewal
from dashboards.queries.offers.trees import objections_page, tree_page, trees_page, walk_row
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from offers.actions.trees import AnswerSaid, TreeDraft, answer_question, publish_tree, start_walk
from offers.queries.drafts import plain_document
from renewals.core.errors import NamedError
from renewals.core.roles import can


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
    """Show a tree; a POST publishes its next version, what cannot be is told beside what was typed."""
    if request.method != "POST":
        return render(request, "trees/page.html", {"page": tree_page(asker_of(request), key)})
    if not can(request.member, "decision_trees.change"):
        raise PermissionDenied("decision_trees.change")
    tree_page(asker_of(request), key)
    try:
        definition = plain_document(request.POST.get("written", ""))
        if definition.get("key") != key:
            return _not_published(request, key, f"The key of this tree stays '{key}'.")
        made = publish_tree(
            draft=TreeDraft(
                definition=definition,
                seen_number=_number(request, "seen"),
                is_active=request.POST.get("is_active") == "on",
                reason=request.POST.get("reason", ""),
            ),
            by=request.actor,
            now=request.now,
        )
    except tomllib.TOMLDecodeError as error:
        return _not_published(request, key, f"It cannot be read: {error}")
    except NamedError as refusal:
        return _not_published(request, key, str(refusal), status=409 if refusal.kind == "conflict" else 422)
    messages.success(request, f"Version {made.number} is in force. Walks go on with the version they began with.")
    return redirect("tree", key=key)


def _not_published(request: HttpRequest, key: str, error: str, *, status: int = 422) -> HttpResponse:
    page = tree_page(asker_of(request), key, written=request.POST.get("written", ""))
    words = {"page": page, "error": error, "reason": request.POST.get("reason", "")}
    return render(request, "trees/page.html", words, status=status)


def _check_may(request: HttpRequest, row: Renewal) -> None:
    if not may_negotiate(asker_of(request), row):
        raise PermissionDenied("negotiations.change")


def _page(request: HttpRequest, row: Renewal, *, error: str = "", status: int = 200) -> HttpResponse:
    words = {"page": objections_page(asker_of(request), row), "error": error}
    return render(request, "trees/walks.html", words, status=status)


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() else 0

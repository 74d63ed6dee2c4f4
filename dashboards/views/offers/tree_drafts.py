"""The form of a tree's draft: kept, checked while it is typed, and brought together with an edit that was faster."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST
from django_htmx.http import reswap, retarget

from dashboards.core.offers.tree_form import asks_for_new, typed_tree
from dashboards.queries.offers.offer_drafts import other_edit
from dashboards.queries.offers.rules import RuleDraft, draft_page, rule_draft
from dashboards.queries.offers.tree_drafts import tree_editor
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from dashboards.views.playbooks.drafts import revision_of
from dashboards.views.playbooks.editing import CHANGES_OF_FORM, flat, rearranged
from offers.actions.drafts import change_draft
from offers.core.errors import DraftChanged
from renewals.core.errors import NamedError


@require_POST
@screen("offers.change")
def form(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Keep what was typed, right or wrong, or show it with a row more or less; a faster edit is shown beside it."""
    row, post = _tree_draft(draft_id), flat(request.POST)
    content = typed_tree(row.content, rearranged(post))
    if CHANGES_OF_FORM & set(post):
        return _show(request, row, content)
    try:
        change_draft(draft_id=row.id, revision=revision_of(request), content=content, by=request.actor, now=request.now)
    except DraftChanged as refusal:
        return _show(request, row, content, error=f"{refusal.what} {refusal.why}", status=409)
    except NamedError as refusal:
        return _show(request, row, content, error=str(refusal), status=422)
    messages.success(request, "Kept in the draft.")
    return redirect("rule_draft", draft_id=row.id)


@require_POST
@screen("offers.change")
def check(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Tell everything wrong with the tree as it is typed, beside its inputs, and draw it; nothing is kept.

    A question or outcome that is asked for comes with the whole form, where it has its inputs.
    """
    row, post = _tree_draft(draft_id), flat(request.POST)
    content = typed_tree(row.content, post)
    if asks_for_new(post):
        return reswap(retarget(_show(request, row, content), "#editor"), "outerHTML")
    found = tree_editor(row, content, spare=_spare(request), may_edit=True)
    return render(request, "trees/checked.html", {"tree": found.form, "picture": found.picture})


def _tree_draft(draft_id: int) -> RuleDraft:
    row = rule_draft(draft_id)
    if row.kind != RuleDraft.Kind.TREE:
        raise Http404
    return row


def _spare(request: HttpRequest) -> dict[str, int]:
    """An empty row of the list that asks for one; a list that was left empty goes without."""
    return {request.POST.get("more", ""): 1}


def _show(
    request: HttpRequest, row: RuleDraft, content: Mapping[str, Any], *, error: str = "", status: int = 200
) -> HttpResponse:
    """The page with what was typed, or the form alone when it asks for itself."""
    page = draft_page(asker_of(request), row, typed=dict(content), spare=_spare(request))
    words = {
        "page": page,
        "tree": page.tree,
        "error": error,
        "other": other_edit(row, content) if status == 409 else (),
        "is_drawn_again": True,
    }
    is_part = bool(request.htmx) and request.htmx.target == "editor"
    return render(request, "trees/form.html" if is_part else "offers/draft.html", words, status=status)

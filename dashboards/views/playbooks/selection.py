"""The selection order and its draft."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.forms.playbooks import ReasonForm
from dashboards.queries.playbooks.drafts import Draft, open_draft
from dashboards.queries.playbooks.selection import selection_draft_page, selection_page, typed_order
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from dashboards.views.playbooks.editing import CHANGES_OF_FORM, Looked, flat, kept, rearranged
from playbooks.actions.drafts import start_selection_draft
from renewals.core.errors import NamedError
from renewals.core.roles import check_permission


@screen("playbooks.view")
def selection(request: HttpRequest) -> HttpResponse:
    """Show which playbook a renewal enters, in order."""
    return render(request, "playbooks/selection.html", {"page": selection_page(asker_of(request))})


@require_POST
@screen("playbooks.change")
def selection_drafts(request: HttpRequest) -> HttpResponse:
    """Start a draft of the order, with the reason."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say why the order should change, then start the draft.")
        return redirect("selection")
    try:
        made = start_selection_draft(reason=form.cleaned_data["reason"], by=request.actor, now=request.now)
    except NamedError as error:
        messages.error(request, str(error))
        return redirect("selection")
    return redirect("selection_draft", draft_id=made.id)


@screen("playbooks.view")
def selection_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Show a draft of the order, keep what was typed, or show it with a line more or less."""
    draft = open_draft(draft_id, "selection")
    if request.method != "POST":
        return _show(request, draft, Looked())
    check_permission(request.member, "playbooks.change")
    post = flat(request.POST)
    content = typed_order(draft, rearranged(post))
    if CHANGES_OF_FORM & set(post):
        return _show(request, draft, Looked(content=content, spare={post.get("more", ""): 1}))
    if (refused := kept(request, draft, content)) is not None:
        return _show(request, draft, refused)
    messages.success(request, "Kept in the draft.")
    return redirect("selection_draft", draft_id=draft_id)


@require_POST
@screen("playbooks.view")
def selection_check(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Tell everything wrong with the order as it is typed now; nothing is kept."""
    draft = open_draft(draft_id, "selection")
    page = selection_draft_page(asker_of(request), draft, typed_order(draft, flat(request.POST)))
    return render(request, "playbooks/edit/checked.html", {"page": page, "frame": page.frame})


def _show(request: HttpRequest, draft: Draft, looked: Looked) -> HttpResponse:
    page = selection_draft_page(asker_of(request), draft, looked.content, looked.spare)
    is_part = bool(request.htmx) and request.htmx.target == "editor"
    template = "playbooks/edit/selection_editor.html" if is_part else "playbooks/selection_draft.html"
    words = {"page": page, "frame": page.frame, "error": looked.error}
    return render(request, template, words, status=looked.status)

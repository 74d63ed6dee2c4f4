"""The forms of the editor. What is typed is kept, right or wrong; what is wrong stands beside its field at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.forms.playbooks import NewStepForm
from dashboards.queries.playbooks.drafts import Draft, open_draft
from dashboards.queries.playbooks.editing import Target, form_page, target_of, typed_content
from dashboards.queries.playbooks.letters import letter_of
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from dashboards.views.playbooks.drafts import revision_of
from playbooks.actions.drafts import change_draft
from playbooks.core.editing.content import with_moved, with_removed
from playbooks.core.editing.skeletons import with_new_message, with_new_step
from playbooks.core.errors import DraftChanged
from playbooks.core.vocabulary import StepKind
from renewals.core.errors import NamedError
from renewals.core.roles import check_permission

ROW = re.compile(r"(?P<name>[a-z_.:0-9]+):(?P<at>\d+)\Z")
CHANGES_OF_FORM = {"more", "drop", "lift", "renew"}
PARTS = {"steps": "steps", "messages": "templates"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a form is shown with: the content as typed (None: as kept), empty rows by name, and why it was refused."""

    content: Mapping[str, Any] | None = None
    spare: Mapping[str, int] = field(default_factory=dict)
    error: str = ""
    status: int = 200


@screen("playbooks.view")
def form(request: HttpRequest, draft_id: int, slug: str, place: int | None = None) -> HttpResponse:
    """Show a form of the editor, keep what was typed, or show it with one row more or less."""
    draft = open_draft(draft_id)
    target = target_of(draft, slug, place)
    if request.method != "POST":
        return show(request, draft, target, Looked())
    check_permission(request.member, "playbooks.change")
    post = flat(request.POST)
    content = typed_content(draft, target, rearranged(post))
    if CHANGES_OF_FORM & set(post):
        return show(request, draft, target, Looked(content=content, spare={post.get("more", ""): 1}))
    if (refused := kept(request, draft, content)) is not None:
        return show(request, draft, target, refused)
    messages.success(request, "Kept in the draft.")
    if post.get("then") == "flow":
        return redirect("playbook_draft", draft_id=draft_id)
    return redirect(f"/playbooks/drafts/{draft_id}/{target.path}")


def kept(request: HttpRequest, draft: Draft, content: Mapping[str, Any]) -> Looked | None:
    """Keep a content in the draft; return what to show instead when that was refused, None when it was kept."""
    try:
        change_draft(
            draft_id=draft.id, revision=revision_of(request), content=content, by=request.actor, now=request.now
        )
    except NamedError as error:
        return Looked(content=content, error=str(error), status=409 if isinstance(error, DraftChanged) else 422)
    return None


@require_POST
@screen("playbooks.view")
def check(request: HttpRequest, draft_id: int, slug: str, place: int | None = None) -> HttpResponse:
    """Tell everything wrong with the draft if it were kept as it is typed now, beside its fields; nothing is kept."""
    draft = open_draft(draft_id)
    target, post = target_of(draft, slug, place), flat(request.POST)
    content = typed_content(draft, target, post)
    asker = asker_of(request)
    page = form_page(asker, draft, target, content)
    words: dict[str, object] = {"page": page, "frame": page.frame}
    if slug == "messages":
        words["letter"] = letter_of(asker, draft, content, place or 0, post.get("letter_account", ""))
    return render(request, "playbooks/edit/checked.html", words)


@require_POST
@screen("playbooks.change")
def new_step(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Put a new step into the flow and open its form."""
    draft, typed = open_draft(draft_id), NewStepForm(request.POST)
    if not typed.is_valid():
        messages.error(request, "Give the step a name and a kind.")
        return redirect("playbook_draft", draft_id=draft_id)
    given = typed.cleaned_data
    kind = StepKind(given["kind"])
    content, at = with_new_step(
        draft.content, name=given["name"], kind=kind, phase=given["phase"], place=given["place"]
    )
    return _keep_and_go(request, draft, content, f"steps/{at}/")


@require_POST
@screen("playbooks.change")
def new_message(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Add a message and open its form."""
    draft, name = open_draft(draft_id), request.POST.get("name", "").strip()[:200]
    if not name:
        messages.error(request, "Give the message a name.")
        return redirect("playbook_draft", draft_id=draft_id)
    content, at = with_new_message(draft.content, name=name)
    return _keep_and_go(request, draft, content, f"messages/{at}/")


@require_POST
@screen("playbooks.change")
def move(request: HttpRequest, draft_id: int, place: int) -> HttpResponse:
    """Move a step one place up or down."""
    draft = open_draft(draft_id)
    steps = -1 if request.POST.get("to") == "up" else 1
    return _keep_and_go(request, draft, with_moved(draft.content, "steps", place, steps), "")


@require_POST
@screen("playbooks.change")
def removal(request: HttpRequest, draft_id: int, slug: str, place: int) -> HttpResponse:
    """Take a step or a message out of the draft."""
    draft = open_draft(draft_id)
    target_of(draft, slug, place)
    return _keep_and_go(request, draft, with_removed(draft.content, PARTS[slug], place), "")


def flat(post: QueryDict) -> dict[str, Any]:
    """Return what was posted by name; the values of tick boxes are a list under their name and ":many"."""
    return {name: post.getlist(name) if name.endswith(":many") else post[name] for name in post}


def rearranged(post: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was typed without the row that is dropped, or with a row and the one above it changed over."""
    dropped, lifted = str(post.get("drop", "")), ROW.match(str(post.get("lift", "")))
    if lifted is not None and int(lifted["at"]) > 0:
        lower = f"{lifted['name']}:{lifted['at']}:"
        upper = f"{lifted['name']}:{int(lifted['at']) - 1}:"
        swap = {lower: upper, upper: lower}
        return {_renamed(name, swap): value for name, value in post.items()}
    is_row = ROW.match(dropped) is not None
    return {name: value for name, value in post.items() if not is_row or not name.startswith(f"{dropped}:")}


def _renamed(name: str, swap: Mapping[str, str]) -> str:
    return next((other + name[len(head) :] for head, other in swap.items() if name.startswith(head)), name)


def _keep_and_go(request: HttpRequest, draft: Draft, content: Mapping[str, Any], path: str) -> HttpResponse:
    refused = kept(request, draft, content)
    if refused is not None:
        messages.error(request, refused.error)
        return redirect("playbook_draft", draft_id=draft.id)
    return redirect(f"/playbooks/drafts/{draft.id}/{path}")


def show(request: HttpRequest, draft: Draft, target: Target, looked: Looked) -> HttpResponse:
    """Show a form of the editor; the form alone when it asks for itself."""
    asker = asker_of(request)
    page = form_page(asker, draft, target, looked.content, looked.spare)
    words: dict[str, object] = {"page": page, "frame": page.frame, "error": looked.error}
    if target.section.slug == "messages":
        account = request.POST.get("letter_account", "") or request.GET.get("account", "")
        table = draft.content if looked.content is None else looked.content
        words["letter"] = letter_of(asker, draft, table, target.place or 0, account)
    is_part = bool(request.htmx) and request.htmx.target == "editor"
    template = "playbooks/edit/editor.html" if is_part else "playbooks/edit/page.html"
    return render(request, template, words, status=looked.status)

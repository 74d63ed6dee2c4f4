"""Drafts of playbooks: started, imported, handed in, approved and published, refused or set aside."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.forms.playbooks import ImportForm, NewPlaybookForm, NewStepForm, ReasonForm
from dashboards.queries.playbooks.drafts import any_draft, draft_page, open_draft
from dashboards.queries.playbooks.page import playbook_id_of, version_content
from dashboards.queries.playbooks.rebase import rebase_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of, small_number
from dashboards.views.playbooks.files import file_answer
from dashboards.views.playbooks.pages import show_list
from playbooks.actions.approval import approve_draft
from playbooks.actions.drafts import discard_draft, rebase_draft, reject_draft, start_draft, submit_draft, take_back
from playbooks.core.editing.content import blank_content
from playbooks.core.editing.files import content_from_file
from playbooks.core.inflight import Treatment
from playbooks.wake import wake_projections_on_commit
from renewals.core.errors import NamedError
from renewals.core.roles import check_permission

TREATED = {
    Treatment.NEW_ONLY.value: "New enrolments take it from now on.",
    Treatment.MIGRATE.value: "Those who were in it go on under it.",
    Treatment.RESTART.value: "Those who were in it have begun again.",
}


@require_POST
@screen("playbooks.change")
def drafts(request: HttpRequest) -> HttpResponse:
    """Start a playbook from nothing."""
    form = NewPlaybookForm(request.POST)
    if not form.is_valid():
        return show_list(request, new_form=form, status=422)
    content = blank_content(name=form.cleaned_data["name"])
    draft = start_draft(
        playbook_id=None, content=content, reason=form.cleaned_data["reason"], by=request.actor, now=request.now
    )
    return redirect("playbook_draft_form", draft_id=draft.id, slug="what")


@require_POST
@screen("playbooks.change")
def imported(request: HttpRequest) -> HttpResponse:
    """Start a draft from a file: of the playbook whose key it has, or of a new one."""
    form = ImportForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            content = content_from_file(form.cleaned_data["file"].read())
            known = playbook_id_of(content["playbook"].get("key"))
            draft = start_draft(
                playbook_id=known,
                content=content,
                reason=form.cleaned_data["reason"],
                by=request.actor,
                now=request.now,
            )
        except NamedError as error:
            form.add_error(None, str(error))
        else:
            return redirect("playbook_draft", draft_id=draft.id)
    return show_list(request, import_form=form, status=422)


@screen("playbooks.change")
def rebase(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Show what an outdated draft and the version in force make of the same place, and bring the draft over."""
    draft = open_draft(draft_id)
    if request.method == "POST":
        seen = request.POST.get("revision", "")
        revision = small_number(seen)
        try:
            made = rebase_draft(draft_id=draft.id, revision=revision, by=request.actor, now=request.now)
        except NamedError as error:
            messages.error(request, f"{error.what} {error.remedy}".strip())
        else:
            kept, lost = len(made.kept), len(made.conflicts)
            messages.success(request, f"Brought over: {kept} changes kept, {lost} left to the published version.")
        return redirect("playbook_draft", draft_id=draft.id)
    words = rebase_page(asker_of(request), draft)
    return render(request, "playbooks/rebase.html", {"frame": words.frame, "page": words})


@require_POST
@screen("playbooks.change")
def draft_of(request: HttpRequest, playbook_id: int) -> HttpResponse:
    """Start a draft of a playbook from the version in force, or from an earlier one."""
    form, number = ReasonForm(request.POST), request.POST.get("version", "")
    if not form.is_valid():
        messages.error(request, "Say why it should change, then start the draft.")
        return redirect("playbook", playbook_id=playbook_id)
    content = None
    if small_number(number):
        earlier = version_content(playbook_id, small_number(number))
        content = {name: value for name, value in earlier.items() if name != "pilot"}
    reason = form.cleaned_data["reason"]
    try:
        draft = start_draft(playbook_id=playbook_id, content=content, reason=reason, by=request.actor, now=request.now)
    except NamedError as error:
        messages.error(request, str(error))
        return redirect("playbook", playbook_id=playbook_id)
    return redirect("playbook_draft", draft_id=draft.id)


@screen("playbooks.view")
def draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Show a draft: its flow, what is wrong with it, what it changes."""
    found = open_draft(draft_id)
    page = draft_page(asker_of(request), found)
    words = {"page": page, "frame": page.frame, "step_form": NewStepForm()}
    return render(request, "playbooks/draft.html", words)


@screen("playbooks.view")
def draft_file(request: HttpRequest, draft_id: int, form: str) -> HttpResponse:
    """Download a draft as TOML or JSON."""
    found = open_draft(draft_id)
    return file_answer(found.content, f"{found.content['playbook'].get('key') or 'playbook'}-draft", form)


@require_POST
@screen("playbooks.change")
def submission(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Hand a draft in for approval."""
    revision = revision_of(request)
    return take_step(
        request,
        draft_id,
        lambda: submit_draft(draft_id=draft_id, revision=revision, by=request.actor, now=request.now),
        "It waits for a second person now.",
    )


@require_POST
@screen("playbooks.change")
def return_(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Make what waits a draft again."""
    return take_step(
        request,
        draft_id,
        lambda: take_back(draft_id=draft_id, by=request.actor, now=request.now),
        "It is a draft again.",
    )


@require_POST
@screen("playbook_approvals.change")
def approval(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Publish what somebody else has handed in, and treat those who are in the playbook as was chosen."""
    chosen = request.POST.get("in_flight", Treatment.NEW_ONLY.value)
    treatment = Treatment(chosen) if chosen in TREATED else Treatment.NEW_ONLY
    wake_projections_on_commit()
    return take_step(
        request,
        draft_id,
        lambda: approve_draft(draft_id=draft_id, treatment=treatment, by=request.actor, now=request.now),
        f"It is published. {TREATED[treatment.value]}",
    )


@require_POST
@screen("playbooks.view")
def rejection(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Set a draft aside, or refuse what waits, with the reason."""
    found = any_draft(draft_id)
    is_draft, reason = found.state == "draft", request.POST.get("reason", "")
    check_permission(request.member, "playbooks.change" if is_draft else "playbook_approvals.change")
    end = discard_draft if is_draft else reject_draft
    return take_step(
        request,
        draft_id,
        lambda: end(draft_id=draft_id, reason=reason, by=request.actor, now=request.now),
        "It will not be published; it stays in the history with the reason.",
    )


def revision_of(request: HttpRequest) -> int:
    """Return the edit of the draft that a form was made from; 0, which no draft has, when it is missing."""
    text = request.POST.get("revision", "")
    return small_number(text)


def take_step(request: HttpRequest, draft_id: int, step: Callable[[], object], done: str) -> HttpResponse:
    """Do a step in the life of a draft and come back to it, with what was done or why not."""
    try:
        step()
    except NamedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    found = any_draft(draft_id)
    if found.kind == "selection":
        return redirect("selection_draft", draft_id=draft_id)
    return redirect("playbook_draft", draft_id=draft_id)

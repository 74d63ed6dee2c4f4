"""Success milestones of an account: agree on one, and say what became of it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.forms.milestones import ConfirmForm, DropForm, PlanForm, ReachForm
from dashboards.queries.account import visible_account
from dashboards.queries.milestones import (
    Account,
    Milestone,
    MilestonePage,
    crumbs_of,
    may_change_milestones,
    milestone_of,
    milestone_page,
)
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from renewals.actions.milestone_steps import (
    change_plan,
    drop_milestone,
    plan_milestone,
    reach_milestone,
    resume_milestone,
)
from renewals.actions.milestones import confirm_milestone
from renewals.core.errors import NamedError
from signals.actions.scores.changes import mark_changed

FORMS: dict[str, type[forms.Form]] = {
    "reach": ReachForm,
    "confirm": ConfirmForm,
    "plan": PlanForm,
    "drop": DropForm,
}
TITLES = {
    "reach": ("It was reached", "Keep that it was reached"),
    "confirm": ("They confirm it", "Keep their confirmation"),
    "plan": ("What is agreed", "Change what is agreed"),
    "drop": ("It is aimed at no more", "Drop it"),
    "resume": ("Aim at it again", "Aim at it again"),
}
SAID = {
    "reach": "Kept as reached. Briefs and messages tell it from now on, and the account is scored anew.",
    "confirm": "Their confirmation is kept.",
    "plan": "What is agreed was changed. The history keeps what it was.",
    "drop": "Dropped: no brief and no message aims at it any more. The history keeps it.",
    "resume": "It is aimed at again.",
}


@screen("milestones.change")
def new(request: HttpRequest, account_id: int) -> HttpResponse:
    """Agree on a milestone with the account."""
    row = _account(request, account_id)
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = _tried(
            form,
            lambda: plan_milestone(account_id=row.id, **form.cleaned_data, by=request.actor, now=request.now),
        )
        if made is not None:
            messages.success(request, f"“{made.name}” is agreed with {row.name}.")
            return redirect(f"/accounts/{row.id}/milestones/{made.id}/")
    words = {"form": form, "crumbs": crumbs_of(row), "title": f"{row.name}: a new milestone", "action": request.path}
    return render(request, "accounts/milestone_new.html", words, status=422 if form.errors else 200)


@screen("accounts.view")
def milestone(request: HttpRequest, account_id: int, milestone_id: int) -> HttpResponse:
    """Show a milestone with what can be done and its history."""
    asker = asker_of(request)
    row = visible_account(asker, account_id)
    return _show(request, milestone_page(asker, row, milestone_of(row, milestone_id)))


@require_POST
@screen("milestones.change")
def step(request: HttpRequest, account_id: int, milestone_id: int, name: str) -> HttpResponse:
    """Do one thing with a milestone; a refusal keeps what was typed."""
    row = _account(request, account_id)
    each = milestone_of(row, milestone_id)
    page = milestone_page(asker_of(request), row, each)
    if name not in TITLES:
        raise Http404
    form = _form(page, name, request.POST)
    if form is None or form.is_valid():
        values = {} if form is None else form.cleaned_data
        if _tried(form, lambda: _do(request, name, each, values)) is not None:
            messages.success(request, SAID[name])
            return redirect(page.href)
    return _show(request, page, name, form, status=422)


def _do(request: HttpRequest, name: str, each: Milestone, values: dict[str, Any]) -> object:
    who: dict[str, Any] = {"milestone_id": each.id, "by": request.actor, "now": request.now}
    if name == "reach":
        mark_changed(
            workspace_id=request.workspace.id, account_ids=[each.account_id], by=request.actor, now=request.now
        )
        return reach_milestone(on=values["achieved_on"], evidence=values["evidence"], today=request.today, **who)
    if name == "confirm":
        return confirm_milestone(contact_id=values["contact"], on=values["confirmed_on"], **who)
    if name == "drop":
        return drop_milestone(reason=values["reason"], today=request.today, **who)
    return resume_milestone(**who) if name == "resume" else change_plan(**values, **who)


def _account(request: HttpRequest, account_id: int) -> Account:
    asker = asker_of(request)
    row = visible_account(asker, account_id)
    if not may_change_milestones(asker, row):
        raise PermissionDenied("Only the people responsible for this account agree on milestones with it.")
    return row


def _tried(form: forms.Form | None, deed: Callable[[], Any]) -> Any:
    """Return what the deed gives; None when it was refused, which then stands at its field."""
    try:
        return deed()
    except NamedError as error:
        if form is None:
            raise
        form.add_error(error.where if error.where in form.fields else None, f"{error.what} {error.remedy}".strip())
        return None


def _form(page: MilestonePage, name: str, data: Any = None) -> forms.Form | None:
    if name not in FORMS:
        return None
    more = {"contacts": page.contacts} if name == "confirm" else {}
    return FORMS[name](data, initial=page.values[name], prefix=None, auto_id=f"id_{name}_%s", **more)


def _show(
    request: HttpRequest, page: MilestonePage, tried: str = "", form: forms.Form | None = None, *, status: int = 200
) -> HttpResponse:
    names = page.steps if not tried or tried in page.steps else (tried, *page.steps)
    steps = [
        {
            "title": TITLES[name][0],
            "submit": TITLES[name][1],
            "action": f"{page.href}{name}/",
            "form": form if name == tried else _form(page, name),
            "is_open": name == (tried or page.steps[0]),
        }
        for name in names
    ]
    return render(request, "accounts/milestone.html", {"page": page, "steps": steps}, status=status)

"""Changing from one workspace to another, for people who belong to several."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.queries.workspaces import WorkspaceChoice, workspace_choices
from dashboards.screen import WORKSPACE_KEY, screen


@screen("glossary.view")
def workspaces(request: HttpRequest) -> HttpResponse:
    """Show the workspaces one belongs to: in the menu, or as a page for who has no script."""
    template = "workspaces/choices.html" if request.htmx else "workspaces/page.html"
    return render(request, template, {"workspaces": _mine(request)})


@require_POST
@screen("glossary.view")
def entry(request: HttpRequest, workspace_id: int) -> HttpResponse:
    """Go into another of one's workspaces; Http404 for any other."""
    chosen = next((each for each in _mine(request) if each.id == workspace_id), None)
    if chosen is None:
        raise Http404
    request.session[WORKSPACE_KEY] = chosen.id
    messages.success(request, f"You are in {chosen.name} now, as {chosen.role}.")
    return redirect("home")


def _mine(request: HttpRequest) -> tuple[WorkspaceChoice, ...]:
    return workspace_choices(request.user.id, current_id=request.workspace.id, by=request.actor)

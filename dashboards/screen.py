"""The frame of every page: who is asking, in which workspace, with which right.

A view without `@screen(permission)` or `@public` has no permission, and a test fails for it.
"""

from collections.abc import Callable
from functools import wraps
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django_htmx.http import HttpResponseClientRedirect

from dashboards.queries.asker import Asker
from dashboards.queries.nav_counts import nav_counts
from renewals.actions.scope import as_user, in_workspace
from renewals.core.actors import person_actor
from renewals.core.errors import NamedError
from renewals.core.roles import can
from renewals.queries.clock import database_now
from renewals.queries.people import Membership, active_memberships, member_facts

View = Callable[..., HttpResponse]
WORKSPACE_KEY = "workspace_id"


def public(view: View) -> View:
    """Mark a page that needs no log-in."""
    view.permission = None
    return view


def screen(permission: str) -> Callable[[View], View]:
    """Return a decorator: log-in, membership, `permission`, then the view inside the workspace's transaction.

    The view finds `request.membership`, `.member` (facts for the rules of access), `.workspace`, `.actor`, `.now` and
    `.today` (in the workspace's time zone). Without the right it is refused (403); objects of another workspace do
    not exist for it (404).
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def framed(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not request.user.is_authenticated:
                return _ask_to_log_in(request)
            membership = current_membership(request)
            if membership is None or not can(member_facts(membership), permission):
                raise PermissionDenied(permission)
            by = person_actor(membership.workspace_id, request.user.id, str(request.user))
            try:
                with in_workspace(membership.workspace_id, by=by, why=f"{request.method} {request.path}"):
                    _furnish(request, membership)
                    request.actor = by
                    return view(request, *args, **kwargs)
            except NamedError as error:
                return _refuse(request, error)

        framed.permission = permission
        return framed

    return decorate


def current_membership(request: HttpRequest) -> Membership | None:
    """Return the membership in the workspace of the session, else the first one, else None."""
    with as_user(request.user.id):
        mine = active_memberships(request.user.id)
    request.has_workspaces = len(mine) > 1
    wanted = request.session.get(WORKSPACE_KEY)
    return next((m for m in mine if m.workspace_id == wanted), mine[0] if mine else None)


def _furnish(request: HttpRequest, membership: Membership) -> None:
    """Give the view what every page needs; the workspace's row is visible only from inside."""
    request.membership = membership
    request.member = member_facts(membership)
    request.workspace = membership.workspace
    request.now = database_now()
    request.today = request.now.astimezone(ZoneInfo(request.workspace.timezone)).date()
    request.nav_counts = SimpleLazyObject(lambda: nav_counts(asker_for(request)))


def asker_for(request: HttpRequest) -> Asker:
    """Return who asks, as the queries of screens take it; the request has passed `@screen`."""
    return Asker(
        member=request.member,
        membership=request.membership,
        workspace=request.workspace,
        now=request.now,
        today=request.today,
    )


def _refuse(request: HttpRequest, error: NamedError) -> HttpResponse:
    """Say what an action refused that the view did not expect; nothing was written."""
    if error.kind == "missing":
        raise Http404(str(error)) from error
    if error.kind == "forbidden":
        raise PermissionDenied(str(error)) from error
    return render(request, "refused.html", {"error": error}, status=409 if error.kind == "conflict" else 422)


def _ask_to_log_in(request: HttpRequest) -> HttpResponse:
    """Lead to the log-in page and back; a partial update leads the whole page there."""
    if not request.htmx:
        return redirect_to_login(request.get_full_path())
    here = request.htmx.current_url_abs_path or "/"
    return HttpResponseClientRedirect(redirect_to_login(here).url)

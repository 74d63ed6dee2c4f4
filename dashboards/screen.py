"""The frame of every page: who is asking, in which workspace, with which right.

A view without `@screen(permission)` or `@public` has no permission, and a test fails for it.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from renewals.queries.people import active_memberships

from renewals.actions.scope import as_user, in_workspace
from renewals.core.actors import person_actor
from renewals.core.roles import can

View = Callable[..., HttpResponse]
WORKSPACE_KEY = "workspace_id"


def public(view: View) -> View:
    """Mark a page that needs no log-in."""
    view.permission = None
    return view


def screen(permission: str) -> Callable[[View], View]:
    """Return a decorator: log-in, membership, `permission`, then the view inside the workspace's transaction.

    The view finds `request.membership`, `request.workspace_id` and `request.actor`. Without a membership or the
    right it is refused (403); objects of another workspace do not exist for it (404).
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def framed(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            membership = current_membership(request)
            if membership is None or not can(membership.role, permission):
                raise PermissionDenied(permission)
            request.membership = membership
            request.workspace_id = membership.workspace_id
            request.actor = person_actor(membership.workspace_id, request.user.id, str(request.user))
            with in_workspace(membership.workspace_id, by=request.actor, why=f"{request.method} {request.path}"):
                return view(request, *args, **kwargs)

        framed.permission = permission
        return framed

    return decorate


def current_membership(request: HttpRequest) -> object | None:
    """Return the membership in the workspace of the session, else the first one, else None."""
    with as_user(request.user.id):
        mine = active_memberships(request.user.id)
    wanted = request.session.get(WORKSPACE_KEY)
    return next((m for m in mine if m.workspace_id == wanted), mine[0] if mine else None)

"""The frame of every page: who is asking, in which workspace, with which right.

A view without `@screen(permission)` or `@public` has no permission, and a test fails for it.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial, wraps
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from dashboards.accounts import memberships_of
from dashboards.gathering import sheet_answer, wants_sheet
from dashboards.queries.asker import Asker
from dashboards.queries.nav_counts import nav_counts
from renewals.actions.scope import on_page
from renewals.core.actors import person_actor
from renewals.core.errors import NamedError
from renewals.core.roles import can
from renewals.queries.clock import Workspace
from renewals.queries.people import Membership, member_facts

View = Callable[..., HttpResponseBase]
WORKSPACE_KEY = "workspace_id"


def public(view: View) -> View:
    """Mark a page that needs no log-in."""
    view.permission = None
    return view


def screen(permission: str, *, is_sensitive: bool = False) -> Callable[[View], View]:
    """Return a decorator: log-in, membership, `permission`, then the view inside the workspace's transaction.

    `is_sensitive`: a POST asks for the password again unless that was done within minutes; what was typed is not kept,
    because it may be a secret.

    The view finds `request.membership`, `.member` (facts for the rules of access), `.workspace`, `.actor`, `.now` and
    `.today` (in the workspace's time zone). Without the right it is refused (403); objects of another workspace do
    not exist for it (404).
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def framed(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _ask_to_log_in(request)
            _drop_nul(request)
            membership = current_membership(request)
            if membership is None or not can(member_facts(membership), permission):
                raise PermissionDenied(permission)
            if is_sensitive and request.method == "POST" and not is_confirmed(request):
                return _ask_to_confirm(request)
            by = person_actor(membership.workspace_id, request.user.id, str(request.user))
            try:
                with on_page(membership.workspace_id, by=by, why=f"{request.method} {request.path}") as here:
                    _furnish(request, membership, *here)
                    request.actor = by
                    show = partial(_shown, view, args, kwargs)
                    return sheet_answer(show, request) if wants_sheet(request) else show(request)
            except NamedError as error:
                return _refuse(request, error)

        framed.permission = permission
        return framed

    return decorate


def _shown(view: View, args: tuple[object, ...], kwargs: dict[str, object], request: HttpRequest) -> HttpResponseBase:
    return view(request, *args, **kwargs)


def _drop_nul(request: HttpRequest) -> None:
    """Take the one character out of the address that no text of the database can hold; forms refuse it."""
    query = request.META.get("QUERY_STRING", "")
    if "%00" in query:
        request.GET = QueryDict(query.replace("%00", ""))


def is_confirmed(request: HttpRequest) -> bool:
    """Answer whether the person gave the password or a second factor again within the last minutes."""
    return bool(did_recently_reauthenticate(request))


def current_membership(request: HttpRequest) -> Membership | None:
    """Return the membership in the workspace of the session, else the first one, else None."""
    mine = memberships_of(request.user)
    request.has_workspaces = len(mine) > 1
    wanted = request.session.get(WORKSPACE_KEY)
    return next((m for m in mine if m.workspace_id == wanted), mine[0] if mine else None)


def _furnish(request: HttpRequest, membership: Membership, workspace: Workspace, now: datetime) -> None:
    """Give the view what every page needs."""
    request.membership = membership
    request.member = member_facts(membership)
    request.workspace, request.now = workspace, now
    request.today = now.astimezone(ZoneInfo(workspace.timezone)).date()
    request.nav_counts = SimpleLazyObject(lambda: nav_counts(asker_for(request)))


def asker_for(request: HttpRequest) -> Asker:
    """Return who asks, as the queries of screens take it; the request has passed `@screen`."""
    return Asker(
        member=request.member,
        membership=request.membership,
        workspace=request.workspace,
        now=request.now,
        today=request.today,
        most_rows=getattr(request, "most_rows", 0),
    )


def _refuse(request: HttpRequest, error: NamedError) -> HttpResponse:
    """Say what an action refused that the view did not expect; nothing was written."""
    if error.kind == "missing":
        raise Http404(str(error)) from error
    if error.kind == "forbidden":
        raise PermissionDenied(str(error)) from error
    return render(request, "refused.html", {"error": error}, status=409 if error.kind == "conflict" else 422)


def _ask_to_confirm(request: HttpRequest) -> HttpResponse:
    """Lead to "confirm that it is you" and back to the page the form stands on."""
    messages.info(request, "Confirm that it is you, then enter it again. Nothing was kept.")
    before = request.META.get("HTTP_REFERER", "")
    is_own = url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=request.is_secure())
    parts = urlsplit(before)
    back = urlencode(
        {"next": f"{parts.path}?{parts.query}" if parts.query else parts.path} if is_own else {"next": "/"}
    )
    return redirect(f"{reverse('account_reauthenticate')}?{back}")


def _ask_to_log_in(request: HttpRequest) -> HttpResponse:
    """Lead to the log-in page and back; a partial update leads the whole page there."""
    if not request.htmx:
        return redirect_to_login(request.get_full_path())
    here = request.htmx.current_url_abs_path or "/"
    return HttpResponseClientRedirect(redirect_to_login(here).url)

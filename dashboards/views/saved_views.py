"""Keep a page's filters and columns under a name, and forget them."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from dashboards.core.columns import NAME, SEPARATOR
from dashboards.core.filters import address
from dashboards.screen import screen
from renewals.actions.settings import delete_view, keep_default_view, save_view
from renewals.core.errors import NamedError, UnknownReference

PAGES = ("queue", "accounts", "pipeline", "at-risk", "forecast", "retention")


@require_POST
@screen("saved_views.change")
def views(request: HttpRequest) -> HttpResponse:
    """Keep the view that is being looked at."""
    page = request.POST.get("page", "")
    page = page if page in PAGES else PAGES[0]
    query = request.POST.get("query", "")
    name = request.POST.get("name", "")
    is_shared = request.POST.get("is_shared") == "on"
    try:
        kept = save_view(page=page, name=name, query=query, is_shared=is_shared, by=request.actor)
    except NamedError as error:
        messages.error(request, " ".join(part for part in (error.what, error.remedy) if part))
    else:
        messages.success(request, f"Kept as “{kept.name}”.")
    return redirect(f"/{page}/?{query}")


@require_POST
@screen("saved_views.change")
def columns(request: HttpRequest) -> HttpResponse:
    """Show these columns of a list, now and from now on, to this person."""
    page = request.POST.get("page", "")
    if page not in PAGES:
        raise Http404
    wanted = SEPARATOR.join(key for key in request.POST.getlist("column") if key.isidentifier())
    keep_default_view(page=page, query=urlencode({NAME: wanted}) if wanted else "", by=request.actor)
    chosen = {name: value for name, value in QueryDict(request.POST.get("query", "")).items() if name != NAME}
    return redirect(address(f"/{page}/", chosen, columns=wanted))


@require_POST
@screen("saved_views.change")
def removal(request: HttpRequest, view_id: int) -> HttpResponse:
    """Forget one of one's own views."""
    page = request.POST.get("page", "")
    try:
        delete_view(view_id=view_id, by=request.actor)
    except UnknownReference:
        raise Http404 from None
    messages.success(request, "The view is forgotten.")
    return redirect(f"/{page if page in PAGES else PAGES[0]}/")

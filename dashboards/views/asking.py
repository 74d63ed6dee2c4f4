"""What the views of the screens share: who asks, and whether a part or the whole page is wanted."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.core.parts import Filter
from dashboards.queries.asker import Asker
from dashboards.screen import asker_for


def asker_of(request: HttpRequest) -> Asker:
    """Return who asks, as the queries of screens take it; the request has passed `@screen`."""
    return asker_for(request)


def wants_part(request: HttpRequest, part: str) -> bool:
    """Answer whether only the element with this id is to be renewed."""
    return bool(request.htmx) and request.htmx.target == part


def show_filter(request: HttpRequest, found: Filter | None) -> HttpResponse:
    """Show the choices of a filter: inside its menu, or as a page for who has no script; Http404 for None."""
    if found is None:
        raise Http404
    if request.htmx and "q" in request.GET:
        return render(request, "components/filter_found.html", {"filter": found})
    template = "components/filter_choices.html" if request.htmx else "components/filter_page.html"
    return render(request, template, {"filter": found})

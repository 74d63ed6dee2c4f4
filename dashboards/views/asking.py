"""What the views of the screens share: who asks, and whether a part or the whole page is wanted."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.core.parts import Filter
from dashboards.queries.asker import Asker
from dashboards.screen import asker_for

LONGEST_NUMBER = 10


def asker_of(request: HttpRequest) -> Asker:
    """Return who asks, as the queries of screens take it; the request has passed `@screen`."""
    return asker_for(request)


def wants_part(request: HttpRequest, part: str) -> bool:
    """Answer whether only the element with this id is to be renewed."""
    return bool(request.htmx) and request.htmx.target == part


def page_number(request: HttpRequest, name: str = "page") -> int:
    """Return the page that the address asks for, 1 for anything that is no page."""
    return max(1, small_number(request.GET.get(name, "")))


def small_number(text: str) -> int:
    """Return a number of an address or a hidden field, 0 for anything else: no text makes a query overflow."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < LONGEST_NUMBER else 0


def show_filter(request: HttpRequest, found: Filter | None) -> HttpResponse:
    """Show the choices of a filter: inside its menu, or as a page for who has no script; Http404 for None."""
    if found is None:
        raise Http404
    if request.htmx and "q" in request.GET:
        return render(request, "components/filter_found.html", {"filter": found})
    template = "components/filter_choices.html" if request.htmx else "components/filter_page.html"
    return render(request, template, {"filter": found})

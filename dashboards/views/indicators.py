"""What leads to a renewal, and how well the work is done."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.core.filters import address
from dashboards.core.parts import Tab
from dashboards.queries.indicators.lift import PATH as LIFT
from dashboards.queries.indicators.lift import lift_page, lift_rows
from dashboards.queries.indicators.page import PATH, indicators_page
from dashboards.queries.indicators.quality import PATH as QUALITY
from dashboards.queries.indicators.quality import quality_page
from dashboards.queries.indicators.window import FIELDS, window_filter
from dashboards.screen import screen
from dashboards.views.asking import asker_of, show_filter

PAGES = {PATH: "Indicators", QUALITY: "Quality of the work", LIFT: "Measured lift"}


@screen("pipeline.view")
def indicators(request: HttpRequest) -> HttpResponse:
    """Show usage, money and sentiment, the leading indicators, and what each segment is judged by."""
    page = indicators_page(asker_of(request), request.GET.dict())
    return render(request, "indicators/page.html", {"page": page, "tabs": _tabs(request, PATH)})


@screen("pipeline.view")
def quality(request: HttpRequest) -> HttpResponse:
    """Show playbooks, automated touches and collaboration."""
    page = quality_page(asker_of(request), request.GET.dict())
    return render(request, "indicators/quality.html", {"page": page, "tabs": _tabs(request, QUALITY)})


@screen("pipeline.view")
def lift(request: HttpRequest) -> HttpResponse:
    """Show what each playbook and step does, measured against those that chance held out of it."""
    page = lift_page(asker_of(request))
    return render(request, "indicators/lift.html", {"page": page, "tabs": _tabs(request, LIFT)})


@screen("pipeline.view")
def lift_accounts(request: HttpRequest) -> HttpResponse:
    """Show the accounts of one arm."""
    page = lift_rows(asker_of(request), request.GET.dict())
    if page is None:
        raise Http404("There is no such arm.")
    return render(request, "indicators/lift_accounts.html", {"page": page})


@screen("pipeline.view")
def choices(request: HttpRequest, name: str, path: str) -> HttpResponse:
    """Show what one filter offers."""
    return show_filter(request, window_filter(asker_of(request), path, name, request.GET.dict()))


def _tabs(request: HttpRequest, here: str) -> tuple[Tab, ...]:
    chosen = {name: request.GET[name] for name in FIELDS if request.GET.get(name)}
    return tuple(Tab(text=text, href=address(path, chosen), is_current=path == here) for path, text in PAGES.items())

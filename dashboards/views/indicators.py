"""What leads to a renewal, and how well the work is done."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.core.filters import address
from dashboards.core.parts import Tab
from dashboards.queries.indicators.page import PATH, indicators_page
from dashboards.queries.indicators.quality import PATH as QUALITY
from dashboards.queries.indicators.quality import quality_page
from dashboards.queries.indicators.window import FIELDS, window_filter
from dashboards.screen import screen
from dashboards.views.asking import asker_of, show_filter

PAGES = {PATH: "Indicators", QUALITY: "Quality of the work"}


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
def choices(request: HttpRequest, name: str, path: str) -> HttpResponse:
    """Show what one filter offers."""
    return show_filter(request, window_filter(asker_of(request), path, name, request.GET.dict()))


def _tabs(request: HttpRequest, here: str) -> tuple[Tab, ...]:
    chosen = {name: request.GET[name] for name in FIELDS if request.GET.get(name)}
    return tuple(Tab(text=text, href=address(path, chosen), is_current=path == here) for path, text in PAGES.items())

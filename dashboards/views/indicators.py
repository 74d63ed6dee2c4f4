"""What leads to a renewal, and how well the work is done."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.core.parts import Tab
from dashboards.queries.indicators.page import PATH, indicators_page
from dashboards.queries.indicators.quality import PATH as QUALITY
from dashboards.queries.indicators.quality import quality_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of

PAGES = {PATH: "Indicators", QUALITY: "Quality of the work"}


@screen("pipeline.view")
def indicators(request: HttpRequest) -> HttpResponse:
    """Show usage, money and sentiment, the leading indicators, and what each segment is judged by."""
    page = indicators_page(asker_of(request), request.GET.dict())
    return render(request, "indicators/page.html", {"page": page, "tabs": _tabs(PATH)})


@screen("pipeline.view")
def quality(request: HttpRequest) -> HttpResponse:
    """Show playbooks, automated touches and collaboration."""
    page = quality_page(asker_of(request), request.GET.dict())
    return render(request, "indicators/quality.html", {"page": page, "tabs": _tabs(QUALITY)})


def _tabs(here: str) -> tuple[Tab, ...]:
    return tuple(Tab(text=text, href=path, is_current=path == here) for path, text in PAGES.items())

"""Scores set by hand, and what became of them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.queries.scorecards.overrides import overrides_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of


@screen("overrides.view")
def overrides(request: HttpRequest) -> HttpResponse:
    """Show the overrides that stand, and the record of those that were judged."""
    return render(request, "scores/overrides.html", {"page": overrides_page(asker_of(request))})

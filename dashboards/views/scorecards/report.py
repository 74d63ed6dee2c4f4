"""The honesty report."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.queries.scorecards.report import report_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of


@screen("scores.view")
def report(request: HttpRequest) -> HttpResponse:
    """Show the newest report of the kind of score, segment and version that the address names."""
    return render(request, "scores/report.html", {"page": report_page(asker_of(request), request.GET.dict())})

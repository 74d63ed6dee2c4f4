"""The versions of all rules: what is open, what is being scored, the history."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.queries.scorecards.versions import rescoring, versions_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of


@screen("scores.view")
def versions(request: HttpRequest) -> HttpResponse:
    """Show the versions; asked for the progress of a scoring alone, answer with that."""
    if request.htmx and request.htmx.target == "rescoring":
        return render(request, "scores/rescoring.html", {"progress": rescoring()})
    return render(request, "scores/versions.html", {"page": versions_page(asker_of(request))})

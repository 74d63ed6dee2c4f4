"""The pipeline of open renewals."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.queries.pipeline import pipeline_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of


@screen("pipeline.view")
def pipeline(request: HttpRequest) -> HttpResponse:
    """Show the pipeline by quarter and its renewals under the chosen filters."""
    return render(request, "pipeline/page.html", {"page": pipeline_page(asker_of(request), request.GET.dict())})

"""The pipeline of open renewals, the choices of its filters, and its picture as a file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.queries.beside_pipeline import running_on_page, win_backs_page
from dashboards.queries.pipeline import pipeline_chart, pipeline_page
from dashboards.queries.pipeline_board import board_page
from dashboards.queries.pipeline_options import pipeline_filter
from dashboards.screen import screen
from dashboards.views.asking import asker_of, page_number, show_filter
from dashboards.views.chart_files import chart_file


@screen("pipeline.view")
def pipeline(request: HttpRequest) -> HttpResponse:
    """Show the pipeline by quarter and its renewals under the chosen filters, as a table or as a board."""
    if request.GET.get("view") == "board":
        return render(request, "pipeline/board.html", {"page": board_page(asker_of(request), request.GET.dict())})
    return render(request, "pipeline/page.html", {"page": pipeline_page(asker_of(request), request.GET.dict())})


@screen("pipeline.view")
def win_backs(request: HttpRequest) -> HttpResponse:
    """Show whom to win back, and who came back."""
    page = win_backs_page(asker_of(request), request.GET.get("show", ""), page=page_number(request))
    return render(request, "pipeline/beside.html", {"page": page})


@screen("pipeline.view")
def running_on(request: HttpRequest) -> HttpResponse:
    """Show the contracts that never come up for renewal, and when they are looked at."""
    page = running_on_page(asker_of(request), page=page_number(request))
    return render(request, "pipeline/beside.html", {"page": page})


@screen("pipeline.view")
def pipeline_choices(request: HttpRequest, name: str) -> HttpResponse:
    """Show what one filter offers."""
    return show_filter(request, pipeline_filter(asker_of(request), name, request.GET.dict()))


@screen("exports.view")
def chart(request: HttpRequest, form: str) -> HttpResponse:
    """Hand the picture of the pipeline out as SVG or PNG, or its figures as CSV, under the chosen filters."""
    found = pipeline_chart(asker_of(request), request.GET.dict())
    return chart_file(found.specification, found.table, form, name=f"pipeline-{request.today}")

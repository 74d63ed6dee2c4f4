"""The pipeline of open renewals, the choices of its filters, and its picture as a file."""

import csv
import io

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from dashboards.chart_drawing import picture
from dashboards.queries.pipeline import PipelineChart, pipeline_chart, pipeline_filter, pipeline_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of, show_filter

TYPES = {"csv": "text/csv; charset=utf-8", "svg": "image/svg+xml", "png": "image/png"}


@screen("pipeline.view")
def pipeline(request: HttpRequest) -> HttpResponse:
    """Show the pipeline by quarter and its renewals under the chosen filters."""
    return render(request, "pipeline/page.html", {"page": pipeline_page(asker_of(request), request.GET.dict())})


@screen("pipeline.view")
def pipeline_choices(request: HttpRequest, name: str) -> HttpResponse:
    """Show what one filter offers."""
    return show_filter(request, pipeline_filter(asker_of(request), name, request.GET.dict()))


@screen("exports.view")
def chart(request: HttpRequest, form: str) -> HttpResponse:
    """Hand the picture of the pipeline out as SVG or PNG, or its figures as CSV, under the chosen filters."""
    if form not in TYPES:
        raise Http404
    found = pipeline_chart(asker_of(request), request.GET.dict())
    answer = HttpResponse(_bytes(found, form), content_type=TYPES[form])
    answer["Content-Disposition"] = content_disposition_header(True, f"pipeline-{request.today}.{form}") or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _bytes(found: PipelineChart, form: str) -> bytes:
    if form != "csv":
        return picture(found.specification, form)
    sheet = io.StringIO(newline="")
    lines = csv.writer(sheet, quoting=csv.QUOTE_ALL)
    lines.writerow([column.title for column in found.table.columns])
    lines.writerows([cell.text for cell in row] for row in found.table.rows)
    return sheet.getvalue().encode("utf-8-sig")

"""ARR at risk: the page, the choices of its filters, and its picture as a file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.queries.at_risk.page import at_risk_chart, at_risk_page
from dashboards.queries.at_risk.reach import at_risk_filter
from dashboards.screen import screen
from dashboards.views.asking import asker_of, show_filter
from dashboards.views.chart_files import chart_file


@screen("pipeline.view")
def at_risk(request: HttpRequest) -> HttpResponse:
    """Show what is at risk under the chosen filters, and the renewals behind it."""
    return render(request, "at_risk/page.html", {"page": at_risk_page(asker_of(request), request.GET.dict())})


@screen("pipeline.view")
def at_risk_choices(request: HttpRequest, name: str) -> HttpResponse:
    """Show what one filter offers."""
    return show_filter(request, at_risk_filter(asker_of(request), name, request.GET.dict()))


@screen("exports.view")
def chart(request: HttpRequest, form: str) -> HttpResponse:
    """Hand the picture out as SVG or PNG, or its figures as CSV, under the chosen filters."""
    found = at_risk_chart(asker_of(request), request.GET.dict())
    return chart_file(found.specification, found.table, form, name=f"at-risk-{request.today}")

"""The calendar of what is ahead, and next quarter's workload."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.queries.calendar import calendar_choices, calendar_page, workload_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of, show_filter


@screen("tasks.view")
def calendar(request: HttpRequest) -> HttpResponse:
    """Show a month, a week or the agenda."""
    return render(request, "calendar/page.html", {"page": calendar_page(asker_of(request), request.GET.dict())})


@screen("tasks.view")
def choices(request: HttpRequest, name: str) -> HttpResponse:
    """Show what one filter offers."""
    return show_filter(request, calendar_choices(asker_of(request), name, request.GET.dict()))


@screen("tasks.view")
def workload(request: HttpRequest) -> HttpResponse:
    """Show next quarter's human work per person and week."""
    return render(request, "calendar/workload.html", {"page": workload_page(asker_of(request))})

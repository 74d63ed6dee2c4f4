"""Retention: the page, its groups, one metric with its rows, an account's lines, what was restated, and targets."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.forms.targets import TargetForm
from dashboards.queries.retention.asked import filter_choices
from dashboards.queries.retention.cohorts import cohort_page
from dashboards.queries.retention.groups import groups_of
from dashboards.queries.retention.lines import line_rows, lines_page
from dashboards.queries.retention.metric import metric_page, metric_rows
from dashboards.queries.retention.notes import bridged_page, restated_page
from dashboards.queries.retention.page import retention_page, waterfall_picture
from dashboards.queries.retention.targets import key_of, targets_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of, show_filter
from dashboards.views.chart_files import chart_file
from dashboards.views.sheets import csv_answer
from renewals.actions.metrics.targets import set_target
from renewals.core.errors import NamedError


@screen("pipeline.view")
def retention(request: HttpRequest) -> HttpResponse:
    """Show what was kept and lost in a period, under the filters of the address."""
    return render(request, "retention/page.html", {"page": retention_page(asker_of(request), request.GET.dict())})


@screen("pipeline.view")
def choices(request: HttpRequest, name: str) -> HttpResponse:
    """Show what one filter offers."""
    return show_filter(request, filter_choices(asker_of(request), name, request.GET.dict()))


@screen("pipeline.view")
def groups(request: HttpRequest) -> HttpResponse:
    """Show the rates by segment, owner, product or start quarter."""
    template = "retention/groups.html" if request.htmx else "retention/groups_page.html"
    return render(request, template, {"groups": groups_of(asker_of(request), request.GET.dict())})


@screen("pipeline.view")
def cohorts(request: HttpRequest) -> HttpResponse:
    """Show what start quarters keep, by their age."""
    template = "retention/cohorts.html" if request.htmx else "retention/cohorts_page.html"
    return render(request, template, {"page": cohort_page(asker_of(request), request.GET.dict())})


@screen("pipeline.view")
def metric(request: HttpRequest, key: str) -> HttpResponse:
    """Show one metric: its contract, its other denominators and its rows."""
    return render(request, "retention/metric.html", {"page": metric_page(asker_of(request), key, request.GET.dict())})


@screen("pipeline.view")
def lines(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show the contract lines of an account at both ends of the period."""
    page = lines_page(asker_of(request), account_id, request.GET.dict())
    return render(request, "retention/lines.html", {"page": page})


@screen("pipeline.view")
def restated(request: HttpRequest) -> HttpResponse:
    """Show what was told otherwise after the period was over; `on` asks for the figures as known on that day."""
    page = restated_page(asker_of(request), request.GET.dict())
    return render(request, "retention/list.html", {"page": page})


@screen("pipeline.view")
def bridged(request: HttpRequest) -> HttpResponse:
    """Show the late renewals that are bridged."""
    return render(request, "retention/list.html", {"page": bridged_page(asker_of(request), request.GET.dict())})


@screen("targets.view")
def targets(request: HttpRequest) -> HttpResponse:
    """Show the targets of a period with what was reached."""
    return _show_targets(request, TargetForm(asker=asker_of(request), period=request.GET.get("period", "")))


@require_POST
@screen("targets.change")
def new_target(request: HttpRequest) -> HttpResponse:
    """Set, change or withdraw a target."""
    form = TargetForm(request.POST, asker=asker_of(request))
    if form.is_valid():
        try:
            kept = set_target(order=form.order, by=request.actor, now=request.now)
        except NamedError as error:
            form.add_error(error.where if error.where in form.fields else None, f"{error.what} {error.remedy}".strip())
        else:
            messages.success(request, f"Kept as version {kept.version}.")
            return redirect(f"/retention/targets/?period={kept.period}&of={key_of(kept)}")
    return _show_targets(request, form, status=422)


@screen("exports.view")
def chart(request: HttpRequest, form: str) -> HttpResponse:
    """Hand the waterfall out as SVG or PNG, or its figures as CSV."""
    found = waterfall_picture(asker_of(request), request.GET.dict())
    return chart_file(found.specification, found.table, form, name=f"waterfall-{request.today}")


@screen("exports.view")
def rows_file(request: HttpRequest, key: str) -> HttpResponse:
    """Hand every row of a metric out as CSV."""
    rows = metric_rows(asker_of(request), key, request.GET.dict())
    return csv_answer(rows, name=f"{key}-{request.today}.csv")


@screen("exports.view")
def lines_file(request: HttpRequest) -> HttpResponse:
    """Hand out every contract line behind the figures as CSV."""
    rows = line_rows(asker_of(request), request.GET.dict())
    return csv_answer(rows, name=f"retention-lines-{request.today}.csv")


def _show_targets(request: HttpRequest, form: TargetForm, *, status: int = 200) -> HttpResponse:
    page = targets_page(asker_of(request), request.GET.dict())
    return render(request, "retention/targets.html", {"page": page, "form": form}, status=status)

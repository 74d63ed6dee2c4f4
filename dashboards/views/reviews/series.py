"""Start, change and end a series of reviews."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.forms.reviews import SeriesForm
from dashboards.queries.reviews.access import CHANGE, VIEW, may_start_series
from dashboards.queries.reviews.lists import crumbs
from dashboards.queries.reviews.series import changeable_series, first_values, series_choices, values_of
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from playbooks.actions.reviews.opening import tend_reviews
from playbooks.actions.reviews.series import change_series, end_series, start_series
from renewals.core.errors import NamedError

LIST = "/reviews/?show=series"


@screen(CHANGE)
def new(request: HttpRequest) -> HttpResponse:
    """Start a series."""
    asker = asker_of(request)
    if not may_start_series(asker):
        raise PermissionDenied("Only those who reach a team or the whole book start a series.")
    form = SeriesForm(request.POST or None, **series_choices(), initial=first_values(asker))

    def keep() -> None:
        start_series(wish=form.wish(), by=request.actor, now=request.now)
        tend_reviews(by=request.actor, now=request.now)

    words = {"title": "A new series of reviews", "form": form, "action": "/reviews/series/new/", "may_change": True}
    return _show(request, form, keep, words, "Started. Its first review opens with its agenda when it is near.")


@screen(VIEW)
def series(request: HttpRequest, series_id: int) -> HttpResponse:
    """Show a series; POST changes it."""
    row, may_change = changeable_series(asker_of(request), series_id)
    if request.method == "POST" and not may_change:
        raise PermissionDenied("Only its owner and those who reach further change a series.")
    form = SeriesForm(request.POST or None, **series_choices(), initial=values_of(row))

    def keep() -> None:
        change_series(series_id=row.id, wish=form.wish(), by=request.actor, now=request.now)

    words = {
        "title": row.name,
        "form": form,
        "action": f"/reviews/series/{row.id}/",
        "may_change": may_change,
        "series": row,
    }
    return _show(request, form, keep, words, "Kept. The review ahead moved along unless it is being worked on.")


@require_POST
@screen(CHANGE)
def ending(request: HttpRequest, series_id: int) -> HttpResponse:
    """Let a series open no review any more."""
    row, may_change = changeable_series(asker_of(request), series_id)
    if not may_change:
        raise PermissionDenied("Only its owner and those who reach further end a series.")
    end_series(series_id=row.id, by=request.actor, now=request.now)
    messages.success(request, "Ended. What is open stays open.")
    return redirect(LIST)


def _show(
    request: HttpRequest, form: SeriesForm, keep: Callable[[], None], words: dict[str, object], said: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            keep()
        except NamedError as error:
            form.add_error(error.where if error.where in form.fields else None, f"{error.what} {error.remedy}".strip())
        else:
            messages.success(request, said)
            return redirect(LIST)
    status = 422 if request.method == "POST" else 200
    return render(request, "reviews/series.html", {**words, "crumbs": crumbs()}, status=status)

"""The rules in force: health and risk from signal to trigger."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.queries.scorecards.rules import chosen_place, rules_page
from dashboards.screen import screen


@screen("scores.view")
def health_rules(request: HttpRequest) -> HttpResponse:
    """Show how health is made, for the kind of account the address names."""
    place = chosen_place(request.GET.dict())
    return render(request, "scores/health.html", {"page": rules_page(place)})

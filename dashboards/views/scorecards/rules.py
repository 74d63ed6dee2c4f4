"""The rules in force: health and risk from signal to trigger."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.queries.scorecards.risk import risk_page
from dashboards.queries.scorecards.rules import chosen_place, rules_page
from dashboards.screen import screen
from renewals.core.roles import can


@screen("scores.view")
def health_rules(request: HttpRequest) -> HttpResponse:
    """Show how health is made, for the kind of account the address names."""
    words = {"page": rules_page(chosen_place(request.GET.dict())), "kind": "health"}
    return render(request, "scores/health.html", words | {"may_draft": can(request.member, "scores.change")})


@screen("scores.view")
def expansion_rules(request: HttpRequest) -> HttpResponse:
    """Show how expansion potential is made, for the kind of account the address names."""
    words = {"page": rules_page(chosen_place(request.GET.dict()), "expansion"), "kind": "expansion"}
    return render(request, "scores/health.html", words | {"may_draft": can(request.member, "scores.change")})


@screen("scores.view")
def risk_rules(request: HttpRequest) -> HttpResponse:
    """Show how renewal risk is made."""
    words = {"page": risk_page(), "kind": "risk", "may_draft": can(request.member, "scores.change")}
    return render(request, "scores/risk.html", words)

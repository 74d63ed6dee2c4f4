"""The way in: what the person's role needs first, each number leading to the list of its rows."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.queries.home.page import home_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of


@screen("glossary.view")
def home(request: HttpRequest) -> HttpResponse:
    """Show the home page of the person's role."""
    return render(request, "home/page.html", {"page": home_page(asker_of(request))})

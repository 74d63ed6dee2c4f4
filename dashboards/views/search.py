"""The global search: a page of its own, and the list under the field while typing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.queries.search import found
from dashboards.screen import screen
from dashboards.views.asking import asker_of, wants_part


@screen("glossary.view")
def search(request: HttpRequest) -> HttpResponse:
    """Show what the words find among pages, accounts and people."""
    words = request.GET.get("q", "")[:100]
    groups = found(asker_of(request), words)
    template = "search/results.html" if wants_part(request, "search-results") else "search/page.html"
    return render(request, template, {"groups": groups, "search_words": words})

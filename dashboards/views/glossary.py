"""The glossary: one definition for each metric, score and status."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.core.wording import title
from dashboards.screen import screen
from renewals.queries.glossary import glossary_terms


@screen("glossary.view")
def glossary(request: HttpRequest) -> HttpResponse:
    """Show the terms by group; `q` keeps those that say all its words."""
    words = request.GET.get("q", "").strip()
    found = [term for term in glossary_terms() if term.says(words)]
    groups = [(title(name), list(terms)) for name, terms in groupby(found, key=lambda term: term.group)]
    return render(request, "glossary/page.html", {"groups": groups, "words": words, "number": len(found)})

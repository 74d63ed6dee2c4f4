"""The audit trail of the workspace."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.queries.audit import audit_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of


@screen("audit.view")
def audit(request: HttpRequest) -> HttpResponse:
    """Show the newest changes of a noun."""
    return render(request, "audit/page.html", {"page": audit_page(asker_of(request), request.GET.dict())})

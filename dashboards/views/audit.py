"""The audit trail of the workspace."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.queries.audit import audit_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from renewals.core.roles import can


@screen("audit.view")
def audit(request: HttpRequest) -> HttpResponse:
    """Show the newest changes of a noun."""
    asker = asker_of(request)
    words = {
        "page": audit_page(asker, request.GET.dict()),
        "may_see_compliance": can(asker.member, "compliance.view"),
    }
    return render(request, "audit/page.html", words)

"""The list of accounts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.queries.accounts import accounts_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of


@screen("accounts.view")
def accounts(request: HttpRequest) -> HttpResponse:
    """Show one page of the accounts under the chosen filters."""
    page = accounts_page(asker_of(request), request.GET.dict())
    return render(request, "accounts/list.html", {"page": page, "table": page.table})

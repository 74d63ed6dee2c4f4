"""The list of accounts, and the choices of one of its filters."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.queries.accounts import account_filter, accounts_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of, show_filter


@screen("accounts.view")
def accounts(request: HttpRequest) -> HttpResponse:
    """Show one page of the accounts under the chosen filters."""
    page = accounts_page(asker_of(request), request.GET.dict())
    return render(request, "accounts/list.html", {"page": page, "table": page.table})


@screen("accounts.view")
def account_choices(request: HttpRequest, name: str) -> HttpResponse:
    """Show what one filter offers."""
    return show_filter(request, account_filter(asker_of(request), name, request.GET.dict()))

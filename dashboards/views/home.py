"""The way in: leads to the first page that the person's role may use."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from dashboards.screen import screen
from renewals.core.roles import can

WAYS_IN = (("queue.view", "/queue/"), ("accounts.view", "/accounts/"))


@screen("glossary.view")
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the queue, or to the accounts for those who have no queue."""
    return redirect(next(address for permission, address in WAYS_IN if can(request.member, permission)))

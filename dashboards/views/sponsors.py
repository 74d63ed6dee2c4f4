"""Name our executive sponsor of an account."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from dashboards.queries.account import visible_account
from dashboards.queries.sponsors import may_name
from dashboards.screen import screen
from dashboards.views.asking import asker_of, small_number
from renewals.actions.sponsors import name_sponsor
from renewals.core.errors import NamedError


@require_POST
@screen("accounts.change")
def sponsor(request: HttpRequest, account_id: int) -> HttpResponse:
    """Keep who it is and since when; empty is nobody."""
    asker = asker_of(request)
    row = visible_account(asker, account_id)
    if not may_name(asker, row):
        raise PermissionDenied("Only the people responsible for this account name its sponsor.")
    person, note = request.POST.get("person", ""), request.POST.get("note", "")
    try:
        since_on = date.fromisoformat(request.POST.get("since", ""))
        name_sponsor(
            account_id=row.id,
            person_id=small_number(person) or None,
            since_on=since_on,
            note=note,
            by=request.actor,
            now=request.now,
        )
    except NamedError as error:
        messages.error(request, f"{error.what} {error.remedy}".strip())
    except ValueError:
        messages.error(request, "Give the day since when.")
    else:
        messages.success(request, "Kept. Steps with our sponsor name this person from now on.")
    return redirect(f"/accounts/{row.id}/about/")
